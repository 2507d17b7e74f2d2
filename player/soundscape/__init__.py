"""Soundscapes: recipes and the endless beds made from them.

bed = Bed(parse_recipe(text, "hyper-rest.toml"), seed=7, depth=0.0)
bed.glide(0.4, seconds=60)
block = bed.block(2_048)  # (2048, 2) float32, −30 LUFS at any depth
"""

from player.soundscape.bed import Bed
from player.soundscape.recipe import Recipe
from player.soundscape.recipe_parser import parse_recipe
from player.soundscape.synth import Synth
from player.soundscape.toml_table import RecipeError

__all__ = ["Bed", "Recipe", "RecipeError", "Synth", "parse_recipe"]
