"""Write small private files atomically: after any accident they are complete, old or new."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from player.storage.atomic_file import AtomicFile, remove_old_files
from player.storage.file_access import hide_from_others

_STALE_S = 3_600.0  # a state file is written within seconds; an hour later its writer is gone


def write_atomically(path: Path, text: str, before: Path | None = None) -> None:
    """Write ``text`` to ``path`` as UTF-8, or leave the old file. Raises ``OSError``.

    File and missing folders are private from the first moment. The old file is kept as ``before``:
    after a kill between the two renames, ``path`` is missing and ``before`` is there. If two
    programs write at once, the last one wins.
    """
    _make_private(path.parent)
    file = AtomicFile(path, private=True)
    try:
        file.file.write(text.encode())
        file.publish(before)
    except BaseException:
        file.discard()
        raise


def set_aside(path: Path) -> None:
    """Rename a damaged file, so that its name ends in ``.unreadable``."""
    hide_from_others(path)
    with suppress(OSError):
        os.replace(path, path.with_suffix(path.suffix.removesuffix(".json") + ".unreadable"))


def sweep(folder: Path) -> None:
    """Remove the unfinished files that killed players left in ``folder``."""
    remove_old_files(folder, ".*.part", _STALE_S)


def _make_private(folder: Path) -> None:
    """Make ``folder`` and the missing ones above it, all private."""
    if folder.is_dir():
        return
    # Path.mkdir would make the folders above it with the usual mode, which others may read.
    _make_private(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
