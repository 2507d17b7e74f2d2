"""The desktop beside a night: it keeps the machine awake, shows a card, and has keys."""
