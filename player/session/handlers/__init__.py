"""Handlers of the transition table, by subject.

A handler yields actions in their order. It never sets the state: that stands in the table.
"""
