"""The distractors that ship: a handful, small, painted, and saying so in their bytes."""

from itertools import combinations

from harness.measure.distractors import distractors
from harness.measure.embedders import embedded, load_embedder
from harness.measure.measures import measure


def test_they_are_small_marked_and_readable():
    """Six to eight of at most 25 KB and 384 px, each with the simulator's mark."""
    found = [measure(path.read_bytes()) for path in distractors()]

    assert 6 <= len(found) <= 8
    assert all(m.size <= 25_000 and max(m.width, m.height) == 384 for m in found)
    assert all(m.markings.simulated and not m.unmeasurable for m in found)


def test_they_differ_in_look():
    """A control of one look twelve times over would be none."""
    look = load_embedder("look", models={})
    vectors = [embedded(look, path.read_bytes()) for path in distractors()]

    assert min(look.distance(a, b) for a, b in combinations(vectors, 2)) > 0.3
