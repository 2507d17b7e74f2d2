"""A recogniser's process for tests, with prescribed words and faults.

``hears`` in the greeting has the words heard in each turn; if ``until`` names a file, they are
heard only once that file exists. ``faults`` has the fault of each start, in order. The file
``starts`` in ``folder`` counts the starts, ``hangs`` has a byte for each start that hangs, and
``requests`` has what the player has asked for.
"""

import json
import os
import sys
import time
from pathlib import Path

from player.controls.speech_input.acceptance import as_fields, understand
from player.controls.speech_input.hypotheses import Recognition, Transcript
from player.script import Ask, Option
from player.workers.framing import read_frame, write_frame
from player.workers.serving import open_pipes

SOURCE, ANSWERS = open_pipes()


def tell(**message: object) -> None:
    write_frame(ANSWERS, message)


def heard(turn: int, text: str, options: list[str]) -> None:
    """Said so clearly that nobody could doubt it."""
    ask = Ask(
        options=tuple(map(Option, options)),
        default=0,
        timeout_s=None,
        question="",
        again="",
        path="",
    )
    understood = understand(Recognition((Transcript(text, -0.5, -0.2),), text, 2.0, 0.0), ask)
    tell(op="answer", turn=turn, **as_fields(understood))


def main() -> None:
    frame = read_frame(SOURCE)
    assert frame is not None
    greeting = frame[0]
    count = Path(greeting["folder"], "starts")
    start = int(count.read_text()) if count.exists() else 0
    count.write_text(str(start + 1))
    fault = dict(enumerate(greeting.get("faults", ()))).get(start)
    if fault == "crash":
        sys.exit("the recogniser tripped")
    if fault == "no microphone":
        tell(op="unable", why="no microphone can be opened here")
        return
    if fault == "hang":
        with Path(greeting["folder"], "hangs").open("a") as hangs:
            hangs.write("x")
        time.sleep(3600)
    print("Some library says hello", flush=True)
    tell(op="ready")
    hears = list(greeting.get("hears", ()))
    while frame := read_frame(SOURCE):
        request = frame[0]
        with Path(greeting["folder"], "requests").open("a") as requests:
            requests.write(json.dumps(request) + "\n")
        if request["op"] == "listen":
            tell(op="listening", turn=request["turn"])
            if hears:
                tell(op="speech", turn=request["turn"], active=True)
                while "until" in greeting and not Path(greeting["until"]).exists():
                    time.sleep(0.01)
                heard(request["turn"], hears.pop(0), request["options"])
                tell(op="speech", turn=request["turn"], active=False)
            if fault == "crash later":
                os._exit(3)


if __name__ == "__main__":
    main()
