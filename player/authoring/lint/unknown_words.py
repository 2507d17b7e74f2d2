"""Words that the voice has to guess."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from player.authoring.lint.finding import WORD, Finding
from player.story.model import Choices, Line


def doubtful(
    lines: Iterable[Line], questions: Iterable[Choices], known: Callable[[str], bool]
) -> Iterator[Finding]:
    """Every word that is not ``known``, once, where it is first met."""
    texts = [(line.text, line.path) for line in lines]
    texts += [(option.text, asked.path) for asked in questions for option in asked.options]
    met: set[str] = set()
    for text, path in texts:
        for match in WORD.finditer(text):
            word = match.group()
            if word.lower() not in met and not known(word):
                yield Finding(
                    path, f"the voice guesses how '{word}' sounds: say it in the story's lexicon"
                )
            met.add(word.lower())
