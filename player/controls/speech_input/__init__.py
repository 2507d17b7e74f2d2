"""Spoken answers: a microphone, an endpoint detector, a recogniser, and the intent of the words.

All of it runs in a child process (`worker`), which the player starts at the first question, and
replaces whenever it hangs, crashes or loses its microphone.
"""
