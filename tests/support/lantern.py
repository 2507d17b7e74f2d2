"""A short story with two questions, and its session driven by hand."""

from player.session import Event, Pacing, Session, Speak, State
from player.story import parse

TALE = """
:: StoryTitle
The Lantern

:: Start
# chapter: The Gate
# depth: 0.2 over=10s
The gate is open.

There is a lamp on the wall.

[[Follow the lamp->Stair]]
[[Stay by the gate->Gate]]

:: Stair
# soundscape: oasis fade=5s
The stair goes down.

It is warm here.

[[Go on->Spring]]
[[Sit down->Sleep]]

:: Gate
# depth: 0.1
The gate is quiet.

Somebody hums.

[[Go in->Stair]]
[[Sit down->Sleep]]

:: Spring
Water.

:: Sleep
Sleep.
"""


def night(**changes):
    return Session(parse("lantern.twee", TALE), Pacing(**changes))


def hear(session, *events):
    """Send ``events`` and return the actions; report every line as heard at once."""
    done = []
    for event in events:
        actions = session.on(event)
        for action in actions:
            if isinstance(action, Speak):
                session.heard(action.place)
        done += actions
    return done


def spoken(actions):
    return [action.text for action in actions if isinstance(action, Speak)]


def until_asked(session):
    done = []
    while session.state is not State.WAITING:
        done += hear(session, Event.NEXT)
    return done


SILENCING = (State.FADING, State.QUITTING)


def until_over(session, limit=100):
    done = []
    for _ in range(limit):
        if session.state is State.OVER:
            return done
        done += hear(session, Event.FADED if session.state in SILENCING else Event.NEXT)
    raise AssertionError(f"the night does not end: it is {session.state}")
