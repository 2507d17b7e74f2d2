"""A voice for tests: a tone for every sentence, and faults on demand. Run as a child process.

``FAULTS`` in the environment is a folder. A fault that is to happen several times leaves its count
there, since the process itself does not outlive it; ``hangs`` has a byte for each time it hung.
"""

import os
import sys
import time
from pathlib import Path

import numpy as np

from player.audio import Samples
from player.script.utterance import Utterance
from player.voices import worker
from player.workers.framing import Message

RATE = 24_000


def count_hang() -> None:
    """Add a byte to ``hangs``, so that a test sees that the voice hangs now."""
    if folder := os.environ.get("FAULTS"):
        with Path(folder, "hangs").open("ab") as hangs:
            hangs.write(b"x")


class FaultyVoice:
    """Says ``NAME [TIMES]: …`` by having that fault, the first TIMES times."""

    def speak(self, utterance: Utterance) -> tuple[Samples, int]:
        fault, colon, _ = utterance.text.partition(":")
        name, _, times = fault.partition(" ")
        if colon and self._still(fault, int(times or 1_000_000)):
            self.have(name)
        frames = RATE // 5 + RATE // 100 * len(utterance.text)
        tone = 0.1 * np.sin(np.arange(frames) * 0.05)
        return tone.astype(np.float32), RATE

    def have(self, fault: str) -> None:
        """Be at fault."""
        if fault == "crash":
            os._exit(3)
        if fault == "hang":
            count_hang()
            time.sleep(3600)
        if fault == "raise":
            raise RuntimeError("the synthesiser tripped")
        if fault == "print":
            print("Audio saved to /nowhere")
            os.write(1, b"and from a library in C")

    def _still(self, fault: str, times: int) -> bool:
        if not os.environ.get("FAULTS"):
            return True
        count = Path(os.environ["FAULTS"], fault.replace(" ", "-")[:40])
        done = int(count.read_text()) if count.exists() else 0
        count.write_text(str(done + 1))
        return done < times


def load(hello: Message) -> FaultyVoice:
    """At once, unless the greeting asks for a start that fails."""
    if hello.get("start") == "crash":
        print("the voice's library is broken", file=sys.stderr, flush=True)
        os._exit(4)
    if hello.get("start") == "raise":
        raise OSError("libvoice.so: no such file")
    return FaultyVoice()


if __name__ == "__main__":
    worker.serve(load)
