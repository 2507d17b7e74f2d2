"""The mixing desk: voice over bed, in one pass."""

from player.mixer.mixer import BED_LUFS, LATENCY, Mixed, Mixer, MixSettings

__all__ = ["BED_LUFS", "LATENCY", "MixSettings", "Mixed", "Mixer"]
