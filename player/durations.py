"""Parse lengths of time, as a writer or a listener types them: ``1.5s``, ``30m``, ``1h``."""

from __future__ import annotations

import re

_UNITS_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(?P<count>\d+(?:\.\d+)?|\.\d+)\s*(?P<unit>ms|s|min|m|h)", re.ASCII)


def parse_duration(text: str) -> float | None:
    """Return the seconds in a number with its unit (ms, s, m, min or h), or None."""
    match = _DURATION.fullmatch(text.strip())
    return float(match["count"]) * _UNITS_S[match["unit"]] if match else None
