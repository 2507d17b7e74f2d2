"""What a night needs beside words, made ready before it is wanted: places, and recordings.

To build a place takes some hundredths of a second, to decode a long recording some seconds: more
than the sound has in hand. So it is done ahead, on a thread of its own that steps back behind the
sound, and the loop takes what is there.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterable

from player.audio import Samples
from player.children import go_after
from player.errors import DreamersError, InputError
from player.script import SetScene, Sound
from player.soundscape.scene import Scene
from player.soundscape.soundscape import Soundscape
from player.soundscape_files import LoadedSoundscape

PATIENCE_S = 30.0
"""So long the night waits for what is wanted now; then it goes on without."""

Step = SetScene | Sound
_Key = tuple[str, int]
_Made = Soundscape | Samples | Exception


class Scenery:
    """The places that a ``scene`` moves to, and a story's recordings."""

    def __init__(
        self,
        scene: Scene,
        load_place: Callable[[str], LoadedSoundscape],
        load_sound: Callable[[str], Samples],
        trouble: Callable[[str], None] = lambda _: None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """The loaders may take their time, and raise a ``DreamersError``: ``trouble`` is told of it
        when the thing is wanted, and the night goes on as if it had not been."""
        self._scene, self._trouble, self._patience_s = scene, trouble, patience_s
        self._load_place, self._load_sound = load_place, load_sound
        self._wished: dict[_Key, Step] = {}
        self._made: dict[_Key, _Made] = {}
        self._wanted_at: dict[_Key, float] = {}
        self._work: queue.SimpleQueue[_Key] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def prepare(self, steps: Iterable[Step]) -> None:
        """All that will be wanted soon, soonest first; anything else is let go."""
        before = self._wished
        self._wished = {self._key(step): step for step in steps}
        for key in self._wished:
            if key not in before:
                self._begin(key)
        for key in [key for key in self._made if key not in self._wished]:
            del self._made[key]

    def is_ready(self, step: Step, wait: bool) -> bool:
        """Whether `enter` or `sound` may follow. With ``wait`` it may, however long it takes."""
        key = self._key(step)
        if key not in self._wished:
            self._wished[key] = step
            if not wait:
                self._begin(key)
        if wait and key not in self._made:
            self._make(key)
        late_s = time.monotonic() - self._wanted_at.setdefault(key, time.monotonic())
        if late_s > self._patience_s:
            why = f"{key[0]!r} could not be read in {late_s:.0f} s; give a shorter recording."
            self._made.setdefault(key, InputError(why))
        return key in self._made

    def enter(self, step: SetScene) -> None:
        """Crossfade to a place that is ready."""
        made = self._take(step)
        if isinstance(made, Soundscape):
            self._scene.enter(made, step.fade_s)

    def sound(self, step: Sound) -> Samples | None:
        """A recording that is ready, ``(frames, 2)``; ``None`` where it cannot be had."""
        made = self._take(step)
        return None if made is None or isinstance(made, Soundscape) else made

    def _key(self, step: Step) -> _Key:
        """A place differs by how many there were before it, a recording does not."""
        return (step.file, 0) if isinstance(step, Sound) else (step.name, self._scene.places)

    def _take(self, step: Step) -> Soundscape | Samples | None:
        key = self._key(step)
        made = self._made.pop(key)
        del self._wished[key], self._wanted_at[key]
        if isinstance(made, DreamersError):
            self._trouble(str(made))
            return None
        if isinstance(made, Exception):
            raise made
        return made

    # -- the thread -------------------------------------------------------------------------------

    def _begin(self, key: _Key) -> None:
        self._work.put(key)
        if self._thread is None:
            # A daemon: a file that is never read to its end must not hold up the program's.
            self._thread = threading.Thread(target=self._run, name="scenery", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        go_after()
        while True:
            self._make(self._work.get())

    def _make(self, key: _Key) -> None:
        step = self._wished.get(key)
        if step is None:
            return  # nobody wishes for it any more
        made: _Made
        try:
            if isinstance(step, Sound):
                made = self._load_sound(step.file)
            else:
                found = self._load_place(step.name)
                made = self._scene.built(found.recipe, found.recordings, key[1])
        except Exception as error:  # told where it is wanted: a thread would only lose it
            made = error
        if key in self._wished:
            self._made.setdefault(key, made)


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
