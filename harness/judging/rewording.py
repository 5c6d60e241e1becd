"""Say what a question's new wording changed: words, parameters, references."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import SequenceMatcher

from harness.model.reference import Reference
from harness.model.regression import Setting, Words
from harness.model.request import Parameters
from harness.model.suite import Turn

LONGEST = 2_000
"""Words of a prompt up to which they are aligned; a longer one is shown as it was and is."""

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")


def rewording(old: str, new: str) -> tuple[Words, ...]:
    """Align two prompts word by word; empty where they are alike.

    What is gone stands before what is new in its place. Joined, the kept and the gone words
    are the older prompt, the kept and the new ones the new prompt.
    """
    if old == new:
        return ()
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if max(len(before), len(after)) > LONGEST:
        return (Words(kind="gone", text=old), Words(kind="new", text=new))
    return tuple(_aligned(before, after))


def _aligned(before: list[str], after: list[str]) -> Iterator[Words]:
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Words(kind="kept", text="".join(before[i1:i2]))
            continue
        if i2 > i1:
            yield Words(kind="gone", text="".join(before[i1:i2]))
        if j2 > j1:
            yield Words(kind="new", text="".join(after[j1:j2]))


def settings_changed(old: Turn, new: Turn) -> tuple[Setting, ...]:
    """Name the parameters and references that differ, as a suite spells them."""
    return (*_parameters(old.parameters, new.parameters), *_references(old, new))


def _parameters(old: Parameters, new: Parameters) -> Iterator[Setting]:
    for field in fields(Parameters):
        before, after = _told(getattr(old, field.name)), _told(getattr(new, field.name))
        if before != after:
            yield Setting(name=field.name, old=before, new=after)


def _told(value: object) -> str:
    """Tell a parameter's value; what is not set is empty, a setting that is off says so."""
    if value is None or value in ((), {}):
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {of}" for key, of in sorted(value.items()))
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)


def _references(old: Turn, new: Turn) -> Iterator[Setting]:
    names = {r.blob.sha256: r.path for r in (*old.references, *new.references) if r.path}
    before, after = ([r.blob.sha256 for r in turn.references] for turn in (old, new))
    if before != after:
        yield Setting(
            name="references",
            old=_listed(old.references, names),
            new=_listed(new.references, names),
        )
    if before and after and old.references_first != new.references_first:
        told = {True: "before the prompt", False: "after the prompt"}
        yield Setting(
            name="references stand", old=told[old.references_first], new=told[new.references_first]
        )


def _listed(references: tuple[Reference, ...], names: Mapping[str, str]) -> str:
    """Name pictures by their files, those that are gone from the suite by their digests."""
    return ", ".join(names.get(r.blob.sha256, f"picture {r.blob.sha256[:8]}") for r in references)
