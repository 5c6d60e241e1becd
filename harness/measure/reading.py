"""Read the text in a picture by OCR: Tesseract of the system, through pytesseract.

As MEASURES section 5 has it: `--psm 11` (sparse text, in no order), the picture at twice its
size, once as it is and once inverted. On plain ground, letters of 22 to 40 px, 20 of 20 correct
titles were read and 19 of 20 misspelt ones flagged; on photographic ground 60 % of correct
text is misread. So it is for titles and posters.
"""

import subprocess
from dataclasses import dataclass, replace
from types import ModuleType

from PIL import Image, ImageOps

from harness.errors import ImageError
from harness.measure.pixels import open_image
from harness.model.blob import BlobRef
from harness.model.features import Reading

TIMEOUT_S = 60
"""Seconds for one pass; a picture of 1K takes about two."""

ANSWER_S = 10
"""Seconds for its version; it takes some .02."""

LONGEST_TEXT = 10_000
"""Characters that are kept of one pass; a page of a book has 3,000."""

_TWICE, _LONGEST = 2, 2816  # pixels: twice the longest side of a 1K picture, 1408
_CONFIG = "--psm 11"
_UNREAD = "text in pictures cannot be read"
_LOOK = "look at what `tesseract --version` says"
_INSTALL = "apt-get install tesseract-ocr (macOS: brew install tesseract)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Tesseract for one language, or why it cannot be had.

    Attributes:
        language: Its word for it, e.g. `"eng"`, or several: `"eng+deu"`.
        version: Engine, language and passes, as the key of a memo; empty where unavailable.
        unavailable: What is missing, and how to install it; empty where nothing is.
    """

    language: str
    version: str = ""
    unavailable: str = ""


def reader(language: str) -> Reader:
    """Look for pytesseract, for Tesseract, and for the data of the language."""
    try:
        version, known = _engine()
    except _Absent as error:
        return Reader(language=language, unavailable=f"{_UNREAD}: {error}")
    absent = [name for name in language.split("+") if name not in known]
    if absent:
        return Reader(language=language, unavailable=f"{_UNREAD}: {_no_data(absent[0], known)}")
    return Reader(language=language, version=f"reading/1 tesseract {version} {language} {_CONFIG}")


class _Absent(Exception):
    """Something is not installed; the message says what, and how to install it."""


def _engine() -> tuple[str, list[str]]:
    """Give Tesseract's version and the languages that it has data for."""
    try:
        import pytesseract  # late: an extra
    except ImportError:
        raise _Absent(
            "the package pytesseract is not here; "
            "install it: pip install 'gemini-image-harness[ocr]'"
        ) from None
    try:
        for word in ("--version", "--list-langs"):
            _probe(pytesseract.pytesseract.tesseract_cmd, word)
        return str(pytesseract.get_tesseract_version()), pytesseract.get_languages()
    except subprocess.TimeoutExpired:
        raise _Absent(f"this Tesseract does not answer within {ANSWER_S} s; {_LOOK}") from None
    except subprocess.CalledProcessError as error:
        raise _Absent(f"this Tesseract fails (exit code {error.returncode}); {_LOOK}") from error
    except (pytesseract.TesseractNotFoundError, OSError):
        raise _Absent(f"Tesseract is not on this machine; install it: {_INSTALL}") from None
    except (SystemExit, RuntimeError, ValueError) as error:
        raise _Absent(f"this Tesseract cannot be used ({error}); install 5: {_INSTALL}") from error


def _probe(command: str, word: str) -> None:
    """Ask Tesseract, in time, what pytesseract then asks for as long as it takes.

    No pipe is kept: what a wrapper leaves behind would hold it open.

    Raises:
        TimeoutExpired: it says nothing.
        OSError: it is not here.
    """
    nothing = subprocess.DEVNULL
    asked = [command, word]
    subprocess.run(
        asked, stdin=nothing, stdout=nothing, stderr=nothing, timeout=ANSWER_S, check=False
    )


def _no_data(name: str, known: list[str]) -> str:
    here = ", ".join(sorted(known)) or "none"
    return (
        f"Tesseract has no data for {name[:40]!r} (here: {here}); "
        "install it, for German e.g.: apt-get install tesseract-ocr-deu"
    )


def read(data: bytes, *, by: Reader) -> Reading:
    """Read a picture; a broken one, and one that takes too long, is described, never raised.

    Args:
        data: Bytes of the picture.
        by: Who reads; where it is unavailable, so is the reading.
    """
    reading = Reading(sha256=BlobRef.of(data).sha256, language=by.language, version=by.version)
    if by.unavailable:
        return replace(reading, unmeasurable=by.unavailable)
    import pytesseract  # late: an extra

    try:
        grey = _enlarged(open_image(data, keep_long=_LONGEST)).convert("L")
        passes = (grey, ImageOps.invert(grey))
        return replace(reading, lines=tuple(_text(image, by, pytesseract) for image in passes))
    except ImageError as error:
        return replace(reading, unmeasurable=str(error))
    except (RuntimeError, OSError, ValueError) as error:  # Tesseract's own, and its time limit
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        return replace(reading, unmeasurable=f"Tesseract gave up: {reason}")


def _enlarged(image: Image.Image) -> Image.Image:
    """Bring to twice the size, at most 2816 px: larger pictures have larger letters."""
    scale = min(_TWICE, _LONGEST / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC)


def _text(image: Image.Image, by: Reader, tesseract: ModuleType) -> str:
    found = tesseract.image_to_string(image, lang=by.language, config=_CONFIG, timeout=TIMEOUT_S)
    return " ".join(str(found).split())[:LONGEST_TEXT]
