"""An output without sound in real time, for tests and rehearsals without a sound card."""

import time
from collections.abc import Callable, Sequence

from player.audio import RATE, Samples
from player.cues import Chapter

AHEAD_S = 0.125
"""How far the writer may run ahead, as it may with the speaker's queue."""


class NullOutput:
    """Takes blocks at the pace at which a sound card would play them."""

    is_live = True
    latency_s = AHEAD_S
    underruns = 0
    missing_s = 0.0
    reopened = 0

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._end_s = clock()  # when all that was written would have been heard
        self._open = True

    def write(self, block: Samples) -> None:
        # After a pause (a suspended machine, a slow story) go on from now, without catching up.
        self._end_s = max(self._end_s, self._clock()) + len(block) / RATE
        self._wait(AHEAD_S)

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        if self._open:
            self._open = False
            self._wait(0.0)

    def abort(self) -> None:
        self._open = False

    def _wait(self, ahead_s: float) -> None:
        """Sleep until the clock is `ahead_s` before the end of what was written."""
        seconds = self._end_s - ahead_s - self._clock()
        if seconds > 0:
            self._sleep(seconds)
