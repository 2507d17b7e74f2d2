"""A sound that says of every frame which one it is, so that a recording shows what became of it."""

import numpy as np
from numpy.typing import NDArray

STEPS = 30_000
OFFSET = 1_000


def indexed(start: int, frames: int) -> NDArray[np.float32]:
    """Frames `start` to ``start + frames``, each carrying its own number; exact in 16 bits."""
    number = np.arange(start, start + frames)
    codes = np.stack([number % STEPS, number // STEPS], axis=1) + OFFSET
    return (codes / 32_768).astype(np.float32)


def numbers(recorded: NDArray[np.float32]) -> NDArray[np.int64]:
    """The frame numbers in a recording, −1 where it is silent."""
    codes = np.rint(recorded * 32_768).astype(np.int64) - OFFSET
    silent = ~recorded.any(axis=1)
    return np.where(silent, -1, codes[:, 0] + STEPS * codes[:, 1])


def fault(recorded: NDArray[np.float32], frames: int) -> str:
    """What is wrong with the recording of frames 0 to `frames`; empty when each was heard once."""
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
