"""Say what a reference picture of a suite is."""

from dataclasses import dataclass

from harness.model.blob import BlobRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A reference picture of a suite, sent as its own bytes.

    Attributes:
        path: Where it lies, relative to the suite's folder, with forward slashes.
        blob: Its bytes' name.
        mime_type: Its type by its bytes.
        kind: `"object"` or `"person"`, of which a model keeps so many; empty where nobody said.
    """

    path: str
    blob: BlobRef
    mime_type: str
    kind: str = ""
