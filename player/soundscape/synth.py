"""Synthesis of one recipe, at −30 LUFS at every depth.

The level is computed beforehand, since a correction while playing would be heard as pumping. Each
layer has an expected K-weighted power (ITU-R BS.1770-5, 2023) at gain 1. Layers are brought to
equal loudness and then to their ``level_db``, which is relative to the other layers; last, the sum,
with the power that the room adds, is brought to `BED_LUFS` at each of the 21 depths.
"""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from player.audio import BED_LUFS, RATE, Samples
from player.errors import InputError
from player.soundscape.additive import Hums, Pads
from player.soundscape.events import EventLayer
from player.soundscape.granular import MIN_RECORDING_S, Grains
from player.soundscape.level_lfo import LevelLfo
from player.soundscape.modal import Chimes
from player.soundscape.multirate import Downsampler, Upsampler
from player.soundscape.noise import NoiseBus, NoiseLayer
from player.soundscape.recipe import (
    SILENT_DB,
    Additive,
    Curve,
    Events,
    Gusts,
    Hum,
    Layer,
    Modal,
    Noise,
    Recipe,
    Recording,
    Surf,
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

_BED_POWER = 10 ** ((BED_LUFS + 0.691) / 10)


class LayerSource(Protocol):
    """A source of sound at unit level, with its expected power at the 21 depths."""

    @property
    def send_weights(self) -> tuple[float, float]:
        """Weights of the two ears in the send to the room; their squares add up to two."""

    @property
    def mean_power(self) -> Array:
        """Long-term K-weighted power of both ears, ``(21,)``."""

    @property
    def level_power(self) -> Array:
        """Power to which ``level_db`` refers, ``(21,)``: the mean, or that of a strike."""

    @property
    def tones(self) -> ToneSpectrum:
        """The tones sent to the room."""

    def sound(self, move: Move) -> Samples | None:
        """Return the next step, ``(2, STEP)`` or ``(2, LOW_STEP)``; None is silence."""


class PlacedLayer:
    """A source with its level, its swell and its send to the reverb."""

    def __init__(
        self,
        source: LayerSource,
        layer: Layer,
        depth: Curve,
        *,
        send: Array,
        seed: np.random.SeedSequence,
    ) -> None:
        self.source, self.send = source, send
        self._sends: list[float] = send.tolist()
        self._gains = [1.0] * len(DEPTHS)
        rng = np.random.Generator(np.random.SFC64(seed))
        self._lfo = LevelLfo(layer.swell, depth, rng)
        self._lfo_gain = 1.0

    def scale(self, gain: Array) -> None:
        """Set the layer's gain at each of the 21 depths ``(21,)``; call this once."""
        self._gains = gain.tolist()

    def step(self, move: Move) -> tuple[Samples, Samples | None] | None:
        """Return the layer's sound and its send to the room.

        The send is None if it is silent, and the result is None if the layer is. A layer at gain 0
        does not advance.
        """
        before, self._lfo_gain = self._lfo_gain, self._lfo.step(move.depth_to)
        start = blend(self._gains, move.depth_from) * move.fade_from * before
        end = blend(self._gains, move.depth_to) * move.fade_to * self._lfo_gain
        if start == 0.0 and end == 0.0:
            return None
        sound = self.source.sound(move)
        if sound is None:
            return None
        sound = sound * ramp(start, end, sound.shape[1])
        sends = blend(self._sends, move.depth_from), blend(self._sends, move.depth_to)
        if sends == (0.0, 0.0):
            return sound, None
        left, right = self.source.send_weights
        return sound, (left * sound[0] + right * sound[1]) * ramp(*sends, sound.shape[1])


class Synth:
    """An endless soundscape. The same recipe, seeds and moves give the same samples."""

    def __init__(
        self,
        recipe: Recipe,
        seed: int,
        recordings: Mapping[str, Samples] | None = None,
        number: int = 0,
    ) -> None:
        """Build all layers and calibrate their levels.

        ``recordings`` maps the files of `Recipe.recordings` to ``(frames, 2)`` or ``(frames,)`` at
        48 kHz; raises `InputError` for one that is missing or too short. ``number`` counts the
        soundscapes of a night, so that a recipe sounds different when it returns.
        """
        self.recipe = recipe
        self._noises: list[NoiseLayer] = []
        self._tones: list[PlacedLayer] = []
        self._full_rate: list[PlacedLayer] = []
        levels = []
        for layer in recipe.layers:
            layer_seed = seed_for(seed, number, layer.name)
            levels.append((self._build(layer, recordings or {}, layer_seed), layer))
        self._noise_bus = NoiseBus()
        self._upsample, self._downsample = Upsampler(), Downsampler()
        self._reverb = Reverb(recipe.room, recipe.depth) if recipe.room else None
        self._calibrate(levels)
        self._begun = False
        self._idle_steps = 0  # steps without sound at the low rate

    def step(self, move: Move) -> Samples:
        """Return the next step, ``(STEP, 2)`` float32."""
        if not self._begun:
            self._begun = True
            self._begin(Move(move.depth_from, move.depth_from, move.fade_from, move.fade_from))
        out = self._noise(move)
        sends: list[Samples] = []
        for layer in self._full_rate:
            if step := layer.step(move):
                sound, send = step
                out += sound
                if send is not None:
                    sends.append(self._downsample(send))
        low = self._low(move, sends)
        if low is not None or self._idle_steps < 2:
            self._idle_steps = 0 if low is not None else self._idle_steps + 1
            out += self._upsample(low if low is not None else np.zeros((2, LOW_STEP), np.float32))
        return np.ascontiguousarray(out.T)

    @property
    def ringing(self) -> bool:
        """True while the room is audible, also after the layers have faded out."""
        return self._idle_steps < 2 or (self._reverb is not None and self._reverb.ringing)

    def _begin(self, before: Move) -> None:
        """Make the noise frame before the first step and, without a fade-in, a ringing room."""
        self._noise(before)
        past = self._reverb.reach(before.depth_from) if self._reverb and before.fade_from else 1
        for _ in range(past):
            low = self._low(before, [])
        if low is not None:
            self._upsample(low)

    def _noise(self, move: Move) -> Samples:
        spectrum = np.zeros((2, BINS), dtype=np.complex64)
        sounding = [layer.add_to(spectrum, move) for layer in self._noises]
        return self._noise_bus.sound(spectrum) if any(sounding) else self._noise_bus.rest()

    def _low(self, move: Move, sends: list[Samples]) -> Samples | None:
        """Return tones and reverb, ``(2, LOW_STEP)``; None is silence.

        ``sends`` holds the sends so far; those of the tones are added to it.
        """
        dry: list[Samples] = []
        for layer in self._tones:
            if step := layer.step(move):
                sound, send = step
                dry.append(sound)
                if send is not None:
                    sends.append(send)
        if self._reverb is not None:
            wet = self._reverb(np.sum(sends, axis=0) if sends else None, move)
            if wet is not None:
                dry.append(wet)
        return np.sum(dry, axis=0) if dry else None

    def _build(
        self, layer: Layer, recordings: Mapping[str, Samples], seed: np.random.SeedSequence
    ) -> NoiseLayer | PlacedLayer:
        depth, source = self.recipe.depth, layer.source
        if isinstance(source, Noise | Surf | Gusts):
            noise = NoiseLayer(source, layer, depth, seed)
            self._noises.append(noise)
            return noise
        source_seed, swell_seed = seed.spawn(2)
        placed = PlacedLayer(
            self._source(layer, recordings, source_seed),
            layer,
            depth,
            send=self._send(layer),
            seed=swell_seed,
        )
        is_full_rate = isinstance(source, Recording | Events)
        (self._full_rate if is_full_rate else self._tones).append(placed)
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
                if samples is None or len(samples) < MIN_RECORDING_S * RATE:
                    state = "missing" if samples is None else f"{len(samples) / RATE:.2f} s long"
                    raise InputError(
                        f"The recording {source.file!r} of the soundscape {self.recipe.id!r} is "
                        f"{state}; give at least {MIN_RECORDING_S} s of sound."
                    )
                return Grains(source, samples, layer.width, depth, seed=seed)
            case Events():
                return EventLayer(source, layer.width, depth, seed)
            case Noise() | Surf() | Gusts():
                raise AssertionError("noise is built by _build")

    def _send(self, layer: Layer) -> Array:
        """Return a layer's send gain ``(21,)`` for the sum of its ears, each of half the power."""
        if self.recipe.room is None:
            return np.zeros(len(DEPTHS))
        total = along(self.recipe.room.send_db, self.recipe.depth)
        total = total + along(layer.send_db, self.recipe.depth)
        return np.where(total <= SILENT_DB, 0.0, db_to_amp(total) * np.sqrt(0.5))

    def _added_power(self, layer: PlacedLayer) -> Array:
        """Return the power that the room adds to a layer at gain 1, at the 21 depths."""
        if self._reverb is None:
            return np.zeros(len(DEPTHS))
        return self._reverb.added_power(layer.source.tones, layer.send)

    def _calibrate(self, levels: list[tuple[NoiseLayer | PlacedLayer, Layer]]) -> None:
        """Set the gains of all layers so that the sum has the power of `BED_LUFS`."""
        total = np.zeros(len(DEPTHS))
        gains = []
        for layer, spec in levels:
            source = layer.source if isinstance(layer, PlacedLayer) else layer
            level = db_to_amp(along(spec.level_db, self.recipe.depth)) - db_to_amp(SILENT_DB)
            gain = np.maximum(level, 0.0) / np.sqrt(source.level_power)
            gains.append(gain)
            total += gain**2 * source.mean_power
            if isinstance(layer, PlacedLayer):
                total += gain**2 * self._added_power(layer)
        whole = np.sqrt(_BED_POWER / np.maximum(total, 1e-12))
        for (layer, _), gain in zip(levels, gains, strict=True):
            layer.scale(gain * whole)
