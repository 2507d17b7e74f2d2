"""Layout of the full screen, for any size from one cell up.

If there is little room, the choices stay and the rest goes: empty rows first, then the text's upper
rows, the title, the bottom row, and at last the text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from player.terminal_text import clip, columns, wrap

_MAX_WIDTH = 72
_NARROW = 40  # columns; a narrower screen has smaller margins and fewer key labels


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the screen without its margin. A row that is ``aside`` is drawn fainter."""

    text: str = ""
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """The content of the screen; every text is clean and in one row."""

    title: str
    line: str
    """The line that is being spoken."""
    choices: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Keys (the number first) and words of each choice."""
    help: tuple[tuple[str, str], ...] = ()
    minutes: int = 0
    warmth: int = 0
    """Number of dots, 0 to 10."""
    state: str = ""
    hint: str = ""
    """The key that shows the help."""


def margin(width: int) -> int:
    """Return the empty columns on each side of a screen of ``width`` columns."""
    return 2 if width >= _NARROW else 1 if width >= 8 else 0


def lay_out(page: Page, width: int, height: int) -> tuple[Row, ...]:
    """Lay ``page`` out in exactly ``height`` rows of at most ``width`` columns less two margins."""
    inner = max(1, min(width - 2 * margin(width), _MAX_WIDTH))
    line_rows = [Row(row) for row in wrap(page.line, inner)] if page.line else []
    choices = _choices(page.choices, inner, height)
    room = height - len(choices)
    keys = _help(page.help, inner)[:room]
    room -= len(keys)
    last = line_rows[-1:][:room]
    room -= len(last)
    bottom = [_bottom(page, inner)][:room]
    room -= len(bottom)
    top = [Row(clip(page.title, inner), aside=True)][:room]
    room -= len(top)
    upper = line_rows[:-1][max(0, len(line_rows) - 1 - room) :]
    parts = [part for part in (top, [*upper, *last], choices, keys) if part]
    return _spread(parts, bottom, height)


def _spread(parts: list[list[Row]], bottom: list[Row], height: int) -> tuple[Row, ...]:
    """Stack the parts, with empty rows between them while there is room; the bottom row last."""
    free = height - sum(map(len, parts)) - len(bottom)
    rows: list[Row] = []
    for number, part in enumerate(parts):
        # The row before the first part is the least needed.
        if number and free:
            rows.append(Row())
            free -= 1
        rows += part
    if free > 1:
        rows.insert(0, Row())
        free -= 1
    rows += [Row()] * (free - 1 if free > 1 and bottom else free)
    rows += bottom
    return (*rows, *[Row()] * (height - len(rows)))


# -- the choices ----------------------------------------------------------------------------------


def _choices(choices: Sequence[tuple[tuple[str, ...], str]], inner: int, height: int) -> list[Row]:
    """Return every choice in full if that fits; else in fewer rows; at worst side by side."""
    if not choices:
        return []
    wide = inner >= _NARROW
    labels = [" ".join(keys if wide else keys[:2]) for keys, _ in choices]
    broad = max(map(columns, labels)) + 2
    blocks = [
        _choice(label + " " * (broad - columns(label)), words, inner)
        for label, (_, words) in zip(labels, choices, strict=True)
    ]
    if sum(map(len, blocks)) > height:
        blocks = _shortened(blocks, inner, height)
    if len(blocks) > height:
        return _abreast(choices, inner, height)
    return [Row(row) for rows in blocks for row in rows]


def _choice(label: str, words: str, inner: int) -> list[str]:
    """Return the words beside their keys, or after them if the screen is too narrow."""
    indent = columns(label)
    if inner - indent < indent:
        return list(wrap(f"{label} {words}", inner))
    first, *more = wrap(words, inner - indent)
    return [label + first, *(" " * indent + row for row in more)]


def _shortened(blocks: list[list[str]], inner: int, height: int) -> list[list[str]]:
    """Cut the last row of the longest choice until all fit or each has only one."""
    blocks = [list(rows) for rows in blocks]
    cut = set[int]()
    while sum(map(len, blocks)) > height and max(map(len, blocks)) > 1:
        longest = max(range(len(blocks)), key=lambda index: len(blocks[index]))
        blocks[longest].pop()
        cut.add(longest)
    for index in cut:
        blocks[index][-1] = clip(blocks[index][-1] + " " * inner, inner)
    return blocks


def _abreast(choices: Sequence[tuple[tuple[str, ...], str]], inner: int, height: int) -> list[Row]:
    """Return several choices per row, or only their numbers if there is no room for more."""
    abreast = -(-len(choices) // max(1, height))
    each = max(1, (inner - (abreast - 1)) // abreast)
    cells = [clip(f"{keys[0]} {words}" if each > 3 else keys[0], each) for keys, words in choices]
    padded = [cell + " " * (each - columns(cell)) for cell in cells]
    rows = [" ".join(padded[at : at + abreast]) for at in range(0, len(padded), abreast)]
    return [Row(clip(row.rstrip(), inner)) for row in rows[:height]]


# -- help and bottom row --------------------------------------------------------------------------


def _help(lines: Sequence[tuple[str, str]], inner: int) -> list[Row]:
    """Return the keys and their meanings, closer together on a narrow screen."""
    wide = max((columns(keys) for keys, _ in lines), default=0) + 2 if inner >= _NARROW else 0
    padded = [(keys + " " * max(1, wide - columns(keys)), what) for keys, what in lines]
    return [Row(clip(keys + what, inner)) for keys, what in padded]


def _bottom(page: Page, inner: int) -> Row:
    """Return time, depth, state and hint as far as there is room; the state goes last."""
    parts = [f"{page.minutes} min", "·" * page.warmth, page.state, page.hint]
    for dispensable in (1, 3, 0):
        text = "   ".join(filter(None, parts))
        if columns(text) <= inner:
            break
        parts[dispensable] = ""
    return Row(clip("   ".join(filter(None, parts)), inner), aside=True)
