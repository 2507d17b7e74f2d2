"""``dreamers play`` with a voice and assets that are never late, however busy the machine is.

``python -m tests.support.spoken_ahead FILE play STORY`` takes the options of ``dreamers``. FILE is
a pickled list of the utterances that the night needs (`night` writes it): the real voice has
spoken all of them before the sound begins. So a night that is played can be compared with a render
of it sample for sample, and a machine on which the voice would have been late fails no test.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Iterable
from pathlib import Path

from player.audio import Clip
from player.cli.assembly import NightRequest, open_night
from player.cli.options import SharedOptions, night_pacing
from player.controls.scripted import ScriptedControls
from player.library.stories import find_story
from player.script.utterance import Utterance
from player.storage.settings import load_settings
from player.voices import Speech
from player.voices.silent import Silent

_PROGRAM = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parents[2])!r})
from tests.support.spoken_ahead import main
main()
"""


class SpokenAhead:
    """A voice whose clips are there before they are asked for."""

    def __init__(self, speech: Speech, utterances: Iterable[Utterance]) -> None:
        self._speech = speech
        self._clips = {utterance: speech.take(utterance, wait=True) for utterance in utterances}

    @property
    def trouble(self) -> str | None:
        return self._speech.trouble

    def request(self, utterance: Utterance) -> None:
        if utterance not in self._clips:
            self._speech.request(utterance)

    def take(self, utterance: Utterance, wait: bool) -> Clip | None:
        return self._clips.get(utterance) or self._speech.take(utterance, wait)

    def close(self) -> None:
        self._speech.close()


class _Notes(Silent):
    """A silent voice that notes what is taken of it."""

    def __init__(self) -> None:
        self.utterances: list[Utterance] = []

    def take(self, utterance: Utterance, wait: bool) -> Clip | None:
        self.utterances.append(utterance)
        return super().take(utterance, wait)


def utterances_of(story: Path, *answers: str) -> list[Utterance]:
    """Return what is said in a night of ``story``, in the home of this process."""
    options, notes = SharedOptions(story=str(story)), _Notes()
    settings = load_settings(Path(os.environ["DREAMERS_HOME"]) / "config" / "config.toml")
    opened = open_night(
        NightRequest(
            options=options,
            settings=settings,
            source=find_story(str(story)),
            speech=notes,
            pacing=night_pacing(options, settings),
            controls=ScriptedControls(answers),
        )
    )
    for _ in opened.performance:
        pass
    return notes.utterances


def night(utterances: Iterable[Utterance], file: Path, *arguments: str) -> list[str]:
    """Return the command line of a night, and write its ``utterances`` into ``file``."""
    file.write_bytes(pickle.dumps(list(dict.fromkeys(utterances))))
    return [sys.executable, "-c", _PROGRAM, str(file), *arguments]


def main() -> None:
    from player import cli
    from player.cli.commands import play
    from player.engine.preloader import AssetPreloader

    utterances = pickle.loads(Path(sys.argv.pop(1)).read_bytes())
    open_voice, is_ready = play.open_voice, AssetPreloader.is_ready

    def open_spoken_ahead(*arguments: object) -> SpokenAhead:
        return SpokenAhead(open_voice(*arguments), utterances)  # type: ignore[arg-type]

    def load_at_once(self: AssetPreloader, step: object, wait: bool) -> bool:
        return is_ready(self, step, wait=True)  # type: ignore[arg-type]

    play.open_voice = open_spoken_ahead  # type: ignore[assignment]
    AssetPreloader.is_ready = load_at_once  # type: ignore[assignment, method-assign]
    cli.main()


if __name__ == "__main__":
    main()
