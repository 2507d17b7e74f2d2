"""The README's first command, followed once on a fresh copy of the checkout.

    python -m tests.project.first_night CHECKOUT

``scripts/dreamers play`` runs there in a terminal of its own, with a home and caches that are
empty and a virtual sound card; it sets itself up, is listened to for a while, and is left with
``q``. Exits 0 if it played and left as it should; else says in one sentence what was wrong.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.support.terminal import Terminal
from tests.support.virtual_card import RATE, Recorder, VirtualCard

SET_UP_SECONDS = 600.0
FIRST_SOUND_SECONDS = 30.0
LISTENED_SECONDS = 15.0
LEAVE_SECONDS = 30.0
AUDIBLE = 10 ** (-50 / 20)  # peak; a bed lies near -30 LUFS
TENTH = RATE // 10
SOUNDING = 0.5  # of the seconds listened to, at least


def fresh_environment(env: dict[str, str], home: Path) -> dict[str, str]:
    """An environment without this machine's caches, settings and bookmarks."""
    kept = {
        name: value
        for name, value in env.items()
        if not name.startswith(("DREAMERS_", "PYTEST_", "VIRTUAL_ENV"))
        and not (name.startswith("XDG_") and name != "XDG_RUNTIME_DIR")
    }
    fresh = {"HOME": str(home), "PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1"}
    return kept | fresh


def await_set_up(night: Terminal, checkout: Path) -> float:
    """Seconds until the environment stood."""
    while not (checkout / ".venv" / "stamp").exists():
        go_on(night, SET_UP_SECONDS, "it was not set up")
    return time.monotonic() - night.started


def go_on(night: Terminal, longest: float, complaint: str) -> None:
    """Read on for a moment; raise if the program has ended, or has been up for too long."""
    night.read(0.5)
    code = night.process.poll()
    assert code is None, f"{complaint}: it ended with {code}, showing {night.text[-2000:]!r}"
    up = time.monotonic() - night.started
    assert up < longest, f"{complaint} in {longest:.0f} s, showing {night.text[-2000:]!r}"


def audible(recorder: Recorder) -> list[bool]:
    """For each tenth of a second recorded so far, whether anything was to be heard."""
    loudest = np.abs(recorder.so_far()).max(axis=1, initial=0.0)
    tenths = loudest[: len(loudest) // TENTH * TENTH].reshape(-1, TENTH)
    return list(tenths.max(axis=1, initial=0.0) > AUDIBLE)


def follow(night: Terminal, checkout: Path, card: VirtualCard) -> str:
    """Play, listen, leave; answers what was found."""
    set_up = await_set_up(night, checkout)
    recorder = card.record()
    while not any(audible(recorder)):
        go_on(night, set_up + FIRST_SOUND_SECONDS, "nothing was to be heard")
    night.read(LISTENED_SECONDS)
    heard = audible(recorder)[-int(LISTENED_SECONDS * 10) :]
    sounding = sum(heard) / len(heard)
    assert sounding > SOUNDING, f"only {sounding:.0%} of {LISTENED_SECONDS:.0f} s were to be heard"
    night.press("q")
    code = night.wait(LEAVE_SECONDS)
    assert code == 0, f"after q it ended with {code}, showing {night.text[-2000:]!r}"
    return (
        f"set up in {set_up:.0f} s, {sounding:.0%} of {LISTENED_SECONDS:.0f} s sounding, left by q"
    )


def main(checkout: Path) -> int:
    """Follow the README's first command in `checkout`, which must not have been set up yet."""
    with tempfile.TemporaryDirectory() as scratch, VirtualCard(scratch) as card:
        home = Path(scratch) / "home"
        home.mkdir()
        env = fresh_environment(card.env, home)
        with Terminal(["scripts/dreamers", "play"], env, str(checkout)) as night:
            try:
                print(f"first night: {follow(night, checkout, card)}")
            except AssertionError as error:
                print(f"first night: {error}", file=sys.stderr)
                return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
