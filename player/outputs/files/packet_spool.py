"""Encoded packets on the disk until their container can be written."""

import contextlib
import struct
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from player.audio import RATE
from player.outputs.files.part_file import cannot_write

if TYPE_CHECKING:
    import av

TICK = Fraction(1, RATE)
PACKET_HEADER = struct.Struct("<qqI")  # time, duration, bytes


class PacketSpool:
    """Encoded packets in an unnamed file in the target's folder, which vanishes when closed."""

    def __init__(self, target: Path) -> None:
        try:
            self._file = tempfile.TemporaryFile(dir=target.parent)  # noqa: SIM115  # closed by close
        except OSError as error:
            raise cannot_write(target, error) from error
        self._count = 0
        # A packet's side data (padding to skip, the final FLAC header) can only be passed on with
        # the packet itself. Only the first and the last packets have any.
        self._with_side_data: dict[int, av.Packet[Any]] = {}

    def add(self, packets: Sequence["av.Packet[Any]"]) -> None:
        """Append packets. Raises OSError."""
        for packet in packets:
            if any(True for _ in packet.iter_sidedata()):
                self._with_side_data[self._count] = packet
            self._count += 1
            header = PACKET_HEADER.pack(packet.pts or 0, packet.duration or 0, packet.size)
            self._file.write(header)
            self._file.write(bytes(packet))

    def packets(self) -> Iterator["av.Packet[Any]"]:
        """Yield all packets from the first. Raises OSError."""
        import av

        self._file.seek(0)
        for number in range(self._count):
            pts, duration, size = PACKET_HEADER.unpack(self._file.read(PACKET_HEADER.size))
            data = self._file.read(size)
            packet: av.Packet[Any] | None = self._with_side_data.get(number)
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
