"""Back-off between the starts of a child that keeps failing."""

from __future__ import annotations

import math


class Restarts:
    """Earliest time of the next start. Each failure in a row doubles the delay, up to a maximum."""

    def __init__(self, first_s: float, max_s: float, *, retry_at_once: bool = False) -> None:
        """Cause no delay at the first failure in a row with ``retry_at_once``."""
        self.failures = 0
        """Failures in a row."""
        self.not_before = -math.inf
        """Time of the next start, in seconds of the clock that `record_failure` is given."""
        self._first_s, self._max_s = first_s, max_s
        self._undelayed = int(retry_at_once)

    def record_failure(self, now: float) -> None:
        """Count a failure at time ``now``, and delay the next start."""
        doublings = min(self.failures - self._undelayed, 60)
        delay_s = 0.0 if doublings < 0 else min(self._first_s * 2.0**doublings, self._max_s)
        self.failures += 1
        self.not_before = now + delay_s

    def reset(self) -> None:
        """Forget all failures, because the child has done its work."""
        self.failures = 0
