"""Which words hibari knows, without its voice: the rest it guesses, letter by letter."""

from __future__ import annotations

from collections.abc import Callable

from player.story.lexicon import Lexicon


def dictionary(lexicon: Lexicon) -> Callable[[str], bool] | None:
    """Whether a word is spoken from the dictionary or from ``lexicon``; ``None`` without hibari.

    The dictionary takes half a second to load; the network that speaks is left alone.
    """
    try:
        from hibari.g2p import G2P
    except ImportError:
        return None
    reader = G2P(oov=False)  # no guessing: what it does not know stays without a rating

    def known(word: str) -> bool:
        if lexicon.marked(word) != word:
            return True
        tokens = reader.phonemize_tokens(reader.tokenize(word))
        return all(token.rating is not None for token in tokens)

    return known
