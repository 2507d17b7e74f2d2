"""Find words whose pronunciation the voice has to guess."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from player.authoring.lint.finding import WORD, Finding
from player.story.model import Choices, Line


def find_unknown_words(
    lines: Iterable[Line], questions: Iterable[Choices], is_known: Callable[[str], bool]
) -> Iterator[Finding]:
    """Yield each word that is not known once, at its first place."""
    texts = [(line.text, line.path) for line in lines]
    texts += [(option.text, asked.path) for asked in questions for option in asked.options]
    checked: set[str] = set()
    for text, path in texts:
        for match in WORD.finditer(text):
            word = match.group()
            if word.lower() not in checked and not is_known(word):
                yield Finding(
                    path, f"the voice guesses how '{word}' sounds: say it in the story's lexicon"
                )
            checked.add(word.lower())
