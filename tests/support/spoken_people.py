"""Two people, recorded: what a child's game calls its things, and what a telephone exchange says.

Nothing was tuned on them. Debian has them as ``ktuberling-data`` and
``asterisk-core-sounds-en-g722``; none of it is kept here. Single words are the hardest of answers.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from player.audio import Samples
from player.session import Choose
from tests.support.spoken_sets import Said, Sayings

_GAME = Path("/usr/share/ktuberling/sounds/en")
_EXCHANGE = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
_EXCHANGE_RATE = 16_000

# Each question's choices, and for each the word by which it is answered: the recording's name.
_ASKED = {
    "bridge": {
        "Cross the old bridge": "egypt_bridge",
        "Look down the well": "egypt_well",
        "Rest by the palm tree": "egypt_palmtree",
    },
    "desert": {
        "Ride the camel": "egypt_camel",
        "Lead the donkey": "egypt_donkey",
        "Push the cart": "egypt_cart",
    },
    "sand": {
        "Go to the oasis": "egypt_oasis",
        "Climb the pyramid": "egypt_pyramid",
        "Follow the road": "egypt_road",
    },
    "meadow": {
        "Lie in the grass": "egypt_grass",
        "Pick a flower": "flower",
        "Watch the birds": "egypt_birds",
    },
    "arch": {
        "Walk under the arch": "egypt_arch",
        "Lean on the column": "egypt_column",
        "Greet the sphinx": "egypt_sphynx",
    },
    "people": {
        "Follow the boy": "egypt_boy",
        "Follow the girl": "egypt_girl",
        "Follow the woman": "egypt_woman",
    },
    "sky": {
        "Wish on a star": "moon_star",
        "Visit the planet": "moon_planet",
        "Board the rocket": "moon_rocket",
    },
    "night": {
        "Wave to the astronaut": "moon_astronaut",
        "Sleep at the hotel": "moon_hotel",
        "Listen to the radar": "moon_radar",
    },
    "moon": {
        "See the earth": "moon_earth",
        "Follow the satellite": "moon_satellite",
        "Read the sign": "moon_sign",
    },
    "trip": {
        "Take the train": "tv_train",
        "Ride the bicycle": "tv_bicycle",
        "Go by car": "tv_car",
    },
    "wood": {"Sit under the tree": "tv_tree", "Open the umbrella": "umbrella"},
    "dress": {"Put on the coat": "coat", "Find the hat": "hat", "Tie the shoe": "shoe"},
    "kitchen": {
        "Cut the cheese": "pizzeria_cheese",
        "Fry the mushroom": "pizzeria_mushroom",
        "Slice the tomato": "pizzeria_tomato",
    },
    "pantry": {
        "Peel the onion": "pizzeria_onion",
        "Taste the olive": "pizzeria_olive",
        "Share the pineapple": "pizzeria_pineapple",
    },
    "garden": {
        "Pick the pepper": "pizzeria_pepper",
        "Water the cucumber": "pizzeria_cucumber",
        "Smell the oregano": "pizzeria_oregano",
    },
    "face": {"Paint the nose": "nose", "Paint the mouth": "mouth", "Paint the eye": "eye"},
    "shop": {"Buy the ball": "ball", "Buy the bow": "bow", "Buy the stick": "stick"},
    "echo": {"Listen to the echo": "phonetic/e_p", "Go and find papa": "phonetic/p_p"},
    "golf": {"A little golf": "phonetic/g_p", "A little tango": "phonetic/t_p"},
    "home": {"Write to the family": "vm-Family", "Write to the friends": "vm-Friends"},
    "boat": {
        "Row to the island": "digits/1 digits/h-1",
        "Drift with the tide": "digits/2 digits/h-2",
        "Moor beneath the willow": "digits/3 digits/h-3",
        "Sleep in the boat": "digits/4 digits/h-4",
    },
}

# What is no answer to the question that it is said after.
_OVERHEARD = {
    "bridge": "egypt_man egypt_camel tv_cyclist",
    "desert": "pizzeria_salami hair",
    "sand": "moustache skirt",
    "meadow": "spectacles egypt_donkey",
    "arch": "earring pizzeria_anchovy",
    "people": "moon_ufo tie",
    "sky": "shorts pizzeria_bacon",
    "night": "sunglasses eyebrow",
    "boat": "auth-thankyou hello goodbye digits/today digits/tomorrow digits/day-0 digits/day-1"
    " digits/day-2 digits/mon-4 digits/20 digits/8 digits/9 digits/million hello-world im-sorry"
    " all-circuits-busy-now something-terribly-wrong tt-weasels tt-monkeysintro vm-nomore"
    " vm-nobodyavail vm-tooshort queue-thankyou conf-onlyperson do-not-disturb"
    " number-not-answering vm-no letters/a letters/q digits/oclock cancelled",
}


def _commands() -> Iterator[Said]:
    for question, answers in _ASKED.items():
        for index, names in enumerate(answers.values()):
            for name in names.split():
                yield Said(question, name, Choose(index))


def _others() -> Iterator[Said]:
    for question, names in _OVERHEARD.items():
        for name in names.split():
            yield Said(question, name)


PEOPLE = Sayings(
    questions={name: tuple(answers) for name, answers in _ASKED.items()},
    voices=("people",),
    commands=tuple(_commands()),
    others=tuple(_others()),
)
"""What is said is the name of its recording."""


def are_here() -> bool:
    """Whether both packages are installed."""
    return _GAME.is_dir() and _EXCHANGE.is_dir()


def said_by_somebody(name: str) -> tuple[Samples, int]:
    """The recording of that name, mono, and its rate."""
    if (path := _GAME / f"{name}.ogg").exists():
        samples, rate = soundfile.read(path, dtype="float32", always_2d=True)
        return samples.mean(axis=1), rate
    command = ["ffmpeg", "-loglevel", "error", "-f", "g722", "-i", str(_EXCHANGE / f"{name}.g722")]
    done = subprocess.run([*command, "-f", "f32le", "-"], check=True, capture_output=True)
    return np.frombuffer(done.stdout, np.float32), _EXCHANGE_RATE
