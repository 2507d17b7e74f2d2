"""The screen in the dark, as a terminal emulator shows it: never bright, never in the way."""

import re

import pytest

from player.cli.ui.dimming import DARK, STEPS_S, Dimmer
from player.cli.ui.fullscreen import COLOURS
from player.cli.ui.page_layout import Page, lay_out
from player.controls import PlaybackCommand
from player.session import Choose
from player.terminal_text import columns
from tests.support.needs import need_package

need_package("pyte")

from tests.support.emulated import SHORT, TALE, WOKEN, Emulator, Seat, luminance  # noqa: E402  # it imports what was asked for

EVENING = 0.28  # the brightest that anything is ever drawn, of 1: a grey of 144


@pytest.fixture(autouse=True)
def colours(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)


# -- how dark it is -------------------------------------------------------------------------------


def test_without_a_key_it_dims_in_steps_to_nothing_after_thirty_seconds():
    with Seat(TALE) as seat:
        seat.wait_until("a lamp is lit")
        seen = []
        while seat.seconds < 45.0:
            seat.block()
            seen.append((seat.seconds, seat.out.brightest()))
    steps = [seen[0][1]]
    times = []
    for at, brightness in seen:
        if brightness != steps[-1]:
            times.append(at)
            steps.append(brightness)
    assert steps == sorted(steps, reverse=True)
    assert len(steps) == len(STEPS_S) + 1
    assert steps[0] <= EVENING
    assert steps[-1] == 0.0
    assert times == pytest.approx(STEPS_S, abs=0.1)


def test_what_is_drawn_later_is_as_dark_as_all_the_rest():
    tale = TALE.replace("60s", "14s").replace("[[Follow", "Somebody left it.\n\n[[Follow", 1)
    with Seat(tale) as seat:
        seat.wait_until("Somebody left it.")
        assert 14.0 < seat.seconds < 20.0
        assert 0.0 < seat.out.brightest() <= WOKEN


def test_any_key_brings_it_back_dim_and_it_dims_again():
    with Seat(TALE) as seat:
        seat.wait(31.0)
        assert seat.text == ""
        drawn = len(seat.out.drawings)
        seat.press()
        assert "a lamp is lit" in seat.text
        seat.wait(8.0)
        woken = [brightest for brightest, _ in seat.out.drawings[drawn:]]
        assert 0.02 < max(woken) <= WOKEN
        seat.wait(23.0)
        assert seat.text == ""


def test_a_key_during_the_dimming_never_makes_it_bright_again():
    with Seat(TALE) as seat:
        seat.wait(STEPS_S[0] + 1.0)
        seat.press()
        seat.wait(5.0)
        assert 0.0 < seat.out.brightest() <= WOKEN


def test_a_key_before_it_has_dimmed_keeps_it_as_it_is():
    with Seat(TALE) as seat:
        seat.wait(STEPS_S[0] - 2.0)
        before = seat.out.brightest()
        seat.press()
        seat.wait(STEPS_S[0] - 2.0)
        assert seat.out.brightest() == before > WOKEN


def test_the_key_that_wakes_it_still_does_what_it_does():
    with Seat(TALE) as seat:
        seat.wait(35.0)
        seat.press(PlaybackCommand.PAUSE)
        assert seat.night.paused
        assert "paused" in seat.text


def test_it_dims_while_paused_as_well():
    with Seat(TALE) as seat:
        seat.wait(5.0)
        seat.press(PlaybackCommand.PAUSE)
        frame = seat.night.frame
        seat.wait(20.0)
        assert "paused" in seat.text
        seat.wait(11.0)
        assert seat.text == ""
        assert seat.night.frame - frame < 20_000  # it was the pause that dimmed it
        seat.press(PlaybackCommand.PAUSE)
        assert "a lamp is lit" in seat.text
        assert "paused" not in seat.text


def test_a_question_wakes_it_dim_and_its_choices_stay_until_it_is_asked_again():
    with Seat(TALE) as seat:
        seat.wait(50.0)
        assert seat.text == ""
        seat.wait_for_state("WAITING")
        assert "1 f enter Follow the lamp 2 j Stay by the gate" in seat.text
        assert seat.out.brightest() <= WOKEN
        while seat.night.session.state.name == "WAITING":
            assert "Stay by the gate" in seat.text
            assert seat.out.brightest() > 0.05  # legible still
            seat.block()


def test_a_question_that_waits_long_stays_legible_as_long():
    with Seat(TALE, answer_s=300.0) as seat:
        seat.wait_for_state("WAITING")
        seat.wait(200.0)
        assert "Stay by the gate" in seat.text
        assert seat.out.brightest() > 0.05


def test_a_question_asked_again_wakes_nobody_nor_does_the_next_one():
    with Seat(TALE) as seat:
        seat.wait_for_state("ASKING_AGAIN")
        seat.wait(12.0)
        assert seat.text == ""
        drawn = len(seat.out.raw)
        seat.wait_for_state("TELLING")
        seat.wait_for_state("WAITING")
        seat.wait_for_state("LEAVING")
        seat.wait(60.0)
        assert len(seat.out.raw) == drawn, "a light for somebody who may be asleep"


def test_a_question_asked_again_while_dark_stays_dark():
    with Seat(TALE, answer_s=45.0) as seat:
        seat.wait_for_state("ASKING_AGAIN")
        drawn = seat.out.brightest()
        while seat.night.session.state.name in ("ASKING_AGAIN", "WAITING_AGAIN"):
            seat.block()
            assert seat.out.brightest() <= drawn
        assert seat.text == ""


def test_after_a_key_a_question_wakes_it_again():
    with Seat(TALE) as seat:
        seat.wait_for_state("WAITING_AGAIN")
        seat.press(Choose(0))
        seat.wait(40.0)
        assert seat.text == ""
        seat.wait_for_state("WAITING")
        assert "2 j Sit down" in seat.text


def test_while_the_sleep_timer_fades_a_question_wakes_nobody():
    with Seat(TALE, sleep_s=100.0) as seat:
        seat.wait_for_state("WAITING")
        assert seat.night.sleep_s < 60.0
        assert seat.text == ""


def test_a_notice_without_a_key_lights_nothing():
    with Seat(TALE) as seat:
        seat.wait(35.0)
        seat.wait(2.0, notice="the sound comes from another device now")
        assert seat.text == ""


def test_dusk_counts_every_block_whoever_tells_it():
    dusk = Dimmer()
    darkness = [dusk.advance(0, None, False) for _ in range(750)]
    assert darkness == sorted(darkness)
    assert set(darkness) == set(range(DARK + 1))


# -- what is drawn --------------------------------------------------------------------------------


def whole_night(**options):
    """A night with answers, keys, help, notices and a resizing; answers its seat."""
    seat = Seat(SHORT, **options)
    seat.wait(4.0)
    seat.press(PlaybackCommand.SOFTER)
    seat.wait(2.0, notice="volume −1.5 dB", help_wanted=True)
    seat.wait_for_state("WAITING")
    seat.press(Choose(1))
    seat.out.resize(34, 9)
    seat.wait_for_state("WAITING_AGAIN")
    seat.out.resize(100, 30)
    seat.press(Choose(0))
    seat.wait(5.0, listening=True)
    return seat


@pytest.mark.parametrize("crude", [False, True])
def test_nothing_is_ever_bright_and_the_ground_is_always_black(crude):
    with whole_night(crude=crude) as seat:
        drawings = seat.out.drawings
        assert len(drawings) > 12
        assert max(brightest for brightest, _ in drawings) <= EVENING
        assert set.union(*(grounds for _, grounds in drawings)) == {"000000"}


def test_the_measure_of_brightness_sees_what_is_bright():
    out = Emulator(10, 2)
    out.write("\x1b[?1049h\x1b[2J white")
    assert out.drawings[-1][0] == 1.0
    assert out.drawings[-1][1] == {"default"}
    out.write("\x1b[38;5;250m grey")
    assert luminance("bcbcbc") > EVENING
    out.close()


def test_each_step_is_darker_than_the_one_before():
    def of(index):
        out = Emulator(4, 1)
        out.write(f"\x1b[38;5;{index}m\x1b[48;5;16mx")
        out.close()
        return out.drawings[-1][0]

    matter, aside = zip(*COLOURS, strict=True)
    for row in (matter, aside):
        found = [of(colour) for colour in row]
        assert found == sorted(set(found), reverse=True)
    assert all(of(faint) < of(plain) for plain, faint in COLOURS)


def test_no_byte_is_written_while_nothing_changes():
    with Seat(TALE) as seat:
        seat.wait(12.0)
        written = len(seat.out.raw)
        seat.wait(7.0)
        assert len(seat.out.raw) == written
        seat.wait(20.0)
        assert len(seat.out.raw) > written  # it has dimmed
        written = len(seat.out.raw)
        seat.wait(20.0)
        assert len(seat.out.raw) == written  # dark, though the minute has gone by


def test_a_change_draws_only_the_rows_it_is_in():
    with Seat(TALE) as seat:
        seat.wait(5.0)
        written = len(seat.out.raw)
        seat.press(PlaybackCommand.PAUSE)
        assert "paused" in seat.text
        assert len(re.findall(r"\x1b\[\d+;1H", seat.out.raw[written:])) == 1


def test_no_color_is_held_to_and_dimming_is_one_step_to_nothing(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    with Seat(TALE) as seat:
        seat.wait(29.0)
        assert "a lamp is lit" in seat.text
        seat.wait(2.0)
        assert seat.text == ""
        seat.press()
        assert "a lamp is lit" in seat.text
        assert re.findall(r"\x1b\[[0-9;]*m", seat.out.raw) == []


def test_a_notice_stays_some_seconds_and_the_microphone_is_shown():
    with Seat(TALE) as seat:
        seat.wait(3.0)
        seat.block(notice="volume −3 dB")
        seat.wait(3.0)
        assert "volume −3 dB" in seat.text
        seat.wait(2.0, notice="volume −3 dB")
        assert "volume −3 dB" in seat.text, "the same words again are shown again"
        seat.wait(5.0, notice="volume −3 dB")
        assert "volume" not in seat.text
        seat.block(listening=True)
        assert "listening" in seat.text
        seat.block()
        assert "listening" not in seat.text


def test_emoji_which_shine_by_themselves_are_left_out():
    with Seat(TALE.replace("a lamp", "a 💡 lamp ⭐️").replace("The Lantern", "🌙 Lantern")) as seat:
        seat.wait(5.0)
        assert "The gate is open, and a lamp is lit." in seat.text
        assert "Lantern · The Gate" in seat.text


def test_the_help_and_the_hint_follow_the_table():
    with Seat(TALE, keys={"h": "help", "?": "pause", "n": "passage-on"}) as seat:
        seat.wait(5.0)
        assert "h keys" in seat.text
        seat.block(help_wanted=True)
        assert "space, ? pause" in seat.text
        assert "← / →, n back / on one passage" in seat.text


# -- at every size --------------------------------------------------------------------------------

NINE = """
:: StoryTitle
月の船 · The Lantern of the long, long stair

:: Start
# chapter: The Gate
The gate is open, 月の船が静かに光る, cafe\u0301 lamps hang in Llanfairpwllgwyngyllgogerychwyrn.

""" + "".join(f"[[Follow 月の lamp number {n} down the stair->End]]\n" for n in range(1, 10))
NINE += "\n:: End\nGood night.\n"

SIZES = [(20, 5), (20, 24), (26, 9), (33, 7), (39, 6), (40, 12), (80, 24), (200, 60)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_nothing_overflows_or_wraps_and_every_choice_can_be_seen(width, height):
    with Seat(NINE, width, height, crude=True) as seat:
        seat.wait_for_state("WAITING")
        seat.block()
        rows = seat.out.rows()
        assert len(rows) == height
        assert all(columns(row) < width for row in rows)
        for number in range(1, 10):
            assert re.search(rf"(^|\s){number} ", " \n ".join(rows)), f"{number} is cut off"


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_two_choices_are_never_cut_off_in_favour_of_the_text(width, height):
    with Seat(SHORT, width, height, crude=True) as seat:
        seat.wait_for_state("WAITING")
        seat.block()
        for word in ("Follow", "lamp", "Stay", "gate"):
            assert word in seat.text
        assert ("Press" in seat.text) == (height > 5)  # the upper rows of the text go first


def test_where_there_is_little_room_the_text_goes_before_the_title_and_the_choices_stay():
    choices = ((("1", "f"), "Follow the lamp"), (("2", "j"), "Stay"))
    page = Page("The Lantern", "one two three four five six seven eight nine ten", choices)
    for height in range(12, 1, -1):
        rows = [row.text for row in lay_out(page, 22, height)]
        assert len(rows) == height
        assert "1 f  Follow the lamp" in rows
        assert "2 j  Stay" in rows
        assert ("The Lantern" in rows) == (height >= 5)
        assert any("ten" in row for row in rows) == (height >= 3)
        assert any("one" in row for row in rows) == (height >= 7)


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 1), (3, 2), (7, 3), (12, 2)])
def test_even_an_absurd_size_only_shows_less(width, height):
    with Seat(NINE, width, height) as seat:
        seat.wait_for_state("WAITING")
        seat.wait(1.0, help_wanted=True)
        assert len(seat.out.rows()) == height


def test_a_resized_terminal_is_drawn_anew_just_as_if_it_had_always_been_so():
    for width, height in SIZES:
        with Seat(SHORT) as seat, Seat(SHORT, width, height) as other:
            for each in (seat, other):
                each.wait_for_state("WAITING")
            seat.out.resize(width, height)
            seat.block()
            other.block()
            assert seat.out.rows() == other.out.rows()
            assert {cell.bg for cell in seat.out.cells()} == {"000000"}


def test_a_dark_screen_that_is_resized_stays_dark_and_black():
    with Seat(TALE, 40, 10) as seat:
        seat.wait(35.0)
        seat.out.resize(90, 30)
        seat.block()
        assert seat.text == ""
        assert {cell.bg for cell in seat.out.cells()} == {"000000"}
