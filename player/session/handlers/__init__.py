"""The transitions of a night, by what they are about."""
