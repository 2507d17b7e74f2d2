"""Processes beside the player's: how they are started, and which go first."""
