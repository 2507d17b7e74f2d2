"""The option ``--sleep`` (``30m``, ``22:45``, ``2 chapters``, ``off``) and evening settings."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from player.durations import parse_duration
from player.engine.sleep_timer import ClockTimer, Countdown, SleepTimer
from player.errors import InputError, UsageError
from player.session import Pacing

_DAY_MIN = 24 * 60
_MAX_S = 9_999 * 3600.0


@dataclass(frozen=True, slots=True)
class Sleep:
    """A parsed ``--sleep``; at most one of the three is set."""

    seconds: float | None = None
    until: float | None = None
    """In seconds of the clock (POSIX)."""
    chapters: int | None = None

    def timer(self) -> SleepTimer:
        """Return a timer that counts from now; it never ends if none was asked for."""
        if self.until is not None:
            return ClockTimer(self.until, time.time)
        return Countdown() if self.seconds is None else Countdown(self.seconds)

    def left_s(self) -> float | None:
        """Return the seconds that are left, or None if only the story can tell."""
        return self.seconds if self.until is None else self.until - time.time()

    def fitted(self, pacing: Pacing) -> Pacing:
        """Return ``pacing`` with a fade of at most half of a short night."""
        left = self.left_s()
        if left is None:
            return pacing
        return replace(pacing, sleep_fade_s=min(pacing.sleep_fade_s, left / 2))


def parse_sleep(text: str, now: float) -> Sleep:
    """Parse the option as typed at ``now`` (POSIX seconds). Raises ``UsageError``.

    A clock time is the next one: after 23:00, ``22:45`` means tomorrow.
    """
    words = " ".join(text.casefold().split())
    if words == "off":
        return Sleep()
    if seconds := _seconds(words):
        return Sleep(seconds=seconds)
    if match := re.fullmatch(r"([1-9]\d{0,2}) ?chapters?", words):
        return Sleep(chapters=int(match[1]))
    if (minute := _minute_of_day(words)) is not None:
        return Sleep(until=_next(minute, now))
    raise UsageError(f"--sleep: '{text}' isn't a time: try 30m, 1h, 22:45, '2 chapters' or off")


def read_seconds(option: str, text: str) -> float:
    """Return the seconds in ``3m``. Raises ``UsageError``, naming the option."""
    seconds = _seconds(" ".join(text.casefold().split()))
    if not seconds:
        raise UsageError(f"{option}: '{text}' isn't a time: try 90s, 3m or 1h")
    return seconds


def _seconds(text: str) -> float:
    """Return the seconds; 0 if ``text`` is no length of time, or one that no night has."""
    seconds = parse_duration(text) or 0.0
    return seconds if 1.0 <= seconds <= _MAX_S else 0.0


def evening_settings(table: Mapping[str, str | float], now: float) -> Mapping[str, str | float]:
    """Return the evening's settings if it is evening at ``now``, else an empty table.

    Raises ``InputError`` if the table has a time that is not one.
    """
    if not table:
        return {}
    begin = _setting_minute(table, "from", "20:00")
    end = _setting_minute(table, "until", "5:00")
    clock = time.localtime(now)
    since_begin = (clock.tm_hour * 60 + clock.tm_min - begin) % _DAY_MIN
    return table if since_begin < (end - begin) % _DAY_MIN else {}


def _setting_minute(table: Mapping[str, str | float], key: str, default: str) -> int:
    minute = _minute_of_day(str(table.get(key, default)))
    if minute is None:
        raise InputError(
            f"config.toml: [evening] {key} = '{table[key]}' is not a time: write it as 20:30."
        )
    return minute


def _minute_of_day(text: str) -> int | None:
    match = re.fullmatch(r"(\d{1,2}):(\d{2})", text)
    if match and int(match[1]) < 24 and int(match[2]) < 60:
        return int(match[1]) * 60 + int(match[2])
    return None


def _next(minute: int, now: float) -> float:
    """Return the POSIX time at which local clocks next show that minute of the day."""
    today = time.localtime(now)
    for day in (today.tm_mday, today.tm_mday + 1):  # mktime knows how long a month is
        at = time.mktime((today.tm_year, today.tm_mon, day, minute // 60, minute % 60, 0, 0, 0, -1))
        if at > now:
            break
    return at
