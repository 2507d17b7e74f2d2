"""The short queue between the loop that makes sound and the card that plays it."""

import threading
import time
from collections import deque

import numpy as np

from player.audio import QUANTUM, RATE

FRAME_BYTES = 8  # two float32 samples
DEEPEST_FRAMES = 8 * QUANTUM
FADE_FRAMES = RATE // 50
WRITER_S = 0.02  # a step of the mixer takes 2 ms; the card has more than this in hand as it asks


class BlockQueue:
    """Bytes of float32 stereo: one thread puts them in, the card's thread takes them out.

    It begins with `preroll` frames of silence, and the sound follows as soon as more than `limit`
    frames wait. When it runs dry it gives silence, counts it, lets itself be filled again, and from
    then on keeps a block more in stock: a machine that was late once will be so again.
    """

    def __init__(self, limit: int, preroll: int = 0, keep: int = 0) -> None:
        self.limit = limit
        self.underruns = 0
        self.missing_frames = 0
        self.takes = 0  # how often the card has asked
        self.tail_frames = 0  # silence given since the sound ended
        self._preroll = self._silence_left = preroll
        self._shallow = limit
        self._smallest_request = DEEPEST_FRAMES
        self._keep = keep  # how many of the frames that were given are remembered for `rewind`
        self._blocks: deque[bytes] = deque()
        self._given: deque[bytes] = deque()
        self._given_frames = 0
        self._frames = 0
        self._playing = False
        self._ending = False
        self._changed = threading.Condition()

    @property
    def frames(self) -> int:
        """How many frames wait to be played."""
        return self._frames

    def put(self, data: bytes) -> None:
        with self._changed:
            self._blocks.append(data)
            self._frames += len(data) // FRAME_BYTES
            self._playing = self._playing or self._frames > self.limit
            self._changed.notify_all()

    def wait_for_room(self, timeout: float) -> bool:
        """Wait until no more than `limit` frames are queued; False when it takes too long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._frames <= self.limit, timeout)

    def end(self) -> None:
        """Let what is left be played, however little it is; running dry is then no underrun."""
        with self._changed:
            self._ending = self._playing = True
            self._changed.notify_all()

    def wait_for_end(self, tail: int, timeout: float) -> bool:
        """Wait until `tail` frames of silence have followed the last sound."""
        with self._changed:
            return self._changed.wait_for(lambda: self.tail_frames >= tail, timeout)

    def take(self, frames: int, excused: bool = False) -> bytes:
        """Return exactly `frames` frames: only copied, since the card is waiting.

        A card that was kept waiting asks for more than there is: the writer has WRITER_S for that.
        `excused`, running dry is not counted: all stood still, and the card wants to be filled.
        """
        with self._changed:
            self.takes += 1
            if self._silence_left > 0:
                self._silence_left -= frames
                self._learn(frames)
                return bytes(frames * FRAME_BYTES)
            data = self._pop(frames * FRAME_BYTES) if self._playing else b""
            if self._playing and not excused:
                data += self._from_writer(frames * FRAME_BYTES - len(data))
            self._remember(data)
            missing = frames - len(data) // FRAME_BYTES
            if missing:
                self._run_dry(missing, excused)
            self._changed.notify_all()
        return data + bytes(missing * FRAME_BYTES) if missing else data

    def _from_writer(self, wanted: int) -> bytes:
        """Return `wanted` bytes, or fewer when the writer has not put them in within WRITER_S."""
        data = b""
        deadline = time.monotonic() + WRITER_S
        while len(data) < wanted and not self._ending:
            self._changed.notify_all()
            left = deadline - time.monotonic()
            if not self._changed.wait_for(lambda: self._frames > 0 or self._ending, left):
                break
            data += self._pop(wanted - len(data))
        return data

    def _learn(self, frames: int) -> None:
        """Keep as much in stock as the card asks for at a time, and half a step of the mixer.

        Most ask for little and often. The first request, which fills the card, tells nothing.
        """
        if self.takes > 1:
            self._smallest_request = min(self._smallest_request, frames)
            self.limit = max(self._shallow, self._smallest_request + QUANTUM // 2)

    def _pop(self, wanted: int) -> bytes:
        parts = []
        while wanted and self._blocks:
            block = self._blocks.popleft()
            if len(block) > wanted:
                self._blocks.appendleft(block[wanted:])
                block = block[:wanted]
            wanted -= len(block)
            parts.append(block)
        data = b"".join(parts)
        self._frames -= len(data) // FRAME_BYTES
        return data

    def _run_dry(self, missing: int, excused: bool) -> None:
        if self._ending:
            self.tail_frames += missing
        elif self._playing:
            self._playing = False
            if excused:
                return
            self.underruns += 1
            self.missing_frames += missing
            self.limit = min(self.limit + QUANTUM, DEEPEST_FRAMES)

    def _remember(self, data: bytes) -> None:
        if not data or not self._keep:
            return
        self._given.append(data)
        self._given_frames += len(data) // FRAME_BYTES
        while self._given_frames - len(self._given[0]) // FRAME_BYTES >= self._keep:
            self._given_frames -= len(self._given.popleft()) // FRAME_BYTES

    def rewind(self) -> None:
        """Put back what was given last, faded in: a card that died has not played all of it."""
        with self._changed:
            again = np.frombuffer(b"".join(self._given), np.float32).reshape(-1, 2).copy()
            head = again[:FADE_FRAMES]
            head *= np.linspace(0, 1, len(head), dtype=np.float32)[:, None]
            self._blocks.appendleft(again.tobytes())
            self._frames += len(again)
            self._given.clear()
            self._given_frames = 0
            self._silence_left = self._preroll
            self._playing = self._playing or self._frames > self.limit
