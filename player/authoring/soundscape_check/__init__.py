"""Checks of a soundscape recipe by rendering and measuring it."""
