"""Say where a run can be seen by who reads of it elsewhere: pictures by address, the report."""

from collections.abc import Callable
from dataclasses import dataclass


def _nowhere(_sha256: str) -> str:
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where what a text speaks of can be seen.

    Attributes:
        picture: Gives the address of a picture by its sha256; empty where nobody can see it.
        job: The page of the CI job that keeps the report; empty for none.
        report: The report's page, as it is called where it lies.
    """

    picture: Callable[[str], str] = _nowhere
    job: str = ""
    report: str = "index.html"


NOWHERE = Elsewhere()
"""For a text that stands alone."""
