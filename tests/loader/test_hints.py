"""Names that are not known, and what was meant by them."""

from time import perf_counter

from harness.loader.hints import did_you_mean, nearest

MANY = [f"name-{index:05}" for index in range(10_000)]


def test_a_likely_name_is_given():
    """A letter too few, other capitals, another word for the same."""
    assert nearest("sampels", ["samples", "seed"]) == "samples"
    assert nearest("Samples", ["samples", "seed"]) == "samples"
    assert nearest("ratio", ["aspect_ratio"]) == "aspect_ratio"
    assert nearest("owl", ["samples", "seed"]) is None


def test_ten_thousand_guesses_among_as_many_names_take_no_time():
    """A suite may name as many that are not there; a hundred stand for them here."""
    start = perf_counter()
    for index in range(100):
        assert "did you mean" not in did_you_mean(f"nome-{index:05}", MANY)

    assert perf_counter() - start < 2
