"""Child processes: start, prioritise and supervise them, and exchange messages with them."""
