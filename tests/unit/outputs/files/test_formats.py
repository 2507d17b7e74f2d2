"""Audio files: every sample, tag and chapter is read back by other programs."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import mutagen
import mutagen.mp4
import numpy as np
import pytest
import soundfile

import player
from player.audio import RATE
from player.cues import Chapter
from player.outputs import Tags, open_output
from player.outputs.files.formats import ENDINGS
from player.outputs.files.wav import WavOutput, quantise
from tests.support.filed import CHAPTERS, COVER, FRAMES, LOSSY, TAGS, decoded, night, probe, save
from tests.support.needs import need


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """Write the same night in every format."""
    folder = tmp_path_factory.mktemp("files")
    return {ending: save(folder / f"night{ending}", night()) for ending in ENDINGS}


@pytest.mark.parametrize("ending", [".wav", ".flac"])
def test_wav_and_flac_keep_every_sample_to_24_bits(files, ending):
    info = soundfile.info(files[ending])
    assert (info.samplerate, info.channels, info.subtype) == (RATE, 2, "PCM_24")
    stored, _ = soundfile.read(files[ending], dtype="int32", always_2d=True)
    assert np.array_equal(stored >> 8, quantise(night()))
    assert np.abs(stored / 2.0**31 - night()).max() <= 0.5 / 2**23


def test_full_scale_is_clipped_and_never_wraps_around():
    steps = quantise(np.array([[1.5, -1.5], [1.0, -1.0]], np.float32))
    assert steps.tolist() == [[2**23 - 1, -(2**23)]] * 2


@pytest.mark.parametrize("ending", LOSSY)
def test_a_lossy_file_is_the_same_sound_in_the_same_place(files, ending):
    need("ffmpeg")
    sound = night()
    heard = decoded(files[ending])[:FRAMES]
    assert len(heard) == FRAMES
    error = np.sqrt(np.mean((heard - sound) ** 2) / np.mean(sound**2))
    shifted = np.sqrt(np.mean((heard - np.roll(sound, 5, axis=0)) ** 2) / np.mean(sound**2))
    assert error < 0.1
    assert shifted > 2 * error, "this measure would not notice a shift"


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_length_is_the_nights_to_the_frame(files, ending):
    """Encoders add silence, and the file says how much of it to leave out.

    MP3 cannot say less than the 529 frames of a decoder's own delay, so a little may remain. An
    M4B says it in its edit list, which ends the stream's duration; decoding it to a pipe does not.
    """
    need("ffmpeg", "ffprobe")
    if ending == ".m4b":
        (audio,) = (s for s in probe(files[ending])["streams"] if s["codec_name"] == "aac")
        assert audio["duration_ts"] == FRAMES
        assert 0 <= len(decoded(files[ending])) - FRAMES < 1024
    elif ending == ".mp3":
        assert 0 <= len(decoded(files[ending])) - FRAMES < 529
    else:
        assert len(decoded(files[ending])) == FRAMES


@pytest.mark.parametrize("ending", ENDINGS)
def test_ffprobe_reads_the_tags(files, ending):
    need("ffprobe")
    found = probe(files[ending])
    streams = [stream.get("tags", {}) for stream in found["streams"]]
    tags = {k.lower(): v for k, v in (found["format"].get("tags") or streams[0]).items()}
    if ending == ".opus":
        tags = {k.lower(): v for k, v in streams[0].items()}
    expected = {**TAGS.texts()}
    assert {name: tags.get(name) for name in expected} == expected
    assert expected["genre"] == "Bedtime story"


@pytest.mark.parametrize("ending", [".flac", *LOSSY])
def test_ffprobe_reads_the_chapters_and_the_cover(files, ending):
    need("ffprobe")
    found = probe(files[ending])
    assert [chapter["tags"]["title"] for chapter in found["chapters"]] == [
        chapter.title for chapter in CHAPTERS
    ]
    starts = [float(chapter["start_time"]) for chapter in found["chapters"]]
    assert starts == pytest.approx([0, 1, 3], abs=0.001)
    pictures = [stream for stream in found["streams"] if stream["codec_type"] == "video"]
    shown = [p for p in pictures if p["disposition"]["attached_pic"]]
    assert [(p["codec_name"], p["width"], p["height"]) for p in shown] == [("png", 600, 600)]


def test_the_mp3_has_its_chapters_in_order_after_their_table(files):
    found = mutagen.File(files[".mp3"]).tags
    assert found.version == (2, 4, 0)
    raw = files[".mp3"].read_bytes()
    places = [raw.index(b"CHAP" + size) for size in chap_sizes()]
    assert places == sorted(places)
    assert raw.index(b"CTOC") < places[0]
    (table,) = found.getall("CTOC")
    assert table.child_element_ids == ["ch0", "ch1", "ch2"]
    assert int(table.flags) == 3
    chapters = [found[f"CHAP:{name}"] for name in table.child_element_ids]
    assert [str(chapter.sub_frames["TIT2"]) for chapter in chapters] == [
        chapter.title for chapter in CHAPTERS
    ]
    assert [(c.start_time, c.end_time) for c in chapters] == [(0, 1000), (1000, 3000), (3000, 5016)]
    assert found["APIC:"].data == COVER


def chap_sizes():
    """Yield the sizes of the three CHAP frames, as they stand after their name."""
    for chapter in CHAPTERS:
        size = len(b"ch0\0") + 16 + 10 + 1 + len(chapter.title.encode()) + 1
        yield bytes([0, 0, 0, size])


@pytest.mark.parametrize("ending", [".opus", ".flac"])
def test_opus_and_flac_have_their_chapters_as_comments_and_the_cover_as_a_picture(files, ending):
    found = mutagen.File(files[ending])
    assert found["CHAPTER001"] == ["00:00:00.000"]
    assert found["CHAPTER002"] == ["00:00:01.000"]
    assert found["CHAPTER003NAME"] == ["Home; the end = near"]
    assert "CHAPTER004" not in found
    assert found.info.length == pytest.approx(FRAMES / RATE, abs=1e-6)
    if ending == ".flac":
        assert [(p.data, p.type, p.mime) for p in found.pictures] == [(COVER, 3, "image/png")]
    else:
        assert len(found["METADATA_BLOCK_PICTURE"]) == 1


def test_the_m4b_is_an_audiobook_with_a_cover_and_both_kinds_of_chapters(files):
    book = mutagen.mp4.MP4(files[".m4b"])
    assert probe(files[".m4b"])["format"]["tags"]["major_brand"] == "M4B "
    assert book["stik"] == [2]
    assert [bytes(cover) for cover in book["covr"]] == [COVER]
    assert book["covr"][0].imageformat == mutagen.mp4.MP4Cover.FORMAT_PNG
    assert [chapter.title for chapter in book.chapters] == [c.title for c in CHAPTERS]
    raw = files[".m4b"].read_bytes()
    assert b"chpl" in raw  # the chapters of Nero
    assert b"tref" in raw  # and those of QuickTime, a text track that the sound refers to


def test_many_chapters_fit(tmp_path):
    titles = [f"Chapter {number} of a long, long night" for number in range(600)]
    many = [Chapter(480 * i, 480 * (i + 1), title) for i, title in enumerate(titles)]
    sound = np.zeros((480 * 600, 2), np.float32)
    flac = mutagen.File(save(tmp_path / "night.flac", sound, TAGS, many))
    assert flac["CHAPTER600NAME"] == [titles[-1]]
    mp3 = mutagen.File(save(tmp_path / "night.mp3", sound, TAGS, many))
    assert len(mp3.tags.getall("CHAP")) == 600


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_empty_night_without_tags_is_still_a_file(tmp_path, ending):
    path = save(tmp_path / f"empty{ending}", np.zeros((0, 2), np.float32), Tags(), ())
    assert os.listdir(tmp_path) == [path.name]
    if ending in (".wav", ".flac"):
        assert soundfile.info(path).frames == (1 if ending == ".flac" else 0)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_night_gives_the_same_bytes(tmp_path, ending):
    first, second = (save(tmp_path / f"{name}{ending}", night(9000)) for name in "ab")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_size_of_the_blocks_does_not_change_the_file(tmp_path, ending):
    sound = night(9000)
    one = save(tmp_path / f"one{ending}", sound, step=64)
    other = save(tmp_path / f"other{ending}", sound, step=8193)
    if ending in LOSSY:
        need("ffmpeg")
        assert np.array_equal(decoded(one), decoded(other))
    else:
        assert one.read_bytes() == other.read_bytes()


def test_a_wav_beyond_its_limit_becomes_rf64(tmp_path):
    sound = night(30_000)
    path = tmp_path / "long.wav"
    output = WavOutput(path, TAGS, limit=100_000)
    output.write(sound)
    output.close()
    assert path.read_bytes()[:4] == b"RF64"
    stored, _ = soundfile.read(path, dtype="int32", always_2d=True)
    assert np.array_equal(stored >> 8, quantise(sound))
    assert soundfile.info(path).format == "RF64"


def test_a_wav_within_its_limit_is_a_plain_wav(files):
    assert files[".wav"].read_bytes()[:4] == b"RIFF"
    assert soundfile.info(files[".wav"]).format == "WAV"


@pytest.mark.slow
def test_a_wav_of_more_than_4_gib_is_whole(tmp_path):
    path = tmp_path / "huge.wav"
    output = WavOutput(path, Tags())
    block = night(10 * RATE)
    blocks = (1 << 32) // (len(block) * 6) + 2
    for _ in range(blocks):
        output.write(block)
    output.close()
    with soundfile.SoundFile(path) as huge:
        assert (huge.format, huge.frames) == ("RF64", blocks * len(block))
        huge.seek((blocks - 1) * len(block))
        assert np.array_equal(huge.read(dtype="int32") >> 8, quantise(block))
    path.unlink()


def test_what_writes_the_files_needs_no_tagger_of_others():
    """mutagen, the oracle of these tests, is under the GPL: the product must not need it."""
    package = Path(player.__file__).parent
    sources = list(package.rglob("*.py"))
    assert len(sources) > 30
    asking = re.compile(r"^\s*(import|from) mutagen", re.MULTILINE)
    assert [path for path in sources if asking.search(path.read_text())] == []
    assert asking.search(Path(__file__).read_text()), "this measure would not notice an import"


def test_an_output_of_the_command_line_can_be_a_file(tmp_path):
    output = open_output(f"file:{tmp_path / 'x.wav'}", tags=TAGS)
    output.write(night(100))
    output.close()
    stored, _ = soundfile.read(io.BytesIO((tmp_path / "x.wav").read_bytes()))
    assert len(stored) == 100


MEMORY = """
import resource, sys
from pathlib import Path
import numpy as np
from player.outputs.files.formats import open_file
seconds, path = int(sys.argv[1]), Path(sys.argv[2])
block = np.random.default_rng(0).normal(0, 0.02, (48_000, 2)).astype(np.float32)
output = open_file(path)
for _ in range(seconds):
    output.write(block)
output.close()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.slow
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_long_night_takes_no_more_memory_than_a_short_one(tmp_path, ending):
    def peak(minutes):
        target = tmp_path / f"night{ending}"
        command = [sys.executable, "-c", MEMORY, str(60 * minutes), str(target)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        target.unlink()
        return int(done.stdout)

    assert peak(20) < 1.15 * peak(2)
