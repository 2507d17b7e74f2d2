# ruff: noqa: RUF001, RUF002 -- phonemes are letters that look like others
"""Pronunciation lexicon: phonemes for a voice that takes them, a respelling for the others.

A lexicon is a TOML file beside the story::

    [phonemes]
    Taran = "tˈɛɹən"          # misaki's English phonemes, which hibari speaks
    [respell]
    Taran = "Terren"          # for the voices of the system

An entry matches whole words in any case, and their possessive: "Taran's" needs no entry.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from player.errors import InputError
from player.toml_text import TomlError, brief, parse_toml

PHONEMES = frozenset(
    ';:,.!?—…"()“” ̃ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyzɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœ'
    "ɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ"
)
"""Every character that hibari's voices can speak."""

_INTERJECTIONS = {
    "shh": ("ʃː", "shush"), "ssh": ("ʃː", "shush"), "sh": ("ʃː", "shush"),
    "zzz": ("zː", "zuz"), "brr": ("bɹː", "burr"), "grr": ("ɡɹː", "gurr"),
    "hmm": ("hmː", "humm"), "hm": ("hm", "humm"), "hmph": ("hmf", "humph"),
    "tsk": ("tɪsk", "tisk"), "tch": ("ʧ", "tut"), "mm": ("mː", "mum"), "mmm": ("mː", "mum"),
    "psst": ("pst", "pist"), "pst": ("pst", "pist"), "pfft": ("pft", "puft"),
    "pff": ("pf", "puff"),
}  # fmt: skip
"""Sounds without a vowel, which voices spell: phonemes and a respelling of each."""
_INTERJECTION = re.compile(
    r"(?<![^\W_])(?<!['’-])(?:s+h+|z{2,}|b+r{2,}|g+r{2,}|h+m+|h+m+p+h+|t+s+k+|t+ch+|m{2,}|p+s+t+|p+f+t*)"
    r"(?![^\W_]|['’])",
    re.IGNORECASE,
)

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SIBILANTS, _VOICELESS = "szʃʒʧʤ", "ptkfθ"


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Two tables by word: phonemes and respellings. A word can be in one of them or in both."""

    phonemes: Mapping[str, str] = field(default_factory=dict)
    respell: Mapping[str, str] = field(default_factory=dict)

    def marked(self, text: str) -> str:
        """Return ``text`` for hibari: each word with phonemes becomes ``[word](/phonemes/)``."""

        def mark(word: str, phonemes: str, ending: str) -> str:
            return f"[{word}{ending}](/{phonemes}{_spoken_ending(phonemes, ending)}/)"

        # Square brackets in prose would be taken for mark-up.
        plain = text.replace("[", "(").replace("]", ")")
        rest = {word: new for word, new in self.respell.items() if word not in self.phonemes}
        marked = _replace(_respelled(plain, rest), self.phonemes, mark)
        return self._interjections(marked, lambda word, sound: f"[{word}](/{sound[0]}/)")

    def respelled(self, text: str) -> str:
        """Return ``text`` for a voice without phonemes: each word as its respelling."""
        return self._interjections(_respelled(text, self.respell), lambda _, sound: sound[1])

    def _interjections(self, text: str, write: Callable[[str, tuple[str, str]], str]) -> str:
        """Rewrite the sounds without a vowel that the writer has no entry for."""
        own = {word.lower() for word in (*self.phonemes, *self.respell)}

        def rewrite(match: re.Match[str]) -> str:
            word = match[0].lower()
            sound = _INTERJECTIONS.get(word) or _INTERJECTIONS.get(_shortened(word))
            return write(match[0], sound) if sound and word not in own else match[0]

        return _INTERJECTION.sub(rewrite, text)


def _shortened(word: str) -> str:
    """Return ``"shhhh"`` and ``"ssshh"`` as ``"shh"``: long sounds at the length in the table."""
    single = re.sub(r"(.)\1+", r"\1", word)
    return next((key for key in _INTERJECTIONS if re.sub(r"(.)\1+", r"\1", key) == single), word)


def parse_lexicon(text: str, name: str) -> Lexicon:
    """Parse the text of a lexicon file; an ``InputError`` calls the file ``name``."""
    try:
        tables = parse_toml(text)
    except TomlError as error:
        raise InputError(f"{name} is not a TOML file: {error}.") from error
    for table in tables:
        if table not in ("phonemes", "respell"):
            raise InputError(
                f"{name}: found {brief(table)} at the top; a lexicon has the tables [phonemes] and"
                " [respell] and nothing else."
            )
    phonemes = _table(tables.get("phonemes", {}), "phonemes", name)
    for word, value in phonemes.items():
        _check_phonemes(word, value, name)
    return Lexicon(phonemes, _table(tables.get("respell", {}), "respell", name))


def _table(table: object, title: str, name: str) -> Mapping[str, str]:
    if not isinstance(table, dict):
        raise InputError(f"{name}: {title} is {brief(table)}; write a table [{title}] of words.")
    for word, value in table.items():
        if not _WORD.fullmatch(word):
            raise InputError(
                f"{name}: [{title}] has {brief(word)}; an entry is one word, without spaces."
            )
        if not isinstance(value, str) or not value.strip():
            raise InputError(
                f"{name}: [{title}] {word} = {brief(value)}; write how it sounds, in quotes."
            )
    return MappingProxyType(dict(table))


def _check_phonemes(word: str, value: str, name: str) -> None:
    strange = sorted(set(value) - PHONEMES)
    if strange:
        raise InputError(
            f"{name}: [phonemes] {word} = {brief(value)} has {strange[0]!r},"
            " which no voice can speak; write misaki's English phonemes, such as 'tˈɛɹən'."
        )


def _respelled(text: str, words: Mapping[str, str]) -> str:
    return _replace(text, words, lambda _, new, ending: new + ending)


def _replace(text: str, words: Mapping[str, str], write: Callable[[str, str, str], str]) -> str:
    """Replace whole words in ``text`` by ``write(word, entry, possessive ending)``."""
    if not words:
        return text
    entries = {word.lower().replace("’", "'"): value for word, value in words.items()}
    longest_first = sorted(entries, key=len, reverse=True)
    choice = "|".join(re.escape(word).replace("'", "['’]") for word in longest_first)
    pattern = re.compile(
        rf"(?<![^\W_])(?<![^\W_]['’-])({choice})(['’]s|(?<=s)['’](?!\w))?(?![^\W_])", re.IGNORECASE
    )

    def rewrite(match: re.Match[str]) -> str:
        word = match.group(1)
        return write(word, entries[word.lower().replace("’", "'")], match.group(2) or "")

    return pattern.sub(rewrite, text)


def _spoken_ending(phonemes: str, ending: str) -> str:
    """Return the phonemes of the English possessive after ``phonemes``."""
    if len(ending) < 2:
        return ""
    last = phonemes.rstrip("ː")[-1]
    if last in _SIBILANTS:
        return "ᵻz"
    return "s" if last in _VOICELESS else "z"
