"""The sound card through simpleaudio, an optional extra.

simpleaudio plays one buffer and has no stream. But its thread reads the caller's memory while it
plays. So it gets one long silent buffer, and the night is written into it a little ahead of the
position that is being played, which is estimated by the clock. The buffer is 16-bit; rounding to it
is dithered (triangular, two steps wide), since a quiet bed would sound rough otherwise.
"""

import logging
import mmap
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from player.audio import RATE, Samples
from player.cues import Chapter
from player.errors import UnavailableError
from player.outputs.speaker import MAX_WAIT_S, WAIT_S
from player.outputs.stderr_guard import quiet_alsa, silent_stderr

FRAME_BYTES = 4  # two 16-bit samples
FULL_SCALE = 32_768
BUFFER_S = 3 * 3600.0  # simpleaudio counts bytes in a C int, which allows 3.1 hours
LEAD_S = 0.4  # written this far ahead of the clock
GUARD_S = 0.15  # the card may already have read this far ahead of the clock
DRIFT = 1e-4  # a card's clock may run this much faster than ours
TAIL_S = 0.5  # a card that started late ends late
REWIND_S = 0.3
FADE_S = 0.2  # at the change of buffers; at most what the card has not yet read
SUSPENDED_S = 1.0  # a longer delay means that the whole program was suspended
RELEASE_S = 60.0  # memory is released in pieces of this length, this long after it was played


_log = logging.getLogger(__name__)


class SimpleAudioOutput:
    """A sound card: `write` waits until the clock is near, so that the night runs in real time.

    A device that is lost is waited for, for up to `max_wait_s`; meanwhile `keep_waiting` is called,
    and ends the waiting when it returns False. `dither_seed` None turns dither off.

    The position of the card is only estimated by the clock: a card that the system suspends for a
    while goes on where it was, and stays late by that much.
    """

    is_live = True
    latency_s = 0.5  # LEAD_S, and a little more in the system

    def __init__(
        self,
        *,
        keep_waiting: Callable[[], bool] = lambda: True,
        dither_seed: int | None = 0,
        buffer_s: float = BUFFER_S,
        max_wait_s: float = MAX_WAIT_S,
    ) -> None:
        self.underruns = 0
        self.missing_s = 0.0
        self.reopened = 0
        self._simpleaudio = _library()
        self._random = None if dither_seed is None else np.random.default_rng(dither_seed)
        self._frames = round(buffer_s * RATE)
        self._keep_waiting = keep_waiting
        self._max_wait_s = max_wait_s
        self._open = True
        self._start()

    def _start(self) -> None:
        """Start to play a new buffer of silence. Raises UnavailableError."""
        self._memory = _zeros(self._frames * FRAME_BYTES)
        self._steps: NDArray[np.int16] = np.frombuffer(self._memory, np.int16).reshape(-1, 2)
        try:
            with silent_stderr():
                self._playing = self._simpleaudio.play_buffer(self._memory, 2, 2, RATE)
        except self._simpleaudio._simpleaudio.SimpleaudioError as error:
            raise UnavailableError(
                "simpleaudio can open no sound device here: connect or switch on one, see what is"
                " missing with 'dreamers doctor', or make a file with 'dreamers render'"
            ) from error
        self._started_at = time.monotonic()
        self._written = self._released = self._last_position = 0

    def _position(self) -> int:
        """Return the frame that the card plays now, by the clock."""
        return round((time.monotonic() - self._started_at) * RATE)

    def _lead(self) -> int:
        """Return the number of frames to write ahead of the position."""
        return round(LEAD_S * RATE) + round(self._position() * DRIFT)

    def write(self, block: Samples) -> None:
        if not self._open:
            raise ValueError("the output has been closed")
        if not self._playing.is_playing():
            self._recover(self._position())
        elif self._written and self._position() - self._written > SUSPENDED_S * RATE:
            self._stop()  # the card was suspended too, so the clock is no measure of its position
            self._recover(self._last_position)
        self._skip_what_is_late()
        if self._written + len(block) > self._frames:
            self._change_buffer()
        self._steps[self._written : self._written + len(block)] = self._quantised(block)
        self._written += len(block)
        self._release()
        self._last_position = self._position()
        time.sleep(max(0.0, (self._written - self._lead() - self._last_position) / RATE))

    def _skip_what_is_late(self) -> None:
        """Go on ahead of the card if it may already have read where to write next."""
        position = self._position()
        if self._written >= position + round(GUARD_S * RATE):
            return
        late, self._written = self._written, position + self._lead()
        if late > 0:
            self.underruns += 1
            _log.warning("sound: too late, %d times so far", self.underruns)
            self.missing_s += (self._written - late) / RATE

    def _change_buffer(self) -> None:
        """Fade out, start a new buffer and fade in.

        What was faded out is played again, so that no word is lost.
        """
        count = min(round(FADE_S * RATE), self._written // 2)
        rest = self._steps[self._written - 2 * count : self._written].copy()
        falling = np.linspace(1.0, 0.0, count, dtype=np.float32)[:, None]
        self._steps[self._written - count : self._written] = rest[count:] * falling
        self._drain()
        self._start()
        rest[:count] = rest[:count] * falling[::-1]
        self._write_ahead(rest)

    def _write_ahead(self, steps: NDArray[np.int16]) -> None:
        """Write the first `steps` of a new buffer, as far ahead of the card as always."""
        begin = self._lead()
        self._written = begin + len(steps)
        self._steps[begin : self._written] = steps

    def _quantised(self, block: Samples) -> NDArray[np.int16]:
        """Return `block` rounded to 16 bits, with dither."""
        steps = block * np.float32(FULL_SCALE)
        if self._random is not None:
            noise = self._random.random((2, *block.shape), np.float32)
            steps = steps + (noise[0] - noise[1])
        whole: NDArray[np.int16] = np.clip(np.rint(steps), -FULL_SCALE, FULL_SCALE - 1).astype(
            np.int16
        )
        return whole

    def _release(self) -> None:
        """Release the memory of what was played, so that a long night needs no more than others."""
        played = (self._position() - round(RELEASE_S * RATE)) * FRAME_BYTES
        played -= played % mmap.PAGESIZE
        if played - self._released > RELEASE_S * RATE * FRAME_BYTES:
            if hasattr(self._memory, "madvise"):
                self._memory.madvise(mmap.MADV_DONTNEED, self._released, played - self._released)
            self._released = played

    def _recover(self, position: int) -> None:
        """Open the card again and go on a little before frame `position`, where it fell silent."""
        _log.warning("device: lost")
        begin = max(0, min(position, self._written) - round(REWIND_S * RATE))
        rest = self._steps[begin : self._written].copy()
        deadline = time.monotonic() + self._max_wait_s
        while True:
            try:
                self._start()
                break
            except UnavailableError:
                if not self._keep_waiting() or time.monotonic() > deadline:
                    self._open = False
                    raise
                time.sleep(WAIT_S)
        self.reopened += 1
        _log.info("device: opened again")
        self._write_ahead(rest)

    def _drain(self) -> None:
        """Wait until all that was written has been heard, then stop."""
        if self._written:
            left = (self._written - self._position()) / RATE + TAIL_S
            time.sleep(max(0.0, left))
        self._stop()

    def _stop(self) -> None:
        self._playing.stop()
        deadline = time.monotonic() + 2 * WAIT_S
        while self._playing.is_playing() and time.monotonic() < deadline:
            time.sleep(WAIT_S / 50)  # simpleaudio's thread still reads the memory

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


def _zeros(size: int) -> mmap.mmap:
    """Return zeroed memory of `size` bytes, allocated only where it is used."""
    if hasattr(mmap, "MAP_ANONYMOUS"):
        return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    return mmap.mmap(-1, size)
