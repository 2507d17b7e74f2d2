"""Textures of the places that have a model among real sounds, for the tests and the bench."""

from player.audio import RATE, Samples
from player.authoring.texture import family_distances, texture_statistics
from player.library.textures import texture_references

MODELS = {"sea": "sea", "rain": "rain", "hearth": "fire", "forest-night": "night"}
"""Family of real sounds that a bundled soundscape is like."""
PIECE_S = 15

Distances = dict[str, float]


def distances_of(x: Samples) -> Distances:
    """The distance of a sound to each family, the nearest first."""
    return family_distances(texture_statistics(x), texture_references())


def named_pieces(x: Samples) -> list[str]:
    """The family that is nearest to each fifteen seconds of a sound."""
    step = PIECE_S * RATE
    return [next(iter(distances_of(x[at : at + step]))) for at in range(0, len(x) - step + 1, step)]
