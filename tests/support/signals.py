"""A sound whose frames carry their own numbers, so that a recording shows every gap and jump."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from player.audio import QUANTUM, RATE
from player.outputs import Output

STEPS = 30_000
OFFSET = 1_000


def indexed(start: int, frames: int) -> NDArray[np.float32]:
    """Return frames `start` to ``start + frames``, each carrying its number; exact in 16 bits."""
    number = np.arange(start, start + frames)
    codes = np.stack([number % STEPS, number // STEPS], axis=1) + OFFSET
    return (codes / 32_768).astype(np.float32)


def play(output: Output, frames: int, start: int = 0, drop: int | None = None) -> None:
    """Write frames from `start` on in quanta; leave out the block at `drop`."""
    for at in range(start, start + frames, QUANTUM):
        if at != drop:
            output.write(indexed(at, min(QUANTUM, start + frames - at)))


def numbers(recorded: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the frame numbers in a recording, −1 where it is silent or faded."""
    steps = recorded * np.float32(32_768)
    codes = np.rint(steps).astype(np.int64) - OFFSET
    numbered = recorded.any(axis=1) & (np.abs(steps - np.rint(steps)) < 0.1).all(axis=1)
    return np.where(numbered, codes[:, 0] + STEPS * codes[:, 1], -1)


def fault(recorded: NDArray[np.float32], frames: int) -> str:
    """Describe what is wrong with a recording of frames 0 to `frames`; empty if each came once."""
    heard = numbers(recorded)
    loud = np.flatnonzero(heard >= 0)
    if not len(loud):
        return "nothing was heard"
    heard = heard[loud[0] : loud[-1] + 1]
    jumps = np.flatnonzero(np.diff(heard) != 1)
    if len(jumps):
        return f"after frame {heard[jumps[0]]} comes {heard[jumps[0] + 1]} ({len(jumps)} jumps)"
    if (heard[0], heard[-1]) != (0, frames - 1):
        return f"frames {heard[0]} to {heard[-1]} were heard of {frames}"
    played = recorded[loud[0] : loud[-1] + 1]
    return "" if np.array_equal(played, indexed(0, frames)) else "the samples differ"


def gaps(
    recordings: Sequence[NDArray[np.int64]],
    first: int,
    last: int,
    lost_s: float = 0.0,
    twice_s: float = 0.5,
) -> str:
    """Describe what is wrong with frames `first` to `last` in successive recordings; else empty.

    Each recording gives the number of the frame that is heard, or −1. Where one device follows on
    another, up to `twice_s` is heard twice, the first 20 ms of it faded in and so without
    numbers; or, where the server leads the sound over by itself, `lost_s` may be missing.
    """
    heard = np.concatenate(recordings)
    places = np.flatnonzero(heard >= 0)
    heard = heard[places]
    stretches = np.split(heard, np.flatnonzero(np.diff(heard - places)) + 1)
    ends = [(int(one[0]), int(one[-1])) for one in stretches if len(one) > 100]  # chance in a fade
    if not ends:
        return "nothing was heard"
    seams = [after[0] - before[1] - 1 for before, after in pairwise(ends)]
    if (ends[0][0], ends[-1][1]) != (first, last):
        return f"frames {ends[0][0]} to {ends[-1][1]} were heard of {first} to {last}"
    if np.count_nonzero(seams) > len(recordings):  # a mere pause, as at 0, is none
        return f"{len(seams)} seams: {ends}"
    if max(seams, default=0) > lost_s * RATE or min(seams, default=0) < -twice_s * RATE:
        return f"{max(seams)} frames are missing, or {-min(seams)} heard twice: {ends}"
    return ""
