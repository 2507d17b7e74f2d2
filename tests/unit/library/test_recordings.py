"""Recordings of every kind, decoded apart: at their own level, in their time, and nothing else."""

import functools
import io
import struct
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest
import soundfile

from player.audio import RATE
from player.errors import InputError
from player.library import recordings
from player.library.recording_decoder import needs_ffmpeg
from player.library.recordings import read_recording
from player.workers.framing import write_frame
from tests.support.mixing import momentary
from tests.support.needs import need
from tests.support.processes import is_running
from tests.support.waiting import soon

SECONDS = 2.0


def tone(level=0.2, seconds=SECONDS, rate=RATE, channels=2):
    wave = level * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def as_tone(sound):
    """Its length is right, and its level that of `tone`."""
    assert sound.shape[1] == 2
    assert len(sound) == pytest.approx(SECONDS * RATE, abs=RATE // 20)
    assert np.abs(sound[RATE // 2 : RATE]).max() == pytest.approx(0.2, rel=0.1)


@pytest.mark.parametrize(
    ("container", "subtype"),
    [
        ("WAV", "PCM_U8"),
        ("WAV", "FLOAT"),
        ("WAVEX", "FLOAT"),
        ("WAV", "PCM_32"),
        ("AIFF", "PCM_16"),
        ("FLAC", "PCM_24"),
        ("OGG", "VORBIS"),
        ("OGG", "OPUS"),
        ("MP3", "MPEG_LAYER_III"),
    ],
)
def test_what_it_is_its_content_tells_and_its_level_stays(tmp_path, container, subtype):
    soundfile.write(tmp_path / "kettle.wav", tone(), RATE, format=container, subtype=subtype)
    as_tone(read_recording(tmp_path, "kettle.wav").samples)


@pytest.mark.parametrize("ending", ["m4a", "aac", "alac"])
def test_ffmpeg_reads_the_rest(tmp_path, ending):
    need("ffmpeg")
    soundfile.write(tmp_path / "kettle.wav", tone(), RATE)
    target = tmp_path / f"kettle.{'m4a' if ending == 'alac' else ending}"
    codec = ["-c:a", "alac"] if ending == "alac" else []
    command = ["ffmpeg", "-loglevel", "error", "-i", str(tmp_path / "kettle.wav"), *codec]
    subprocess.run([*command, str(target)], check=True)
    as_tone(read_recording(tmp_path, target.name).samples)


def test_six_channels_are_heard_in_both_ears(tmp_path):
    soundfile.write(tmp_path / "kettle.wav", tone(channels=6), RATE)
    as_tone(read_recording(tmp_path, "kettle.wav").samples)


def test_floating_numbers_never_startle(tmp_path):
    sound = tone()
    sound[1000], sound[2000], sound[3000] = np.nan, np.inf, 1e9
    soundfile.write(tmp_path / "kettle.wav", sound, RATE, subtype="FLOAT")
    heard = read_recording(tmp_path, "kettle.wav").samples
    assert np.isfinite(heard).all()
    assert np.abs(heard).max() <= 1.0


def test_ten_minutes_are_all_that_is_used(tmp_path, monkeypatch):
    # So much takes a busy machine more than its 20 s.
    patient = functools.partial(recordings._decode, deadline_s=300.0)
    monkeypatch.setattr(recordings, "_decode", patient)
    hour = np.zeros((8_000 * 60 * 11, 1), np.int16)
    soundfile.write(tmp_path / "rain.flac", hour, 8_000)
    assert len(read_recording(tmp_path, "rain.flac").samples) == 600 * RATE


class Web:
    """An address that somebody asks for is kept."""

    def __enter__(self):
        asked = self.asked = []

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                self.send_error(404)

            def log_message(self, *_):
                """Show nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Answer)
        self.address = f"http://127.0.0.1:{self._server.server_port}/rain.mp3"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXTINF:8,\n{address}\n#EXT-X-ENDLIST\n"


@pytest.mark.parametrize("name", ["rain.hls", "rain.m3u8", "rain.mp3", "rain.wav", "rain"])
@pytest.mark.parametrize("before", [b"", b"ID3\x04\0\0\0\0\0\0", b"\0\0\0\x10ftypM4A \0\0\0\0"])
def test_a_list_of_addresses_is_no_recording_and_nobody_asks_for_them(tmp_path, name, before):
    with Web() as web:
        (tmp_path / name).write_bytes(before + PLAYLIST.format(address=web.address).encode())
        with pytest.raises(InputError, match="cannot be read as sound"):
            read_recording(tmp_path, name)
        assert web.asked == []


def test_ffmpeg_would_have_asked(tmp_path):
    need("ffmpeg")
    with Web() as web:
        (tmp_path / "rain.hls").write_text(PLAYLIST.format(address=web.address))
        allowed = "-loglevel quiet -protocol_whitelist file,http,tcp -f hls".split()
        command = ["ffmpeg", *allowed, "-i", str(tmp_path / "rain.hls"), "-f", "null", "-"]
        subprocess.run(command, check=False)
        assert web.asked, "this test would not have noticed"


def test_a_list_of_other_files_leads_nowhere(tmp_path):
    soundfile.write(tmp_path / "secret.wav", tone(), RATE)
    (tmp_path / "story").mkdir()
    for name in ("rain.concat", "rain.ffconcat", "rain.wav"):
        path = tmp_path / "story" / name
        path.write_text(f"ffconcat version 1.0\nfile {tmp_path / 'secret.wav'}\n")
        with pytest.raises(InputError, match="cannot be read as sound"):
            read_recording(tmp_path / "story", name)


def test_only_aac_and_mpeg_4_need_ffmpeg():
    assert needs_ffmpeg(b"\0\0\0\x20ftyp") == "mp4"
    assert needs_ffmpeg(b"\xff\xf1\x50\x80\0\0\0\0") == "aac"
    assert needs_ffmpeg(b"\xff\xf9\x50\x80\0\0\0\0") == "aac"
    assert needs_ffmpeg(b"\xff\xfb\x90\x64\0\0\0\0") is None  # a frame of MP3
    assert needs_ffmpeg(b"RIFF\0\0\0\0") is None
    assert needs_ffmpeg(b"") is None


def test_its_loudest_moment_and_its_peak_come_with_it(tmp_path):
    sound = np.concatenate([tone(0.02, 3.0), tone(0.2, 1.0), np.zeros((RATE, 2), np.float32)])
    soundfile.write(tmp_path / "kettle.wav", sound, RATE)
    recorded = read_recording(tmp_path, "kettle.wav")
    assert recorded.loudest_lufs == pytest.approx(max(momentary(sound)), abs=0.1)
    assert recorded.peak == pytest.approx(0.2, rel=0.01)
    soundfile.write(tmp_path / "click.wav", tone(0.2, 0.05), RATE)
    assert read_recording(tmp_path, "click.wav").loudest_lufs < recorded.loudest_lufs - 6


def test_rates_that_would_take_any_memory_are_refused(tmp_path):
    soundfile.write(tmp_path / "rain.wav", np.zeros(100, np.int16), 3_000_017)
    with pytest.raises(InputError, match="3000017 Hz is over 192000 Hz"):
        read_recording(tmp_path, "rain.wav")


def test_silence_of_eight_channels_and_hours_takes_no_more_than_its_share(tmp_path):
    with soundfile.SoundFile(tmp_path / "rain.flac", "w", 192_000, 8) as file:
        for _ in range(20):
            file.write(np.zeros((192_000, 8), np.int16))
    assert read_recording(tmp_path, "rain.flac").samples.shape == (20 * RATE, 2)


def test_what_cannot_be_opened_at_all_is_told_in_a_sentence(tmp_path):
    for name in ("a\0b.wav", "x" * 5000 + ".wav"):
        with pytest.raises(InputError, match="cannot be opened"):
            read_recording(tmp_path, name)


def test_a_file_that_was_refused_is_not_tried_again_until_it_changes(tmp_path, monkeypatch):
    path = tmp_path / "rain.wav"
    path.write_bytes(b"no sound")
    for _ in range(2):
        with pytest.raises(InputError, match="cannot be read as sound"):
            read_recording(tmp_path, "rain.wav")
    with monkeypatch.context() as without:
        without.setattr(recordings, "request_frame", None)  # no process can be started
        with pytest.raises(InputError, match="cannot be read as sound"):
            read_recording(tmp_path, "rain.wav")
    soundfile.write(path, tone(), RATE)
    as_tone(read_recording(tmp_path, "rain.wav").samples)


FRAME = {"loudest_lufs": -30.0, "peak": 0.1}
SOUND = bytes(80_000)


def frame(message, payload):
    written = io.BytesIO()
    write_frame(written, message, payload)
    return written.getvalue()


def decoder(monkeypatch, folder, script, answer=b""):
    """In the place of ours: a shell script, beside a file with its ``answer``."""
    (folder / "answer").write_bytes(answer)
    path = folder / "decoder.sh"
    path.write_text(script)
    monkeypatch.setattr(
        recordings, "child_command", lambda *_: ["sh", str(path), str(folder / "answer")]
    )


def test_half_of_what_it_would_have_been_is_not_taken_for_the_whole(tmp_path, monkeypatch):
    decoder(monkeypatch, tmp_path, "cat $1; echo broke off >&2; exit 1\n", frame(FRAME, SOUND))
    with pytest.raises(InputError, match="broke off"):
        recordings._decode(tmp_path / "rain.wav")
    decoder(monkeypatch, tmp_path, "cat $1; kill -9 $$\n", frame(FRAME, SOUND))
    with pytest.raises(InputError, match="cannot be read as sound"):
        recordings._decode(tmp_path / "rain.wav")
    decoder(monkeypatch, tmp_path, "cat $1\n", frame(FRAME, SOUND)[:-1])
    with pytest.raises(InputError, match="cannot be read as sound"):
        recordings._decode(tmp_path / "rain.wav")
    decoder(monkeypatch, tmp_path, "head -c 1000000 /dev/zero >&2; cat $1\n", frame(FRAME, SOUND))
    assert recordings._decode(tmp_path / "rain.wav").samples.shape == (10_000, 2)


NONSENSE = {
    "no frame": b"Hello, this is a library.",
    "no levels": frame({}, SOUND),
    "levels that are none": frame({"loudest_lufs": "loud", "peak": None}, SOUND),
    "half a sample": frame(FRAME, SOUND[:-1]),
    "a second frame": 2 * frame(FRAME, SOUND),
    "more than ten minutes": struct.pack(">II", 2, 0xFFFF_FFFF) + b"{}",
}


@pytest.mark.parametrize("what", NONSENSE)
def test_a_decoder_that_gives_nonsense_is_not_believed(tmp_path, monkeypatch, what):
    decoder(monkeypatch, tmp_path, "cat $1\n", NONSENSE[what])
    with pytest.raises(InputError, match="cannot be read as sound"):
        recordings._decode(tmp_path / "rain.wav")


def test_a_decoder_that_takes_too_long_is_ended_with_all_that_it_started(tmp_path, monkeypatch):
    """A program that starts another and then never ends."""
    decoder(monkeypatch, tmp_path, f"sleep 3600 & echo $! > {tmp_path}/child; wait\n")
    with pytest.raises(InputError, match="it takes more than 2 s"):
        recordings._decode(tmp_path / "rain.wav", deadline_s=2.0)
    child = (tmp_path / "child").read_text().strip()
    soon(lambda: not is_running(child), "what it started goes on", within_s=60.0)


def test_a_decoder_whose_player_is_gone_ends_by_itself(tmp_path):
    """Its limits are the system's, which outlives the player."""
    program = (
        "import resource, signal\n"
        "from player.library import recording_decoder\n"
        "recording_decoder._keep_within_limits(20.0)\n"
        "limits = resource.RLIMIT_AS, resource.RLIMIT_CPU\n"
        "print(*(resource.getrlimit(one)[0] for one in limits))\n"
        "print(signal.alarm(0))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    memory, seconds, alarm = map(int, done.stdout.split())
    assert memory <= 3 << 30
    assert 20 <= seconds == alarm <= 60
