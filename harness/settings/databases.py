"""Say which database a history goes to, so that its password is shown nowhere."""

import re
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

_URL = re.compile(r"[a-z][a-z0-9+_]*://\S*", re.IGNORECASE)
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*@")
_OPTIONS = re.compile(r"\?.*")


@dataclass(frozen=True, slots=True)
class Database:
    """A URL of SQLAlchemy, which may hold a password.

    Attributes:
        url: Whole, for who connects.
    """

    url: str = field(repr=False)

    def __str__(self) -> str:
        """Give it for people: no password, no options."""
        return _OPTIONS.sub("", _PASSWORD.sub(r"\1:***@", self.url))

    @property
    def has_password(self) -> bool:
        """Tell whether a password stands in it, or an option that may be one."""
        return bool(_PASSWORD.search(self.url)) or "password" in self.url.lower()


def _database(value: Any) -> Any:  # noqa: ANN401  # not validated yet
    """Read a URL.

    Raises:
        ValueError: it is none; never repeats it.
    """
    if value is None or isinstance(value, Database):
        return value
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise ValueError(
            "is not the URL of a database; write e.g. sqlite:///history.db or "
            "postgresql://user@host/name"
        )
    return Database(value)


History = Annotated[Database, BeforeValidator(_database), PlainSerializer(str)]
"""A setting that is a database."""
