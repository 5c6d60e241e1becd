"""Take pictures and signatures out of an answer: base64, or what stands for a kept blob."""

import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pybase64

from harness.errors import MalformedAnswer
from harness.model.blob import BlobRef
from harness.store.blobs import ReadBlob

KeepBlob = Callable[[bytes], BlobRef]

_URL_SAFE = str.maketrans("-_", "+/")


def _absent(ref: BlobRef) -> bytes:
    raise MalformedAnswer(f"nobody can read {ref.name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """Where the bytes of one answer go.

    Attributes:
        keep: Keeps a picture's bytes, and a signature's unless the next one is given.
        keep_signature: Keeps a signature's bytes.
        references: Texts of this answer that stand for blobs which are kept already: a
            thin replay has some, and says so beside the body, never in it.
        read: Gives such a blob's bytes.
    """

    keep: KeepBlob
    keep_signature: KeepBlob | None = None
    references: Mapping[str, BlobRef] = field(default_factory=dict)
    read: ReadBlob = _absent

    def picture(self, text: str) -> BlobRef:
        """Give the picture that a text is or stands for.

        Raises:
            MalformedAnswer: it is neither base64 nor stands for one.
        """
        return self._taken(text, self.keep)

    def signature(self, text: str) -> BlobRef:
        """Give the thought signature that a text is or stands for; errors as `picture`."""
        return self._taken(text, self.keep_signature or self.keep)

    def _taken(self, text: str, keep: KeepBlob) -> BlobRef:
        known = self.references.get(text)
        return keep(decode_base64(text)) if known is None else known

    def spelt(self, text: str) -> str:
        """Give a text that is passed on as it is, with base64 where something stands for it."""
        for token, ref in self.references.items():
            if token in text:
                text = text.replace(token, pybase64.b64encode_as_string(self.read(ref)))
        return text


def decode_base64(text: str) -> bytes:
    """Decode standard or URL-safe base64, padded or not.

    Raises:
        MalformedAnswer: it is neither.
    """
    plain = text.translate(_URL_SAFE) if "-" in text or "_" in text else text
    plain = plain.rstrip("=")
    try:
        return pybase64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedAnswer(f"a picture is no base64 ({error}): {text[:40]!r}") from error
