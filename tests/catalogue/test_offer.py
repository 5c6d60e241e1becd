"""What the shipped catalogue says of models, pixels, tokens and ends of life."""

import datetime
import pickle

import pytest

from harness.catalogue import load_catalogue
from harness.errors import CatalogueError

# The table of https://ai.google.dev/gemini-api/docs/image-generation, written out a second time.
PRO_TABLE = """
1:1  1024x1024 2048x2048 4096x4096
2:3  848x1264  1696x2528 3392x5056
3:2  1264x848  2528x1696 5056x3392
3:4  896x1200  1792x2400 3584x4800
4:3  1200x896  2400x1792 4800x3584
4:5  928x1152  1856x2304 3712x4608
5:4  1152x928  2304x1856 4608x3712
9:16 768x1376  1536x2752 3072x5504
16:9 1376x768  2752x1536 5504x3072
21:9 1584x672  3168x1344 6336x2688
"""
PRO_ROWS = [line.split() for line in PRO_TABLE.strip().splitlines()]
PRO_IDS = ("gemini-3-pro-image", "gemini-3-pro-image-preview")
CATALOGUE = load_catalogue()
EVERY_ROW = [
    (model, ratio, size, sides)
    for model in CATALOGUE.models
    for (ratio, size), sides in model.pixels.items()
]


@pytest.mark.parametrize("model_id", PRO_IDS)
@pytest.mark.parametrize(("ratio", "one", "two", "four"), PRO_ROWS)
def test_every_ratio_and_size_of_pro_is_as_documented(model_id, ratio, one, two, four):
    """The data equal the documented table, also under the preview's name."""
    model = CATALOGUE.find(model_id)

    found = [model.pixels_of(aspect_ratio=ratio, image_size=size) for size in ("1K", "2K", "4K")]

    assert ["{}x{}".format(*sides) for sides in found if sides] == [one, two, four]


def test_pro_offers_exactly_the_documented_ratios_and_sizes():
    """Ten ratios and three sizes, and no pixels besides."""
    model = CATALOGUE.find("gemini-3-pro-image")

    assert set(model.ratios) == {row[0] for row in PRO_ROWS}
    assert model.sizes == ("1K", "2K", "4K")
    assert len(model.pixels) == 30


@pytest.mark.parametrize(("model", "ratio", "size", "sides"), EVERY_ROW)
def test_pixels_keep_their_ratio_within_8_percent(model, ratio, size, sides):
    """Width to height is what the ratio's name says."""
    wide, high = (int(part) for part in ratio.split(":"))

    assert abs(sides[0] / sides[1] / (wide / high) - 1) <= 0.08


@pytest.mark.parametrize(("model", "ratio", "size", "sides"), EVERY_ROW)
def test_pixels_keep_their_size_class(model, ratio, size, sides):
    """The area is that of the size's square, within 15 %."""
    edge = 512 if size == "512" else 1024 * int(size.removesuffix("K"))

    assert abs(sides[0] * sides[1] / edge**2 - 1) <= 0.15


def test_no_size_means_1k():
    """An absent size is looked up as 1K, for pixels and for tokens."""
    model = CATALOGUE.find("gemini-3-pro-image")

    assert model.pixels_of(aspect_ratio="16:9", image_size=None) == (1376, 768)
    assert model.tokens_of(None) == model.tokens_of("1K") == 1120


def test_no_ratio_brings_what_was_recorded_and_not_the_table():
    """Without a ratio Pro brings 1408x768 at 1K; at other sizes nobody has seen what comes."""
    model = CATALOGUE.find("gemini-3-pro-image")

    assert model.pixels_of(aspect_ratio=None, image_size=None) == (1408, 768)
    assert model.pixels_of(aspect_ratio=None, image_size="1K") == (1408, 768)
    assert model.pixels_of(aspect_ratio=None, image_size="4K") is None


@pytest.mark.parametrize(("ratio", "size"), [("8:1", "1K"), ("16:9", "512"), ("16:9", "1k")])
def test_what_pro_does_not_offer_has_no_pixels(ratio, size):
    """A ratio or size that only other models know is None, never a guess."""
    assert (
        CATALOGUE.find("gemini-3-pro-image").pixels_of(aspect_ratio=ratio, image_size=size) is None
    )


@pytest.mark.parametrize(
    ("model_id", "size", "tokens"),
    [
        ("gemini-3-pro-image", "2K", 1120),
        ("gemini-3-pro-image", "4K", 2000),
        ("gemini-3.1-flash-image", "512", 747),
        ("gemini-3.1-flash-image", "2K", 1680),
        ("gemini-3.1-flash-image", "4K", 2520),
        ("gemini-3.1-flash-lite-image", None, 1120),
        ("gemini-2.5-flash-image", None, 1290),
    ],
)
def test_tokens_of_a_picture(model_id, size, tokens):
    """Each model's picture costs the documented number of tokens."""
    assert CATALOGUE.find(model_id).tokens_of(size) == tokens


def test_tokens_that_no_source_tells_are_refused():
    """The error names the sizes that are known."""
    with pytest.raises(CatalogueError, match="sizes known: 1K"):
        CATALOGUE.find("gemini-nano-banana-2.1").tokens_of("4K")


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ("gemini-3-pro-imgae", "gemini-3-pro-image"),
        ("models/gemini-3-pro-image", "gemini-3-pro-image"),
        ("gemini-2.5-flash-image-preview", "gemini-2.5-flash-image"),
        ("nano-banana-2.1", "gemini-nano-banana-2.1"),
    ],
)
def test_an_unknown_model_is_answered_with_the_nearest(typed, nearest):
    """A slip of the pen is answered with the name that was meant."""
    with pytest.raises(CatalogueError, match=f'did you mean "{nearest}"'):
        CATALOGUE.find(typed)


def test_a_model_unlike_any_is_answered_with_all_that_are_known():
    """Where nothing is near, the list is shown."""
    assert CATALOGUE.get("zzz") is None
    with pytest.raises(CatalogueError, match="known: gemini-3-pro-image, "):
        CATALOGUE.find("zzz")


@pytest.mark.parametrize(
    ("model_id", "day", "words"),
    [
        ("gemini-3-pro-image", "2030-01-01", None),
        ("gemini-3-pro-image-preview", "2026-05-27", None),
        ("gemini-3-pro-image-preview", "2026-05-28", "is to be shut down on 2026-06-25"),
        ("gemini-3-pro-image-preview", "2026-06-24", "is to be shut down on 2026-06-25"),
        ("gemini-3-pro-image-preview", "2026-06-25", "was to be shut down on 2026-06-25"),
        ("gemini-2.5-flash-image", "2026-10-01", "is to be shut down on 2026-10-02"),
        ("gemini-2.5-flash-image", "2026-10-02", "was to be shut down on 2026-10-02"),
        ("gemini-3.1-flash-image", "2026-10-29", "was to be shut down on 2026-10-29"),
    ],
)
def test_the_end_of_a_model_is_told_from_its_deprecation_on(model_id, day, words):
    """Nothing before it, the announced day after it, another tense from that day on."""
    sentence = CATALOGUE.find(model_id).lifecycle(datetime.date.fromisoformat(day))

    assert (sentence is None) if words is None else (sentence is not None and words in sentence)


def test_the_sentence_names_the_replacement_and_spares_the_gateways():
    """An announcement of the official API says nothing of the resellers."""
    sentence = CATALOGUE.find("gemini-3-pro-image-preview").lifecycle(datetime.date(2026, 11, 23))

    assert sentence == (
        "gemini-3-pro-image-preview was to be shut down on 2026-06-25 on the official API "
        '(gateways may still sell the name); use "gemini-3-pro-image"'
    )


def test_an_alias_lends_figures_and_keeps_its_name_and_life():
    """Prices and pixels are the target's; id, dates and `alias_of` its own."""
    target, alias = (CATALOGUE.find(model_id) for model_id in PRO_IDS)

    assert alias.alias_of == target.id
    assert (alias.pixels, alias.prices) == (target.pixels, target.prices)
    assert alias.shutdown == datetime.date(2026, 6, 25)
    assert target.shutdown is None


def test_the_default_model_is_the_living_pro_and_stands_first():
    """Nobody is led to a retired name."""
    assert CATALOGUE.default_model == CATALOGUE.models[0].id == "gemini-3-pro-image"


@pytest.mark.parametrize("model", CATALOGUE.models, ids=lambda model: model.id)
def test_every_row_has_a_source_and_a_date(model):
    """Each row of the data says where it stands and when that was."""
    facts = {row.fact for row in model.provenance}

    assert all(row.source and datetime.date.fromisoformat(row.date) for row in model.provenance)
    assert all(price.source and price.date for price in model.prices)
    assert {"lifecycle", "offer", "references", "limits", "expected_text"} <= facts
    assert {f"pixels {ratio}" for ratio, _ in model.pixels} <= facts
    assert {f"tokens {size}" for size in model.tokens} <= facts
    assert {f"price {price.tier}" for price in model.prices} <= facts


@pytest.mark.parametrize("kind", ["developer", "vertex"])
def test_limits_of_each_kind_of_endpoint(kind):
    """Fourteen references of five formats, with a source."""
    limits = CATALOGUE.limits(kind)

    assert limits.references == 14
    assert limits.output_tokens == 32768
    assert {"image/png", "image/jpeg", "image/webp", "image/heic", "image/heif"} == set(
        limits.formats
    )
    assert limits.source
    assert datetime.date.fromisoformat(limits.date)


def test_an_unknown_kind_of_endpoint_is_refused():
    """The error names the kinds that are known."""
    with pytest.raises(CatalogueError, match="known: developer, vertex"):
        CATALOGUE.limits("gateway")


def test_models_travel_between_processes_and_serve_as_keys():
    """They can be pickled and hashed."""
    model = CATALOGUE.find("gemini-3-pro-image")

    assert pickle.loads(pickle.dumps(model)) == model
    assert {model: 1}[model] == 1


@pytest.mark.parametrize("name", ["gemini-3.1-flash-lite", "gemini-3.8-flash"])
def test_a_model_that_only_answers_says_so(name):
    """It has a price of text, and none of pictures, of which it offers no size."""
    model = CATALOGUE.find(name)

    assert model.only_answers
    assert model.price().image_out == 0
    assert not any(CATALOGUE.find(other).only_answers for other in PRO_IDS)
