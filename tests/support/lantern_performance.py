"""Performance of the lantern story with a tone for a voice, the real bed and the real mixer."""

import numpy as np

from player.audio import QUANTUM, RATE, Clip
from player.engine.performance import Performance
from player.engine.ports import EngineParts
from player.engine.preloader import AssetPreloader
from player.engine.sleep_timer import Countdown
from player.errors import InputError
from player.library.soundscapes import load_soundscape
from player.mixer import Mixer, MixSettings
from player.session import Pacing, Session
from player.soundscape.bed import Bed
from player.story import parse
from player.voices.silent import Silent
from tests.support.lantern import TALE
from tests.support.memory_output import MemoryOutput

QUICK = Pacing(
    answer_s=2.0,
    ending_bed_s=1.0,
    ending_fade_s=1.0,
    quit_fade_s=0.5,
    asleep_bed_s=2.0,
    asleep_fade_s=1.0,
)


class Tone(Silent):
    """A silent voice with a tone in it, which can be measured in the mix."""

    def take(self, utterance, wait):
        clip = super().take(utterance, wait)
        wave = np.sin(2 * np.pi * 440 * np.arange(clip.frames) / RATE)
        return Clip((0.1 * wave).astype(np.float32))


class Late(Tone):
    """A voice that needs ``delay_s`` of the night for each sentence after its request."""

    def __init__(self, delay_s):
        super().__init__()
        self._delay, self._asked, self.night = round(delay_s * RATE), {}, None

    def request(self, utterance):
        self._asked.setdefault(utterance, self.night.frame if self.night else 0)

    def take(self, utterance, wait):
        self.request(utterance)
        if self.night.frame - self._asked[utterance] < self._delay:
            return None
        return super().take(utterance, wait)


class PromptPreloader(AssetPreloader):
    """A preloader that is never late, however busy the machine: the night stands while it loads."""

    def is_ready(self, step, wait):
        return super().is_ready(step, wait=True)


def no_sound(file):
    raise InputError(f"sound {file!r}: the tale has none")


def performance(
    answers, *, speech=None, live=False, pacing=QUICK, seed=0, timer=None, start=None, tale=TALE,
    sounds=no_sound,
):  # fmt: skip
    session = Session(parse("lantern.twee", tale), pacing, start=start)
    bed = Bed(load_soundscape("hyper-rest").recipe, seed)
    parts = EngineParts(
        speech=speech or Tone(),
        bed=bed,
        mixer=Mixer(MixSettings()),
        answers=answers,
        assets=PromptPreloader(bed, load_soundscape, sounds),
        live=live,
        timer=timer or Countdown(),
    )
    night = Performance(session, parts)
    if isinstance(speech, Late):
        speech.night = night
    return night


def play(night, output, limit_s=240):
    for count, block in enumerate(night):
        output.write(block)
        assert count * QUANTUM < limit_s * RATE, "the night does not end"


def sound(night):
    output = MemoryOutput()
    play(night, output)
    return output.samples


def cues(night, kind):
    return [cue for cue in night.cues if cue.kind == kind]
