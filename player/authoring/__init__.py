"""Tools for writers: lint a story, draw its map, check a soundscape recipe."""
