"""Writing a small file whole, or not at all."""

from __future__ import annotations

from pathlib import Path

from player.outputs.part import PartFile


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path`` as UTF-8; raises ``OutputError``."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``; raises ``OutputError``."""
    part = PartFile(path)
    part.write(data)
    part.publish()
