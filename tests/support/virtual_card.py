"""A virtual sound card: a private PulseAudio server whose sink is recorded as it plays.

``with VirtualCard(tmp_path) as card:`` starts it; ``card.env`` is the environment in which a
program finds it (over PulseAudio, and over ALSA through the bridge of ``libasound2-plugins``);
``card.record()`` returns a `Recorder` that is already recording. Neither root nor a session bus
is needed; the programs ``pulseaudio``, ``pactl`` and ``parec`` are (Debian: ``pulseaudio``,
``pulseaudio-utils``, ``libasound2-plugins``).
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from player.workers import priority

if TYPE_CHECKING:
    import pytest

RATE = 48_000
FRAME_BYTES = 8  # two float32 samples
START_SECONDS = 10.0
LONGEST_SOCKET_PATH = 90  # a Unix socket's path has room for about 107 bytes

ALSA_CONFIG = """\
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


NORMALLY: dict[str, Any] = {"preexec_fn": priority.set_normal_priority}
"""Options of ``subprocess`` for a program that must not inherit a playing test's priority."""


class Recorder:
    """What one sink plays, from the moment this object exists until `stop`."""

    def __init__(self, env: dict[str, str], source: str, latency_ms: int, rate: int = RATE) -> None:
        command = ["parec", "-d", source, "--format=float32le", f"--rate={rate}", "--channels=2"]
        command += [f"--latency-msec={latency_ms}", "--raw"]
        self.rate = rate
        self._chunks: list[bytes] = []
        self._frames = 0
        self._epoch = float("inf")
        self._first = threading.Event()
        self._process = subprocess.Popen(
            command, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        if not self._first.wait(START_SECONDS):
            self.stop()
            raise RuntimeError(f"parec recorded nothing from {source!r} in {START_SECONDS} s")

    def _read(self) -> None:
        stdout = self._process.stdout
        assert stdout is not None
        while data := os.read(stdout.fileno(), 1 << 16):
            now = time.monotonic()
            self._chunks.append(data)
            self._frames += len(data) // FRAME_BYTES
            # The chunk that came with the least delay tells best when frame 0 was played.
            self._epoch = min(self._epoch, now - self._frames / self.rate)
            self._first.set()

    @property
    def seconds(self) -> float:
        """How much has been recorded so far."""
        return self._frames / self.rate

    def time_of(self, frame: int) -> float:
        """``time.monotonic()`` at which `frame` was played, to about the recording's latency."""
        return self._epoch + frame / self.rate

    def so_far(self) -> NDArray[np.float32]:
        """Return what has been recorded up to now, ``(frames, 2)``; the recording goes on."""
        return _samples(b"".join(list(self._chunks)))

    def stop(self) -> NDArray[np.float32]:
        """End the recording and return it whole, ``(frames, 2)``; safe to call again."""
        if self._process.poll() is None:
            self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._thread.join(5)
        if self._process.stdout is not None:
            self._process.stdout.close()
        return self.so_far()


def _samples(data: bytes) -> NDArray[np.float32]:
    whole = data[: len(data) // FRAME_BYTES * FRAME_BYTES]
    return np.frombuffer(whole, np.float32).reshape(-1, 2)


class VirtualCard:
    """A sound server of one's own with one or more null sinks, started and stopped as a context."""

    def __init__(
        self,
        folder: Path | str,
        sinks: tuple[str, ...] = ("bed",),
        rate: int = RATE,
        sample_format: str = "float32le",
        channels: int = 2,
        urgent: bool = True,
    ) -> None:
        """Prepare a card; ``urgent`` lets the whole server go before other programs, if it may.

        So does a desktop's: PipeWire answers a player from its real-time loop. PulseAudio would
        do so from a thread that is merely nice, which beside busy programs has been seen to come
        139 ms late.
        """
        self.sinks = sinks
        self.rate = rate
        self._urgent = urgent
        # A sink that may rewind works in steps of two seconds while nobody records it.
        self._form = f"rate={rate} channels={channels} format={sample_format} norewinds=1"
        self._borrowed: str | None = None
        self._over = False
        self._lent = False
        folder = Path(folder).resolve() / "card"
        if len(str(folder)) > LONGEST_SOCKET_PATH - len("/pulse/native"):
            self._borrowed = tempfile.mkdtemp(prefix="card")
            folder = Path(self._borrowed)
        self.folder = folder
        self.server = f"unix:{folder}/pulse/native"
        self.env = self._environment()
        self._process: subprocess.Popen[bytes] | None = None
        self._recorders: list[Recorder] = []

    def _environment(self) -> dict[str, str]:
        folder = str(self.folder)
        return dict(
            os.environ,
            XDG_RUNTIME_DIR=folder,
            PULSE_SERVER=self.server,
            PULSE_RUNTIME_PATH=f"{folder}/pulse",
            PULSE_STATE_PATH=f"{folder}/state",
            PULSE_COOKIE=f"{folder}/cookie",
            ALSA_CONFIG_PATH=f"/usr/share/alsa/alsa.conf:{folder}/asound.conf",
        )

    def start(self) -> Self:
        """Start the server and return when its sinks answer."""
        if self._over:  # a test that failed may have left a thread that would bring it back
            raise RuntimeError("the virtual sound card has been stopped for good")
        for name in ("pulse", "state"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        (self.folder / "asound.conf").write_text(ALSA_CONFIG)
        command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1"]
        command += ["--disallow-exit=yes", "--use-pid-file=no"]
        urgent = "yes" if self._urgent else "no"
        command += [f"--high-priority={urgent}", f"--realtime={urgent}", "-L"]
        command += [
            f"module-native-protocol-unix socket={self.folder}/pulse/native auth-anonymous=1"
        ]
        for sink in self.sinks:
            command += ["-L", f"module-null-sink {self._sink(sink)}"]
        command += ["-L", "module-always-sink"]
        with open(self.folder / "server.log", "ab") as log:
            # Linux shares the processors out by sessions, and a sound server has one of its own:
            # in that of a busy program it would come late however urgent it is.
            self._process = subprocess.Popen(
                command, env=self.env, stdout=log, stderr=log, start_new_session=self._urgent
            )
        self._await_sinks()
        if self._urgent:
            with contextlib.suppress(OSError):
                os.sched_setscheduler(self._process.pid, os.SCHED_RR, os.sched_param(2))
        return self

    def _sink(self, name: str) -> str:
        return f"sink_name={name} {self._form} sink_properties=device.description={name}"

    def _await_sinks(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            answer = self.pactl("list", "short", "sinks", check=False)
            if all(f"\t{sink}\t" in answer for sink in self.sinks):
                return
            time.sleep(0.02)
        log = (self.folder / "server.log").read_text(errors="replace")
        self.stop()
        raise RuntimeError(f"the virtual sound card did not start: {log[-2000:]}")

    def pactl(self, *arguments: str, check: bool = True) -> str:
        """Run one ``pactl`` command against this server and return what it prints."""
        done = subprocess.run(
            ["pactl", *arguments],
            env=self.env,
            capture_output=True,
            check=False,
            text=True,
            timeout=10,
        )
        if check and done.returncode:
            raise RuntimeError(f"pactl {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def record(self, sink: str = "", latency_ms: int = 100) -> Recorder:
        """Start recording `sink` (the first one by default); it is stopped with the card.

        A small `latency_ms` makes `Recorder.time_of` exact, and the server's life harder.
        """
        source = f"{sink or self.sinks[0]}.monitor"
        recorder = Recorder(self.env, source, latency_ms, self.rate)
        self._recorders.append(recorder)
        return recorder

    def plug(self, sink: str) -> None:
        """Let a device appear."""
        self.pactl("load-module", "module-null-sink", *self._sink(sink).split())

    def unplug(self, sink: str) -> None:
        """Let a device vanish; PulseAudio leads its sound to another, or to a dummy of its own."""
        for line in self.pactl("list", "short", "modules").splitlines():
            if f"sink_name={sink} " in line:
                self.pactl("unload-module", line.split()[0])

    def lend(self, patch: "pytest.MonkeyPatch") -> Self:
        """Make it the sound card of this process, for as long as ``patch`` lasts.

        Until the card stops, the process goes before other programs, as the player does. Processes
        that it starts should not: see `NORMALLY`.
        """
        for name, value in self.env.items():
            patch.setenv(name, value)
        self._lent = True
        priority.request_priority()
        return self

    def die_for(self, seconds: float) -> "Comeback":
        """Let the server die now, and another come after so long, which is recorded at once."""
        self.kill()
        return Comeback(self, seconds)

    def kill(self) -> None:
        """Let the server die at once, as in a crash; `start` brings up another."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        (self.folder / "pulse" / "native").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop the recorders and the server for good; safe to call again."""
        self._over = True
        for recorder in self._recorders:
            recorder.stop()
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(3)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None
        if self._lent:
            priority._give_up_realtime()
            priority.set_normal_priority()
        if self._borrowed is not None:
            shutil.rmtree(self._borrowed, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class Comeback:
    """A server that starts again by itself, whatever the test does meanwhile."""

    def __init__(self, card: VirtualCard, seconds: float) -> None:
        self._card = card
        self._recorders: list[Recorder] = []
        self._thread = threading.Timer(seconds, self._start)
        self._thread.start()

    def _start(self) -> None:
        self._recorders.append(self._card.start().record())

    def recorder(self) -> Recorder:
        """Return the recording of what came after, once it has begun."""
        self._thread.join()
        return self._recorders[0]
