"""Give a list out in pages, as the service does: `pageSize`, `pageToken`, `nextPageToken`."""

from collections.abc import Sequence

from starlette.datastructures import QueryParams

from harness.simulator.refusal import Refusal


def page(
    name: str, items: Sequence[dict[str, object]], query: QueryParams, *, usual: int, most: int
) -> dict[str, object]:
    """Make the page that the query asks for; an empty list has no field of its own.

    Raises:
        Refusal: the size or the token is none.
    """
    size = min(_number(query.get("pageSize", query.get("page_size", "")), usual), most)
    at = _number(query.get("pageToken", query.get("page_token", "")), 0)
    shown: dict[str, object] = {}
    if items[at : at + size]:
        shown[name] = list(items[at : at + size])
    if at + size < len(items):
        shown["nextPageToken"] = str(at + size)
    return shown


def _number(text: str, usual: int) -> int:
    if not text or text == "0":
        return usual
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refusal("page_size and page_token must be what the service gave out.")
    return int(text)
