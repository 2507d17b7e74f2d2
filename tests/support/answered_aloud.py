"""A short story to be answered aloud, and a listener who speaks into a virtual microphone."""

import re
import subprocess
import time
from pathlib import Path

import soundfile

from player.audio import resample
from player.controls.speech_input.endpointing import RATE as EAR
from tests.support.spoken_trial import Speakers
from tests.support.virtual_card import VirtualCard

LISTENER = "hibari:0.85,0.94"

TALE = """
:: StoryTitle
The Lantern
# soundscape: studio

:: Start
# chapter: The Gate
The gate is open, and a lamp is lit.

[[Follow the lamp->Stair]]
[[Stay by the gate->Gate]]

:: Stair
It is warm on the stair.

:: Gate
The gate is quiet now.
"""


def say_into(card: VirtualCard, folder: Path, speakers: Speakers, words: str) -> float:
    """Speak into the microphone; return ``time.monotonic()`` at the end of the last word."""
    path = folder / f"{re.sub('[^a-z]', '-', words)}.wav"
    soundfile.write(path, resample(speakers.say(LISTENER, words), EAR, 48_000), 48_000)
    subprocess.run(
        ["paplay", "--device=mic", "--latency-msec=30", str(path)], env=card.env, check=True
    )
    return time.monotonic()


def listening_process(parent: int) -> int:
    """Return the number of the process in which a night listens."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_text()
            stat = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if "speech_input.worker" in command and int(stat[1]) == parent:
            return int(entry.name)
    raise AssertionError("nothing listens")
