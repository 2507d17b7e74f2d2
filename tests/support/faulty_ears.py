"""A listening process for tests: it hears what the greeting says it will, and has its faults.

``hears`` in the greeting: what is heard in each turn, one text a turn, ``after`` so many seconds.
``faults`` names what happens at each start, in order; the count is kept in ``folder``, since the
process does not outlive it.
"""

import json
import os
import sys
import time
from pathlib import Path

from player.controls.speech_input.acceptance import as_line, understand
from player.controls.speech_input.hypotheses import Heard, Reading
from player.script import Ask, Option


def tell(**line: object) -> None:
    print(json.dumps(line), flush=True)


def heard(turn: int, text: str, options: list[str]) -> None:
    """Said so clearly that nobody could doubt it."""
    ask = Ask(tuple(map(Option, options)), 0, None, "", "", "")
    understood = understand(Heard((Reading(text, -0.5, -0.2),), text, 2.0, 0.0), ask)
    tell(op="heard", turn=turn, **as_line(understood))


def main() -> None:
    greeting = json.loads(sys.stdin.readline())
    count = Path(greeting["folder"], "starts")
    start = int(count.read_text()) if count.exists() else 0
    count.write_text(str(start + 1))
    fault = dict(enumerate(greeting.get("faults", ()))).get(start)
    if fault == "crash":
        sys.exit("the recogniser tripped")
    if fault == "deaf":
        tell(op="deaf", why="no microphone can be opened here")
        return
    if fault == "hang":
        time.sleep(3600)
    print("Some library says hello", flush=True)
    tell(op="ready")
    hears = list(greeting.get("hears", ()))
    for line in sys.stdin:
        wish = json.loads(line)
        with Path(greeting["folder"], "wishes").open("a") as wishes:
            wishes.write(line)
        if wish["op"] == "listen":
            tell(op="listening", turn=wish["turn"])
            if hears:
                tell(op="speaks", turn=wish["turn"], on=True)
                time.sleep(greeting.get("after", 0.0))
                heard(wish["turn"], hears.pop(0), wish["options"])
                tell(op="speaks", turn=wish["turn"], on=False)
            if fault == "crash later":
                os._exit(3)


if __name__ == "__main__":
    main()
