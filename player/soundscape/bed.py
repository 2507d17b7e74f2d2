"""The bed: a soundscape at a depth that glides, crossfading into the next.

Blocks of any size come from steps of one size, so the samples depend on what was asked and at which
frame, never on the size of the blocks.
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
"""Time constant of the depth: a jump has settled by 95 % after 1.5 s."""

_LEAST_FADE_S = 0.5


@dataclass(slots=True)
class _Fade:
    """A gain on its way along a quarter of a cosine, from ``start`` to nothing."""

    start: float
    seconds: float
    passed_s: float = 0.0

    def gain(self) -> float:
        return self.start * math.cos(math.pi / 2 * min(1.0, self.passed_s / self.seconds))


@dataclass(slots=True)
class _Playing:
    soundscape: Synth
    gain: float
    fade: _Fade | None = None  # on its way out


class Bed:
    """The bed: an endless stereo stream whose depth and place can change at any time."""

    def __init__(
        self,
        recipe: Recipe,
        seed: int,
        depth: float = 0.0,
        recordings: Mapping[str, Samples] | None = None,
    ) -> None:
        self._seed = seed
        self._places = 1
        self._depth = self._goal = self._target = _clipped(depth)
        self._rate = 0.0  # of the target, a second
        self._playing = [_Playing(self.built(recipe, recordings, 0), 1.0)]
        self._ready: Samples = np.zeros((0, 2), dtype=np.float32)

    @property
    def depth(self) -> float:
        """The present depth, smoothed, 0 to 1."""
        return self._depth

    @property
    def recipe(self) -> Recipe:
        """The soundscape that is playing, or coming."""
        return self._playing[-1].soundscape.recipe

    def glide(self, depth: float, seconds: float = 0.0) -> None:
        """Move to a depth (0 to 1) in a straight line over ``seconds``, smoothed at both ends."""
        self._goal = _clipped(depth)
        self._rate = abs(self._goal - self._target) / max(seconds, STEP_S)

    @property
    def places(self) -> int:
        """The number of soundscapes so far, the first one counted."""
        return self._places

    def built(
        self,
        recipe: Recipe,
        recordings: Mapping[str, Samples] | None = None,
        number: int | None = None,
    ) -> Synth:
        """A place that `enter` can take: the next one, or that of a ``number`` (as `places` will be
        then), since the same recipe sounds another way when it comes again. May be called from
        another thread."""
        number = self._places if number is None else number
        return Synth(recipe, self._seed, recordings, scene=number)

    def enter(self, place: Synth, seconds: float) -> None:
        """Fade into a place of ours at the same depth, at equal power; half a second at least.

        Whatever plays now fades out, and its room rings on until it is silent. It may be asked for
        again in the middle of a crossfade: what is half there goes out from where it is.
        """
        for playing in self._playing:
            playing.fade = _Fade(playing.gain, max(seconds, _LEAST_FADE_S))
        self._places += 1
        self._playing.append(_Playing(place, 0.0))

    def block(self, frames: int) -> Samples:
        """The next ``(frames, 2)``, float32; any number of frames."""
        parts, have = [self._ready], len(self._ready)
        while have < frames:
            parts.append(self._step())
            have += STEP
        whole = np.concatenate(parts)
        self._ready = whole[frames:]
        return whole[:frames]

    def _step(self) -> Samples:
        before = self._depth
        self._move()
        gains = self._gains()
        out = np.zeros((STEP, 2), dtype=np.float32)
        for playing, gain in zip(self._playing, gains, strict=True):
            out += playing.soundscape.step(Move(before, self._depth, playing.gain, gain))
            playing.gain = gain
        self._playing = [
            p for p in self._playing if p.fade is None or p.gain > 0.0 or p.soundscape.ringing
        ]
        return out

    def _move(self) -> None:
        most = self._rate * STEP_S
        self._target += min(max(self._goal - self._target, -most), most)
        self._depth += (self._target - self._depth) * (1 - math.exp(-STEP_S / SMOOTHING_S))
        if abs(self._target - self._depth) < 1e-4:
            self._depth = self._target

    def _gains(self) -> list[float]:
        """The gains at the end of this step. What comes has the power that what goes has given up,
        so the whole keeps its level however many fades are nested."""
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
