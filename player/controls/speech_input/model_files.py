"""Files of the recogniser's model. They are fetched only when the user asks for them by name."""

from __future__ import annotations

import os
import shutil
import warnings
from pathlib import Path

from player.errors import UnavailableError

NAME = "tiny.en"
"""A small model of English; 75 MB."""

_FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.*")
_MIN_BYTES = 10 << 20  # of all files; a smaller model is incomplete


def is_complete(folder: Path) -> bool:
    """Return whether all files of a model are in ``folder``."""
    files = [next(folder.glob(name), None) for name in _FILES]
    sizes = [file.stat().st_size for file in files if file and file.is_file()]
    return len(sizes) == len(_FILES) and min(sizes) > 0 and sum(sizes) > _MIN_BYTES


def add_model(folder: Path) -> bool:
    """Fetch the model into ``folder``; return False if it is there already.

    It is fetched into another folder, and moved when it has been loaded once, so that it is there
    completely or not at all. Raises `UnavailableError` if it cannot be fetched.
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
    # The request must not tell who makes it.
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
            warnings.simplefilter("ignore")  # about how the libraries use one another
            download_model(NAME, output_dir=str(part), cache_dir=str(part / ".cache"))
    except Exception as error:  # the errors of the hub's client differ between its versions
        raise UnavailableError(
            f"The model for spoken answers could not be fetched ({_reason(error)}); check the"
            " connection and run `dreamers voices add listen` again."
        ) from error
    shutil.rmtree(part / ".cache", ignore_errors=True)
    try:
        Recogniser(part)
    except Exception as error:  # the loader's differ, too
        raise UnavailableError(
            "The model for spoken answers could not be fetched (what arrived cannot be read); run"
            " `dreamers voices add listen` again."
        ) from error


def _reason(error: BaseException) -> str:
    """Return the first line of the root cause; the client's message names files and remedies."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(".")[:120]
