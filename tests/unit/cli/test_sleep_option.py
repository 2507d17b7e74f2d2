"""The option --sleep in all its forms, and the settings of the evening."""

import json
import time
from dataclasses import asdict

import pytest

from player.cli.sleep_option import Sleep, evening_settings, parse_sleep, read_seconds
from player.errors import InputError, UsageError
from player.mixer import Mixer
from player.session import Pacing
from player.storage.background_writer import BackgroundWriter
from player.storage.limits import VOLUME_DB
from player.storage.settings import load_settings
from player.storage.volume import Levels, levels_path, load_levels, queue_levels


@pytest.fixture(autouse=True)
def in_berlin(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def at(text):
    return time.mktime(time.strptime(text, "%Y-%m-%d %H:%M"))


EVENING = at("2026-11-22 21:30")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30m", 1800), ("1h", 3600), ("1.5h", 5400), ("45 min", 2700), ("90s", 90), ("2H", 7200)],
)
def test_a_length_of_time_is_counted_from_now(text, seconds):
    assert parse_sleep(text, EVENING) == Sleep(seconds=seconds)


@pytest.mark.parametrize("text", ["2 chapters", "2 Chapters", "2chapters"])
def test_chapters_are_counted(text):
    assert parse_sleep(text, EVENING) == Sleep(chapters=2)
    assert parse_sleep("1 chapter", EVENING) == Sleep(chapters=1)


@pytest.mark.parametrize(
    ("now", "text", "until"),
    [
        ("2026-11-22 21:30", "22:45", "2026-11-22 22:45"),
        ("2026-11-22 23:30", "22:45", "2026-11-23 22:45"),
        ("2026-11-30 23:30", "0:15", "2026-12-01 00:15"),
        ("2026-12-31 23:59", "00:30", "2027-01-01 00:30"),
        ("2026-10-24 23:00", "06:00", "2026-10-25 06:00"),  # the clocks go back in between
        ("2026-03-28 23:00", "06:00", "2026-03-29 06:00"),  # and forward
    ],
)
def test_a_time_of_the_clock_is_the_next_one(now, text, until):
    assert parse_sleep(text, at(now)) == Sleep(until=at(until))


def test_off_is_no_timer():
    assert parse_sleep("off", EVENING) == Sleep()
    assert parse_sleep("off", EVENING).timer().left_s(0) == float("inf")


@pytest.mark.parametrize(
    "text", ["", "soon", "30", "0m", "-5m", "25:00", "22:60", "0 chapters", "1e9h", "nan", "99999h"]
)
def test_anything_else_is_refused_with_what_may_be_given(text):
    with pytest.raises(UsageError, match=r"isn't a time: try 30m, 1h, 22:45"):
        parse_sleep(text, EVENING)


def test_a_prelude_names_its_own_option():
    assert read_seconds("--prelude", "3m") == 180
    with pytest.raises(UsageError, match="--prelude: 'off'"):
        read_seconds("--prelude", "off")


def test_the_fade_is_no_more_than_half_of_a_short_night():
    assert Sleep(seconds=60).fitted(Pacing()).sleep_fade_s == 30
    assert Sleep(seconds=600).fitted(Pacing()).sleep_fade_s == 60
    assert Sleep().fitted(Pacing()).sleep_fade_s == 60


# -- the evening ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "inside"),
    [("19:59", False), ("20:00", True), ("23:59", True), ("00:00", True), ("04:59", True),
     ("05:00", False), ("12:00", False)],
)  # fmt: skip
def test_the_evening_lasts_into_the_morning(now, inside):
    found = evening_settings({"sleep": "45m"}, at(f"2026-11-22 {now}"))
    assert found == ({"sleep": "45m"} if inside else {})


def test_the_evening_has_its_own_hours():
    table = {"from": "18:30", "until": "19:15", "sleep": "20m"}
    assert evening_settings(table, at("2026-11-22 19:00")) == table
    assert evening_settings(table, at("2026-11-22 19:15")) == {}


def test_an_hour_that_is_none_is_refused():
    with pytest.raises(InputError, match=r"\[evening\] from = '8 pm' is not a time"):
        evening_settings({"from": "8 pm", "sleep": "1h"}, EVENING)


def test_the_settings_have_a_table_for_the_evening(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text('[evening]\nfrom = "21:00"\nsleep = "30m"\nvolume = -6\n')
    assert load_settings(path).evening == {"from": "21:00", "sleep": "30m", "volume": -6}
    path.write_text("[evening]\nsleeep = 3\n")
    with pytest.raises(InputError, match="did you mean 'sleep'"):
        load_settings(path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[play]\nvolume = 80", r"\[play\] volume = 80: give a number from -40 to 12"),
        ("[play]\nspeed = 0.0", "speed = 0: give a number from 0.5 to 2"),
        ("[evening]\nvolume = 12.5", r"\[evening\] volume = 12.5"),
        ("[night]\nanswer_s = -1.0", "answer_s = -1: give a number from 0 to 86400"),
        ("[night]\nsofter_db = 30", "softer_db = 30: give a number from 0 to 24"),
        ("[night]\nasleep_after = 0", "asleep_after = 0: give a number from 1 to 100"),
    ],
)
def test_a_setting_beyond_what_can_be_heard_well_is_refused(text, why, tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=why):
        load_settings(path)


def test_the_volume_goes_as_far_as_the_mixers_knob():
    assert VOLUME_DB == Mixer.VOLUME_DB


def test_every_default_is_within_its_range(tmp_path):
    path = tmp_path / "config.toml"
    pacing = {k: v for k, v in asdict(Pacing()).items() if k != "speech_lufs"}
    path.write_text("[night]\n" + "\n".join(f"{k} = {json.dumps(v)}" for k, v in pacing.items()))
    assert load_settings(path).night == pacing


# -- the levels -----------------------------------------------------------------------------------


def test_levels_are_kept_as_they_were(tmp_path):
    path, writer = levels_path(tmp_path / "state"), BackgroundWriter()
    assert load_levels(path) is None
    queue_levels(writer, path, Levels(-4.5, 2.0))
    writer.close()
    assert load_levels(path) == Levels(-4.5, 2.0)


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"volume_db": "loud", "balance_db": 0}', "null",
             '{"volume_db": NaN, "balance_db": 0}', '{"volume_db": 1e9, "balance_db": 0}',
             '{"volume_db": true, "balance_db": 0}']
)  # fmt: skip
def test_levels_that_cannot_be_are_none(text, tmp_path):
    path = levels_path(tmp_path)
    path.write_text(text)
    assert load_levels(path) is None
