"""Handlers of the transition table, by subject.

A handler yields actions in their order. It never sets the state: the table in
``session/transitions.py`` says what leads to which state, silence after a question included.
"""
