"""Questions to be answered aloud: two for tests, and those of the bundled story."""

from functools import cache

from player.script import Ask, Option, read_header, read_item
from player.script.sentences import sentences
from tests.support.tale import tale_source, tale_survey


def ask(*options: str) -> Ask:
    return Ask(
        options=tuple(Option(text) for text in options),
        default=0,
        timeout_s=None,
        question="",
        again="",
        path="here",
    )


BRING = ask("Bring the felt whale", "Wear the patchwork blanket", "Light the jam jar lamp")

KITE = ask("Hold on to a kite", "Let a kite go")


@cache
def sentences_and_questions() -> tuple[list[str], list[Ask]]:
    """Return every sentence of the bundled story, and every question."""
    survey = tale_survey()
    header = read_header(tale_source().open().header)
    asks = [step for question in survey.questions for step in read_item(question, header).steps]
    spoken = [sentence for line in survey.lines for sentence in sentences(line.text)]
    return spoken, [step for step in asks if isinstance(step, Ask)]
