"""hibari's dictionary, to find words whose pronunciation it has to guess from their letters."""

from __future__ import annotations

from collections.abc import Callable

from player.story.lexicon import Lexicon


def dictionary(lexicon: Lexicon) -> Callable[[str], bool] | None:
    """Return a test whether a word is in the dictionary or in ``lexicon``; None without hibari.

    The dictionary takes half a second to load. The network that speaks is not loaded.
    """
    try:
        from hibari.g2p import G2P
    except ImportError:
        return None
    reader = G2P(oov=False)  # without guesses, a word it does not know gets no rating

    def is_known(word: str) -> bool:
        if lexicon.marked(word) != word:
            return True
        tokens = reader.phonemize_tokens(reader.tokenize(word))
        return all(token.rating is not None for token in tokens)

    return is_known
