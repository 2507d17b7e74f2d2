"""Estimates of how long a night takes, from its text alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from player.controls import ControlsPort
from player.script import Ask, ChangeDepth, Header, Say, read_item
from player.session import Action, Choose, Event, FadeOut, Pacing, Session, Speak, State, Wait
from player.story.model import Choices, Line

CHARACTERS_PER_SECOND = 14.0
"""The narrator's pace at bedtime, within a sentence."""
THINKING_S = 4.0
"""Time in which a listener answers a question."""

_SENTENCE_ONSET_S = 0.3
_MAX_EVENTS = 100_000  # more than any night has; it ends the estimate of a circular story
_TYPICAL_DEPTH = 0.5  # a line does not know its depth


def spoken_seconds(text: str, rate: float = 1.0) -> float:
    """Return about how long the narrator takes for ``text``, without the pause after it."""
    return (_SENTENCE_ONSET_S + len(text) / CHARACTERS_PER_SECOND) / rate


def item_seconds(item: Line | Choices, header: Header) -> float:
    """Return about how long a line takes with its pause, or a question with its answer."""
    total, depth, pacing = 0.0, _TYPICAL_DEPTH, Pacing()
    for step in read_item(item, header).steps:
        match step:
            case ChangeDepth():
                depth = step.depth
            case Say():
                rate = step.rate * header.shading(step.speaker).rate * (1 - pacing.slowing * depth)
                growth = 1.0 + pacing.pause_growth * depth
                total += spoken_seconds(step.text, rate) + step.pause_s * growth
            case Ask():
                total += spoken_seconds(step.question) + THINKING_S
    return total


def night_actions(session: Session, answers: ControlsPort) -> Iterator[Action]:
    """Yield everything that ``session`` does for a listener who gives ``answers`` at once."""
    yield from session.opening()
    for _ in range(_MAX_EVENTS):
        if session.state is State.OVER:
            break
        waiting = session.state is State.WAITING
        event = answers.poll(session.ask, waiting)
        if isinstance(event, Event | Choose):
            yield from session.on(event)
        elif not waiting:
            yield from session.on(Event.FADED if session.state is State.FADING else Event.NEXT)


def night_seconds(session: Session, answers: ControlsPort) -> float:
    """Return about how long ``session`` takes for a listener who gives ``answers`` at once."""
    return _actions_seconds(night_actions(session, answers))


def _actions_seconds(actions: Iterable[Action]) -> float:
    total = 0.0
    for action in actions:
        match action:
            case Speak():
                speech = sum(
                    spoken_seconds(utterance.text, utterance.rate * utterance.shading.rate)
                    for utterance in action.utterances
                )
                gaps = action.gap_s * max(0, len(action.utterances) - 1)
                total += speech + gaps + action.pause_s
            case FadeOut():
                total += action.seconds
            case Wait():
                total += min(action.seconds, THINKING_S)
    return total
