"""Text as pixels, for the labels of a plot.

FFmpeg decodes text screens of the IBM PC with the font of that machine, so no font has to be drawn
or found.
"""

import av
import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 8, 16
"""Pixels of one character."""

_TYPEWRITER = str.maketrans("‘’“”–—−", "''\"\"---")  # for marks that the font does not have
_WHITE_ON_BLACK = 15
_EXTRADATA = bytes([HEIGHT, 0])  # the font's height, and the usual colours


def text_pixels(text: str) -> npt.NDArray[np.bool_]:
    """Return one line of text, ``(HEIGHT, WIDTH * len(text))``: True where there is ink.

    The font has the characters of code page 437; any other becomes a question mark.
    """
    if not text:
        return np.zeros((HEIGHT, 0), dtype=np.bool_)
    decoder = av.CodecContext.create("bintext", "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.width, decoder.height = WIDTH * len(text), HEIGHT
    decoder.extradata = _EXTRADATA
    characters = np.frombuffer(
        text.translate(_TYPEWRITER).encode("cp437", "replace"), dtype=np.uint8
    )
    cells = np.stack([characters, np.full_like(characters, _WHITE_ON_BLACK)], axis=1)
    (frame,) = decoder.decode(av.Packet(cells.tobytes()))
    return np.asarray(frame.to_ndarray(format="gray") > 0)
