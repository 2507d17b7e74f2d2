"""The mixing desk: voice over bed, in one pass."""

from player.mixer.mixer import LATENCY, Mixed, Mixer, MixSettings

__all__ = ["LATENCY", "MixSettings", "Mixed", "Mixer"]
