"""The process in which a voice speaks: ``python -m player.voices.worker NAME``.

It reads a greeting and then utterances, and answers each, in order, with a finished clip. It ends
by itself when its input ends, however the player ended: after the sentence that it is speaking, or
half a second later if that takes longer. With ``--list`` it names the system's voices instead.
"""

from __future__ import annotations

import os
import queue
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

from player.errors import DreamersError
from player.script.utterance import Utterance, VoiceShading
from player.story.lexicon import Lexicon
from player.workers.framing import Message, read_frame, write_frame
from player.workers.priority import set_normal_priority
from player.workers.serving import open_pipes, read_in_background

if TYPE_CHECKING:  # numpy comes with the synthesiser
    from player.audio import Samples

_LAST_SENTENCE_S = 0.5
"""Time for the sentence that is being spoken when the player ends."""

_Requests: TypeAlias = "queue.SimpleQueue[Message | None]"  # ends with None


class Synthesiser(Protocol):
    """A source of raw speech. Everything else is done around it."""

    def speak(self, utterance: Utterance) -> tuple[Samples, int]:
        """Return raw samples ``(n,)`` and their rate in Hz; no samples if nothing can be said."""
        ...


def load(name: str, greeting: Message) -> Synthesiser:
    """Return the synthesiser called ``name``, ready to speak."""
    lexicon = Lexicon(**greeting["lexicon"])
    if name == "system" or name.startswith("system:"):
        from player.voices.system import SystemVoice

        return SystemVoice(name.partition(":")[2] or None, lexicon)
    from player.voices.hibari import HibariVoice

    models = {voice: Path(path) for voice, path in greeting["models"].items()}
    return HibariVoice(name, models, lexicon, greeting["seed"])


def serve(load_synthesiser: Callable[[Message], Synthesiser]) -> None:
    """Load a synthesiser, and speak until the input ends.

    Does not return, since Python cannot exit normally while a thread waits for input.
    """
    try:
        _serve(load_synthesiser)
    except Exception:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _serve(load_synthesiser: Callable[[Message], Synthesiser]) -> None:
    source, answers = open_pipes()
    greeting = read_frame(source)
    if greeting is None:
        return
    requests: _Requests = queue.SimpleQueue()
    read_in_background(
        source, requests.put, lambda: _finish(requests), exit_after_s=_LAST_SENTENCE_S
    )
    try:
        synthesiser = load_synthesiser(greeting[0])
    except DreamersError as error:
        write_frame(answers, {"op": "unavailable", "why": str(error)})
        return
    except Exception as error:  # any error of a library: a second try would meet it again
        reason = (
            f"The voice cannot start ({str(error) or repr(error)}); `dreamers doctor` says more."
        )
        write_frame(answers, {"op": "unavailable", "why": reason})
        return
    write_frame(answers, {"op": "ready"})
    while (request := requests.get()) is not None:
        _answer(synthesiser, request, answers)
    os._exit(0)


def _answer(synthesiser: Synthesiser, request: Message, answers: BinaryIO) -> None:
    from player.voices.postprocess import finish

    utterance, number = _utterance(request["say"]), request["id"]
    try:
        samples = finish(*synthesiser.speak(utterance), utterance.lufs)
    except Exception as error:  # any error of a synthesiser: the player asks again
        reason = str(error) or repr(error)
        write_frame(answers, {"op": "failed", "id": number, "why": reason})
        return
    write_frame(answers, {"op": "clip", "id": number}, samples.tobytes())


def _utterance(fields: Message) -> Utterance:
    return Utterance(**{**fields, "shading": VoiceShading(**fields["shading"])})


def _finish(requests: _Requests) -> None:
    """Drop what is not begun. The sentence in work may end: its temporary file then goes too."""
    with suppress(queue.Empty):
        while True:
            requests.get_nowait()
    requests.put(None)


def list_voices() -> None:
    """Write a frame with the id of each of the system's voices and whether it speaks English."""
    _, answers = open_pipes()
    from player.voices.system import SystemVoice

    write_frame(answers, {"voices": dict(SystemVoice(None, Lexicon()).voices())})


def main(arguments: list[str]) -> None:
    """Speak with the voice that is named, or list the system's voices."""
    set_normal_priority()
    if arguments == ["--list"]:
        list_voices()
    else:
        serve(lambda greeting: load(arguments[0], greeting))


if __name__ == "__main__":
    main(sys.argv[1:])
