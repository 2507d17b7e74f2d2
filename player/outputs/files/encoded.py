"""MP3, Opus and M4B (AAC): one sound in, its packets encoded as they come.

Chapters are known only when the night is over, and these formats want them in front. So the packets
wait in a nameless file beside the target, and at the end the container is written in one go with
all that it should say. Memory does not grow with the length.

Every encoder adds some silence at the ends and notes how much in the file, so that players leave it
out: the LAME header (MP3), the pre-skip and final granule position (Opus), the edit list (AAC).
"""

import contextlib
import struct
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from player.audio import RATE, Samples
from player.cues import Chapter
from player.outputs.base import Tags
from player.outputs.files.atomic_file import PartFile, cannot_write
from player.outputs.files.mp4 import add_cover
from player.outputs.files.tags import id3, picture_comment, vorbis_chapters

if TYPE_CHECKING:
    import av

TICK = Fraction(1, RATE)
PACKET_HEAD = struct.Struct("<qqI")  # time, duration, bytes
CONTAINER_OPTIONS = {
    "mp3": {"id3v2_version": "0"},  # its tag is written by `id3`
    "ipod": {"movie_timescale": str(RATE)},  # so that its edit list ends on the very frame
}
AUDIOBOOK = {
    "media_type": "2"
}  # the kind (atom ``stik``) that puts an M4B among a listener's books


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is made."""

    container: str
    codec: str
    sample_format: str
    bit_rate: int  # bits a second, of both channels
    effort: dict[str, str]  # the encoder's own options: speed for nothing that is heard


FORMATS = {
    ".mp3": Format("mp3", "libmp3lame", "fltp", 192_000, {"compression_level": "7"}),
    ".opus": Format("opus", "libopus", "flt", 128_000, {"compression_level": "8"}),
    ".m4b": Format("ipod", "aac", "fltp", 160_000, {"aac_coder": "twoloop"}),
}


class EncodedOutput:
    """An MP3, Opus or M4B file with tags, cover and chapters."""

    is_live = False
    latency_s = 0.0
    underruns = 0

    def __init__(self, target: Path, tags: Tags) -> None:
        import av

        self._target = target
        self._tags = tags
        self._format = FORMATS[target.suffix.lower()]
        self._frames = 0
        self._open = True
        self._part = PartFile(target)
        try:
            self._spool = _Spool(target)
            self._container = av.open(
                self._part,
                "w",
                self._format.container,
                options=CONTAINER_OPTIONS.get(self._format.container, {}),
            )
            self._stream = _audio_stream(self._container, self._format)
        except BaseException:
            self._part.discard()
            raise

    def write(self, block: Samples) -> None:
        import av

        if not len(block):
            return
        planar = self._format.sample_format.endswith("p")
        data = block.T if planar else block.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(data, np.float32), self._format.sample_format, "stereo"
        )
        frame.sample_rate = RATE
        frame.time_base = TICK
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
            self._keep(self._stream.encode(None))
            self._describe(chapters)
            self._write_container()
            self._open = False
            self._part.settle()
            if self._format.container == "ipod" and self._tags.cover:
                _add_cover(self._part, self._tags.cover)
            self._part.publish()
        except BaseException:
            self._open = False
            self._part.discard()
            raise
        finally:
            self._spool.close()

    def _describe(self, chapters: Sequence[Chapter]) -> None:
        """Give the container all that its head will say."""
        if self._format.container == "mp3":
            head = id3(self._tags, chapters)
            self._part.write(head)
            self._part.origin = len(head)
            return
        self._container.metadata.update(self._tags.texts())
        if self._format.container == "opus":
            self._container.metadata.update(vorbis_chapters(chapters))
            if self._tags.cover:
                self._container.metadata.update(picture_comment(self._tags.cover))
            return
        self._container.metadata.update(AUDIOBOOK)
        self._container.set_chapters(
            [
                {
                    "id": number,
                    "start": chapter.start,
                    "end": chapter.end,
                    "time_base": TICK,
                    "metadata": {"title": chapter.title},
                }
                for number, chapter in enumerate(chapters)
            ]
        )

    def _write_container(self) -> None:
        self._container.start_encoding()
        for packet in self._spool.packets():
            packet.stream = self._stream
            self._container.mux(packet)
            self._part.check()
        self._container.close()
        self._part.check()

    def abort(self) -> None:
        if self._open:
            self._open = False
            self._spool.close()
            self._part.discard()


def _audio_stream(container: Any, form: Format) -> Any:
    stream = container.add_stream(form.codec, rate=RATE, options=form.effort)
    stream.bit_rate = form.bit_rate
    stream.time_base = TICK
    stream.codec_context.layout = "stereo"
    stream.codec_context.format = form.sample_format
    return stream


class _Spool:
    """Encoded packets in a nameless file in the target's folder; it vanishes when closed."""

    def __init__(self, target: Path) -> None:
        try:
            self._file = tempfile.TemporaryFile(dir=target.parent)  # noqa: SIM115  # closed by close
        except OSError as error:
            raise cannot_write(target, error) from error
        self._count = 0
        # The first and last packets carry how much of them is padding, which can only be copied
        # with the packet itself.
        self._whole: dict[int, av.Packet[Any]] = {}

    def add(self, packets: Sequence["av.Packet[Any]"]) -> None:
        for packet in packets:
            if any(True for _ in packet.iter_sidedata()):
                self._whole[self._count] = packet
            self._count += 1
            head = PACKET_HEAD.pack(packet.pts or 0, packet.duration or 0, packet.size)
            self._file.write(head)
            self._file.write(bytes(packet))

    def packets(self) -> Iterator["av.Packet[Any]"]:
        """Yield all the packets from the first."""
        import av

        self._file.seek(0)
        for number in range(self._count):
            pts, duration, size = PACKET_HEAD.unpack(self._file.read(PACKET_HEAD.size))
            data = self._file.read(size)
            packet: av.Packet[Any] | None = self._whole.get(number)
            if packet is None:
                packet = av.Packet(data)
                packet.pts = packet.dts = pts
                packet.duration = duration
                packet.time_base = TICK
                packet.is_keyframe = True
            yield packet

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._file.close()


def _add_cover(part: PartFile, cover: bytes) -> None:
    try:
        add_cover(part.path, cover)
    except OSError as error:
        raise cannot_write(part.target, error) from error
