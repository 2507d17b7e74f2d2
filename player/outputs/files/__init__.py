"""Audio files: WAV, FLAC, MP3, Opus and M4B."""
