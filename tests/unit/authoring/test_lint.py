"""What the ear stumbles over in a story, and what it is glad of: each check in both directions."""

import json
import subprocess
import sys

import pytest

from player.authoring.lint import LintReport, lint_story
from player.branches import explore
from player.branches.choice_effects import choice_effects
from player.cli import run
from player.engine.estimate import spoken_seconds
from player.script import read_header
from player.story import parse
from player.story.lexicon import Lexicon
from player.voices.known_words import dictionary
from tests.support.tale import tale_survey

ASIDE = "The harbour lay still, and somebody had left a lantern burning beside the water."


def told(source, known=None, glides=True) -> LintReport:
    """What the ear finds in a Twee story."""

    def begin():
        return parse("a.twee", source)

    header = read_header(begin().header)
    return lint_story(explore(begin), header, spoken_seconds, is_known=known, check_depth=glides)


def tale(*paragraphs: str, top: str = "") -> LintReport:
    """In one passage, ``Start``, of these paragraphs."""
    return told(f":: StoryTitle\nA tale\n{top}\n\n:: Start\n" + "\n\n".join(paragraphs) + "\n")


def check(capsys, *arguments):
    """The exit code and the one report of ``dreamers check … --json``."""
    code = run(["check", *map(str, arguments), "--json"])
    (report,) = json.loads(capsys.readouterr().out)
    return code, report


# -- lines that startle ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Wake up, little one!", "exclamation"),
        ("And then the moon was GONE again.", "'GONE' in capitals"),
        ("Somewhere a door slammed.", "'slammed' is a sudden noise"),
        ("He shouted across the water.", "'shouted' is a raised voice"),
        ("There was blood on the snow.", "'blood' is a picture of harm"),
        ("Suddenly the lamp was lit.", "'suddenly' announces a jolt"),
    ],
)
def test_a_line_that_startles_is_a_problem_with_its_reason(line, why):
    (problem,) = tale(ASIDE, line).problems
    assert problem.startswith("Start: ")
    assert why in problem
    assert line.rstrip(".!") in problem


@pytest.mark.parametrize(
    "line",
    [
        "Is anybody there?",
        "I am King Henry the VIII, and I have come about the mice.",
        "Nobody shouted, and no door slammed.",
        "She laid it down without a bang.",
        "They didn't scream, as owls go.",
        "A B C, the children sang, half asleep.",
    ],
)
def test_a_quiet_line_is_none(line):
    assert tale(ASIDE, line).problems == ()


def test_a_choice_may_startle_too():
    found = told(":: Start\nHere.\n[[Run for it!->On]]\n[[Stay->On]]\n:: On\nThere.\n")
    assert [problem.partition(" is ")[0] for problem in found.problems] == [
        "Start: an exclamation mark"
    ]


# -- depth ----------------------------------------------------------------------------------------


def deep(*glides: str) -> LintReport:
    return tale(
        ASIDE, *(f"# depth: {glide}\nLine {number}." for number, glide in enumerate(glides))
    )


def test_a_depth_that_jumps_is_a_problem():
    (problem,) = deep("0.1", "0.3 over=60s").problems
    assert "from 0.1 to 0.3 in one glide: 0.15 is the most" in problem


def test_a_depth_that_goes_too_fast_is_a_problem_with_the_time_it_needs():
    (problem,) = deep("0.1 over=5s").problems
    assert "from 0 to 0.1 in 5 s: give it over=20s" in problem


def test_a_depth_that_ebbs_too_fast_is_a_problem_too():
    assert len(deep("0.15", "0.3", "0.1").problems) == 1


def test_a_slow_path_down_and_a_step_too_small_to_hear_are_none():
    assert deep("0.15 over=30s", "0.3 over=60s", "0.31 over=0s", "0.2").problems == ()


WAYS = """\
:: Start
# depth: 0.1
Here.
[[Climb->Hill]]
[[Swim->Sea]]
:: Hill
# depth: {hill}
High.
[[On->Bed]]
:: Sea
Wet.
[[On->Bed]]
:: Bed
# depth: 0.3
Sleep.
"""


def test_the_depth_is_followed_on_every_way_to_a_line():
    (problem,) = told(WAYS.format(hill=0.2)).problems  # by the sea, that is
    assert problem.startswith("Bed: the depth goes from 0.1 to 0.3")
    assert told(WAYS.format(hill=0.2).replace("Wet.", "Wet.\n\n# depth: 0.2\nCold.")).problems == ()


def test_where_a_night_begins_is_no_jump():
    assert tale("# depth: 0.5\nWe begin in the warm.").problems == ()


def test_a_depth_that_the_player_made_up_is_not_the_writers_fault(tmp_path, capsys):
    short = tmp_path / "short.md"
    short.write_text("\n\n".join(["The water is slow and it is dark."] * 4))
    assert check(capsys, short)[0] == 0
    short.write_text("One.\n\n<!-- depth: 0.2 -->\n\nTwo.\n")
    code, report = check(capsys, short)
    assert code == 1
    assert "in one glide" in report["problems"][0]


# -- breath and pace ------------------------------------------------------------------------------


LONG_RUN = (
    "The youngest of the pale keepers of the tall lamps stood for a very long time beside a small"
    " square of soft yellow flannel with rabbits on it."
)
LONG_SENTENCE = (
    "She went along the wall, past the bakery, and the school with its crooked weathercock, and"
    " over the bridge, where the water was, and round by the market, and up the hill, slowly, as"
    " one does in the evening, with the lantern, and the cat, and nothing whatever in her mind."
)


def test_a_sentence_too_long_for_the_ear_is_remarked_on_with_its_place():
    (remark,) = tale(LONG_SENTENCE).remarks
    assert remark.startswith("Start: a sentence of 1")
    assert "“She went along the wall" in remark


def test_a_run_without_a_mark_to_breathe_at_is_remarked_on():
    (remark,) = tale(LONG_RUN).remarks
    assert "without a mark to breathe at" in remark


def test_the_same_words_with_room_to_breathe_are_fine():
    assert tale(LONG_RUN.replace(" stood", ", who was tired, stood")).remarks == ()
    assert tale(LONG_SENTENCE.replace(", and over", ". She went over")).remarks == ()


def test_late_in_the_night_the_narrator_is_slower_and_a_breath_is_shorter():
    sentence = (
        "She went along the wall, past the bakery, and the school with its weathercock, and over"
        " the bridge, and up the hill, slowly, as one does in the evening, with the lantern lit."
    )
    assert tale(sentence).remarks == ()
    assert "a sentence of 14 s" in tale(f"# depth: 1\n{sentence}").remarks[0]


PLAIN = "The lamp was lit, and the cat lay down. It had been a long day, and it was warm. " * 4


def test_a_passage_that_hurries_is_remarked_on():
    (remark,) = tale(f"# rate: 1.4\n{PLAIN}").remarks
    assert "words a minute" in remark


def test_a_passage_at_bedtime_pace_is_fine():
    assert tale(f"# rate: 0.9\n# pause: 2s\n{PLAIN}").remarks == ()
    assert tale("# rate: 1.4\nGood night.").remarks == ()  # too short to hurry


def test_a_quick_speaker_hurries_as_a_quick_line_does():
    assert tale(f"# voice: bird\n{PLAIN}", top="# cast: bird rate=1.4").remarks != ()
    assert tale(f"# voice: bird\n# pause: 3s\n{PLAIN}", top="# cast: bird rate=0.9").remarks == ()


# -- words that the voice guesses -----------------------------------------------------------------


@pytest.fixture(scope="module")
def known():
    found = dictionary(Lexicon())
    assert found is not None
    return found


def test_a_word_that_is_in_no_dictionary_is_remarked_on_once(known):
    found = told(":: Start\nQorvu, they called.\n\nThe qorvu said nothing, and slept.\n", known)
    (remark,) = found.remarks
    assert remark == ("Start: the voice guesses how 'Qorvu' sounds: say it in the story's lexicon")


def test_common_words_in_every_shape_are_known(known):
    words = "wasn't mother's murmured jam-jar forty-five colour Sighing people's o'clock I'd"
    assert [word for word in words.split() if not known(word)] == []


def test_a_word_that_the_lexicon_says_is_known_and_so_is_its_possessive():
    known = dictionary(Lexicon({"Oona": "unə"}, {"zorbling": "zor bling"}))
    assert known is not None
    assert known("Oona")
    assert known("Oona's")
    assert known("zorbling")
    assert not known("Oonagh")


def test_looking_words_up_loads_no_network():
    code = (
        "import sys; from player.story.lexicon import Lexicon;"
        " from player.voices.known_words import dictionary;"
        " dictionary(Lexicon())('zorbling'); sys.exit('onnxruntime' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_without_hibari_the_words_are_left_out_and_that_is_said(tmp_path, capsys, monkeypatch):
    story = tmp_path / "a.twee"
    story.write_text(":: Start\nThere was a zorbling.\n")
    assert len(check(capsys, story)[1]["remarks"]) == 1
    monkeypatch.setitem(sys.modules, "hibari.g2p", None)
    code, report = check(capsys, story)
    assert (code, report["remarks"]) == (0, [])
    assert "not looked for" in report["facts"]["doubtful words"]


# -- repetition -----------------------------------------------------------------------------------


def test_an_uncommon_word_that_comes_back_soon_is_remarked_on():
    found = tale("A whisper crossed the meadow.", "The grass lay down, and whispered to itself.")
    (remark,) = found.remarks
    assert remark == (
        "Start: 'whispered' again after 9 words: “A whisper crossed the meadow.” and"
        " “The grass lay down, and whispered to itself.”"
    )


@pytest.mark.parametrize(
    "lines",
    [
        # far apart
        ["A whisper crossed the meadow.", ASIDE, ASIDE, ASIDE, "It whispered back."],
        # a refrain
        ["A whisper crossed the meadow.", "Then it was still.", "A whisper crossed the meadow."],
        # a name
        ["So Marigold sat down.", "It was late when Marigold lay down."],
        # within one sentence
        ["A whisper went out, and a whisper came home."],
        # what the tale is about
        ["A whisper.", "Any whisper.", "Our whisper.", "One whisper."],
        # short words
        ["The lamp was low.", "She took the lamp along."],
    ],
)
def test_a_repetition_that_is_meant_is_none(lines):
    assert tale(*lines).remarks == ()


def test_a_question_parts_what_is_told_before_it_from_what_comes_after():
    asked = ":: Start\nA whisper came.\n[[Listen->On]]\n[[Sleep->On]]\n:: On\nIt whispered on.\n"
    assert [r for r in told(asked).remarks if "again" in r] == []


def test_two_sentences_that_begin_alike_a_little_apart_are_remarked_on():
    (remark,) = tale(
        "At last the boat came round. Nobody spoke for a while. At last the rain let go."
    ).remarks
    assert "two sentences begin with 'at last the'" in remark


@pytest.mark.parametrize(
    "text",
    [
        "He drew a kettle, black. He drew a lamp beside it. He drew a cat as well.",  # a figure
        "It comes in slowly. Nobody speaks. It comes in slowly.",  # a refrain
        "At last the boat came. Nobody spoke. At length the rain let go.",
    ],
)
def test_a_figure_of_speech_and_a_refrain_may_begin_alike(text):
    assert tale(text).remarks == ()


# -- what comes of each choice --------------------------------------------------------------------


def outcome(source):
    return choice_effects(explore(lambda: parse("a.twee", source)))


FORK = """\
:: Start
Two ways go on.
[[left]]
[[right]]
:: left
# depth: 0
A short way.
[[on->bed]]
:: right
Another way.
[[on->bed]]
:: bed
Sleep.
"""


def test_a_fork_that_nothing_remembers_is_cosmetic():
    (remark,) = outcome(FORK).cosmetic
    assert remark.startswith("Start: nothing later tells 'left' from 'right'")
    assert [found.lines for found in outcome(FORK).effects] == [0, 0]


def test_a_fork_to_two_endings_is_none():
    found = outcome(FORK.replace("Another way.\n[[on->bed]]", "Another way."))
    assert found.cosmetic == ()
    assert [consequence.endings for consequence in found.effects] == [("bed",), ("right",)]


def test_a_fork_that_can_be_taken_again_is_none():
    assert outcome(":: Start\nHub.\n[[a]]\n[[b]]\n[[c]]\n:: a\nA.\n[[Start]]\n:: b\nB.\n[[Start]]\n"
                   ":: c\nOut.\n").cosmetic == ()  # fmt: skip


def test_a_line_that_remembers_is_named_with_its_place():
    """In the tale, the tea is poured or not, and a single later line is owed to either."""
    found = choice_effects(tale_survey())
    assert found.cosmetic == ()
    tea = {found.answer: found for found in found.effects if found.path == "weather"}
    assert [(answer.lines, answer.places) for answer in tea.values()] == [(1, ("bedtime",))] * 2
    assert "Tuesdays" in tea["Pour out more tea"].first
    assert "street lamps" in tea["Dim the lanterns"].first


def test_a_walk_that_is_no_proof_names_nothing():
    assert choice_effects(explore(lambda: parse("a.twee", FORK), max_lines=1)).cosmetic == ()


# -- in the report --------------------------------------------------------------------------------


def test_remarks_are_shown_and_harm_nothing(tmp_path, capsys):
    story = tmp_path / "a.twee"
    story.write_text(FORK)
    code, report = check(capsys, story)
    assert (code, report["problems"]) == (0, [])
    assert "nothing later tells" in report["remarks"][0]
    assert [c["answer"] for c in report["consequences"]] == ["left", "right"]
    assert run(["check", str(story)]) == 0
    shown = capsys.readouterr().out
    assert "worth a second hearing:" in shown
    assert "Start, left: nothing of its own" in shown


def test_a_startling_line_fails_the_check(tmp_path, capsys):
    story = tmp_path / "a.twee"
    story.write_text(FORK.replace("Sleep.", "Sleep!"))
    assert check(capsys, story)[0] == 1
