"""Stories, soundscapes and recordings: found, read, decoded."""
