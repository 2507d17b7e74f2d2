"""Mixing of voice and bed in one pass."""

from player.mixer.mixer import LATENCY, MixedBlock, Mixer, MixSettings

__all__ = ["LATENCY", "MixSettings", "MixedBlock", "Mixer"]
