"""Detection of recipe keys that have no effect where they stand."""

from collections.abc import Iterator, Mapping

from player.soundscape.additive import TOP_HZ
from player.soundscape.recipe import (
    SILENT_DB,
    Additive,
    Gusts,
    Hum,
    Layer,
    Modal,
    Noise,
    Room,
    Surf,
)

_ROOM = "there is no [reverb] in this recipe"
_NOISE = "noise never goes to the room"


def find_unused_keys(
    room: Room | None, layers: tuple[Layer, ...], set_keys: Mapping[str, frozenset[str]]
) -> tuple[str, ...]:
    """Return a sentence for each key without effect.

    ``set_keys`` holds the keys set by each layer and its source, by the layer's name.
    """
    sentences = [
        f"in the layer {layer.name!r} {key} does nothing: {why}; leave it out."
        for layer in layers
        for key, why in _unused(layer, room)
        if key in set_keys[layer.name]
    ]
    if room is not None and not any(_sends(layer, room) for layer in layers):
        sentences.append(
            "the [reverb] is never heard: no layer but noise goes there, or none that sends more "
            f"than {SILENT_DB:g} dB; leave it out, or raise send_db."
        )
    return tuple(sentences)


def _unused(layer: Layer, room: Room | None) -> Iterator[tuple[str, str]]:
    """Yield the keys that can have no effect in this layer, each with the reason."""
    source = layer.source
    is_noise = isinstance(source, Noise | Surf | Gusts)
    if is_noise or room is None:
        yield "send_db", _NOISE if is_noise else _ROOM
    if layer.swell is not None and not any(layer.swell.depth_db):
        yield "swell", "its depth_db is 0 throughout"
    match source:
        case Additive():
            lowest = source.root_hz * min(source.tuning)
            audible = int(TOP_HZ / lowest)
            if source.partials > audible:
                yield "partials", f"only {audible} of {source.partials} lie under {TOP_HZ:,.0f} Hz"
            if min(source.partials, audible) == 1:
                yield "tilt_db", "a note of one partial has nothing to tilt"
            if not source.chords:
                yield "chord_s", "there are no chords"
            if not any(layer.width):
                yield "detune_cents", "it lies between the ears, and the width is 0"
        case Modal(modes=(_,)):
            yield "mode_db", "one mode alone is as loud as level_db says"
        case Modal():
            top = source.root_hz * min(source.tuning) * max(source.modes)
            if top > TOP_HZ:
                yield "modes", f"{max(source.modes):g} lies over {TOP_HZ:,.0f} Hz at every pitch"
        case Hum(partials_hz=(_,)):
            yield "partials_db", "one tone alone is as loud as level_db says"


def _sends(layer: Layer, room: Room) -> bool:
    """Return whether the layer is sent to the room at any depth."""
    sends = (
        layer_db + room_db for layer_db, room_db in zip(layer.send_db, room.send_db, strict=True)
    )
    return not isinstance(layer.source, Noise | Surf | Gusts) and max(sends) > SILENT_DB
