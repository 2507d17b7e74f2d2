"""What a process of ours may say to the player: nonsense costs that process, and nothing else."""

import io
import json
import struct
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from player.controls import PlaybackCommand
from player.controls.speech_input.worker_client import RecogniserProcess, is_valid
from player.desktop.client import MAX_KEYS, Desktop
from player.desktop.messages import MediaKey, NowPlaying
from player.script.utterance import Utterance
from player.voices.supervised import SupervisedVoice, VoiceLimits
from player.workers.framing import BrokenFrameError, read_frame, write_frame

ROOT = str(Path(__file__).parents[3])
HASTY = VoiceLimits(start_s=1e6, sentence_s=1e6, deaths=3, max_delay_s=0.1)
HELLO = {"lexicon": {"phonemes": {}, "respell": {}}, "models": {}, "seed": 0}

# Answers each sentence with a second of sound; the first one, in its first life, with FRAME.
VOICE = """
import pathlib, sys
sys.path.insert(0, {root!r})
from player.workers.framing import read_frame, write_frame
source, answers, been = sys.stdin.buffer, sys.stdout.buffer, pathlib.Path({been!r})
read_frame(source)
write_frame(answers, {{"op": "ready"}})
while frame := read_frame(source):
    number = frame[0]["id"]
    if not been.exists():
        been.touch()
        answers.write({frame!r})
        answers.flush()
        while source.read(1): pass
    write_frame(answers, {{"op": "clip", "id": number}}, bytes(4 * 48_000))
"""


def frame(header: object, payload: bytes = b"", *, lengths: tuple[int, int] | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", *(lengths or (len(text), len(payload)))) + text + payload


def is_broken(data: bytes) -> bool:
    """Return whether it is refused as a frame already, whatever it says."""
    try:
        return not read_frame(io.BytesIO(data), max_message_bytes=1 << 16, max_payload_bytes=0)
    except BrokenFrameError:
        return True


CLIP = {"op": "clip", "id": 1}
NONSENSE = {
    "four gigabytes to come": frame(b"", lengths=(12, 0xFFFF_FFFF)),
    "a header of four gigabytes": frame(b"", lengths=(0xFFFF_FFFF, 0)),
    "no JSON": frame(b"{so"),
    "no UTF-8": frame(b'"\xff"'),
    "no object": frame([1, 2]),
    "nested without an end": frame(b"[" * 100_000),
    "no word that we know": frame({"op": "sing"}),
    "no word at all": frame({}),
    "another sentence": frame({"op": "clip", "id": 7}, bytes(8)),
    "a number that is none": frame({"op": "clip", "id": [1]}, bytes(8)),
    "half a sample": frame(CLIP, bytes(7)),
    "no numbers": frame(CLIP, struct.pack("<2f", float("nan"), float("inf"))),
    "no reason": frame({"op": "failed", "id": 1}),
    "text for frames": b"Hello, this is a library speaking to standard output.\n",
}


@pytest.mark.parametrize("what", NONSENSE)
def test_a_voice_that_answers_with_nonsense_is_started_again(tmp_path: Path, what: str):
    script = VOICE.format(root=ROOT, been=str(tmp_path / "been"), frame=NONSENSE[what])
    voice = SupervisedVoice([sys.executable, "-c", script], HELLO, limits=HASTY)
    try:
        clips = []
        asking = threading.Thread(
            target=lambda: clips.append(voice.take(Utterance("All is well."), wait=True)),
            daemon=True,
        )
        asking.start()
        asking.join(60)
        assert clips, "the night waits for ever"
        assert clips[0].seconds == pytest.approx(1.0)
        assert (tmp_path / "been").exists()
        assert voice.trouble is None
    finally:
        voice.close()


def test_a_voice_that_only_talks_nonsense_leaves_its_sentences_silent(tmp_path: Path):
    script = VOICE.format(root=ROOT, been=str(tmp_path), frame=NONSENSE["no JSON"])
    script = script.replace("if not been.exists()", "if True").replace("been.touch()", "pass")
    voice = SupervisedVoice([sys.executable, "-c", script], HELLO, limits=HASTY)
    try:
        assert voice.take(Utterance("All is well."), wait=True)
        assert "it answered with no JSON" in (voice.trouble or "")
    finally:
        voice.close()


def test_no_memory_is_taken_for_a_length_that_no_frame_has():
    with pytest.raises(BrokenFrameError, match="a frame of 4,294,967,307 bytes"):
        read_frame(io.BytesIO(NONSENSE["four gigabytes to come"]))
    whole = io.BytesIO()
    write_frame(whole, CLIP, np.zeros(4, np.float32).tobytes())
    whole.seek(0)
    assert read_frame(whole) == (CLIP, bytes(16))


# -- the process that listens ---------------------------------------------------------------------

MESSAGES = [
    {}, {"op": []}, {"op": "unable"}, {"op": "speech", "active": 1}, {"op": "answer"},
    {"op": "answer", "turn": 1, "words": 3, "answer": 1},
    *({"op": "answer", "turn": 1, "words": "", "answer": answer} for answer in (
        "SING", -1, 99999999, [], {}, True, 1.5,
    )),
]  # fmt: skip


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_that_no_recogniser_would_send_is_passed_over(message: dict):
    assert not is_valid(message)


@pytest.mark.parametrize(
    "message",
    [
        {"op": "ready"},
        {"op": "alive"},
        {"op": "unable", "why": "no microphone"},
        {"op": "listening", "turn": 1},
        {"op": "speech", "turn": 1, "active": True},
        {"op": "answer", "turn": 1, "answer": 0, "words": "the first"},
        {"op": "answer", "turn": 1, "answer": "REPEAT", "words": "again"},
        {"op": "answer", "turn": None, "answer": None, "words": ""},
    ],
)
def test_what_it_does_send_is_taken(message: dict):
    assert is_valid(message)


def recogniser(script: str) -> RecogniserProcess:
    preamble = (
        f"import sys; sys.path.insert(0, {ROOT!r})\n"
        "from player.workers.framing import read_frame, write_frame\n"
        "read_frame(sys.stdin.buffer)\n"
        "def send(message): write_frame(sys.stdout.buffer, message)\n"
    )
    greeting = {"model": "", "microphone": None}
    return RecogniserProcess([sys.executable, "-c", preamble + script], greeting)


def test_a_recogniser_may_talk_without_an_end():
    process = recogniser(
        "sys.stderr.buffer.write(b'y' * (1 << 22) + b'\\n')\n"
        "send({'op': 'sing'})\n"
        "for _ in range(5_000): send({'op': 'alive'})\n"
        "send({'op': 'ready'})\n"
    )
    assert process.wait(60.0)
    messages = process.messages()
    assert process.ready
    assert 0 < len(messages) <= 256
    assert all(message["op"] in ("alive", "ready") for message in messages)
    assert sum(map(len, process._last_lines)) <= 12 * (1 << 16)


@pytest.mark.parametrize("what", [what for what in NONSENSE if is_broken(NONSENSE[what])])
def test_a_recogniser_that_sends_a_broken_frame_is_ended(what: str):
    process = recogniser(
        f"send({{'op': 'ready'}})\nsys.stdout.buffer.write({NONSENSE[what]!r})\n"
        "sys.stdout.flush()\nimport time; time.sleep(3600)\n"
    )
    assert process.wait(60.0), "it was left running"
    assert process.messages() == [{"op": "ready"}]
    assert process.end_reason.startswith("it answered with")


# -- the desktop ----------------------------------------------------------------------------------


def test_a_program_on_the_bus_that_presses_keys_without_an_end_is_soon_forgotten(monkeypatch):
    monkeypatch.setattr("player.desktop.client.reachable", lambda: False)
    desktop = Desktop()
    desktop._playing = NowPlaying("The Lantern")
    for _ in range(100_000):
        desktop.press(MediaKey.NEXT)
    taken = 0
    while desktop.poll(None, False) is not None:
        taken += 1
    assert taken == MAX_KEYS
    desktop.press(MediaKey.PAUSE)
    assert desktop.poll(None, False) is PlaybackCommand.PAUSE
    desktop.close()


NO_KEYS = [{}, {"key": "quit"}, {"key": None}, {"key": ["next"]}, {"press": "next"}]


def test_what_the_desktops_process_says_beside_keys_is_passed_over(monkeypatch):
    monkeypatch.setattr("player.desktop.client.reachable", lambda: False)
    desktop = Desktop()
    for message in [*NO_KEYS, {"key": "next"}]:
        desktop._receive(None, message, b"")
    assert list(desktop._keys) == [MediaKey.NEXT]
    desktop.close()


@pytest.mark.parametrize("what", [what for what in NONSENSE if is_broken(NONSENSE[what])])
def test_a_desktops_process_that_sends_a_broken_frame_is_ended(monkeypatch, what: str):
    script = (
        f"import sys, time\nsys.stdout.buffer.write({NONSENSE[what]!r})\n"
        "sys.stdout.flush()\ntime.sleep(3600)\n"
    )
    command = [sys.executable, "-c", script]
    monkeypatch.setattr("player.desktop.client.reachable", lambda: True)
    monkeypatch.setattr("player.desktop.client.child_command", lambda *_: command)
    desktop = Desktop()
    desktop.begin("The Lantern", "")
    assert desktop._process.wait(60.0)
    desktop.show("", False, 0)
    assert desktop.poll(None, False) is None
    desktop.close()
