"""The bed: soundscapes that crossfade, at a depth that glides.

Blocks of any size are cut from steps of a fixed size, so the samples depend on the calls and on the
frames at which they came, never on the size of the blocks.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from player.audio import Samples
from player.soundscape.recipe import Recipe
from player.soundscape.synth import Synth
from player.soundscape.timebase import STEP, STEP_S, Move

SMOOTHING_S = 0.5
"""Time constant of the depth; a jump is complete to 95 % after 1.5 s."""

_MIN_FADE_S = 0.5


@dataclass(slots=True)
class _Fade:
    """A gain that falls from ``start`` to 0 along a quarter of a cosine."""

    start: float
    seconds: float
    passed_s: float = 0.0

    def gain(self) -> float:
        return self.start * math.cos(math.pi / 2 * min(1.0, self.passed_s / self.seconds))


@dataclass(slots=True)
class _PlayingSynth:
    synth: Synth
    gain: float
    fade: _Fade | None = None  # the fade-out


class Bed:
    """An endless stereo stream whose depth and soundscape can change at any time."""

    def __init__(
        self,
        recipe: Recipe,
        seed: int,
        depth: float = 0.0,
        recordings: Mapping[str, Samples] | None = None,
    ) -> None:
        self._seed = seed
        self._count = 1
        self._depth = self._goal = self._target = _clipped(depth)
        self._rate = 0.0  # change of the target per second
        self._playing = [_PlayingSynth(self.build_synth(recipe, recordings, 0), 1.0)]
        self._ready: Samples = np.zeros((0, 2), dtype=np.float32)

    @property
    def depth(self) -> float:
        """The present depth, smoothed, 0 to 1."""
        return self._depth

    @property
    def recipe(self) -> Recipe:
        """The recipe of the newest soundscape, which plays or fades in."""
        return self._playing[-1].synth.recipe

    def glide(self, depth: float, seconds: float = 0.0) -> None:
        """Move to a depth in a straight line over ``seconds``, smoothed at both ends.

        The depth is clipped to 0 to 1; raises `ValueError` if it is not finite.
        """
        self._goal = _clipped(depth)
        self._rate = abs(self._goal - self._target) / max(seconds, STEP_S)

    @property
    def soundscape_count(self) -> int:
        """The number of soundscapes so far, including the first."""
        return self._count

    def build_synth(
        self,
        recipe: Recipe,
        recordings: Mapping[str, Samples] | None = None,
        number: int | None = None,
    ) -> Synth:
        """Build a synth for `enter`; another thread may do this.

        ``number`` is the `soundscape_count` at which it will be entered, by default the present
        one. It is part of the seed, so that a recipe sounds different when it returns.
        """
        number = self._count if number is None else number
        return Synth(recipe, self._seed, recordings, number=number)

    def enter(self, synth: Synth, seconds: float) -> None:
        """Crossfade to a synth from `build_synth`, at equal power, over half a second or more.

        All synths that play now fade out from their present gains, and their rooms ring on until
        they are silent. A crossfade may begin during another one.
        """
        for playing in self._playing:
            playing.fade = _Fade(playing.gain, max(seconds, _MIN_FADE_S))
        self._count += 1
        self._playing.append(_PlayingSynth(synth, 0.0))

    def block(self, frames: int) -> Samples:
        """Return the next ``(frames, 2)``, float32; any number of frames."""
        parts, length = [self._ready], len(self._ready)
        while length < frames:
            parts.append(self._step())
            length += STEP
        whole = np.concatenate(parts)
        self._ready = whole[frames:]
        return whole[:frames]

    def _step(self) -> Samples:
        before = self._depth
        self._move()
        gains = self._gains()
        out = np.zeros((STEP, 2), dtype=np.float32)
        for playing, gain in zip(self._playing, gains, strict=True):
            out += playing.synth.step(Move(before, self._depth, playing.gain, gain))
            playing.gain = gain
        self._playing = [
            p for p in self._playing if p.fade is None or p.gain > 0.0 or p.synth.ringing
        ]
        return out

    def _move(self) -> None:
        reach = self._rate * STEP_S
        self._target += min(max(self._goal - self._target, -reach), reach)
        self._depth += (self._target - self._depth) * (1 - math.exp(-STEP_S / SMOOTHING_S))
        if abs(self._target - self._depth) < 1e-4:
            self._depth = self._target

    def _gains(self) -> list[float]:
        """Return the gains at the end of this step.

        The newest synth takes the power that the others have given up, so the level is constant
        for any number of nested fades.
        """
        leaving = []
        for playing in self._playing[:-1]:
            assert playing.fade is not None
            playing.fade.passed_s += STEP_S
            gain = playing.fade.gain()
            leaving.append(gain if gain > 1e-4 else 0.0)
        return [*leaving, math.sqrt(max(0.0, 1.0 - sum(gain**2 for gain in leaving)))]


def _clipped(depth: float) -> float:
    if not math.isfinite(depth):
        raise ValueError(f"a depth of {depth}: give a number from 0 to 1")
    return min(max(depth, 0.0), 1.0)
