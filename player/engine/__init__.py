"""The loop that carries a night out, and what it schedules."""
