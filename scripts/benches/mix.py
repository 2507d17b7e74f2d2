"""Speech over a bed of three layers, ducked, levelled, limited: by us, by ffmpeg, by pydub."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from pathlib import Path

from benches.cost import Cost, measured, own, table

CLIPS_A_MINUTE = 10
LAYER_S = 60.0
PYDUB_MINUTES = (4, 8)
CEILING = 10 ** (-3.0 / 20)


def bench_mix(minutes: float) -> None:
    """Our mixer, ffmpeg in two passes, and pydub's overlay, from and to the same kind of files."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        own("part:material", name, str(minutes))
        rows = {
            "dreamers": own("part:ours", name, "1"),
            "dreamers, dry": own("part:ours", name, "0"),
        }
        if shutil.which("ffmpeg"):
            rows["ffmpeg, the same job"] = ffmpeg_mix(folder, whole=True)
            rows["ffmpeg, less of it"] = ffmpeg_mix(folder, whole=False)
        rows["pydub overlay, reckoned"] = pydub_mix(folder, minutes)
    ours = rows["dreamers"].wall_s
    table(
        f"mix: {minutes:g} min, {round(minutes * CLIPS_A_MINUTE)} clips, 3 layers; voices ready",
        ["", "wall s", "CPU s", "x real time", "MB", "against ours"],
        [
            [
                name,
                f"{cost.wall_s:.1f}",
                f"{cost.cpu_s:.1f}",
                f"{minutes * 60 / cost.wall_s:.0f}",
                f"{cost.memory_mb:.0f}",
                f"{cost.wall_s / ours:.1f}",
            ]
            for name, cost in rows.items()
        ],
        "ffmpeg, two passes: concat, sidechaincompress, amix, ebur128 into a file; then volume and",
        "alimiter (at 192 kHz, as a true peak needs); equalizer for the dip, afir for the voice's",
        "tone and room. Less of it: no dip, tone or room, and sample peaks only. Our dry row, at",
        "depth 0, has neither tone nor room.",
        f"pydub: measured on {PYDUB_MINUTES[0]} and {PYDUB_MINUTES[1]} minutes; its time grows with"
        " the square of the length, and is",
        f"reckoned up to the whole from both. Its memory is that of {PYDUB_MINUTES[1]} minutes.",
    )


def part_material(name: str, minutes: str) -> None:
    """Ten clips of speech-like noise, the three layers, and the plan that all of them follow."""
    import numpy as np
    import soundfile

    from player.audio import RATE, fade, loudness
    from player.mixer.voice_room import warm_room

    folder, rng = Path(name), np.random.default_rng(7)

    def noise(seconds: float, channels: int, slope: float, lufs: float) -> np.ndarray:
        points = round(seconds * RATE)
        hertz = np.maximum(np.fft.rfftfreq(points, 1 / RATE), 60.0)[:, None]
        spectrum = np.fft.rfft(rng.standard_normal((points, channels)), axis=0) / hertz**slope
        x = np.fft.irfft(spectrum, points, axis=0)
        x = (x if channels == 2 else x[:, 0]).astype(np.float32) / np.float32(np.abs(x).max())
        return x * np.float32(10 ** ((lufs - loudness(x)) / 20))

    def write(file: str, x: np.ndarray) -> None:
        soundfile.write(folder / file, x, RATE, subtype="PCM_16")

    lengths = [3.0 + 0.3 * i for i in range(10)]
    for i, seconds in enumerate(lengths):
        clip = noise(seconds, 1, 0.8, -20.0)
        syllables = 0.6 - 0.4 * np.cos(2 * np.pi * 4 * np.arange(len(clip)) / RATE)
        clip *= syllables.astype(np.float32)
        clip *= np.float32(10 ** ((-20.0 - loudness(clip)) / 20))
        clip *= np.float32(10 ** ((-20.0 - loudness(clip) + i - 4.5) / 20))  # not levelled yet
        write(f"clip{i}.wav", fade(clip, 480, 480))
    for i, slope in enumerate((0.3, 0.7, 1.1)):
        write(f"layer{i}.wav", noise(LAYER_S, 2, slope, -30.0 - 10 * np.log10(3)))
    plan, at = [], 1.0
    for i in range(round(max(float(minutes), *PYDUB_MINUTES) * CLIPS_A_MINUTE)):
        plan.append((f"clip{i % 10}.wav", at, lengths[i % 10]))
        at += 60.0 / CLIPS_A_MINUTE
    (folder / "plan.json").write_text(json.dumps({"seconds": float(minutes) * 60, "clips": plan}))
    write("silence.wav", np.zeros(10 * RATE, np.float32))
    soundfile.write(folder / "room.wav", warm_room(), RATE, subtype="FLOAT")


def plan_of(folder: Path, minutes: float = 0.0) -> tuple[float, list[tuple[str, float, float]]]:
    """The piece's seconds, or those of ``minutes``; each clip's file, start and length in s."""
    plan = json.loads((folder / "plan.json").read_text())
    seconds = minutes * 60 or plan["seconds"]
    return seconds, [(file, at, length) for file, at, length in plan["clips"] if at < seconds - 6]


def part_ours(name: str, deepest: str) -> None:
    """One pass of the player's own mixer; each clip is set to its level as it comes.

    The depth goes from 0 to ``deepest``: at 0 the voice is dry.
    """
    import numpy as np
    import soundfile

    from player.audio import QUANTUM, RATE, db_to_gain, loudness
    from player.mixer import LATENCY, Mixer

    folder = Path(name)
    seconds, plan = plan_of(folder)
    layers = [soundfile.read(folder / f"layer{i}.wav", dtype="float32")[0] for i in range(3)]
    layers = [np.concatenate([layer, layer[:QUANTUM]]) for layer in layers]
    mixer, told, mixed = Mixer(), 0, []
    quanta = -(-(round(seconds * RATE) + LATENCY) // QUANTUM)
    with soundfile.SoundFile(folder / "ours.wav", "w", RATE, 2, "PCM_16") as out:
        for step in range(quanta):
            while told < len(plan) and plan[told][1] * RATE < mixer.frame + RATE:
                clip, _ = soundfile.read(folder / plan[told][0], dtype="float32")
                clip *= np.float32(db_to_gain(-20.0 - loudness(clip)))
                mixer.say(clip, round(plan[told][1] * RATE))
                told += 1
            at = mixer.frame % (len(layers[0]) - QUANTUM)
            bed = layers[0][at : at + QUANTUM] + layers[1][at : at + QUANTUM]
            bed += layers[2][at : at + QUANTUM]
            mixed.append(mixer.block(bed, float(deepest) * step / quanta).mix)
            if len(mixed) == RATE // QUANTUM or step == quanta - 1:
                out.write(np.concatenate(mixed))
                mixed.clear()


def ffmpeg_mix(folder: Path, whole: bool) -> Cost:
    """The same night by ffmpeg: mixed, ducked and measured; then set to its level and limited.

    The whole job has our spectral dip, the voice's tone and room, and a limiter of true peaks.
    """
    seconds, plan = plan_of(folder)
    lines, end = [], 0.0
    for file, at, length in plan:
        lines += [f"file '{folder}/silence.wav'", f"outpoint {at - end:.6f}"]
        lines += [f"file '{folder}/{file}'"]
        end = at + length
    (folder / "voice.txt").write_text("\n".join(["ffconcat version 1.0", *lines]))
    inputs = ["-f", "concat", "-safe", "0", "-i", str(folder / "voice.txt")]
    for i in range(3):
        inputs += ["-stream_loop", "-1", "-t", str(seconds), "-i", str(folder / f"layer{i}.wav")]
    inputs += ["-i", str(folder / "room.wav")]
    room = "[mono][4:a]afir=gtype=none[dry];"
    dip = ",equalizer=f=1300:t=q:w=0.9:g=-6,equalizer=f=2900:t=q:w=0.9:g=-6" if whole else ""
    graph = (
        f"[0:a]pan=stereo|c0=c0|c1=c0,apad[{'mono' if whole else 'dry'}];{room if whole else ''}"
        "[dry]asplit=2[voice][key];"
        f"[1:a][2:a][3:a]amix=3:normalize=0{dip}[bed];"
        "[bed][key]sidechaincompress=threshold=0.02:ratio=2:attack=100:release=2500[under];"
        "[voice][under]amix=2:normalize=0:duration=shortest,ebur128=framelog=verbose"
    )
    start = ["ffmpeg", "-hide_banner", "-nostats", "-y"]
    mixed = str(folder / "mixed.wav")
    first, said = measured([*start, *inputs, "-filter_complex", graph, "-t", str(seconds), mixed])
    level_db = -20.0 - float(re.findall(r"I:\s+(-?[\d.]+) LUFS", said)[-1])
    limit = f"alimiter=limit={CEILING:.4f}:attack=5:release=80:level=disabled"
    if whole:
        limit = f"aresample=192000,{limit},aresample=48000"
    second, _ = measured(
        [*start, "-i", mixed, "-af", f"volume={level_db:.2f}dB,{limit}", str(folder / "theirs.wav")]
    )
    return first + second


def pydub_mix(folder: Path, minutes: float) -> Cost:
    """pydub on two pieces, and from both what the whole would take: a * length + b * length²."""
    half, full = PYDUB_MINUTES
    first, second = (own("part:pydub", str(folder), str(m)) for m in PYDUB_MINUTES)

    def whole(at_half: float, at_full: float) -> float:
        square = max(0.0, at_full / full - at_half / half) / (full - half)
        return (at_full / full + square * (minutes - full)) * minutes

    return Cost(
        whole(first.wall_s, second.wall_s), whole(first.cpu_s, second.cpu_s), second.memory_mb
    )


def part_pydub(name: str, minutes: str) -> None:
    """Each clip laid over the bed, which sinks under it; then one gain for the level."""
    from pydub import AudioSegment

    folder, milliseconds = Path(name), round(float(minutes) * 60_000)
    layers = [AudioSegment.from_wav(folder / f"layer{i}.wav") for i in range(3)]
    mix = (layers[0] * (milliseconds // 60_000 + 1))[:milliseconds]
    for layer in layers[1:]:
        mix = mix.overlay(layer, loop=True)
    for file, at, _ in plan_of(folder, float(minutes))[1]:
        clip = AudioSegment.from_wav(folder / file).set_channels(2)
        mix = mix.overlay(clip, position=round(at * 1_000), gain_during_overlay=-5.0)
    mix = mix.apply_gain(min(-20.0 - mix.dBFS, -3.0 - mix.max_dBFS))
    mix.export(folder / "pydub.wav", format="wav")
