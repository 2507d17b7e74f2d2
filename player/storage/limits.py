"""Bounds of options, settings and stored values."""

SPEED = (0.5, 2.0)
"""Factor on the narrator's pace."""
DRIFT_DB = (0.0, 24.0)
VOLUME_DB = (-40.0, 12.0)
"""As far as the mixer's own knob goes."""
MAX_SEED = 2**1024
"""A sanity bound."""
