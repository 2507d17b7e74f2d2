"""The sound card through simpleaudio, an optional extra.

simpleaudio plays one buffer at a time and cannot be fed. But its thread reads the caller's memory
while it plays: so it is given one long silent stretch of memory, and the night is written into it a
little ahead of the place that is being played, which is told from the clock. The stretch is 16-bit;
the rounding is dithered (triangular, two steps wide) since a quiet bed would be roughened without.
"""

import mmap
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.audio import RATE, Samples
from player.cues import Chapter
from player.errors import UnavailableError
from player.outputs.speaker import PATIENCE_S, WAIT_S
from player.outputs.stderr_guard import quiet_alsa, silent_stderr

FRAME_BYTES = 4  # two 16-bit samples
FULL_SCALE = 32_768
STRETCH_S = 3 * 3600.0  # simpleaudio counts bytes in a C int: 3.1 hours are the most
LEAD_S = 0.4  # how far ahead of the clock is written
GUARD_S = 0.15  # how far ahead of the clock the card may already have read
DRIFT = 1e-4  # a card's clock may run this much faster than ours
TAIL_S = 0.5  # a card that began late ends as late
REWIND_S = 0.3
TURN_S = 0.2  # from one stretch to the next: no more than what the card has not read
STOPPED_S = 1.0  # later than this is no slow story: the whole program has stood still
RELEASE_S = 60.0  # memory is given back in pieces of this length, and as long after it was played


class SimpleAudioOutput:
    """A sound card: `write` waits until the clock is near, so that the night runs in real time.

    `underruns` counts how often sound came too late. A card that vanishes is opened again for up to
    `patience_s`; `while_lost` is called meanwhile, and ends the waiting by answering False.
    `dither_seed` None leaves the samples as they are, rounded to 16 bits.

    Where the card is can only be told from the clock: one that the system holds back for a while
    goes on where it was, and is as much later from then on.
    """

    is_live = True
    latency_s = 0.5  # what is written ahead, and some more in the system

    def __init__(
        self,
        *,
        while_lost: Callable[[], bool] = lambda: True,
        dither_seed: int | None = 0,
        stretch_s: float = STRETCH_S,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.underruns = 0
        self.reopened = 0
        self._simpleaudio = _library()
        self._random = None if dither_seed is None else np.random.default_rng(dither_seed)
        self._frames = round(stretch_s * RATE)
        self._while_lost = while_lost
        self._patience_s = patience_s
        self._open = True
        self._start()

    def _start(self) -> None:
        """Begin to play a new stretch of silence."""
        self._memory = _silence(self._frames * FRAME_BYTES)
        self._steps: NDArray[np.int16] = np.frombuffer(self._memory, np.int16).reshape(-1, 2)
        try:
            with silent_stderr():
                self._playing = self._simpleaudio.play_buffer(self._memory, 2, 2, RATE)
        except self._simpleaudio._simpleaudio.SimpleaudioError as error:
            raise UnavailableError(
                "simpleaudio can open no sound device here: connect or switch on one, see what is"
                " missing with 'dreamers doctor', or make a file with 'dreamers render'"
            ) from error
        self._began = time.monotonic()
        self._written = self._released = self._reached = 0

    def _heard(self) -> int:
        """Return the frame that the card is at, by the clock."""
        return round((time.monotonic() - self._began) * RATE)

    def _lead(self) -> int:
        return round(LEAD_S * RATE) + round(self._heard() * DRIFT)

    def write(self, block: Samples) -> None:
        if not self._open:
            raise ValueError("the output has been closed")
        if not self._playing.is_playing():
            self._recover(self._heard())
        elif self._written and self._heard() - self._written > STOPPED_S * RATE:
            self._stop()  # the card stood still with us, and the clock tells its place no more
            self._recover(self._reached)
        heard = self._heard()
        if self._written < heard + round(GUARD_S * RATE):
            self.underruns += self._written > 0
            self._written = heard + self._lead()
        if self._written + len(block) > self._frames:
            self._go_to_the_next_stretch()
        self._steps[self._written : self._written + len(block)] = self._rounded(block)
        self._written += len(block)
        self._release()
        self._reached = self._heard()
        time.sleep(max(0.0, (self._written - self._lead() - self._reached) / RATE))

    def _go_to_the_next_stretch(self) -> None:
        """Softly out and softly in; what was faded is heard again, so that no word is lost."""
        count = min(round(TURN_S * RATE), self._written // 2)
        rest = self._steps[self._written - 2 * count : self._written].copy()
        falling = np.linspace(1.0, 0.0, count, dtype=np.float32)[:, None]
        self._steps[self._written - count : self._written] = rest[count:] * falling
        self._drain()
        self._start()
        rest[:count] = rest[:count] * falling[::-1]
        begin = self._lead()
        self._written = begin + len(rest)
        self._steps[begin : self._written] = rest

    def _rounded(self, block: Samples) -> NDArray[np.int16]:
        steps = block * np.float32(FULL_SCALE)
        if self._random is not None:
            noise = self._random.random((2, *block.shape), np.float32)
            steps = steps + (noise[0] - noise[1])
        whole: NDArray[np.int16] = np.clip(np.rint(steps), -FULL_SCALE, FULL_SCALE - 1).astype(
            np.int16
        )
        return whole

    def _release(self) -> None:
        """Give back the memory of what was played: a long night needs no more than a short one."""
        played = (
            (self._heard() - round(RELEASE_S * RATE)) * FRAME_BYTES // mmap.PAGESIZE * mmap.PAGESIZE
        )
        if played - self._released > RELEASE_S * RATE * FRAME_BYTES:
            if hasattr(self._memory, "madvise"):
                self._memory.madvise(mmap.MADV_DONTNEED, self._released, played - self._released)
            self._released = played

    def _recover(self, reached: int) -> None:
        """Open the card again and go on a little before frame `reached`, where it fell silent."""
        again = max(0, min(reached, self._written) - round(REWIND_S * RATE))
        rest = self._steps[again : self._written].copy()
        deadline = time.monotonic() + self._patience_s
        while True:
            try:
                self._start()
                break
            except UnavailableError:
                if not self._while_lost() or time.monotonic() > deadline:
                    self._open = False
                    raise
                time.sleep(WAIT_S)
        self.reopened += 1
        begin = self._lead()
        self._written = begin + len(rest)
        self._steps[begin : self._written] = rest

    def _drain(self) -> None:
        """Wait until all that was written has been heard, then stop."""
        if self._written:
            left = (self._written - self._heard()) / RATE + TAIL_S
            time.sleep(max(0.0, left))
        self._stop()

    def _stop(self) -> None:
        self._playing.stop()
        deadline = time.monotonic() + 2 * WAIT_S
        while self._playing.is_playing() and time.monotonic() < deadline:
            time.sleep(WAIT_S / 50)  # its thread still reads the memory

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        if self._open:
            self._open = False
            self._drain()

    def abort(self) -> None:
        if self._open:
            self._open = False
            self._stop()


def _library() -> Any:
    try:
        import simpleaudio
    except ImportError as error:
        raise UnavailableError(
            "the output 'simpleaudio' needs a library that is not installed: "
            "pip install 'dreamers[simpleaudio]', or use --output speaker"
        ) from error
    quiet_alsa()
    return simpleaudio


def _silence(size: int) -> mmap.mmap:
    """Return zeroed memory of `size` bytes that takes up room only where it is used."""
    if hasattr(mmap, "MAP_ANONYMOUS"):
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return mmap.mmap(-1, size)
