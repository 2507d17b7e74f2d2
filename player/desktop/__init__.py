"""Desktop integration: the machine stays awake, a card shows the night, and media keys work."""
