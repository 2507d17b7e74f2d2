"""The loop that turns a session, a voice, a bed and controls into blocks of sound."""
