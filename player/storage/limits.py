"""Bounds of options, settings and stored values."""

SPEED = (0.5, 2.0)
"""Factor on the narrator's pace."""
DRIFT_DB = (0.0, 24.0)
VOLUME_DB = (-40.0, 12.0)
"""The range of the mixer's volume."""
MAX_SEED = 2**1024
"""A sanity bound."""
