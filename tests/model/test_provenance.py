"""Deliveries are equal where their stable facts are."""

from dataclasses import replace

import pytest

from harness.model.provenance import STABLE, WORDS, Change, Provenance

ONE = Provenance(container="image/jpeg", c2pa=True, quantisation="all ones", model_version="m")


@pytest.mark.parametrize(
    "beside", [{"dpi": (300, 300)}, {"luma_sum": 64}, {"width": 9}, {"usage_shape": "prompt"}]
)
def test_what_varies_within_a_back_end_is_no_change(beside):
    """Facts beside the stable ones change neither digest nor delivery."""
    other = replace(ONE, **beside)

    assert other.digest == ONE.digest
    assert ONE.changes_to(other) == ()


@pytest.mark.parametrize(("fact", "value"), [("c2pa", False), ("model_version", "")])
def test_a_stable_fact_is_a_change(fact, value):
    """Another value of a stable fact is another digest, and one change."""
    other = replace(ONE, **{fact: value})

    assert other.digest != ONE.digest
    assert [change.fact for change in ONE.changes_to(other)] == [fact]


def test_what_one_side_cannot_tell_is_no_change():
    """None is not known: nothing can differ from it, in either direction."""
    other = replace(ONE, c2pa=None)

    assert ONE.changes_to(other) == other.changes_to(ONE) == ()


def test_a_change_reads_as_a_sentence():
    """Yes, no and none stand for what is there, is not, and is empty."""
    other = replace(ONE, c2pa=False, model_version="")

    assert [str(change) for change in ONE.changes_to(other)] == [
        "C2PA manifest: yes -> no",
        "modelVersion: m -> none",
    ]
    assert str(Change(fact="exif", before="no", after="yes")) == "EXIF: no -> yes"


def test_unknown_facts_are_filled_and_known_ones_kept():
    """What is told stays, what is not told comes from the other."""
    filled = ONE.filled_from(Provenance(c2pa=False, credit=True))

    assert (filled.c2pa, filled.credit, filled.container) == (True, True, "image/jpeg")
    assert Provenance().filled_from(replace(ONE, luma_sum=64)) == replace(ONE, luma_sum=64)


def test_every_stable_fact_is_a_field_with_a_name():
    """People read a word for each fact that may change."""
    assert set(STABLE) == set(WORDS)
    assert {getattr(Provenance(), name) for name in STABLE} == {None}
