"""The short queue between the loop that makes sound and the thread that plays it."""

import threading
import time
from collections import deque

import numpy as np

from player.audio import QUANTUM, RATE

FRAME_BYTES = 8  # two float32 samples
MAX_LIMIT_FRAMES = 8 * QUANTUM
FADE_FRAMES = RATE // 50
LATE_WRITER_S = 0.02  # a quantum takes about 2 ms; a device that asks has more than 20 ms in stock


class PlaybackQueue:
    """Bytes of float32 stereo: one thread writes them, the device's thread reads them.

    It begins with `preroll` frames of silence, and the sound follows as soon as more than `limit`
    frames wait. When it runs dry it returns silence, counts an underrun and waits until it is
    filled again. From then on it holds a quantum more: a machine that was late once will be late
    again. The last `rewind_frames` that were read are remembered for `rewind`.
    """

    def __init__(self, limit: int, preroll: int = 0, rewind_frames: int = 0) -> None:
        self.limit = limit
        self.underruns = 0
        self.missing_frames = 0
        self.reads = 0
        self.tail_frames = 0  # silence read since the sound ended
        self._preroll = self._preroll_left = preroll
        self._initial_limit = limit
        self._smallest_request = MAX_LIMIT_FRAMES
        self._rewind_frames = rewind_frames
        self._blocks: deque[bytes] = deque()
        self._recent: deque[bytes] = deque()
        self._recent_frames = 0
        self._frames = 0
        self._playing = False
        self._finishing = False
        self._changed = threading.Condition()

    @property
    def frames(self) -> int:
        """Number of frames that wait to be played."""
        return self._frames

    def write(self, data: bytes) -> None:
        with self._changed:
            self._blocks.append(data)
            self._frames += len(data) // FRAME_BYTES
            self._playing = self._playing or self._frames > self.limit
            self._changed.notify_all()

    def wait_for_room(self, timeout: float) -> bool:
        """Wait until at most `limit` frames are queued; return False after `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self._frames <= self.limit, timeout)

    def finish(self) -> None:
        """Play what is left, however little; running dry is no underrun from now on."""
        with self._changed:
            self._finishing = self._playing = True
            self._changed.notify_all()

    def wait_for_tail(self, frames: int, timeout: float) -> bool:
        """Wait until `frames` frames of silence have been read after the last sound."""
        with self._changed:
            return self._changed.wait_for(lambda: self.tail_frames >= frames, timeout)

    def read(self, frames: int, *, refilling: bool = False) -> bytes:
        """Return exactly `frames` frames, padded with silence.

        If the request exceeds the stock, wait up to LATE_WRITER_S for the writer. With `refilling`
        (the device was suspended and asks for more than is there) do not wait, and count no
        underrun.
        """
        with self._changed:
            self.reads += 1
            if self._preroll_left > 0:
                self._preroll_left -= frames
                self._adapt_limit(frames)
                return bytes(frames * FRAME_BYTES)
            data = self._pop(frames * FRAME_BYTES) if self._playing else b""
            if self._playing and not refilling:
                data += self._wait_for_writer(frames * FRAME_BYTES - len(data))
            self._remember(data)
            missing = frames - len(data) // FRAME_BYTES
            if missing:
                self._run_dry(missing, refilling)
            self._changed.notify_all()
        return data + bytes(missing * FRAME_BYTES) if missing else data

    def _wait_for_writer(self, size: int) -> bytes:
        """Return `size` bytes, or fewer if the writer is later than LATE_WRITER_S."""
        data = b""
        deadline = time.monotonic() + LATE_WRITER_S
        while len(data) < size and not self._finishing:
            self._changed.notify_all()
            left = deadline - time.monotonic()
            if not self._changed.wait_for(lambda: self._frames > 0 or self._finishing, left):
                break
            data += self._pop(size - len(data))
        return data

    def _adapt_limit(self, frames: int) -> None:
        """Hold one usual request of the device and half a quantum.

        Most devices ask for little and often. The first request fills the device, and says nothing
        about the later ones.
        """
        if self.reads > 1:
            self._smallest_request = min(self._smallest_request, frames)
            self.limit = max(self._initial_limit, self._smallest_request + QUANTUM // 2)

    def _pop(self, size: int) -> bytes:
        parts = []
        while size and self._blocks:
            block = self._blocks.popleft()
            if len(block) > size:
                self._blocks.appendleft(block[size:])
                block = block[:size]
            size -= len(block)
            parts.append(block)
        data = b"".join(parts)
        self._frames -= len(data) // FRAME_BYTES
        return data

    def _run_dry(self, missing: int, refilling: bool) -> None:
        if self._finishing:
            self.tail_frames += missing
        elif self._playing:
            self._playing = False
            if refilling:
                return
            self.underruns += 1
            self.missing_frames += missing
            self.limit = min(self.limit + QUANTUM, MAX_LIMIT_FRAMES)

    def _remember(self, data: bytes) -> None:
        if not data or not self._rewind_frames:
            return
        self._recent.append(data)
        self._recent_frames += len(data) // FRAME_BYTES
        while self._recent_frames - len(self._recent[0]) // FRAME_BYTES >= self._rewind_frames:
            self._recent_frames -= len(self._recent.popleft()) // FRAME_BYTES

    def rewind(self) -> None:
        """Put the last frames back, faded in: a device that was lost has not played all of them."""
        with self._changed:
            again = np.frombuffer(b"".join(self._recent), np.float32).reshape(-1, 2).copy()
            head = again[:FADE_FRAMES]
            head *= np.linspace(0, 1, len(head), dtype=np.float32)[:, None]
            self._blocks.appendleft(again.tobytes())
            self._frames += len(again)
            self._recent.clear()
            self._recent_frames = 0
            self._preroll_left = self._preroll
            self._playing = self._playing or self._frames > self.limit
