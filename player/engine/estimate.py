"""About how long things take to tell, before they are told: no voice, no sound."""

from __future__ import annotations

from player.controls import Answers
from player.script import Ask, Glide, Header, Say, read
from player.session import Action, Choose, Event, FadeOut, Pacing, Session, Speak, State, Wait
from player.story.model import Choices, Line

CHARACTERS_A_SECOND = 14.0
"""Of the narrator at bedtime pace, within a sentence."""
THINKING_S = 4.0
"""Of a listener, at a question."""

_LONGEST = 100_000  # events: more than any night has; a story that circles ends here


def spoken_seconds(text: str, rate: float = 1.0) -> float:
    """About how long the narrator takes for ``text``, without the pause after it."""
    return (0.3 + len(text) / CHARACTERS_A_SECOND) / rate


def item_seconds(item: Line | Choices, header: Header) -> float:
    """About how long one item of a story takes, with its pause; a question with its answer."""
    total, depth, pacing = 0.0, 0.5, Pacing()  # half way: a line does not know its depth
    for step in read(item, header).steps:
        growth = 1.0 + pacing.pause_growth * depth
        match step:
            case Glide():
                depth = step.depth
            case Say():
                rate = step.rate * header.shade(step.speaker).rate * (1 - pacing.slowing * depth)
                total += spoken_seconds(step.text, rate) + step.pause_s * growth
            case Ask():
                total += spoken_seconds(step.question) + THINKING_S
    return total


def night_seconds(session: Session, answers: Answers) -> float:
    """The length of the night that ``session`` tells to one who answers ``answers`` at once."""
    total = _seconds(session.opening())
    for _ in range(_LONGEST):
        if session.state is State.OVER:
            break
        waiting = session.state is State.WAITING
        event = answers.poll(session.ask, waiting)
        if isinstance(event, Event | Choose):
            total += _seconds(session.on(event))
        elif not waiting:
            quiet = Event.FADED if session.state is State.FADING else Event.NEXT
            total += _seconds(session.on(quiet))
    return total


def _seconds(actions: tuple[Action, ...]) -> float:
    total = 0.0
    for action in actions:
        match action:
            case Speak():
                said = sum(spoken_seconds(u.text, u.rate * u.shade.rate) for u in action.utterances)
                gaps = action.gap_s * max(0, len(action.utterances) - 1)
                total += said + gaps + action.pause_s
            case FadeOut():
                total += action.seconds
            case Wait():
                total += min(action.seconds, THINKING_S)
    return total
