"""Hold a request against what the model takes, in the service's order and words."""

import io
import itertools
from typing import NoReturn

from PIL import Image

from harness.simulator.ask import Ask, Part, Turn
from harness.simulator.refusal import Refusal, refuse

MOST_PICTURES = 14
_MOST_PIXELS = 60_000_000
_TYPES = frozenset(
    {"image/png", "image/jpeg", "image/webp", "image/heic", "image/heif", "image/jpg"}
)
_UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
)
_HELP = "https://ai.google.dev/gemini-api/docs/thought-signatures#model-behavior"


def check(ask: Ask) -> None:
    """Refuse what the model cannot do.

    Raises:
        Refusal: in the service's words.
    """
    _check_turns(ask.turns)
    _check_config(ask)
    pictures = ask.pictures()
    if len(pictures) > MOST_PICTURES:
        raise Refusal(
            f"Unable to submit request because the model supports at most {MOST_PICTURES} image "
            f"parts per input instance, but {len(pictures)} were provided."
        )
    for turn in ask.turns:
        for part in turn.parts:
            _check_part(part)
    if ask.offer.paints:
        _check_signatures(ask.turns)


def _check_turns(turns: tuple[Turn, ...]) -> None:
    if not turns:
        refuse("contents", "contents is not specified")
    for index, turn in enumerate(turns):
        if turn.role not in {"user", "model", "function", ""}:
            raise Refusal("Please use a valid role: user, model.")
        if not turn.parts:
            refuse(f"contents[{index}].parts", "contents.parts must not be empty.")
        for place, part in enumerate(turn.parts):
            if not part.filled:
                words = "required oneof field 'data' must have one initialized field"
                refuse(f"contents[{index}].parts[{place}].data", words)


def _check_config(ask: Ask) -> None:
    offer = ask.offer
    if ask.candidates != 1:
        raise Refusal("Multiple candidates is not enabled for this model")
    if ask.level and ask.level not in offer.levels:
        raise Refusal("Thinking level is not supported for this model")
    strange = ask.modalities - {"TEXT", "IMAGE", "AUDIO", "MODALITY_UNSPECIFIED"}
    if strange:
        raise Refusal("Invalid value at 'generation_config.response_modalities'")
    if "AUDIO" in ask.modalities or ("IMAGE" in ask.modalities and not offer.paints):
        taken = "TEXT, IMAGE" if offer.paints else "TEXT"
        raise Refusal(
            "The requested combination of response modalities is not supported by the model. "
            f"models/{offer.id} accepts the following combination of response modalities:\n"
            f"* {taken}\n"
        )
    if not offer.paints:
        return
    if ask.ratio and ask.ratio not in offer.ratios:
        refuse("generation_config.image_config.aspect_ratio", _one_of("aspect_ratio", offer.ratios))
    if ask.size and ask.size not in offer.tokens:
        refuse(
            "generation_config.image_config.image_size", _one_of("image_size", tuple(offer.tokens))
        )


def _one_of(name: str, taken: tuple[str, ...]) -> str:
    if len(taken) == 1:
        return f"{name} must be '{taken[0]}'."
    ordered = sorted(
        taken, key=lambda word: [int(part) for part in word.replace("K", "").split(":")]
    )
    head = ", ".join(f"'{word}'" for word in ordered[:-1])
    return f"{name} must be one of {head}, or '{ordered[-1]}'."


def _check_part(part: Part) -> None:
    if part.file is not None:
        raise Refusal(
            "You do not have permission to access the File or it may not exist.",
            "PERMISSION_DENIED",
        )
    if part.data is None:
        return
    if part.mime not in _TYPES:
        raise Refusal(f"Unsupported MIME type: {part.mime[:100]}")
    if part.data[4:8] != b"ftyp":  # Pillow cannot read HEIC; the service can
        picture_size(part.data)


def picture_size(data: bytes) -> tuple[int, int]:
    """Tell width and height of a picture that was sent.

    Raises:
        Refusal: it cannot be decoded.
    """
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > _MOST_PIXELS:
                raise Refusal("Provided image is not valid")
            size = opened.size
            opened.draft("RGB", (256, 256))
            opened.load()
            return size
    except _UNREADABLE:
        raise Refusal("Provided image is not valid") from None


def _check_signatures(turns: tuple[Turn, ...]) -> None:
    """Want a signature on each picture of the model, and on the text that it began with.

    A streamed answer comes back as it was received: its text in consecutive parts, one of
    which is signed.
    """
    for index, turn in enumerate(turns):
        spoken = [(place, part) for place, part in enumerate(turn.parts) if not part.thought]
        if turn.role != "model" or all(part.data is None for _, part in spoken):
            continue
        begun = list(itertools.takewhile(lambda placed: placed[1].text is not None, spoken))
        if begun and not any(part.signature for _, part in begun):
            _refuse_unsigned("Text", index, begun[0][0])
        for place, part in spoken:
            if part.data is not None and not part.signature:
                _refuse_unsigned("Image", index, place)


def _refuse_unsigned(kind: str, index: int, place: int) -> NoReturn:
    raise Refusal(
        f"{kind} part is missing a thought_signature in content position {index + 1}, "
        f"part position {place + 1}. Please refer to {_HELP} for more details."
    )
