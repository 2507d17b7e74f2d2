"""The picture of a whole night in the README: its bed, with the chapters below it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

PIECES = 60
LOUDNESS = (-50.0, -45.0, -40.0, -35.0, -30.0)
"""Under the voice the bed is made 15 LU softer than it, and it softens with the depth."""


def bench_journey(output: Path) -> None:
    """Render the tale with its gentle answers, and draw the bed of that night."""
    import soundfile

    from player.audio import RATE
    from player.authoring.soundscape_check.plot import Axis, draw_picture
    from player.library.textures import texture_references

    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        cues_file = Path(folder) / "cues.json"
        options = ["--stems", folder, "--cues", str(cues_file), "--choices", "default"]
        night = [sys.executable, "-m", "player", "render", "the-dreamers", *options]
        subprocess.run(night, check=True)
        cues = json.loads(cues_file.read_text(encoding="utf-8"))
        frames = cues["frames"]
        with soundfile.SoundFile(Path(folder) / "bed.flac") as bed:
            pieces = [bed.read(frames // PIECES, dtype="float32") for _ in range(PIECES)]
    chapters = tuple(
        (cue["start"] / frames, cue["text"]) for cue in cues["cues"] if cue["kind"] == "chapter"
    )
    minutes = round(frames / RATE / 60)
    axis = Axis(f"Chapters of a night of {minutes} minutes", chapters, LOUDNESS)
    output.write_bytes(
        draw_picture("The Dreamers, a whole night", pieces, axis, texture_references())
    )
