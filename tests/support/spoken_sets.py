"""What is said to the recogniser, by whom, and what each should come to.

Two sets that share neither a voice nor a sentence: one that it was tuned on, and one that its
figures are taken from. The questions of the second are those of the bundled story.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from player.script import Ask, Option
from player.session import Choose, Event

AGAIN, WAIT, NIGHT = Event.REPEAT, Event.WAIT, Event.OASIS


@dataclass(frozen=True, slots=True)
class Said:
    """Some words, after a question; ``meant`` is ``None`` where they are no answer."""

    question: str
    words: str
    meant: Choose | Event | None = None


@dataclass(frozen=True, slots=True)
class Sayings:
    """A set: questions by name, the voices, and what they say."""

    questions: Mapping[str, tuple[str, ...]]
    voices: tuple[str, ...]
    commands: tuple[Said, ...]
    others: tuple[Said, ...]

    def ask(self, question: str) -> Ask:
        """The question of that name, as a story poses it."""
        options = tuple(Option(text) for text in self.questions[question])
        return Ask(options=options, default=0, timeout_s=None, question="", again="", path=question)


def _commands(table: Mapping[str, Mapping[int | Event, str]]) -> Iterator[Said]:
    for question, answers in table.items():
        for meant, several in answers.items():
            answer = meant if isinstance(meant, Event) else Choose(meant)
            for words in several.split("; "):
                yield Said(question, words, answer)


def _others(table: Mapping[str, str]) -> Iterator[Said]:
    for question, several in table.items():
        for words in several.split(" / "):
            yield Said(question, words)


DEVELOPMENT = Sayings(
    questions={
        "lamp": ("Follow the lamp", "Stay by the gate"),
        "river": ("The river", "The hill"),
        "lantern": ("Take the lantern", "Go without"),
        "kite": ("Hold on to a kite", "Let a kite go"),
        "fountain": ("Listen to the fountain", "Sit on the bench", "Go home"),
        "turn": ("Turn the lamp down", "Leave it on"),
        "cross": ("Cross", "Wait"),
        "enough": ("Again", "Enough"),
        "down": ("Down", "Stay"),
        "door": ("Open the little blue door", "Knock and listen", "Go back to the garden"),
        "boat": (
            "Row to the island",
            "Drift with the tide",
            "Moor beneath the willow",
            "Sleep in the boat",
        ),
        "bread": ("Ask the baker for bread", "Say good evening to the cat"),
    },
    voices=(
        "hibari:1,1",
        "hibari:0.75,0.92",
        "hibari:1.1,1.05",
        "system:gmw/en-us",
        "system:gmw/en-gb-x-rp+f2",
        "system:gmw/en-gb-scotland+m3",
        "flite:kal16",
        "flite:rms",
    ),
    commands=tuple(
        _commands(
            {
                "lamp": {
                    0: "one; follow the lamp; the lamp",
                    1: "two; stay by the gate; gate",
                    AGAIN: "again",
                },
                "river": {0: "the river; the first", 1: "hill; the second one", AGAIN: "again"},
                "lantern": {0: "take the lantern; lantern", 1: "go without; number two"},
                "kite": {
                    0: "hold on to a kite; hold on",
                    1: "let a kite go; let it go",
                    NIGHT: "good night",
                },
                "fountain": {
                    0: "the fountain; listen",
                    1: "sit on the bench; bench",
                    2: "go home; home; three; the third one",
                    WAIT: "wait",
                },
                "turn": {0: "turn the lamp down", 1: "leave it on; leave it", NIGHT: "good night"},
                "cross": {0: "cross", 1: "wait"},
                "enough": {0: "again", 1: "enough"},
                "down": {0: "down", 1: "stay"},
                "door": {
                    0: "the blue door; open the little blue door",
                    1: "knock and listen; knock",
                    2: "back to the garden; garden",
                    WAIT: "wait a moment; please wait",
                },
                "boat": {
                    0: "row to the island",
                    1: "drift with the tide",
                    2: "the willow",
                    3: "four; sleep in the boat; the fourth one",
                    AGAIN: "again",
                },
                "bread": {
                    0: "ask the baker; bread please",
                    1: "the cat; good evening to the cat",
                    NIGHT: "good night",
                },
            }
        )
    ),
    others=tuple(
        _others(
            {
                "lamp": "Did you remember to lock the front door? / I left the light on. / Move"
                " over a bit. / My foot has gone to sleep.",
                "river": "The bill came today. / There is a fly in here. / Stop pulling the"
                " blanket. / I love you.",
                "lantern": "What time is your alarm? / Take the bins out tomorrow. / Where did I"
                " leave my glasses? / Thank you.",
                "kite": "Hold my hand. / Let me see. / I think it is raining. / That sounds nice.",
                "fountain": "I want to sleep. / Come here, you silly dog. / Mum?",
                "turn": "Turn around. / It is so warm tonight. / We need to buy milk, eggs and"
                " butter. / Yes.",
                "cross": "No. / Once upon a time. / Why are you laughing? / He was quite cross with"
                " me.",
                "enough": "I have had enough of that job. / Not again, surely. / What? / Hello?",
                "down": "Put the cup down over there. / Are you still awake? / I am staying with my"
                " sister on Sunday. / Shush.",
                "door": "There is somebody at the door. / Close the window, will you? / She has two"
                " children and one dog. / Tell me about your day.",
                "boat": "I could not sleep in that boat of a bed. / One of these days. / Four"
                " o'clock in the morning. / Is it Tuesday?",
                "bread": "The cat wants to go out. / Good morning. / Say good night to your father"
                " for me. / Wait until you hear what she said.",
            }
        )
    ),
)
"""What the recogniser and its doubts were tuned on."""

HELD_OUT = Sayings(
    questions={
        "wave": ("Draw the wave on paper", "Sit and simply watch"),
        "way": ("Walk down to the canal", "Catch the night tram", "Go up on the roof"),
        "bring": (
            "Bring the felt whale",
            "Wear the patchwork blanket",
            "Light the jam jar lamp",
        ),
        "leave": ("Draw her a picture", "Put a cushion to bed"),
        "stair": ("Follow the lantern stair", "Drift down by boat"),
        "kettle": ("Lie down and sleep", "Keep the kettle company"),
        "moons": ("Fold small paper boats", "Chalk moons on doors", "Hum the low note"),
        "tea": ("Dim the lanterns", "Pour out more tea"),
        "mira": ("Stay close to Mira", "Go along with Leo", "Walk with the doctor"),
        "home": ("Go home to bed", "Sleep beside the kettle"),
        "canal": ("Look at the picture", "Wander by the canal"),
        "hill": ("Settle in the armchair", "Climb up the hill"),
    },
    voices=(
        "hibari:0.85,0.94",
        "hibari:0.65,0.87",
        "hibari:0.55,0.85",
        "hibari:1.2,1.13",
        "hibari:0.93,0.97",
        "flite:slt",
        "flite:awb",
        "system:gmw/en",
        "system:gmw/en-us-nyc+f4",
        "system:gmw/en-gb-x-gbclan+m7",
    ),
    commands=tuple(
        _commands(
            {
                "wave": {
                    0: "one; draw the wave on paper; draw the wave",
                    1: "two; sit and watch",
                    AGAIN: "again",
                },
                "way": {
                    0: "the canal; walk down to the canal",
                    1: "number two; the night tram; catch the tram",
                    2: "three; the roof; up on the roof",
                },
                "bring": {
                    0: "the felt whale; whale",
                    1: "the patchwork blanket; the second one",
                    2: "light the lamp; the third; the jam jar lamp",
                    WAIT: "wait",
                },
                "leave": {0: "draw her a picture; picture", 1: "the cushion; the second"},
                "stair": {
                    0: "follow the lantern stair; the stair; lantern",
                    1: "the boat; drift down by boat",
                    AGAIN: "say it again",
                },
                "kettle": {
                    0: "lie down and sleep; the first one",
                    1: "keep the kettle company; the kettle",
                },
                "moons": {
                    0: "paper boats; fold small paper boats",
                    1: "chalk moons on doors; the moons",
                    2: "hum the low note; hum",
                    NIGHT: "good night",
                },
                "tea": {
                    0: "dim the lanterns; lanterns",
                    1: "more tea; pour out more tea",
                    AGAIN: "again please",
                },
                "mira": {
                    0: "stay close to Mira",
                    1: "go along with Leo",
                    2: "the doctor; walk with the doctor",
                    WAIT: "wait a moment",
                },
                "home": {0: "go home; home to bed", 1: "beside the kettle", NIGHT: "good night"},
                "canal": {0: "look at the picture; the first", 1: "wander by the canal; the canal"},
                "hill": {0: "the armchair", 1: "climb up the hill; the hill"},
            }
        )
    ),
    others=tuple(
        _others(
            {
                "wave": "Have you seen my slippers? / The paper comes on Saturday. / I was only"
                " watching the news. / Two sugars, please.",
                "way": "Mind the cat. / The roof is leaking again. / I walked for an hour today."
                " / Which one was it?",
                "bring": "Bring me a glass of water, would you? / Your feet are cold. / Who left"
                " the light on in the hall? / I cannot find the other sock.",
                "leave": "Her picture was in the paper. / Stop it. / That was a lovely dinner."
                " / When is the dentist?",
                "stair": "Somebody is coming up the stairs. / Do you hear that? / It smells of"
                " bread. / You are on my side.",
                "kettle": "Did you switch the kettle off? / I cannot sleep. / Come closer."
                " / Never mind.",
                "moons": "There is a moon tonight. / How many are left? / I have to be up at six."
                " / Note to self, call the bank.",
                "tea": "No more tea for me, I would never sleep. / What was the name of that actor?"
                " / Sorry. / It is half past eleven.",
                "mira": "The doctor said to come back in a week. / Leo has a temperature. / Is he"
                " asleep? / We should paint this room.",
                "home": "I will be home late tomorrow. / Oh, I forgot the bins. / Thanks, love."
                " / Turn it up a little.",
                "canal": "The first thing I do is ring your mother. / Nice. / Was that thunder?"
                " / One more week and then we are off.",
                "hill": "My chair at work is broken. / Right. / He climbed all the way up that"
                " mountain in sandals. / Wait for me next time.",
            }
        )
    ),
)
"""What the figures are taken from."""
