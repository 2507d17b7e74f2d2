# ruff: noqa: RUF001 -- phonemes are letters that look like others
"""Names are spoken right, in every voice."""

import json
from importlib.resources import files

import pytest

from player.errors import InputError
from player.story.lexicon import PHONEMES, Lexicon, parse_lexicon
from player.voices.hibari import HibariVoice

NAMES = """
[phonemes]
Zara = "zˈɑɹə"
Leo = "lˈiO"
Mira = "mˈɪɹə"
Taran = "tˈɛɹən"
hyper-rest = "hˈIpəɹ ɹˈɛst"
[respell]
Mira = "Meera"
Oasis = "Oh-ay-sis"
"""


@pytest.fixture(scope="module")
def plain() -> HibariVoice:
    return HibariVoice("heart", {}, Lexicon(), 0)


@pytest.fixture(scope="module")
def taught(plain: HibariVoice) -> HibariVoice:
    voice = HibariVoice("heart", {}, parse_lexicon(NAMES, "names"), 0)
    voice._g2p = plain._g2p
    return voice


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("Zara slept.", "zˈɑɹɹə slˈɛpt.", "zˈɑɹə slˈɛpt."),
        ("Leo slept.", "lˈiO slˈɛpt.", "lˈiO slˈɛpt."),
        ("Mira slept.", "mˈIəɹə slˈɛpt.", "mˈɪɹə slˈɛpt."),
        ("Taran slept.", "tˈæɹən slˈɛpt.", "tˈɛɹən slˈɛpt."),
        ("Dr. Taran slept.", "dˈɑktəɹ tˈæɹən slˈɛpt.", "dˈɑktəɹ tˈɛɹən slˈɛpt."),
        ("Hyper-rest came.", "hˈIpəɹɹˌɛst kˈAm.", "hˈIpəɹ ɹˈɛst kˈAm."),
        ("Mira's bed.", "mˈIəɹəz bˈɛd.", "mˈɪɹəz bˈɛd."),
        ("Taran’s bed.", "tˈæɹənz bˈɛd.", "tˈɛɹənz bˈɛd."),
        ("MIRA slept.", "mˈIəɹə slˈɛpt.", "mˈɪɹə slˈɛpt."),
        ("'Mira slept.", "mˈIəɹə slˈɛpt.", "mˈɪɹə slˈɛpt."),
        ("A miracle.", "ɐ mˈɪɹəkᵊl.", "ɐ mˈɪɹəkᵊl."),
    ],
)
def test_hibari_says_a_name_as_the_lexicon_has_it(
    plain: HibariVoice, taught: HibariVoice, text: str, before: str, after: str
) -> None:
    assert [part.strip("“”") for part in plain.phonemes(text)] == [before]
    assert [part.strip("“”") for part in taught.phonemes(text)] == [after]


def test_numbers_and_pauses_are_read_as_a_person_would(plain: HibariVoice) -> None:
    assert plain.phonemes("In 2045, at 2:30… the 3rd.") == [
        "ɪn twˈɛnti fˈɔɹTi fˈIv, æt tˈu θˈɜɹTi… ðə θˈɜɹd."
    ]
    assert plain.phonemes("...") == []
    assert plain.phonemes("中文 😀") == []


def test_what_is_too_long_for_the_network_is_said_in_parts(plain: HibariVoice) -> None:
    parts = plain.phonemes("seventy seven " * 130)
    assert len(parts) > 1
    assert all(len(part) <= 400 for part in parts)
    assert "".join(parts).count("sˈɛv") == 2 * 130


def test_a_voice_without_phonemes_gets_the_respelling() -> None:
    lexicon = parse_lexicon(NAMES, "names")
    assert lexicon.respelled("Mira's oasis, Miracles.") == "Meera's Oh-ay-sis, Miracles."
    assert "Oh-ay-sis" in lexicon.marked("The oasis."), (
        "hibari takes it where there is nothing better"
    )


def test_square_brackets_in_prose_are_no_markup() -> None:
    assert Lexicon().marked("[Mira](/x/) [sic]") == "(Mira)(/x/) (sic)"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Mira = 1", "'Mira' at the top"),
        ("[phonemes]\nMira = 3", "Mira = 3"),
        ('[phonemes]\nMira = " "', "how it sounds"),
        ('[phonemes]\nMira = "mʞ"', "'ʞ'"),
        ('[respell]\n"Dr. Taran" = "x"', "one word"),
        ("phonemes = 1", "a table"),
        ("[phonemes", "not a TOML file"),
    ],
)
def test_a_faulty_lexicon_is_refused_by_file_and_word(text: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_lexicon(text, "tale.lexicon.toml")
    assert "tale.lexicon.toml" in str(refused.value)
    assert said in str(refused.value)


def test_the_phonemes_are_those_that_hibari_knows() -> None:
    vocabulary = json.loads(files("hibari").joinpath("assets/vocab.json").read_text("utf-8"))
    assert set(vocabulary) == PHONEMES
