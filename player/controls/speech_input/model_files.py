"""The recogniser's model: whether it is here, and how it comes here, by the user's word only."""

from __future__ import annotations

import os
import shutil
import warnings
from pathlib import Path

from player.errors import UnavailableError

NAME = "tiny.en"
"""A small model of English; 75 MB."""

_FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.*")
_LEAST_BYTES = 10 << 20  # of all together: less is a model broken off


def is_complete(folder: Path) -> bool:
    """Whether all of a model's files lie in ``folder``."""
    found = [next(folder.glob(name), None) for name in _FILES]
    sizes = [file.stat().st_size for file in found if file and file.is_file()]
    return len(sizes) == len(_FILES) and min(sizes) > 0 and sum(sizes) > _LEAST_BYTES


def add_model(folder: Path) -> bool:
    """Fetch the model into ``folder``; false where it is here already.

    It comes into a folder beside and is moved when it has been read once, so that it is there whole
    or not at all. ``UnavailableError`` in one sentence where it cannot be had.
    """
    if is_complete(folder):
        return False
    part = folder.with_name(f"{folder.name}.part-{os.getpid()}")
    try:
        part.mkdir(parents=True)
        _fetch(part)
        shutil.rmtree(folder, ignore_errors=True)
        part.replace(folder)
    except OSError as error:
        raise UnavailableError(
            f"The model for spoken answers cannot be kept in {folder} ({error.strerror}); make room"
            " there and run `dreamers voices add listen` again."
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return True


def _fetch(part: Path) -> None:
    # Asked for by anyone, and nothing told of who asks.
    for setting in ("HF_HUB_DISABLE_TELEMETRY", "HF_HUB_DISABLE_IMPLICIT_TOKEN"):
        os.environ.setdefault(setting, "1")
    try:
        from faster_whisper import download_model

        from player.controls.speech_input.recogniser import Recogniser
    except ImportError as error:
        raise UnavailableError(
            "Spoken answers need the extra 'listen': run `pip install 'dreamers[listen]'`."
        ) from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the two libraries' talk with one another
            download_model(NAME, output_dir=str(part), cache_dir=str(part / ".cache"))
    except Exception as error:  # the hub's client has many, and they change from one to the next
        raise UnavailableError(
            f"The model for spoken answers could not be fetched ({_reason(error)}); check the"
            " connection and run `dreamers voices add listen` again."
        ) from error
    shutil.rmtree(part / ".cache", ignore_errors=True)
    try:
        Recogniser(part)
    except Exception as error:  # likewise
        raise UnavailableError(
            "The model for spoken answers could not be fetched (what arrived cannot be read); run"
            " `dreamers voices add listen` again."
        ) from error


def _reason(error: BaseException) -> str:
    """The root of it, in its first line: the client's own message names files and remedies."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")[:120]
