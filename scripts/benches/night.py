"""What a listener waits for: the first sound, the first word, an answer, a rendered night."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benches.cost import measured, table

DREAMERS = [sys.executable, "-m", "player"]
CARD_RATE = 48_000


def bench_start() -> None:
    """`play` on a virtual card: the first sound and word; an answer and a pause after the key."""
    from tests.support.virtual_card import VirtualCard

    with tempfile.TemporaryDirectory(prefix="bench-") as name, VirtualCard(name) as card:
        env = {**card.env, "DREAMERS_HOME": f"{name}/home"}
        nights = [_one_start(card, env) for _ in range(4)][1:]  # the first fills the disk's cache
    asked = {
        "first sound": "0.60",
        "first word": "1.50",
        "answer after its key": "0.30",
        "silence after a pause's key": "0.30",
    }
    rows = [
        [name, limit, *(f"{night[row]:.2f}" for night in nights)]
        for row, (name, limit) in enumerate(asked.items())
    ]
    table(
        "start: seconds, as recorded from a virtual card (its own delay included)",
        ["", "at most", "first", "second", "third"],
        rows,
    )


def _one_start(card: object, env: dict[str, str]) -> tuple[float, ...]:
    from tests.support.terminal import Terminal

    recorder = card.record(latency_ms=20)  # type: ignore[attr-defined]  # tests.support.virtual_card.VirtualCard
    command = [*DREAMERS, "play", "--fresh", "--from", "blue_room", "--seed", "1"]
    with Terminal(command, env) as night:
        night.wait_for("To say whose slippers", 30)
        time.sleep(1.0)
        night.press("\x1b[C")  # on to the question
        night.wait_for("felt whale", 30)
        time.sleep(9.0)  # it has been asked: only the bed is heard
        pressed = night.press("2")
        time.sleep(1.5)
        paused = night.press(" ")
        time.sleep(1.0)
        night.press(" ")
        night.press("q")
        night.wait(20)
    heard = recorder.stop()
    times = recorder.time_of(0) + np.arange(len(heard)) / CARD_RATE
    first = times[np.flatnonzero(heard.any(axis=1))[0]] - night.started
    words = [_word_after(heard, times, since) for since in (night.started, pressed)]
    return first, *words, _silence_after(heard, times, paused)


def _word_after(heard: np.ndarray, times: np.ndarray, since: float) -> float:
    """Seconds from ``since`` to the first 5 ms that are 8 dB over the bed of the second before."""
    power, at = _power(heard, times)
    before = power[(at > since - 1.0) & (at < since)]
    floor = max(float(np.median(before)) if before.any() else 0.0, 10**-4.0)
    loud = np.flatnonzero((power > floor * 10**0.8) & (at > since))
    return float(at[loud[0]] - since)


def _silence_after(heard: np.ndarray, times: np.ndarray, since: float) -> float:
    """Seconds from ``since`` to the first 5 ms in which nothing at all sounds."""
    power, at = _power(heard, times)
    return float(at[(power == 0) & (at > since)][0] - since)


def _power(heard: np.ndarray, times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean power of every 5 ms, and when they begin."""
    step = CARD_RATE // 200
    power = np.square(heard[: len(heard) // step * step]).sum(axis=1).reshape(-1, step).mean(axis=1)
    return power, times[::step][: len(power)]


def bench_render() -> None:
    """The bundled tale to each kind of file, and a long night beside a short one."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        rows = [
            _render(Path(name) / f"night.{ending}") for ending in ("flac", "m4b", "mp3", "opus")
        ]
        table("render: the bundled tale", ["", "wall s", "x real time", "MB"], rows)
        long = [_length(Path(name), minutes) for minutes in (10, 180)]
    table(
        "render: memory by length (the silent voice; at most 1.2 times as much)",
        ["", "wall s", "x real time", "MB"],
        [*long, ["ratio", "", "", f"{float(long[1][3]) / float(long[0][3]):.2f}"]],
    )


def _render(target: Path) -> list[str]:
    cost, _ = measured([*DREAMERS, "render", "-o", str(target)])
    return [target.suffix, *_figures(cost, _seconds(target))]


def _length(folder: Path, minutes: int) -> list[str]:
    story, target = folder / f"{minutes}.txt", folder / f"{minutes}.opus"
    line = "The lamp is low, and the water goes by under the window, and nobody is in a hurry.\n\n"
    story.write_text("# The Long Night\n\n" + line * round(minutes * 60 / 8.8))
    cost, _ = measured([*DREAMERS, "render", str(story), "--voice", "silent", "-o", str(target)])
    return [f"{_seconds(target) / 60:.0f} min", *_figures(cost, _seconds(target))]


def _figures(cost: object, seconds: float) -> list[str]:
    return [
        f"{cost.wall_s:.1f}",  # type: ignore[attr-defined]  # benches.cost.Cost
        f"{seconds / cost.wall_s:.0f}",  # type: ignore[attr-defined]
        f"{cost.memory_mb:.0f}",  # type: ignore[attr-defined]
    ]


def _seconds(target: Path) -> float:
    import av

    with av.open(os.fspath(target)) as container:
        return float(container.duration or 0) / 1e6
