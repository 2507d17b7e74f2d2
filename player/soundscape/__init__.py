"""Soundscapes: recipes, and the endless stream that is made from them.

scene = Scene(parse_recipe(text, "hyper-rest.toml"), seed=7, depth=0.0)
scene.glide(0.4, seconds=60)
block = scene.block(2_048)  # (2048, 2) float32, −30 LUFS at any depth
"""

from player.soundscape.parse import parse_recipe
from player.soundscape.read import RecipeError
from player.soundscape.recipe import Recipe
from player.soundscape.scene import Scene
from player.soundscape.soundscape import BED_LUFS, Soundscape

__all__ = ["BED_LUFS", "Recipe", "RecipeError", "Scene", "Soundscape", "parse_recipe"]
