"""Say once what a page's data says often: prompts, names of pictures, parameters.

A value that occurs again stands in a table, and `{"$": n}` in its places; the script that
holds the data puts it back, so that no other script knows of it.
"""

import json
from collections import Counter
from json.encoder import encode_basestring

Json = object
"""A JSON value; no object in it may have the key `$`."""

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_WORTH = 16
"""Characters of JSON from which on a value is worth a place in the table."""
_PUT_BACK = (
    "(function(t,v){function b(v){"
    "if(Array.isArray(v))return v.map(b);"
    "if(v===null||typeof v!=='object')return v;"
    "if('$' in v)return t[v.$];"
    "var o={};for(var k in v)o[k]=b(v[k]);return o}"
    "return b(v)})"
)


def script(name: str, document: Json) -> bytes:
    """Give a classic script that sets `window.<name>`; nothing in it can end a script.

    `<` and the two line ends that JavaScript knows and JSON does not stand as escapes.
    """
    table, packed = pack(document)
    text = f"{_text(table)},{_text(packed)}"
    for sign in "<\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return f"window.{name}={_PUT_BACK}({text});\n".encode("utf-8", "backslashreplace")


def pack(document: Json) -> tuple[list[Json], Json]:
    """Give the table of what occurs again, and the document with references to it."""
    counts: Counter[str] = Counter()
    texts: dict[int, str] = {}
    _count(document, counts, texts)
    places: dict[str, int] = {}
    table: list[Json] = []

    def packed(value: Json) -> Json:
        if isinstance(value, str | list | dict):
            key = texts.get(id(value)) or _text(value)
            if counts[key] > 1 and len(key) >= _WORTH:
                if key not in places:
                    places[key] = len(table)
                    table.append(value)
                return {"$": places[key]}
        if isinstance(value, dict):
            return {name: packed(item) for name, item in value.items()}
        return [packed(item) for item in value] if isinstance(value, list) else value

    return table, packed(document)


def _count(value: Json, counts: Counter[str], texts: dict[int, str]) -> None:
    """Count each value; what is within one that occurs again counts with its first place.

    Args:
        value: Of the document.
        counts: How often each occurs, by its text.
        texts: Of lists and objects, by `id`: the document holds them all the while.
    """
    if isinstance(value, str):
        counts[_text(value)] += 1
    elif isinstance(value, list | dict):
        key = texts[id(value)] = _text(value)
        counts[key] += 1
        if counts[key] == 1:
            for item in value.values() if isinstance(value, dict) else value:
                _count(item, counts, texts)


def _text(value: Json) -> str:
    return encode_basestring(value) if isinstance(value, str) else _encode(value)
