"""Turns, parts and thoughts, as the page shows them."""

from dataclasses import replace

import pytest

from harness.model.blob import BlobRef
from harness.model.request import Part
from harness.model.suite import Turn

HOSTILE = "</details><script>alert(1)</script><img src=x onerror=alert(2)>"
SIGNATURE = BlobRef.of(b"a signature " * 100)


@pytest.fixture
def talk(workshop, parsed):
    """Show one variant's samples; give its drawer of parts."""

    def shown(variant, *samples):
        page = parsed(workshop.run(workshop.judged(variant, *samples, findings=())))
        return page.one("details", class_="talk")

    return shown


@pytest.fixture
def chat(workshop):
    """Give a variant of three turns, the first with two references."""
    first = Turn(prompt="A fox", references=(workshop.reference(90), workshop.reference(91)))
    return workshop.variant("hat", "", turns=(first, Turn(prompt="A hat"), Turn(prompt="Night")))


def order_of(reply):
    """Give the kinds of an answer's parts in order."""
    return [child.tag for child in reply.children if not isinstance(child, str)]


def test_text_and_pictures_stand_in_their_order(workshop, talk):
    """What came between two pictures is shown between them."""
    variant = workshop.variant()
    parts = (Part(text="First."), workshop.picture(1), Part(text="Then."), workshop.picture(2))
    sample = workshop.sample(variant, workshop.generation(1, parts=parts))

    reply = talk(variant, sample).one("div", class_="reply")

    assert order_of(reply) == ["p", "pre", "figure", "pre", "figure"]
    assert [pre.text for pre in reply.all("pre")] == ["First.", "Then."]
    assert [f.one("figcaption").text for f in reply.all("figure")] == [
        "picture 1 of 2", "picture 2 of 2",
    ]  # fmt: skip


def test_a_lone_picture_needs_no_drawer(workshop, parsed):
    """It stands above already; an empty text after it, as a stream ends, changes nothing."""
    variant = workshop.variant()
    parts = (workshop.picture(1), Part(text=""))
    sample = workshop.sample(variant, workshop.generation(1, parts=parts))

    page = parsed(workshop.run(workshop.judged(variant, sample, findings=())))

    assert page.all("details", class_="talk") == []


def test_turns_stand_in_order_with_what_was_asked_and_answered(workshop, talk, chat):
    """Each chain is told from its first turn to its last."""
    samples = [workshop.sample(chat, workshop.generation(t), turn=t) for t in range(3)]
    samples = [replace(s, prompt=chat.turns[s.key.turn].prompt) for s in samples]

    turns = talk(chat, *samples).all("div", class_="turn")

    asked = [turn.one("div", class_="ask").text for turn in turns]
    assert [text.split(" after")[0] for text in asked] == [
        "turn 1 of 3: asked, with 2 reference pictures A fox",
        "turn 2 of 3: asked A hat",
        "turn 3 of 3: asked Night",
    ]
    assert all(len(turn.one("div", class_="reply").all("img")) == 1 for turn in turns)


def test_it_is_told_how_the_history_grew(workshop, talk, chat):
    """Contents, pictures with references and thoughts, and signatures go along, and weigh."""
    parts = (
        Part(picture=workshop.picture(80).picture, thought=True),
        Part(text="Here.", signature=SIGNATURE),
        replace(workshop.picture(1), signature=SIGNATURE),
    )
    samples = [workshop.sample(chat, workshop.generation(t, parts=parts), turn=t) for t in range(3)]

    turns = talk(chat, *samples).all("div", class_="turn")

    grown = [[p.text for p in turn.all("p", class_="quiet")] for turn in turns]
    assert grown[0] == []
    assert grown[1][0].startswith("after 2 contents, 4 pictures, 2 signatures, ")
    assert grown[2][0].startswith("after 4 contents, 6 pictures, 4 signatures, ")


def test_each_turn_is_a_sample_of_its_own_chain(workshop, talk, chat):
    """Two samples are two chains, each with its own turns and nothing of the other's."""
    samples = [
        workshop.sample(chat, workshop.generation(10 * n + t), index=n, turn=t)
        for n in range(2)
        for t in range(2)
    ]

    chains = talk(chat, *samples).all("section", class_="chain")

    assert [chain.one("h5").text for chain in chains] == ["sample 1 of 1", "sample 2 of 2"]
    assert [len(chain.all("div", class_="turn")) for chain in chains] == [2, 2]


def test_thinking_stands_in_a_drawer_with_its_tokens(workshop, talk):
    """Interim text and pictures are counted, bear no status and are none of the answer."""
    variant = workshop.variant()
    interim = [replace(workshop.picture(n), thought=True) for n in (80, 81)]
    parts = (Part(text="A plan.", thought=True), *interim, workshop.picture(1))
    sample = workshop.sample(variant, workshop.generation(1, parts=parts))

    reply = talk(variant, sample).one("div", class_="reply")

    drawer = reply.one("details", class_="drawer")
    assert drawer.one("summary").text == (
        "Thinking: 2 interim pictures, 1 text, 140 tokens; no answer, not judged"
    )
    assert (len(drawer.all("img")), drawer.one("pre").text) == (2, "A plan.")
    assert drawer.all("b", class_="mark") == []
    assert "open" not in drawer.attributes
    assert len(reply.all("img")) == 3


def test_a_turn_without_an_answer_says_what_there_is_instead(workshop, talk, chat):
    """A conversation that ended in a refusal shows where."""
    refused = workshop.generation(2, parts=(), finish_reason="IMAGE_SAFETY")
    samples = [
        workshop.sample(chat, workshop.generation(1)),
        workshop.sample(chat, refused, turn=1),
        workshop.sample(chat, None, turn=2),
    ]

    turns = talk(chat, *samples).all("div", class_="turn")

    assert turns[1].one("p", class_="nothing").text == "refused: IMAGE_SAFETY"
    assert turns[2].one("p", class_="nothing").text == "not recorded (missing)"


def test_hostile_parts_are_text(workshop, talk):
    """Prompts, answers, thoughts and parts of unknown kinds bring no markup."""
    turns = (Turn(prompt=HOSTILE), Turn(prompt=HOSTILE))
    variant = workshop.variant("chat", "", turns=turns)
    parts = (Part(text=HOSTILE, thought=True), Part(text=HOSTILE), Part(other=HOSTILE))
    samples = [
        workshop.sample(variant, workshop.generation(t, parts=parts), turn=t) for t in range(2)
    ]

    drawer = talk(variant, *samples)

    assert drawer.all("script") == drawer.all("img") == []
    assert [pre.text for pre in drawer.all("pre")] == [HOSTILE] * 6
    assert "a part of an unknown kind" in drawer.text


def test_each_turn_has_a_sheet_of_its_own(workshop, parsed, chat):
    """Pictures of two turns are never read as one: a turn is a cell, decided on by itself."""
    samples = [
        workshop.sample(
            chat, workshop.generation(t, parts=(workshop.picture(1),) * 2), index=n, turn=t
        )
        for n in range(2)
        for t in range(2)
    ]

    page = parsed(workshop.run(workshop.judged(chat, *samples, findings=())))

    sheets = page.all("section", class_="of-cell")
    for number, sheet in enumerate(sheets, start=1):
        strip = sheet.one("div", class_="strips").one("div", class_="shots")
        labels = [caption.text for caption in strip.all("figcaption")]
        assert sheet.one("h5").text == f"turn {number} of 3"
        assert len(labels) == 4
        assert all(f"turn {number} of 3" in label for label in labels)
    assert len(sheets) == 2
