"""A short night for file tests, and readers that are not ours."""

import json
import subprocess

import numpy as np

from player.audio import RATE
from player.cues import Chapter
from player.outputs import Tags
from player.outputs.files.cover_art import default_cover
from player.outputs.files.formats import open_file

FRAMES = 5 * RATE + 777  # no whole number of any encoder's frames
CHAPTERS = (
    Chapter(0, RATE, "The corridor"),
    Chapter(RATE, 3 * RATE, "Höhle & „Licht“"),
    Chapter(3 * RATE, FRAMES, "Home; the end = near"),
)
COVER = default_cover("The Dreamers")
TAGS = Tags("The Dreamers é", "Mira", "Nights", cover=COVER)
LOSSY = (".mp3", ".opus", ".m4b")


def night(frames=FRAMES):
    """Return a quiet chord with a click 0.2 s before its end, which would reveal a shift."""
    time = np.arange(frames) / RATE
    left = 0.1 * np.sin(2 * np.pi * 330 * time) + 0.05 * np.sin(2 * np.pi * 1234.5 * time)
    sound = np.stack([left, 0.7 * left], axis=1)
    sound[-RATE // 5 : -RATE // 5 + 48] += 0.4
    return sound.astype(np.float32)


def save(path, sound, tags=TAGS, chapters=CHAPTERS, step=2048):
    output = open_file(path, tags)
    for start in range(0, len(sound), step):
        output.write(sound[start : start + step])
    assert not path.exists(), "nothing bears the name before it is whole"
    output.close(chapters)
    return path


def probe(path):
    command = ["ffprobe", "-v", "error", "-show_format", "-show_chapters", "-show_streams"]
    done = subprocess.run(
        [*command, "-of", "json", str(path)], capture_output=True, text=True, check=True
    )
    assert not done.stderr
    return json.loads(done.stdout)


def decoded(path):
    """Return the samples that ffmpeg decodes from the file, ``(frames, 2)`` float32."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-map", "0:a", "-f", "f32le", "-"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert not done.stderr
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2)
