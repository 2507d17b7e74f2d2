"""A recipe: the frozen values that describe a soundscape.

A recipe describes one place at every depth from 0 (cold, exact) to 1 (warm, dreaming). Whatever may
change with the depth is a `Curve`: one number for each entry of the recipe's ``depth``, joined by
straight lines. ``recipe_parser`` makes these values from TOML and checks every range on the way.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

Curve = tuple[float, ...]
"""One value for each entry of the recipe's ``depth``."""

SILENT_DB = -80.0
"""A layer at this level or under it is not there at all."""


@dataclass(frozen=True, slots=True)
class Timing:
    """A random duration or interval, never under ``min_s``."""

    dist: str  # "exponential" or "uniform"
    mean_s: float
    min_s: float


@dataclass(frozen=True, slots=True)
class Swell:
    """A slow breath in a layer's level. No two breaths are of one length or one height."""

    period_s: float  # of a breath, on average
    depth_db: Curve  # from the lowest to the highest level; 0 is no breath


@dataclass(frozen=True, slots=True)
class Formants:
    """Resonances that colour a source, as a throat does: all of one height and one Q."""

    freq_hz: tuple[float, ...]
    q: float


@dataclass(frozen=True, slots=True)
class Noise:
    """Fresh noise, never a loop: a straight slope, cut at both ends."""

    slope_db: Curve  # dB an octave; 0 white, −3 pink, −6 brown
    highpass_hz: Curve
    lowpass_hz: Curve
    highpass_db: float  # dB an octave under highpass_hz
    lowpass_db: float  # dB an octave over lowpass_hz
    formants: Formants | None


@dataclass(frozen=True, slots=True)
class Additive:
    """A pad: a few voices, each holding one slow note after another, joined by crossfades."""

    root_hz: float
    tuning: tuple[float, ...]  # ratios to the root
    voices: int
    partials: int  # harmonics of each note
    tilt_db: float  # dB an octave over a note's harmonics
    detune_cents: float  # between the left and the right ear
    attack_s: float
    release_s: float
    lowpass_hz: Curve
    formants: Formants | None
    note: Timing


@dataclass(frozen=True, slots=True)
class Modal:
    """Something struck softly now and then: chimes, drops. Its modes die away exponentially."""

    root_hz: float
    tuning: tuple[float, ...]  # ratios to the root, one drawn for each strike
    modes: tuple[float, ...]  # each mode's frequency, as a ratio to the strike's own
    mode_db: tuple[float, ...]
    attack_s: float  # time constant of the onset
    decay_s: float  # until the first mode is 60 dB down; higher modes die sooner
    interval: Timing


@dataclass(frozen=True, slots=True)
class Hum:
    """Steady tones: the hum of machines."""

    partials_hz: tuple[float, ...]
    partials_db: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """A listener's own recording, played on without a seam in grains that start anywhere in it."""

    file: str  # relative to the recipe, and never outside its folder
    grain_s: float
    crossfade_s: float


SourceSpec = Noise | Additive | Modal | Hum | Recording


@dataclass(frozen=True, slots=True)
class Layer:
    """One source, how loud it is against the others, and how wide and how far away it sounds."""

    name: str
    source: SourceSpec
    level_db: Curve  # loudness against the other layers, in LU
    width: Curve  # 0 the same in both ears, 1 independent
    send_db: Curve  # added to the reverb's own send
    swell: Swell | None


@dataclass(frozen=True, slots=True)
class Room:
    """The reverb that the layers share."""

    rt60_s: Curve
    send_db: Curve


@dataclass(frozen=True, slots=True)
class Recipe:
    """One soundscape, whole."""

    id: str
    title: str
    depth: Curve  # rising from 0 to 1
    room: Room | None
    layers: tuple[Layer, ...]
    idle: tuple[str, ...] = field(default=(), compare=False)
    """What its text says without effect, one sentence each: for `dreamers check`."""

    @property
    def recordings(self) -> tuple[str, ...]:
        """The files its recording layers need, in order, each once."""
        files: Iterable[str] = (
            layer.source.file for layer in self.layers if isinstance(layer.source, Recording)
        )
        return tuple(dict.fromkeys(files))
