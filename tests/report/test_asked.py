"""What was asked, as the page shows it."""

from dataclasses import fields, replace

import pytest

from harness.model.blob import BlobRef
from harness.model.reference import Reference
from harness.model.request import Parameters
from harness.model.suite import Turn
from harness.report.asked import parameters, told

SAID = "a value that stands out"
HOSTILE = "</pre><script>alert(1)</script>"


def value_of(field):
    """Give a value of a field's kind that can be found on a page."""
    kinds = {"str": SAID, "int": 424_242, "float": 0.4242, "bool": True}
    plain = next((kinds[name] for name in kinds if str(field.type).startswith(name)), None)
    if plain is not None:
        return plain
    return (SAID,) if "tuple" in str(field.type) else {"HARM": SAID}


@pytest.mark.parametrize("field", fields(Parameters), ids=lambda field: field.name)
def test_every_parameter_that_is_set_is_shown(workshop, parsed, field):
    """No field of the parameters is left out, also none that is added later."""
    turn = Turn(prompt="A fox", parameters=Parameters(**{field.name: value_of(field)}))
    variant = workshop.variant(turns=(turn,))
    sample = workshop.sample(variant, workshop.generation(1))

    page = parsed(workshop.run(workshop.judged(variant, sample, findings=())))

    asked = next(d for d in page.all("details") if d.text.startswith("Asked"))
    assert told(value_of(field)) in asked.text


def test_what_is_not_set_is_left_to_the_model():
    """Of a request without parameters, size, ratio and kind of answer are the model's choice."""
    facts = {f.name: f.value for f in parameters(Parameters(modalities=()))}

    assert facts == dict.fromkeys(("size", "ratio", "answers as"), "left to the model")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, ""),
        (False, "false"),
        (0, "0"),
        (("TEXT", "IMAGE"), "TEXT, IMAGE"),
        ({"HATE": "BLOCK_NONE", "deep": {"k": 1}}, 'HATE: BLOCK_NONE, deep: {"k": 1}'),
        ((("HATE", "BLOCK_NONE"), ("SPAM", "OFF")), "HATE: BLOCK_NONE, SPAM: OFF"),
        ((Turn(prompt="a"),), "a"),
    ],
    ids=["none", "false", "zero", "tuple", "mapping", "pairs", "value objects"],
)
def test_a_value_of_any_form_is_told(value, words):
    """Words, numbers, lists, mappings and value objects are all put into words."""
    assert told(value).startswith(words)
    assert bool(told(value)) is bool(words)


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_references_stand_in_the_order_sent(workshop, parsed, first):
    """Every one bears its place, name and type, and it is said where they stand."""
    references = tuple(workshop.reference(n) for n in (92, 90, 91))
    turn = Turn(prompt="A fox", references=references, references_first=first)
    variant = workshop.variant(turns=(turn,))
    sample = workshop.sample(variant, workshop.generation(1))

    page = parsed(workshop.run(workshop.judged(variant, sample, findings=())))

    shown = page.one("div", class_="references").all("figure")
    assert [figure.one("figcaption").text for figure in shown] == [
        "1 of 3: mascot/92.jpg", "2 of 3: mascot/90.jpg", "3 of 3: mascot/91.jpg",
    ]  # fmt: skip
    assert all("JPEG" in figure.one("p").text for figure in shown)
    where = "before" if first else "after"
    assert f"3 references, sent in this order {where} the prompt" in page.text


def test_a_heic_reference_is_a_labelled_placeholder(workshop, parsed):
    """What no small copy can be made of keeps its place, name and type, and says why."""
    data = b"\0\0\0\x18ftypheic" + b"\0" * 40
    workshop.blob(data)
    heic = Reference(
        path="people/ada.heic", blob=BlobRef.of(data), mime_type="image/heic", kind="person"
    )
    variant = workshop.variant(references=(workshop.reference(90), heic))
    sample = workshop.sample(variant, workshop.generation(1))

    page = parsed(workshop.run(workshop.judged(variant, sample, findings=())))

    figure = page.one("div", class_="references").all("figure")[1]
    assert figure.one("figcaption").text == "2 of 2: people/ada.heic"
    assert "no small copy of it can be made" in figure.one("div", class_="nopicture").text
    assert figure.one("p").text == "person HEIC"


def test_a_system_instruction_stands_whole_and_inert(workshop, parsed):
    """It is text like a prompt: long, of several lines, and maybe a stranger's."""
    variant = workshop.variant()
    said = f"Keep it plain.\n{HOSTILE}\n" + "x" * 3000
    asked = Parameters(system_instruction=said, safety_settings={HOSTILE: HOSTILE})
    variant = replace(variant, turns=(replace(variant.turns[0], parameters=asked),))
    sample = workshop.sample(variant, workshop.generation(1))

    page = parsed(workshop.run(workshop.judged(variant, sample, findings=())))

    assert [pre.text for pre in page.all("pre")][1] == " ".join(said.split())
    assert page.all("script") == []


def test_a_turn_that_asks_the_same_says_so_once(workshop, parsed):
    """Parameters are told again where a turn changes them, and not where it does not."""
    plain, large = Parameters(image_size="1K", seed=7), Parameters(image_size="4K", seed=7)
    turns = [Turn(prompt="A fox", parameters=asked) for asked in (plain, plain, large)]
    variant = workshop.variant("hat", "", turns=tuple(turns))
    sample = workshop.sample(variant, workshop.generation(1))

    page = parsed(workshop.run(workshop.judged(variant, sample, findings=())))

    asked = next(d for d in page.all("details") if d.text.startswith("Asked"))
    assert [part.count("seed 7") for part in asked.text.split("prompt, turn ")[1:]] == [1, 0, 1]
    assert asked.text.count("all parameters as in the turn before") == 1
