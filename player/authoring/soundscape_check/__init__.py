"""Checks of a soundscape recipe: it is read, rendered and measured."""
