"""Screens of a night: the dark full screen, and plain lines."""
