"""Make the pictures of answers, each painted for its prompt, or printed from a pool."""

import hashlib
from dataclasses import dataclass
from threading import Lock

import numpy as np
from PIL import Image

from harness.simulator.ask import Ask
from harness.simulator.atelier import make_draft, make_picture, pixels_of, seen_before
from harness.simulator.faults.fault import Fault
from harness.simulator.outcome import unmarked
from harness.simulator.paint.brief import read_brief
from harness.simulator.paint.contents import contents_of, with_contents
from harness.simulator.paint.memory import remember
from harness.simulator.paint.picture import Order, Painted, paint
from harness.simulator.shot import LEAST_MARK, Negative, Shot, negative, padded, shot, with_serial

_PROMPTS = (
    "A fox figurine on a shelf",
    "An owl in a snowy wood at night",
    "A cat in a kitchen",
    "A fox in a city street in the rain",
    "A cat at a lake at dawn",
)
_PICTURE_BYTES = (700_000, 900_000)  # recorded at 1K
_SIGNATURE_BYTES = (830_000, 2_170_000)  # recorded: 1.1 to 2.9 MB of base64
_GROWTH = 0.82  # so that 4K has the 7.8 MB that were seen at 16:9; an assumption between
_DRAFT = 640


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """What a camera works with.

    Attributes:
        version: Which version of the model paints.
        signature_bytes: Size of a thought signature, where sizes are not as recorded.
        recorded: Whether pictures and signatures have the sizes that were recorded.
        pool: How many pictures of one kind are painted; 0 to paint each for its prompt.
        seed: Of the pool's pictures.
    """

    version: str = "same"
    signature_bytes: int = 6_000
    recorded: bool = False
    pool: int = 0
    seed: str = ""


class Camera:
    """Make pictures, and keep the pool."""

    def __init__(self, film: Film) -> None:
        self._film = film
        self._pool: dict[tuple[object, ...], Negative] = {}
        self._lock = Lock()

    def shoot(self, ask: Ask, fault: Fault, rng: np.random.Generator) -> Shot:
        """Make one final picture and its signature."""
        brush = self._brush(ask) if fault.alike else rng
        if self._film.pool:
            return self._print(pixels_of(ask), fault, rng, brush=brush, hand=ask.offer.hand)
        painted = make_picture(ask, self._version(ask), brush)
        mark = remember(painted, self._mark_bytes(rng), rng)
        image = _relit(painted.image, rng) if fault.alike else painted.image
        data = self._file(fault.image(image), fault, rng)
        return shot(fault.cut(_told(data, ask, painted)), mark)

    def draft(self, ask: Ask, fault: Fault, rng: np.random.Generator) -> Shot:
        """Make an interim picture; its signature is not sent."""
        if self._film.pool:
            wide, tall = pixels_of(ask)
            scale = _DRAFT / max(wide, tall)
            size = (round(wide * scale), round(tall * scale))
            return self._print(size, fault, rng, brush=rng, hand=ask.offer.hand)
        draft = make_draft(ask, self._version(ask), rng)
        return shot(fault.cut(fault.encode(fault.image(draft))), b"")

    def mark(self, rng: np.random.Generator) -> bytes:
        """Make the signature of a text."""
        return remember(None, self._film.signature_bytes // 4, rng)

    def _version(self, ask: Ask) -> str:
        """Name the hand that paints: another model's own, else the version's."""
        return ask.offer.hand or self._film.version

    def _brush(self, ask: Ask) -> np.random.Generator:
        """Give the dice that paint a question always alike."""
        mixed = hashlib.sha256(f"{self._film.seed}/{ask.digest}".encode()).digest()
        return np.random.default_rng(int.from_bytes(mixed[:16], "big"))

    def _print(
        self,
        size: tuple[int, int],
        fault: Fault,
        rng: np.random.Generator,
        *,
        brush: np.random.Generator,
        hand: str,
    ) -> Shot:
        kind = fault.name if fault.pictorial else ""
        key = (size, kind, int(brush.integers(self._film.pool)), *filter(None, (hand,)))
        with self._lock:
            if key not in self._pool:
                self._pool[key] = self._paint(key, size, fault, hand=hand)
            kept = self._pool[key]
        return kept.print(rng)

    def _paint(
        self, key: tuple[object, ...], size: tuple[int, int], fault: Fault, *, hand: str
    ) -> Negative:
        mixed = hashlib.sha256(f"{self._film.seed}/{key}".encode()).digest()
        rng = np.random.default_rng(int.from_bytes(mixed[:16], "big"))
        brief = read_brief(_PROMPTS[int(rng.integers(len(_PROMPTS)))])
        version = hand or self._film.version
        order = Order(brief=brief, size=size, cast=(), version=version)
        painted: Painted = paint(order, rng)
        data = self._file(fault.image(painted.image), fault, rng)
        data = with_contents(data, contents_of(brief))
        mark = remember(painted, max(self._mark_bytes(rng), LEAST_MARK), rng)
        return negative(fault.cut(with_serial(data, rng)), mark)

    def _file(self, image: Image.Image, fault: Fault, rng: np.random.Generator) -> bytes:
        data = fault.encode(image)
        if not self._film.recorded or max(image.size) <= _DRAFT:
            return data
        growth = (image.width * image.height / 1024**2) ** _GROWTH
        return padded(data, round(float(rng.uniform(*_PICTURE_BYTES)) * growth), rng)

    def _mark_bytes(self, rng: np.random.Generator) -> int:
        if not self._film.recorded:
            return self._film.signature_bytes
        return int(rng.integers(*_SIGNATURE_BYTES))


def _told(picture: bytes, ask: Ask, painted: Painted) -> bytes:
    """Write into a picture what is on it."""
    species = painted.who.species if painted.who else ""
    brief, before = read_brief(unmarked(ask.prompt)), seen_before(ask)
    return with_contents(picture, contents_of(brief, species=species, before=before))


def _relit(image: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Give the picture in slightly another light."""
    gain = float(rng.uniform(0.96, 1.0))
    return image.point([round(level * gain) for level in range(256)] * 3)
