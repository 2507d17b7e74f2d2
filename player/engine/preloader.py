"""The preloader: builds soundscapes and decodes recordings before they are needed.

A soundscape takes some hundredths of a second to build, a long recording some seconds to decode:
more than the sound has in reserve. So a background thread loads them, and the loop takes what is
ready. This is the only file of ``engine`` with a thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from player.audio import Samples
from player.errors import DreamersError, InputError
from player.library.recordings import MOST_KEPT_BYTES, Recorded
from player.library.soundscapes import LoadedSoundscape
from player.script import ChangeSoundscape, PlaySound
from player.soundscape.bed import Bed
from player.soundscape.synth import Synth
from player.workers.priority import set_normal_priority

ASSET_TIMEOUT_S = 30.0
"""How long the night waits for an asset that it needs now, before it goes on without."""
_MAX_REQUESTS = 4

AssetStep = ChangeSoundscape | PlaySound
_Asset = Synth | Recorded
_Key = tuple[AssetStep, int]

_log = logging.getLogger(__name__)


@dataclass(slots=True, eq=False)
class _Request:
    step: AssetStep
    place_number: int  # how many soundscapes came before; 0 for a recording
    is_begun: bool = False
    result: _Asset | Exception | None = None
    recording_bytes: int = 0
    needed_since: float | None = None  # a time of the monotonic clock


class AssetPreloader:
    """Loads the soundscapes that a bed moves to, and a story's recordings."""

    def __init__(
        self,
        bed: Bed,
        load_soundscape: Callable[[str], LoadedSoundscape],
        load_recording: Callable[[str], Recorded],
        *,
        report: Callable[[str], None] = lambda _: None,
        timeout_s: float = ASSET_TIMEOUT_S,
    ) -> None:
        """Both loaders may take their time.

        When an asset is needed whose loader raised a `DreamersError`, ``report`` is called with
        its message, and the night goes on without the asset.
        """
        self._bed, self._report, self._timeout_s = bed, report, timeout_s
        self._load_soundscape, self._load_recording = load_soundscape, load_recording
        self._requests: dict[_Key, _Request] = {}  # the most urgent first
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def prepare(self, steps: Iterable[AssetStep]) -> None:
        """Load the first few of ``steps``, the most urgent first, and drop every other request."""
        requests: dict[_Key, _Request] = {}
        for step in steps:
            key = self._key(step)
            requests[key] = self._requests.get(key) or _Request(*key)
            if len(requests) == _MAX_REQUESTS:
                break
        with self._changed:
            self._requests = requests
        self._wake_thread()

    def is_ready(self, step: AssetStep, wait: bool) -> bool:
        """Return whether `enter` or `recording` may be called now; with ``wait``, load it first."""
        key = self._key(step)
        with self._changed:
            request = self._requests.setdefault(key, _Request(*key))
        if wait and request.result is None:
            self._load(request)
        if request.result is None:
            self._fail_if_overdue(request)
            self._wake_thread()
        return request.result is not None

    def enter(self, step: ChangeSoundscape) -> None:
        """Crossfade to a soundscape that is ready."""
        asset = self._take(step)
        if isinstance(asset, Synth):
            self._bed.enter(asset, step.fade_s)

    def recording(self, step: PlaySound) -> Recorded | None:
        """Return a recording that is ready, or None if it could not be read."""
        asset = self._take(step)
        return asset if isinstance(asset, Recorded) else None

    def _key(self, step: AssetStep) -> _Key:
        """Return the key of a request: how a soundscape sounds depends on how many came before."""
        return step, 0 if isinstance(step, PlaySound) else self._bed.soundscape_count

    def _fail_if_overdue(self, request: _Request) -> None:
        """Fail a request that has been needed for longer than the timeout."""
        now = time.monotonic()
        request.needed_since = request.needed_since or now
        if now - request.needed_since > self._timeout_s:
            step = request.step
            name = f"sound {step.file!r}" if isinstance(step, PlaySound) else f"place {step.name!r}"
            request.result = InputError(
                f"The {name} was not ready in {self._timeout_s:g} s and was passed over; give"
                " shorter recordings."
            )

    def _take(self, step: AssetStep) -> _Asset | None:
        with self._changed:
            result = self._requests.pop(self._key(step)).result
        if isinstance(result, DreamersError):
            self._report(str(result))
            return None
        if isinstance(result, Exception):
            raise result
        return result

    # -- the thread -------------------------------------------------------------------------------

    def _wake_thread(self) -> None:
        with self._changed:
            self._changed.notify_all()
            if self._thread is None and self._next_request():
                # A daemon, since a file that never ends must not hold up the end of the program.
                self._thread = threading.Thread(target=self._run, name="preloader", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        set_normal_priority()
        while True:
            with self._changed:
                while (request := self._next_request()) is None:
                    self._changed.wait()
                request.is_begun = True
            self._load(request)

    def _next_request(self) -> _Request | None:
        """Return the request to load next: one that is needed now, else the most urgent one.

        Nothing is loaded ahead while the recordings in hand fill the memory set aside for them.
        """
        waiting = [
            request
            for request in self._requests.values()
            if not request.is_begun and request.result is None
        ]
        for request in waiting:
            if request.needed_since is not None:
                return request
        in_hand = sum(request.recording_bytes for request in self._requests.values())
        return waiting[0] if waiting and in_hand <= MOST_KEPT_BYTES else None

    def _load(self, request: _Request) -> None:
        result: _Asset | Exception
        recordings: list[Samples] = []
        began = time.monotonic()
        try:
            if isinstance(request.step, PlaySound):
                result = self._load_recording(request.step.file)
                recordings = [result.samples]
            else:
                loaded = self._load_soundscape(request.step.name)
                result = self._bed.build_synth(
                    loaded.recipe, loaded.recordings, request.place_number
                )
                recordings = list(loaded.recordings.values())
        except Exception as error:  # raised again where the asset is needed, not on this thread
            result = error
        _log.info("asset: a %s took %.2f s", type(request.step).__name__, time.monotonic() - began)
        request.recording_bytes = sum(samples.nbytes for samples in recordings)
        request.result = request.result or result


class NoAssets:
    """An `AssetPreloader` for a night of words alone: always ready, with nothing to give."""

    def prepare(self, steps: Iterable[AssetStep]) -> None:
        """Do nothing."""

    def is_ready(self, step: AssetStep, wait: bool) -> bool:
        """Return True."""
        return True

    def enter(self, step: ChangeSoundscape) -> None:
        """Do nothing."""

    def recording(self, step: PlaySound) -> None:
        """Return None."""
