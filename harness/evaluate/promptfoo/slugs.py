"""Make ids of a suite out of strangers' texts."""

import re
from collections.abc import Container

_LONGEST = 48


def slug(text: str, *, empty: str) -> str:
    """Give an id that reads like `text`; `empty` where nothing of it is left."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return "-".join(words)[:_LONGEST].strip("-") or empty


def free(name: str, taken: Container[str]) -> str:
    """Give `name`, or with a number behind it where it is taken."""
    number, found = 1, name
    while found in taken:
        number += 1
        found = f"{name}-{number}"
    return found
