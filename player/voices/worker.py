"""The process in which a voice speaks: ``python -m player.voices.worker NAME``.

It reads a greeting and then utterances from standard input, and answers each, in order, with a
finished clip. It ends by itself when its input ends, however the player ended: after the sentence
that it speaks, or in the middle of one that takes long. Ctrl-C in the terminal is the player's
business and not its own.
"""

import os
import queue
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol, TypeAlias

from player.errors import DreamersError
from player.script.utterance import Utterance
from player.story.lexicon import Lexicon
from player.voices import framing
from player.workers.priority import set_normal_priority

if TYPE_CHECKING:  # numpy comes with the engine
    from player.audio import Samples

_LAST_S = 0.5
"""For the sentence that is being spoken when the player ends."""

_Asked: TypeAlias = queue.SimpleQueue[framing.Header | None]  # ends with None


class Engine(Protocol):
    """What a synthesiser must do; all else is done around it."""

    def speak(self, utterance: Utterance) -> "tuple[Samples, int]":
        """Raw samples ``(n,)`` and their rate in Hz; no samples where there is nothing to say."""
        ...


def load(name: str, hello: framing.Header) -> Engine:
    """The synthesiser called ``name``, ready to speak."""
    lexicon = Lexicon(**hello["lexicon"])
    if name == "system" or name.startswith("system:"):
        from player.voices.system import SystemVoice

        return SystemVoice(name.partition(":")[2] or None, lexicon)
    from player.voices.hibari import HibariVoice

    models = {voice: Path(path) for voice, path in hello["models"].items()}
    return HibariVoice(name, models, lexicon, hello["seed"])


def serve(load_engine: Callable[[framing.Header], Engine]) -> None:
    """Greet, load, and speak what is asked until the input ends. Does not return: a thread waits
    for input, and Python cannot end in order while it holds that."""
    try:
        _serve(load_engine)
    except Exception:
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def _serve(load_engine: Callable[[framing.Header], Engine]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, answers = sys.stdin.buffer, _guarded_output()
    greeting = framing.read(source)
    if greeting is None:
        return
    asked: _Asked = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(source, asked), daemon=True).start()
    try:
        engine = load_engine(greeting[0])
    except DreamersError as error:
        framing.write(answers, {"op": "unavailable", "why": str(error)})
        return
    except Exception as error:  # whatever a library trips over: it will do so again
        why = f"The voice cannot start ({str(error) or repr(error)}); `dreamers doctor` says more."
        framing.write(answers, {"op": "unavailable", "why": why})
        return
    framing.write(answers, {"op": "ready"})
    while (job := asked.get()) is not None:
        _answer(engine, job, answers)
    os._exit(0)


def _answer(engine: Engine, job: framing.Header, answers: BinaryIO) -> None:
    from player.voices.postprocess import finish

    utterance = framing.unpack(job["say"])
    try:
        samples = finish(*engine.speak(utterance), utterance.lufs)
    except Exception as error:  # whatever a synthesiser trips over: the player tries again
        framing.write(answers, {"op": "failed", "id": job["id"], "why": str(error) or repr(error)})
        return
    framing.write(answers, {"op": "clip", "id": job["id"]}, samples.tobytes())


def _listen(source: BinaryIO, asked: _Asked) -> None:
    while frame := framing.read(source):
        asked.put(frame[0])
    # The player is gone. The sentence that is being spoken may leave a file unless it is ended.
    with suppress(queue.Empty):
        while True:
            asked.get_nowait()
    asked.put(None)
    time.sleep(_LAST_S)
    os._exit(0)


def _guarded_output() -> BinaryIO:
    """Standard output for frames alone: what a library prints goes to standard error."""
    frames = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return frames


def list_voices() -> None:
    """One line a voice of the system: its id, and ``en`` where it speaks English."""
    answers = _guarded_output()
    from player.voices.system import SystemVoice

    for voice, english in SystemVoice(None, Lexicon()).voices():
        answers.write(f"{voice}\t{'en' if english else ''}\n".encode())
    answers.flush()


def main(arguments: list[str]) -> None:
    """``NAME`` speaks; ``--list`` names the voices of the system."""
    set_normal_priority()
    if arguments == ["--list"]:
        list_voices()
    else:
        serve(lambda hello: load(arguments[0], hello))


if __name__ == "__main__":
    main(sys.argv[1:])
