"""Questions to be answered aloud: two made up, and those of the bundled story."""

from functools import cache

from player.branches import explore
from player.library.stories import find_story
from player.script import Ask, Option, read_header, read_item
from player.script.sentences import sentences


def ask(*options: str) -> Ask:
    return Ask(tuple(Option(text) for text in options), 0, None, "", "", "here")


BRING = ask("Bring the felt whale", "Wear the patchwork blanket", "Light the jam jar lamp")

KITE = ask("Hold on to a kite", "Let a kite go")


@cache
def sentences_and_questions() -> tuple[list[str], list[Ask]]:
    """Every sentence of the bundled story, and every question."""
    source = find_story("the-dreamers")
    found = explore(source.open)
    header = read_header(source.open().header)
    asks = [step for question in found.questions for step in read_item(question, header).steps]
    spoken = [sentence for line in found.lines for sentence in sentences(line.text)]
    return spoken, [step for step in asks if isinstance(step, Ask)]
