"""The bed's path on the ways to several endings; what the ways have in common is told once.

``python -m tests.support.ending_paths FOLDER ENDING...`` writes FOLDER/ENDING.pickle for each, a
`Path` with all that was measured. The ways to the tale's endings have eight of ten answers in
common: where they part, the process forks, and each part goes on from the very same state. Only
one of the processes is at work at a time. Where there is no fork, each way is told by itself.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path as FilePath

from player.audio import Clip
from player.cli.options import SharedOptions, open_voice
from player.controls import Answer
from player.controls.scripted import ScriptedControls
from player.library.stories import find_story
from player.script import Ask
from player.script.utterance import Utterance
from player.voices import Speech
from tests.support.night_path import Path
from tests.support.nights import TALE, Told, endings

Ways = Mapping[str, tuple[int, ...]]
"""Each ending's name, and answers that lead there, counted from 1."""


class ReopenedSpeech:
    """A voice that can be closed at any time, and is opened again when it is needed."""

    trouble = None

    def __init__(self, voice: str) -> None:
        self._options = SharedOptions(story=TALE, voice=voice)
        self._speech: Speech | None = None

    def request(self, utterance: Utterance) -> None:
        self._opened().request(utterance)

    def take(self, utterance: Utterance, wait: bool) -> Clip | None:
        return self._opened().take(utterance, wait)

    def close(self) -> None:
        if self._speech is not None:
            self._speech.close()
            self._speech = None

    def _opened(self) -> Speech:
        if self._speech is None:
            self._speech = open_voice(self._options, find_story(TALE))
        return self._speech


class ForkingControls(ScriptedControls):
    """Controls that follow several ways, in a process for each from where they part."""

    def __init__(self, ways: Ways, speech: ReopenedSpeech) -> None:
        super().__init__([])
        self.ways = ways
        """Those that this process follows; only one is left at the end of a night."""
        self.is_child = False
        self._speech = speech
        self._questions = 0

    def poll(self, ask: Ask | None, waiting: bool) -> Answer | None:
        if ask is not None and waiting and not self._choices:
            self._choices = [str(self._next_answer())]
            self._questions += 1
        return super().poll(ask, waiting)

    def _next_answer(self) -> int:
        parts: dict[int, dict[str, tuple[int, ...]]] = {}
        for ending, answers in self.ways.items():
            parts.setdefault(answers[self._questions], {})[ending] = answers
        *others, last = parts
        for answer in others:
            if self._fork():
                self.ways = parts[answer]
                return answer
        self.ways = parts[last]
        return last

    def _fork(self) -> bool:
        """Return True in a new process, and False in this one as soon as that one has ended."""
        self._speech.close()  # its thread would not be there in the new process
        assert threading.active_count() == 1
        if (process := os.fork()) == 0:
            self.is_child = True
            return True
        _, status = os.waitpid(process, 0)
        if status:
            raise RuntimeError("a part of the night has failed: its traceback stands above")
        return False


def write_paths(ways: Ways, folder: FilePath) -> None:
    """Tell the night on all the ``ways``, and write the path of each."""
    speech = ReopenedSpeech("hibari")
    controls = ForkingControls(ways, speech)
    try:
        told = Told("hibari", controls=controls, speech=speech)
        path = Path(told.crossings)
        for stretch in told:
            path.add(stretch)
        speech.close()
        (ending,) = controls.ways
        (folder / f"{ending}.pickle").write_bytes(pickle.dumps(path))
    except BaseException:
        if controls.is_child:
            traceback.print_exc()
            os._exit(1)
        raise
    if controls.is_child:
        os._exit(0)


def paths_to(names: tuple[str, ...], folder: FilePath) -> dict[str, Path]:
    """Return the path to each ending. Forking needs a process that has no threads."""
    subprocess.run(
        [sys.executable, "-m", "tests.support.ending_paths", str(folder), *names],
        cwd=FilePath(__file__).parents[2],
        check=True,
    )
    return {name: pickle.loads((folder / f"{name}.pickle").read_bytes()) for name in names}


def main() -> None:
    folder, names = FilePath(sys.argv[1]), sys.argv[2:]
    ways = {ending: answers for ending, answers in endings().items() if ending in names}
    if hasattr(os, "fork"):
        write_paths(ways, folder)
    else:
        for ending, answers in ways.items():
            write_paths({ending: answers}, folder)


if __name__ == "__main__":
    main()
