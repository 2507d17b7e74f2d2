"""Errors that the player raises on purpose, by cause. Exit codes follow ``sysexits.h``.

A message is one sentence with the value that was found, what was expected, and what to do.
"""


class DreamersError(Exception):
    """Base class: something went wrong for a reason that a person can act on."""

    exit_code = 70


class UsageError(DreamersError):
    """The command line or a setting asks for something that does not exist."""

    exit_code = 2


class InputError(DreamersError):
    """A story, recipe, recording or bookmark is not what it claims to be."""

    exit_code = 65


class InputNotFound(DreamersError):
    """A named input is not there, or cannot be read."""

    exit_code = 66


class UnavailableError(DreamersError):
    """A voice, device or helper program is missing on this machine."""

    exit_code = 69


class OutputError(DreamersError):
    """A file cannot be written: no permission, no room, already there."""

    exit_code = 73
