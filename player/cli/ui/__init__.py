"""What the listener sees."""
