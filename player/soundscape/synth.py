"""One recipe, playing: layers in, steps of sound out, at −30 LUFS wherever the depth is.

The level is not measured and corrected while playing, which would pump; it is worked out. Each
layer knows its expected K-weighted power (BS.1770) at gain 1. A recipe's ``level_db`` is loudness
against the other layers, so each layer is first brought to one loudness, then to its level, and the
whole, with what the room gives back, to `BED_LUFS` at each of 21 depths.
"""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from player.audio import BED_LUFS, RATE, Samples
from player.errors import InputError
from player.soundscape.additive import Hums, Pads
from player.soundscape.granular import SHORTEST_S, Grains
from player.soundscape.level_lfo import LevelLfo
from player.soundscape.modal import Chimes
from player.soundscape.multirate import Down, Up
from player.soundscape.noise import NoiseBus, NoiseLayer
from player.soundscape.recipe import (
    SILENT_DB,
    Additive,
    Curve,
    Hum,
    Layer,
    Modal,
    Noise,
    Recipe,
    Recording,
)
from player.soundscape.reverb import Reverb
from player.soundscape.timebase import (
    BINS,
    DEPTHS,
    LOW_STEP,
    Array,
    Move,
    ToneSpectrum,
    along,
    blend,
    db_to_amp,
    ramp,
    seed_for,
)

_POWER = 10 ** ((BED_LUFS + 0.691) / 10)


class LayerSource(Protocol):
    """Anything that makes sound at unit level, with its expected power at the 21 depths."""

    @property
    def sends(self) -> tuple[float, float]:
        """The weights of the ears in what goes to the room, of a square sum of two."""

    @property
    def mean_power(self) -> Array:
        """K-weighted, both ears, over a long time."""

    @property
    def level_power(self) -> Array:
        """The power that the layer's level refers to: its mean, or a strike's height."""

    @property
    def lines(self) -> ToneSpectrum:
        """The tones that it sends to the room."""

    def sound(self, move: Move) -> Samples | None: ...


class PlacedLayer:
    """A source at its level, with its breath, and its way to the reverb."""

    def __init__(
        self,
        source: LayerSource,
        layer: Layer,
        depth: Curve,
        send: Array,
        seed: np.random.SeedSequence,
    ) -> None:
        self.source, self.send = source, send
        self._sends: list[float] = send.tolist()
        self._gains = [1.0] * len(DEPTHS)
        rng = np.random.Generator(np.random.SFC64(seed))
        self._breath = LevelLfo(layer.swell, depth, rng)
        self._swell = 1.0

    def scale(self, gain: Array) -> None:
        """Set the layer's gain at each of the 21 depths, once."""
        self._gains = gain.tolist()

    def step(self, move: Move) -> tuple[Samples, Samples | None] | None:
        """The layer's sound and what it sends; ``None`` while it is not there (it then waits)."""
        before, self._swell = self._swell, self._breath.step(move.depth_to)
        start = blend(self._gains, move.depth_from) * move.fade_from * before
        end = blend(self._gains, move.depth_to) * move.fade_to * self._swell
        if start == 0.0 and end == 0.0:
            return None
        sound = self.source.sound(move)
        if sound is None:
            return None
        sound = sound * ramp(start, end, sound.shape[1])
        sends = blend(self._sends, move.depth_from), blend(self._sends, move.depth_to)
        if sends == (0.0, 0.0):
            return sound, None
        left, right = self.source.sends
        return sound, (left * sound[0] + right * sound[1]) * ramp(*sends, sound.shape[1])


class Synth:
    """One place, endless. The same recipe, seed and moves give the same samples."""

    def __init__(
        self,
        recipe: Recipe,
        seed: int,
        recordings: Mapping[str, Samples] | None = None,
        scene: int = 0,
    ) -> None:
        """``recordings`` holds what `Recipe.recordings` names, ``(n, 2)`` or ``(n,)`` at 48 kHz;
        ``scene`` tells apart two plays of one recipe in one night."""
        self.recipe = recipe
        self._noises: list[NoiseLayer] = []
        self._tones: list[PlacedLayer] = []
        self._recordings: list[PlacedLayer] = []
        levels = []
        for layer in recipe.layers:
            layer_seed = seed_for(seed, scene, layer.name)
            levels.append((self._build(layer, recordings or {}, layer_seed), layer))
        self._bus, self._up, self._down = NoiseBus(), Up(), Down()
        self._reverb = Reverb(recipe.room, recipe.depth) if recipe.room else None
        self._calibrate(levels)
        self._begun = False
        self._still = 0  # steps without anything to bring up to the full rate

    def step(self, move: Move) -> Samples:
        """The next step, ``(STEP, 2)`` float32."""
        if not self._begun:
            self._begun = True
            self._begin(Move(move.depth_from, move.depth_from, move.fade_from, move.fade_from))
        out = self._noise(move)
        sent: list[Samples] = []
        for layer in self._recordings:
            if played := layer.step(move):
                out += played[0]
                if played[1] is not None:
                    sent.append(self._down(played[1]))
        low = self._low(move, sent)
        if low is not None or self._still < 2:
            self._still = 0 if low is not None else self._still + 1
            out += self._up(low if low is not None else np.zeros((2, LOW_STEP), np.float32))
        return np.ascontiguousarray(out.T)

    @property
    def ringing(self) -> bool:
        """True while the room sounds, even if the layers are faded out."""
        return self._still < 2 or (self._reverb is not None and self._reverb.ringing)

    def _begin(self, before: Move) -> None:
        """Prepare the first step: compute the frame before
        it, and, where the place does not fade in, a room that already rings."""
        self._noise(before)
        past = self._reverb.reach(before.depth_from) if self._reverb and before.fade_from else 1
        for _ in range(past):
            low = self._low(before, [])
        if low is not None:
            self._up(low)

    def _noise(self, move: Move) -> Samples:
        spectrum = np.zeros((2, BINS), dtype=np.complex64)
        heard = [layer.add_to(spectrum, move) for layer in self._noises]
        return self._bus.sound(spectrum) if any(heard) else self._bus.rest()

    def _low(self, move: Move, sent: list[Samples]) -> Samples | None:
        """Tones and the reverb, ``(2, LOW_STEP)``."""
        dry: list[Samples] = []
        for layer in self._tones:
            if played := layer.step(move):
                dry.append(played[0])
                if played[1] is not None:
                    sent.append(played[1])
        if self._reverb is not None:
            wet = self._reverb(np.sum(sent, axis=0) if sent else None, move)
            if wet is not None:
                dry.append(wet)
        return np.sum(dry, axis=0) if dry else None

    def _build(
        self, layer: Layer, recordings: Mapping[str, Samples], seed: np.random.SeedSequence
    ) -> NoiseLayer | PlacedLayer:
        depth, source = self.recipe.depth, layer.source
        if isinstance(source, Noise):
            noise = NoiseLayer(source, layer, depth, seed)
            self._noises.append(noise)
            return noise
        voice, breath = seed.spawn(2)
        placed = PlacedLayer(
            self._source(layer, recordings, voice), layer, depth, self._send(layer), breath
        )
        (self._recordings if isinstance(source, Recording) else self._tones).append(placed)
        return placed

    def _source(
        self, layer: Layer, recordings: Mapping[str, Samples], seed: np.random.SeedSequence
    ) -> LayerSource:
        depth, source = self.recipe.depth, layer.source
        match source:
            case Additive():
                return Pads(source, layer.width, depth, seed)
            case Modal():
                return Chimes(source, layer.width, depth, seed)
            case Hum():
                width = along(layer.width, depth)
                return Hums(source.partials_hz, source.partials_db, width, seed)
            case Recording():
                samples = recordings.get(source.file)
                if samples is None or len(samples) < SHORTEST_S * RATE:
                    found = "missing" if samples is None else f"{len(samples) / RATE:.2f} s long"
                    raise InputError(
                        f"The recording {source.file!r} of the soundscape {self.recipe.id!r} is "
                        f"{found}; give at least {SHORTEST_S} s of sound."
                    )
                return Grains(source, samples, layer.width, depth, seed)
            case Noise():
                raise AssertionError("noise is built by _build")

    def _send(self, layer: Layer) -> Array:
        """Return the layer's send gains for the sum of both ears, each with half the power."""
        if self.recipe.room is None:
            return np.zeros(len(DEPTHS))
        total = along(self.recipe.room.send_db, self.recipe.depth)
        total = total + along(layer.send_db, self.recipe.depth)
        return np.where(total <= SILENT_DB, 0.0, db_to_amp(total) * np.sqrt(0.5))

    def _returned(self, made: PlacedLayer) -> Array:
        """The power that the room adds to a source at gain 1, at the 21 depths."""
        if self._reverb is None:
            return np.zeros(len(DEPTHS))
        return self._reverb.returned(made.source.lines, made.send)

    def _calibrate(self, levels: list[tuple[NoiseLayer | PlacedLayer, Layer]]) -> None:
        total = np.zeros(len(DEPTHS))
        gains = []
        for made, layer in levels:
            source = made.source if isinstance(made, PlacedLayer) else made
            level = db_to_amp(along(layer.level_db, self.recipe.depth)) - db_to_amp(SILENT_DB)
            gain = np.maximum(level, 0.0) / np.sqrt(source.level_power)
            gains.append(gain)
            total += gain**2 * source.mean_power
            if isinstance(made, PlacedLayer):
                total += gain**2 * self._returned(made)
        whole = np.sqrt(_POWER / np.maximum(total, 1e-12))
        for (made, _), gain in zip(levels, gains, strict=True):
            made.scale(gain * whole)
