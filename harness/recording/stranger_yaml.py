"""Read a stranger's YAML within bounds that PyYAML does not keep.

What it builds is vcrpy's own choice (plain values, no code). Before, its events are
looked at one by one, which costs no memory: nesting of some 100,000 levels ends the
process within libyaml, merge keys and hashed tuples of aliases unfold for ever.
"""

import yaml
from vcr.serializers import yamlserializer

MAX_LEVELS = 200
"""Mappings and sequences in each other; real recordings have 13."""

_TUPLE = "tag:yaml.org,2002:python/tuple"
_MERGE = "tag:yaml.org,2002:merge"
_Events = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def load(text: str) -> object:
    """Load one document.

    Raises:
        ValueError: it is deeper than is honest, or unfolds without bound.
        Exception: it is no YAML, or its tags do not fit; PyYAML raises what it likes.
    """
    _refuse_bombs(text)
    tree: object = yamlserializer.deserialize(text)
    return tree


def _refuse_bombs(text: str) -> None:
    tags: list[str | None] = []
    for event in yaml.parse(text, Loader=_Events):
        match event:
            case yaml.CollectionStartEvent():
                tags.append(event.tag)
                if len(tags) > MAX_LEVELS:
                    raise ValueError(f"nests more than {MAX_LEVELS} levels deep")
            case yaml.CollectionEndEvent():
                tags.pop()
            case yaml.AliasEvent() if _TUPLE in tags:
                raise ValueError("an alias within a tuple, which is not read")
            case yaml.ScalarEvent() if _merges(event):
                raise ValueError("a merge key (<<), which is not read")


def _merges(event: yaml.ScalarEvent) -> bool:
    plain = bool(event.implicit[0]) and event.value == "<<"
    return plain or event.tag == _MERGE
