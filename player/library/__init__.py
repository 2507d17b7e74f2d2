"""Find, read and decode stories, soundscapes and recordings."""
