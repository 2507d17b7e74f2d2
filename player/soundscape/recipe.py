"""A recipe: the frozen values that describe a soundscape.

A recipe describes a soundscape at every depth from 0 (cold, exact) to 1 (warm, dreaming). Values
that may change with the depth are a `Curve`: one number for each entry of the recipe's ``depth``,
joined by straight lines. ``recipe_parser`` makes a recipe from TOML and checks every range.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

Curve = tuple[float, ...]
"""One value for each entry of the recipe's ``depth``."""

SILENT_DB = -80.0
"""A layer at this level or lower is silent."""


@dataclass(frozen=True, slots=True)
class Timing:
    """A random duration or interval of at least ``min_s``."""

    dist: str  # "exponential" or "uniform"
    mean_s: float
    min_s: float


@dataclass(frozen=True, slots=True)
class Swell:
    """A slow, irregular rise and fall of a layer's level."""

    period_s: float  # mean
    depth_db: Curve  # from the lowest to the highest level; 0 is none


@dataclass(frozen=True, slots=True)
class Formants:
    """Resonances of equal gain and Q, like those of a voice."""

    freq_hz: tuple[float, ...]
    q: float


@dataclass(frozen=True, slots=True)
class Noise:
    """Noise with a spectrum of constant slope, cut at both ends."""

    slope_db: Curve  # dB per octave; 0 white, −3 pink, −6 brown
    highpass_hz: Curve
    lowpass_hz: Curve
    highpass_db: float  # dB per octave under highpass_hz
    lowpass_db: float  # dB per octave over lowpass_hz
    formants: Formants | None


@dataclass(frozen=True, slots=True)
class Additive:
    """A pad: a few voices, each with one slow note after another, joined by crossfades."""

    root_hz: float
    tuning: tuple[float, ...]  # ratios to the root
    voices: int
    partials: int  # harmonics of each note
    tilt_db: float  # dB per octave over the harmonics
    detune_cents: float  # between the left and the right ear
    attack_s: float
    release_s: float
    lowpass_hz: Curve
    formants: Formants | None
    note: Timing
    chords: tuple[tuple[int, ...], ...]  # indices into the tuning; none: any note at any time
    chord: Timing | None  # from one chord to the next


@dataclass(frozen=True, slots=True)
class Modal:
    """A body that is struck softly now and then, such as a chime; its modes decay exponentially."""

    root_hz: float
    tuning: tuple[float, ...]  # ratios to the root, one drawn for each strike
    modes: tuple[float, ...]  # frequency of each mode, as a ratio to that of the strike
    mode_db: tuple[float, ...]
    attack_s: float  # time constant of the onset
    decay_s: float  # of the first mode by 60 dB; higher modes decay faster
    interval: Timing  # from strike to strike, or from motif to motif
    motif: tuple[int, ...]  # indices into the tuning, struck one after another; none: any, singly
    spacing_s: float  # between the strikes of a motif


@dataclass(frozen=True, slots=True)
class Hum:
    """Steady tones, such as the hum of machines."""

    partials_hz: tuple[float, ...]
    partials_db: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording of the listener's, played without end in crossfaded grains."""

    file: str  # relative to the recipe and inside its folder
    grain_s: float
    crossfade_s: float


@dataclass(frozen=True, slots=True)
class Events:
    """Many short sounds placed in time: drops, crackle, drips, chirps, or murmur."""

    kind: str
    rate_hz: Curve  # points per second: single sounds, groups or calls, of all callers together
    freq_hz: tuple[float, float]  # their pitches, from the lowest to the highest
    decay_s: float  # to 1/e (−8.7 dB); of chirps and murmur the whole length
    attack_s: float
    bandwidth_oct: float  # of drops and crackle
    lowpass_hz: Curve
    spread_db: float  # mean of their levels over the softest
    loudest_db: float  # highest level over the softest
    callers: int  # 0: each sound comes from anywhere
    group: int  # sounds at one point
    spacing_s: float  # between the sounds of a group
    unevenness: float  # of the callers' time, as a factor


@dataclass(frozen=True, slots=True)
class Surf:
    """Noise that rises and falls in waves."""

    noise: Noise
    period_s: float  # mean, from wave to wave
    rise_s: float
    fall_s: float
    height_db: Curve  # of the highest waves over the water between them
    foam_db: Curve  # the same over 2 kHz, where waves break


@dataclass(frozen=True, slots=True)
class Gusts:
    """Noise that comes and goes with the wind."""

    noise: Noise
    period_s: float  # of the longest gusts
    depth_db: Curve  # from the mean to a strong gust


SourceSpec = Noise | Surf | Gusts | Additive | Modal | Hum | Events | Recording


@dataclass(frozen=True, slots=True)
class Layer:
    """A source with its level, width, send to the room and swell."""

    name: str
    source: SourceSpec
    level_db: Curve  # loudness relative to the other layers, in LU
    width: Curve  # 0: equal in both ears, 1: independent
    send_db: Curve  # added to the send_db of the room
    swell: Swell | None


@dataclass(frozen=True, slots=True)
class Room:
    """The reverb shared by all layers."""

    rt60_s: Curve
    send_db: Curve


@dataclass(frozen=True, slots=True)
class Recipe:
    """A complete soundscape."""

    id: str
    title: str
    depth: Curve  # rising from 0 to 1
    room: Room | None
    layers: tuple[Layer, ...]
    unused_keys: tuple[str, ...] = field(default=(), compare=False)
    """Keys of its text that have no effect, one sentence each, for `dreamers check`."""

    @property
    def recordings(self) -> tuple[str, ...]:
        """The files of its recording layers, in order and without repetition."""
        files: Iterable[str] = (
            layer.source.file for layer in self.layers if isinstance(layer.source, Recording)
        )
        return tuple(dict.fromkeys(files))
