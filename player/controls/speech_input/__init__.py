"""The listener's own voice as an answer: a microphone, ends of speech, a recogniser, a meaning.

All but the meaning happens in a process of its own (``child``), which the player starts at the
first question and forgets whenever it hangs, crashes or loses its microphone.
"""
