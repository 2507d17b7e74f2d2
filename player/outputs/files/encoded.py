"""FLAC, MP3, Opus and M4B (AAC) files, encoded and written by FFmpeg's libraries through PyAV.

These formats want chapters at their beginning, but chapters are known only when the night is over.
So the encoded packets wait in a temporary file beside the target, and at the end the container is
written in one go with tags, cover and chapters. Memory does not grow with the length; meanwhile the
disk needs room for the file twice.

MP3, Opus and AAC encoders add some silence at both ends. The file says how much, so that players
leave it out: in the LAME header (MP3), the pre-skip and final granule position (Opus), or the edit
list (AAC).
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from player.audio import RATE, Samples
from player.cues import Chapter
from player.errors import InputError
from player.outputs.base import FileOutput, Tags
from player.outputs.files.packet_spool import TICK, PacketSpool
from player.outputs.files.part_file import PartFile, cannot_write, deferred_signals
from player.outputs.files.tags import (
    MAX_PICTURE_BLOCK_BYTES,
    media_type,
    picture_block,
    picture_comment,
    picture_size,
    vorbis_chapters,
)
from player.outputs.files.wav import BITS, quantise

if TYPE_CHECKING:
    import av

PICTURE_CODECS = {"image/png": ("png", "rgb24"), "image/jpeg": ("mjpeg", "yuvj420p")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Container and encoder of one kind of file."""

    container: str
    codec: str
    sample_format: str
    bit_rate: int | None = None  # bits per second of both channels; None for a lossless codec
    encoder_options: Mapping[str, str] = field(default_factory=dict)
    container_options: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    has_vorbis_comments: bool = False
    takes_picture_stream: bool = True


FORMATS = {
    ".flac": Format(
        container="flac",
        codec="flac",
        sample_format="s32",
        has_vorbis_comments=True,
    ),
    ".mp3": Format(
        container="mp3",
        codec="libmp3lame",
        sample_format="fltp",
        bit_rate=192_000,
        encoder_options={"compression_level": "7"},
    ),
    ".opus": Format(
        container="opus",
        codec="libopus",
        sample_format="flt",
        bit_rate=128_000,
        encoder_options={"compression_level": "8"},
        has_vorbis_comments=True,
        takes_picture_stream=False,
    ),
    ".m4b": Format(
        container="mp4",
        codec="aac",
        sample_format="fltp",
        bit_rate=160_000,
        encoder_options={"aac_coder": "twoloop"},
        # The movie's time scale lets the edit list end on the exact frame.
        container_options={"brand": "M4B ", "movie_timescale": str(RATE)},
        metadata={"media_type": "2"},  # atom ``stik``: sorts the file among the audiobooks
    ),
}


class EncodedOutput(FileOutput):
    """A FLAC, MP3, Opus or M4B file with tags, cover and chapters."""

    def __init__(self, target: Path, tags: Tags) -> None:
        self._target = target
        self._tags = tags
        self._format = FORMATS[target.suffix.lower()]
        if self._format.codec == "flac" and tags.cover:
            _require_room_in_block(tags.cover)
        self._frames = 0
        self._open = True
        self._part = PartFile(target)
        try:
            self._spool = PacketSpool(target)
            self._container = _open_container(self._part, self._format)
            self._stream = _add_audio_stream(self._container, self._format)
        except BaseException:
            self._part.discard()
            raise

    def write(self, block: Samples) -> None:
        if not len(block):
            return
        frame = _audio_frame(block, self._format.sample_format)
        frame.pts = self._frames
        self._frames += len(block)
        self._keep(self._stream.encode(frame))

    def _keep(self, packets: Sequence["av.Packet[Any]"]) -> None:
        try:
            self._spool.add(packets)
        except OSError as error:
            self.abort()
            raise cannot_write(self._target, error) from error

    def close(self, chapters: Sequence[Chapter] = ()) -> None:
        if not self._open:
            return
        try:
            if not self._frames:  # an empty FLAC file cannot be opened everywhere
                self.write(np.zeros((1, 2), np.float32))
            self._keep(self._stream.encode(None))
            self._open = False
            with deferred_signals():
                self._write_container(chapters)
            self._part.publish()
        except OSError as error:
            self._discard()
            raise cannot_write(self._target, error) from error
        except BaseException:
            self._discard()
            raise
        finally:
            self._open = False
            self._spool.close()

    def _write_container(self, chapters: Sequence[Chapter]) -> None:
        container = self._container
        container.metadata.update(self._tags.texts())
        container.metadata.update(self._format.metadata)
        if self._format.has_vorbis_comments:
            container.metadata.update(vorbis_chapters(chapters))
        else:
            container.set_chapters(_chapter_entries(chapters))
        cover = self._tags.cover
        if cover and not self._format.takes_picture_stream:
            container.metadata.update(picture_comment(cover))
        picture = None
        if cover and self._format.takes_picture_stream:
            picture = _add_picture(container, cover)
        container.start_encoding()
        if picture is not None:
            container.mux(picture)
        for packet in self._spool.packets():
            packet.stream = self._stream
            container.mux(packet)
            self._part.check()
        container.close()
        self._part.check()

    def abort(self) -> None:
        if self._open:
            self._open = False
            self._spool.close()
            self._discard()

    def _discard(self) -> None:
        """Remove the part file and end the container.

        PyAV writes the end of an unfinished container when it is collected as garbage, and by then
        crashes if the part file was collected first (16.1). Here nothing is written any more.
        """
        self._part.discard()
        with deferred_signals(), contextlib.suppress(Exception):
            self._container.close()


def _require_room_in_block(cover: bytes) -> None:
    """Refuse a cover that fits in no FLAC block now, and not after the night."""
    if len(picture_block(cover)) > MAX_PICTURE_BLOCK_BYTES:
        raise InputError(
            f"the cover has {len(cover) / 1e6:.1f} MB, and a FLAC file holds 16.7 MB of it at "
            "most: choose a smaller picture"
        )


def _open_container(part: PartFile, form: Format) -> Any:
    import av

    # "bitexact" leaves out library versions and random serial numbers: the same night gives the
    # same bytes.
    options = {"fflags": "+bitexact", **form.container_options}
    return av.open(part, "w", form.container, options=options)


def _add_audio_stream(container: Any, form: Format) -> Any:
    stream = container.add_stream(form.codec, rate=RATE, options=dict(form.encoder_options))
    if form.bit_rate is not None:
        stream.bit_rate = form.bit_rate
    stream.time_base = TICK
    stream.codec_context.layout = "stereo"
    stream.codec_context.format = form.sample_format
    return stream


def _audio_frame(block: Samples, sample_format: str) -> "av.AudioFrame":
    """Return `block`, ``(frames, 2)`` float32, as a frame in the encoder's sample format."""
    import av

    data: NDArray[Any] = block
    if sample_format == "s32":  # FFmpeg's FLAC encoder takes the upper 24 of 32 bits
        data = quantise(block) << (32 - BITS)
    data = data.T if sample_format.endswith("p") else data.reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(data), sample_format, "stereo")
    frame.sample_rate = RATE
    frame.time_base = TICK
    return frame


def _chapter_entries(chapters: Sequence[Chapter]) -> list[Any]:
    return [
        {
            "id": number,
            "start": chapter.start,
            "end": chapter.end,
            "time_base": TICK,
            "metadata": {"title": chapter.title},
        }
        for number, chapter in enumerate(chapters)
    ]


def _add_picture(container: Any, cover: bytes) -> "av.Packet[Any]":
    """Add a stream for the front cover; return the packet that holds the picture.

    The picture is never decoded: it may come from a stranger.
    """
    import av
    from av.stream import Disposition

    codec, pixel_format = PICTURE_CODECS[media_type(cover)]
    stream = container.add_stream(codec, rate=1)
    stream.width, stream.height = picture_size(cover)
    stream.pix_fmt = pixel_format
    stream.disposition = Disposition.attached_pic.value  # PyAV 16.0 takes no member, only a number
    stream.metadata["comment"] = "Cover (front)"  # FFmpeg's name for picture type 3
    packet: av.Packet[Any] = av.Packet(cover)
    packet.stream = stream
    packet.is_keyframe = True
    packet.pts = packet.dts = 0
    packet.time_base = TICK
    return packet
