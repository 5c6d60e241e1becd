"""Name a place in a document: the keys and indices that lead to it."""

Path = tuple[str | int, ...]


def path_text(path: Path) -> str:
    """Write `path` for people, e.g. `cases[1].matrix.image_size[0]`."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{_short(step)}" for step in path)
    return "".join(steps).removeprefix(".")


def quoted(text: object, *, most: int = 60) -> str:
    """Quote a text of the file for a message: printable, and at most `most` characters."""
    return f'"{_short(str(text), most=most)}"'


def printable(text: str) -> str:
    """Stand a question mark for every character that cannot be printed."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _short(text: str, *, most: int = 60) -> str:
    tidy = printable(text[: most + 1])
    return tidy if len(tidy) <= most else f"{tidy[: most - 3]}..."
