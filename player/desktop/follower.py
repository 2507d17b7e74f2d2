"""The event loop of the desktop's process, which follows the state of a night."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

from player.desktop.inbox import Inbox
from player.desktop.keep_awake import SleepInhibitor
from player.desktop.messages import MediaKey, NowPlaying
from player.workers.framing import write_frame

_LEAVE_S = 1.0
"""Time for taking the card away."""


def follow_night(inbox: Inbox, answers: BinaryIO) -> None:
    """Keep the machine awake and show the card until the night is over."""

    def press(key: MediaKey) -> None:
        write_frame(answers, {"key": str(key)})

    with SleepInhibitor() as inhibitor:
        asyncio.run(_follow(inbox, inhibitor, press))


async def _follow(
    inbox: Inbox, inhibitor: SleepInhibitor, press: Callable[[MediaKey], None]
) -> None:
    changed = asyncio.Event()
    inbox.subscribe(_thread_safe(changed.set))
    shown = asyncio.Queue[NowPlaying]()
    card = asyncio.create_task(_show_card(shown, press))
    while True:
        await changed.wait()
        changed.clear()
        if inbox.ended.is_set():
            break
        if inbox.latest is not None:
            inhibitor.keep(not inbox.latest.paused)
            if not card.done():
                shown.put_nowait(inbox.latest)
    card.cancel()
    await asyncio.wait([card], timeout=_LEAVE_S)


def _thread_safe(action: Callable[[], object]) -> Callable[[], None]:
    """Return a function for any thread, which has ``action`` called by the running loop."""
    loop = asyncio.get_running_loop()

    def call() -> None:
        with suppress(RuntimeError):  # the loop has ended
            loop.call_soon_threadsafe(action)

    return call


async def _show_card(shown: asyncio.Queue[NowPlaying], press: Callable[[MediaKey], None]) -> None:
    with suppress(Exception):  # errors of the bus must not interrupt the night
        from player.desktop.mpris_service import serve_card

        await serve_card(shown, press)
