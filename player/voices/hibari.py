"""The built-in voice: hibari's network on onnxruntime, with several speakers made from one.

The network gives a source and a filter for each 12.5 ms frame. Another speaker has another
fundamental frequency (``f0`` times *pitch*, in voiced frames) and other formants: the harmonic,
noise and residual envelopes (``lh``, ``ln``, ``lr``) are stretched along the frequency axis by
*formant*. The phase ``theta`` is kept, because changing it makes the voice rough.

Used in the voice's process; importing it takes a third of a second.
"""

import gc
import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import onnxruntime

# hibari would use scipy's FFT if scipy is installed. numpy's is as exact, loads 0.1 s sooner, and
# gives the same samples on every machine.
sys.modules.setdefault("scipy", None)  # type: ignore[arg-type]

from hibari import Hibari, dsp  # noqa: E402 -- after the line above, which it depends on
from hibari.g2p import G2P  # noqa: E402
from hibari.tts import ASSETS, MAX_PHONEMES  # noqa: E402
from hibari.voices import VOICES, voice_path  # noqa: E402

from player.audio import Samples  # noqa: E402
from player.script.utterance import Utterance, VoiceShading  # noqa: E402
from player.story.lexicon import Lexicon  # noqa: E402

NARRATOR = "heart"

_PACE = (
    0.403, 0.461, 0.641, 0.723, 0.804, 0.855, 0.874, 0.887, 0.904, 0.919, 0.936, 1.0, 1.04, 1.054,
    1.098, 1.144, 1.163, 1.285, 1.575, 2.07, 2.41,
)  # fmt: skip
_SPEED = (
    0.3, 0.35, 0.46, 0.56, 0.58, 0.655, 0.6625, 0.665, 0.6675, 0.67, 0.675, 0.75, 0.796, 0.798,
    0.8, 0.802, 0.804, 0.9, 1.3, 1.5, 2.0,
)  # fmt: skip
"""hibari's speed settings, and the pace of each relative to 141 words per minute within a sentence,
measured over a hundred sentences. Pace is not proportional to speed: each phoneme lasts a whole
number of frames, usually few, so that the pace jumps at the speeds 2/3 and 4/5.
"""

_UNVOICED_HZ = 40.0  # hibari treats a lower fundamental as unvoiced
_MIN_F0_HZ = 42.0


class HibariVoice:
    """Synthesiser that gives 24 kHz samples. Equal utterances give equal samples."""

    def __init__(self, name: str, models: Mapping[str, Path], lexicon: Lexicon, seed: int) -> None:
        """``models`` has the installed voices besides the one in the package."""
        self._name, self._models, self._lexicon, self._seed = name, models, lexicon, seed
        self._voices: dict[str, Hibari] = {}
        self._g2p: dict[bool, G2P] = {}
        gc.disable()  # half a million small objects are about to be made, and all will be kept
        network = Thread(target=self._network, args=(name,))
        network.start()
        self._reader(VOICES[name]["british"])
        network.join()
        self._voice(name)  # loads it again if the thread failed, to raise the error here
        gc.freeze()
        gc.enable()

    def speak(self, utterance: Utterance) -> tuple[Samples, int]:
        """Return raw samples ``(n,)`` and their rate in Hz; no samples if nothing can be said."""
        speaker = utterance.shading.voice
        shaded = speaker == self._name or speaker not in self._models
        voice = self._voice(self._name if shaded or speaker is None else speaker)
        shading = utterance.shading if shaded else VoiceShading(rate=utterance.shading.rate)
        noise = np.random.default_rng(self._entropy(utterance))
        speed = float(np.interp(utterance.rate * shading.rate, _PACE, _SPEED))
        parts = [
            _synthesise(voice, part, speed=speed, shading=shading, noise=noise)
            for part in self.phonemes(utterance.text, voice)
        ]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32), dsp.SR

    def phonemes(self, text: str, voice: Hibari | None = None) -> list[str]:
        """Return the phonemes of ``text``, in parts that the network accepts."""
        spoken = (voice or self._voice(self._name)).phonemize(self._lexicon.marked(text))
        parts = [part for whole in spoken for part in _split_long(whole)]
        return [part for part in parts if any(c.isalpha() for c in part)]

    def _entropy(self, utterance: Utterance) -> list[int]:
        """Return the seed of a sentence, which does not depend on what was spoken before."""
        fields = asdict(utterance)
        del fields["lufs"]  # only the level differs
        # The seed is made from this name of the field; by another one, every sample would change.
        fields["shade"] = fields.pop("shading")
        digest = hashlib.blake2b(json.dumps(fields, sort_keys=True).encode(), digest_size=16)
        return [self._seed, *np.frombuffer(digest.digest(), dtype=np.uint32).tolist()]

    def _voice(self, name: str) -> Hibari:
        if name not in self._voices:
            self._network(name)
        voice = self._voices[name]
        voice._g2p = self._reader(VOICES[name]["british"])
        return voice

    def _network(self, name: str) -> None:
        self._voices[name] = _FrugalHibari(name, self._models.get(name))

    def _reader(self, british: bool) -> G2P:
        if british not in self._g2p:
            self._g2p[british] = G2P(british=british)
            self._g2p[british].oov("dreamers")  # loads its network now and not mid-story
        return self._g2p[british]


class _FrugalHibari(Hibari):  # type: ignore[misc]  # hibari has no types
    """hibari with a session that frees its memory after each sentence.

    onnxruntime's arena would keep the memory of the longest sentence, and is no faster here.
    """

    def __init__(self, name: str, model: Path | None) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 3
        path = str(model) if model else voice_path(name, download_missing=False)
        self.voice = name
        self.sess = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
        self.vocab = json.loads(Path(ASSETS, "vocab.json").read_text(encoding="utf-8"))
        self._g2p = None


def _synthesise(
    voice: Hibari, phonemes: str, speed: float, shading: VoiceShading, noise: np.random.Generator
) -> Samples:
    inputs = {
        "ids": np.array([voice.ids(phonemes)], dtype=np.int64),
        "speed": np.array([speed], dtype=np.float32),
    }
    outputs: list[Any] = voice.sess.run(None, inputs)
    lh, theta, ln, lr, phi, f0 = (output[0] for output in outputs)
    if shading.formant != 1.0:
        ln, lr = _stretch(ln, shading.formant), _stretch(lr, shading.formant)
    if shading.formant != 1.0 or shading.pitch != 1.0:
        lh = _moved_harmonics(lh, f0, shading.formant)
        f0 = np.where(f0 > _UNVOICED_HZ, np.maximum(f0 * shading.pitch, _MIN_F0_HZ), f0)
    samples: Samples = dsp.synth(lh, theta, ln, lr, phi, f0.astype(np.float32), noise)
    return samples


def _stretch(envelope: Samples, factor: float) -> Samples:
    """Return log spectra ``(bins, frames)`` with each feature at ``factor`` times its frequency."""
    top = len(envelope) - 1
    at = np.minimum(np.arange(top + 1) / factor, top)
    low = np.minimum(at.astype(int), top - 1)
    part = (at - low).astype(np.float32)[:, None]
    stretched: Samples = envelope[low] * (1 - part) + envelope[low + 1] * part
    return stretched


def _moved_harmonics(lh: Samples, f0: Samples, formant: float) -> Samples:
    """Return the harmonic envelope ``(bins, frames)`` for another fundamental, and stretched.

    The network was trained only at the multiples of its own ``f0``. Between them and below the
    first, its envelope is arbitrary, and a moved harmonic would boom there. So the envelope is read
    at those multiples, and interpolated between them (in the log spectrum).
    """
    top = len(lh) - 1
    spacing = np.where(f0 > _UNVOICED_HZ, f0 * (dsp.N_FFT / dsp.SR), 1.0)  # in bins
    at = np.arange(top + 1, dtype=np.float32)[:, None] / np.float32(formant) / spacing
    below = np.maximum(np.floor(at), 1.0)
    part = np.clip(at - below, 0.0, 1.0).astype(np.float32)
    low, high = (
        np.take_along_axis(lh, np.minimum(np.rint(k * spacing), top).astype(np.int32), axis=0)
        for k in (below, below + 1)
    )
    envelope: Samples = low * (1 - part) + high * part
    return envelope


def _split_long(phonemes: str) -> list[str]:
    """Split phonemes that are too long between words; hibari splits only between clauses."""
    parts = [""]
    for word in phonemes.split(" "):
        if parts[-1] and len(parts[-1]) + len(word) >= MAX_PHONEMES:
            parts.append("")
        parts[-1] = f"{parts[-1]} {word[:MAX_PHONEMES]}".strip()
    return parts
