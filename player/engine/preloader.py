"""What a night needs beside words, made ready before it is wanted: places, and recordings.

To build a place takes some hundredths of a second, to decode a long recording some seconds: more
than the sound has in hand. So it is done ahead, on a thread of its own that steps back behind the
sound, and the loop takes what is there.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from player.audio import Samples
from player.errors import DreamersError, InputError
from player.library.recordings import MOST_KEPT_BYTES, Recorded
from player.library.soundscapes import LoadedSoundscape
from player.script import SetScene, Sound
from player.soundscape.bed import Scene
from player.soundscape.synth import Soundscape
from player.workers.launch import go_after

PATIENCE_S = 30.0
"""So long the night waits for what is wanted now; then it goes on without."""
_MOST_AHEAD = 4

Step = SetScene | Sound


@dataclass(slots=True, eq=False)
class _Wish:
    step: Step
    number: int  # of a place: how many there were before
    begun: bool = False
    made: Soundscape | Recorded | Exception | None = None
    bytes: int = 0  # of the recordings in it
    wanted_at: float | None = None


class Scenery:
    """The places that a ``scene`` moves to, and a story's recordings."""

    def __init__(
        self,
        scene: Scene,
        load_place: Callable[[str], LoadedSoundscape],
        load_sound: Callable[[str], Recorded],
        trouble: Callable[[str], None] = lambda _: None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """The loaders may take their time, and raise a ``DreamersError``: ``trouble`` is told of it
        when the thing is wanted, and the night goes on as if it had not been."""
        self._scene, self._trouble, self._patience_s = scene, trouble, patience_s
        self._load_place, self._load_sound = load_place, load_sound
        self._wishes: dict[tuple[Step, int], _Wish] = {}  # soonest first
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def prepare(self, steps: Iterable[Step]) -> None:
        """The first few of ``steps``, soonest first, will be wanted soon; others are let go."""
        wishes: dict[tuple[Step, int], _Wish] = {}
        for step in steps:
            key = self._key(step)
            wishes[key] = self._wishes.get(key) or _Wish(*key)
            if len(wishes) == _MOST_AHEAD:
                break
        with self._changed:
            self._wishes = wishes
        self._see_to_them()

    def is_ready(self, step: Step, wait: bool) -> bool:
        """Whether `enter` or `sound` may follow. With ``wait`` it may, however long it takes."""
        key = self._key(step)
        with self._changed:
            wish = self._wishes.setdefault(key, _Wish(*key))
        if wait and wish.made is None:
            self._make(wish)
        if wish.made is None:
            self._wait_no_longer(wish)
            self._see_to_them()
        return wish.made is not None

    def enter(self, step: SetScene) -> None:
        """Crossfade to a place that is ready."""
        made = self._take(step)
        if isinstance(made, Soundscape):
            self._scene.enter(made, step.fade_s)

    def sound(self, step: Sound) -> Recorded | None:
        """A recording that is ready; ``None`` where it cannot be had."""
        made = self._take(step)
        return made if isinstance(made, Recorded) else None

    def _key(self, step: Step) -> tuple[Step, int]:
        """A place differs by how many there were before it, a recording does not."""
        return step, 0 if isinstance(step, Sound) else self._scene.places

    def _wait_no_longer(self, wish: _Wish) -> None:
        """Than is patient: from when it is wanted on, not from when it was begun."""
        now = time.monotonic()
        wish.wanted_at = wish.wanted_at or now
        if now - wish.wanted_at > self._patience_s:
            step = wish.step
            what = f"sound {step.file!r}" if isinstance(step, Sound) else f"place {step.name!r}"
            wish.made = InputError(
                f"The {what} was not ready in {self._patience_s:g} s and was passed over; give"
                " shorter recordings."
            )

    def _take(self, step: Step) -> Soundscape | Recorded | None:
        with self._changed:
            made = self._wishes.pop(self._key(step)).made
        if isinstance(made, DreamersError):
            self._trouble(str(made))
            return None
        if isinstance(made, Exception):
            raise made
        return made

    # -- the thread -------------------------------------------------------------------------------

    def _see_to_them(self) -> None:
        with self._changed:
            self._changed.notify_all()
            if self._thread is None and self._next():
                # A daemon: a file that is never read to its end must not hold up the program's.
                self._thread = threading.Thread(target=self._run, name="scenery", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        go_after()
        while True:
            with self._changed:
                while (wish := self._next()) is None:
                    self._changed.wait()
                wish.begun = True
            self._make(wish)

    def _next(self) -> _Wish | None:
        """What is wanted goes first; ahead of that, no more is made than may be kept."""
        open_ones = [wish for wish in self._wishes.values() if not wish.begun and wish.made is None]
        for wish in open_ones:
            if wish.wanted_at is not None:
                return wish
        full = sum(wish.bytes for wish in self._wishes.values()) > MOST_KEPT_BYTES
        return open_ones[0] if open_ones and not full else None

    def _make(self, wish: _Wish) -> None:
        made: Soundscape | Recorded | Exception
        recordings: list[Samples] = []
        try:
            if isinstance(wish.step, Sound):
                made = self._load_sound(wish.step.file)
                recordings = [made.samples]
            else:
                found = self._load_place(wish.step.name)
                made = self._scene.built(found.recipe, found.recordings, wish.number)
                recordings = list(found.recordings.values())
        except Exception as error:  # told where it is wanted: a thread would only lose it
            made = error
        wish.bytes = sum(samples.nbytes for samples in recordings)
        wish.made = wish.made or made


class NoScenery:
    """For a night of words alone, and for one whose places do not matter."""

    def prepare(self, steps: Iterable[Step]) -> None:
        """There is nothing to make."""

    def is_ready(self, step: Step, wait: bool) -> bool:
        """Always."""
        return True

    def enter(self, step: SetScene) -> None:
        """There is nowhere to go."""

    def sound(self, step: Sound) -> None:
        """None at all."""
