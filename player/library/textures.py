"""Statistics of real sounds, by which a bed is judged: numbers only, no recording."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import numpy as np

from player.authoring.texture import TextureStatistics


@cache
def texture_references() -> dict[str, tuple[str, TextureStatistics]]:
    """Return the family and the statistics of each recording, by its name."""
    text = (resources.files("player.library") / "textures.json").read_text(encoding="utf-8")
    return {
        name: (
            entry.pop("family"),
            TextureStatistics(**{key: np.array(values) for key, values in entry.items()}),
        )
        for name, entry in json.loads(text).items()
    }
