"""Spoken answers: what is understood, from whom, how soon, and what listening costs."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benches.cost import cpu_s, table

DREAMERS = [sys.executable, "-m", "player"]
RATE = 48_000


def bench_listen() -> None:
    """64 commands and 48 other sentences from each voice it was not tuned on; then its cost."""
    _understood()
    _live()


def _understood() -> None:
    from tests.support.spoken_people import PEOPLE
    from tests.support.spoken_sets import HELD_OUT
    from tests.support.spoken_trial import CLEAN_DB, Speakers, can_speak, outcome

    speakers = Speakers()
    rows = []
    for sayings, voice in ((one, voice) for one in (HELD_OUT, PEOPLE) for voice in one.voices):
        if not can_speak(voice):
            continue
        row = [voice]
        for snr_db in (CLEAN_DB, 10.0):
            done = [
                outcome(speakers, sayings, voice=voice, said=one, snr_db=snr_db)
                for one in sayings.commands
            ]
            others = [
                outcome(speakers, sayings, voice=voice, said=one, snr_db=snr_db)
                for one in sayings.others
            ]
            row += [str(sum(one.right for one in done)), str(sum(one.wrong for one in done))]
            row.append(str(sum(one.wrong for one in others)))
        rows.append(row)
        print(*row, file=sys.stderr, flush=True)
    speakers.close()
    table(
        "listen: of 64 commands and 48 other sentences, from voices that it was not tuned on",
        ["", "right", "mistaken", "false", "10 dB: right", "mistaken", "false"],
        rows,
        "a voice in a quiet room, and with pink noise 10 dB under it; tiny.en, 8 bits",
    )


def _live() -> None:
    from tests.support.virtual_card import VirtualCard

    with (
        tempfile.TemporaryDirectory(prefix="bench-") as name,
        VirtualCard(name, sinks=("bed", "mic")) as card,
    ):
        said = ("by the gate", "two", "the gate please")
        rows = [[words, *_one_answer(Path(name), card, words)] for words in said]
    table(
        "listen: from the end of the last word, as recorded from a virtual card",
        ["", "said back s", "CPU while it listens %", "MB of its process"],
        rows,
        "0.6 s of it are the pause after which somebody is done",
    )


def _one_answer(folder: Path, card: object, words: str) -> list[str]:
    from tests.support.answered_aloud import LISTENER, TALE, listening_process, say_into
    from tests.support.spoken_trial import Speakers, model_folder
    from tests.support.terminal import Terminal

    home = folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(model_folder(), home / "cache" / "listen")
    (folder / "lantern.twee").write_text(TALE)
    env = {**card.env, "DREAMERS_HOME": str(home), "PULSE_SOURCE": "mic.monitor"}  # type: ignore[attr-defined]  # tests.support.virtual_card.VirtualCard
    bed = card.record("bed", latency_ms=20)  # type: ignore[attr-defined]
    mic = card.record("mic", latency_ms=20)  # type: ignore[attr-defined]
    speakers = Speakers()
    speakers.say(LISTENER, words)
    command = [*DREAMERS, "play", str(folder / "lantern.twee"), "--listen"]
    with Terminal(command, env) as night:
        night.wait_for("listening", 60)
        pid = listening_process(night.process.pid)
        time.sleep(1.0)
        cpu, begin = cpu_s(pid), time.monotonic()
        time.sleep(6.0)
        share = 100 * (cpu_s(pid) - cpu) / (time.monotonic() - begin)
        say_into(card, folder, speakers, words)  # type: ignore[arg-type]
        night.wait_for("The gate is quiet now.", 20)
        memory = _memory_mb(pid)
        night.press("q")
        night.wait(20)
    speakers.close()
    said = _last_loud(mic)
    return [f"{_first_word_after(bed, said) - said:.2f}", f"{share:.1f}", f"{memory:.0f}"]


def _last_loud(recorder: object) -> float:
    """When the last sound was heard on the microphone."""
    heard = recorder.stop()  # type: ignore[attr-defined]
    loud = np.flatnonzero(np.abs(heard).max(axis=1) > 0.01)
    return float(recorder.time_of(0) + loud[-1] / RATE)  # type: ignore[attr-defined]


def _first_word_after(recorder: object, since: float) -> float:
    """When the narrator's next word began: 8 dB over the bed of the second before."""
    from benches.night import _word_after

    heard = recorder.stop()  # type: ignore[attr-defined]
    times = recorder.time_of(0) + np.arange(len(heard)) / RATE  # type: ignore[attr-defined]
    return since + _word_after(heard, times, since)


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024
