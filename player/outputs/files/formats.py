"""Open an audio file in the format that its name's ending says."""

from pathlib import Path

from player.errors import UsageError
from player.outputs.base import Output, Tags
from player.outputs.files.tags import media_type

ENDINGS = (".wav", ".flac", ".mp3", ".opus", ".m4b")


def ending(path: Path) -> str:
    """Return the ending of `path` in lower case. Raises UsageError for an unknown one."""
    suffix = path.suffix.lower()
    if suffix not in ENDINGS:
        suffix_text = repr(path.suffix) if path.suffix else "no ending"
        raise UsageError(
            f"cannot tell the format of {str(path)!r} from {suffix_text}: "
            f"let its name end in one of {' '.join(ENDINGS)}"
        )
    return suffix


def open_file(path: Path, tags: Tags | None = None) -> Output:
    """Open a file for 48 kHz stereo in the format that its ending names.

    WAV and FLAC have 24 bits. The file appears at `path` only in `close`. Raises UsageError for an
    unknown ending, InputError for a cover that is no picture, OutputError when the file cannot be
    written.
    """
    suffix = ending(path)
    tags = tags or Tags()
    if tags.cover:
        media_type(tags.cover)
    if suffix == ".wav":
        from player.outputs.files.wav import WavOutput

        return WavOutput(path, tags)
    from player.outputs.files.encoded import EncodedOutput

    return EncodedOutput(path, tags)
