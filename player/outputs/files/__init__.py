"""Audio files, by their ending."""
