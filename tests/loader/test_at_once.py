"""One round tells everything: what is wrong in one place hides nothing of another."""

from pathlib import Path

import pytest

from harness.errors import SuiteError
from harness.loader import load_suites

HEAD = """\
version: 1
suite: s
references: {mascot: references/mascot/*.png}
cases:
"""
CASES = """\
cases:
  - {id: a, prompt: x, aspect_ratio: 7:5}
  - {id: b, prompt: x, references: [nobody]}
  - {id: b, prompt: x, tools: [google_search, google_search]}
  - {id: c, prompt: x, matrix: {seed: [1, 2], exclude: [{seed: 3}], include: [{sed: 4}]}}
  - {id: d, prompt: x, checks: {answer_text: {contains: x, max_bad: 2 of 1}}}
  - {id: e, prompt: x, model: acme/painter-9}
"""
SAID = [
    'gemini-3-pro-image has no ratio "7:5"',
    'no reference set "nobody"',
    '"b" is taken by cases[1]',
    "an entry stands twice",
    'seed has no value "3"',
    "no such axis; did you mean",
    "2 of 1 is no share of samples",
    'model "acme/painter-9" is not in the catalogue',
]


@pytest.fixture
def heard(load):
    """Give the problems and the warnings of a wrong text, without their places."""

    def heard(text: str) -> list[str]:
        with pytest.raises(SuiteError) as caught:
            load(text)
        problems = [problem.message for problem in caught.value.problems]
        return [*problems, *(warning.split(": ", 2)[2] for warning in caught.value.warnings)]

    return heard


@pytest.mark.parametrize(
    "top",
    [
        "version: 2\nsuite: s",
        "version: 1\nsuite: No Name",
        "suite: s",
        "{version: 1, suite: s, colour: red",
        "version: 1\nsuite: s\ntitle: 5",
        "version: 1\nsuite: s\ntags: [a b]",
        "version: 1\nsuite: s\nchecks: {latency: {max_s: -1}}",
        "version: 1\nsuite: s\ndefaults: {samples: 0, checks: {cost: {max_usd: no}}}",
        "version: 1\nsuite: s\ndefaults: {colour: red}",
        "version: 1\nsuite: s\nreferences: {bad: 5}",
        "version: 1\nsuite: s\nreferences: {none: nowhere/*}",
    ],
    ids=[
        "version", "suite", "none", "unknown", "title", "tags", "checks", "defaults",
        "unknown default", "references", "pictures",
    ],
)  # fmt: skip
def test_what_is_wrong_above_hides_nothing_of_the_cases(heard, top):
    """Whichever key of the file is broken, the cases are checked whole."""
    top = top.replace("{version: 1, suite: s, colour: red", "version: 1\nsuite: s\ncolour: red")

    messages = heard(f"{top}\n{CASES}")

    assert [wanted for wanted in SAID if not any(wanted in said for said in messages)] == []
    assert len(messages) > len(SAID)


@pytest.mark.parametrize(
    "case",
    [
        "5",
        "{prompt: x}",
        "{id: z}",
        "{id: z, prompt: 5}",
        "{id: z, prompt: x, turns: [{prompt: y}]}",
        "{id: z, prompt: x, colour: red}",
        "{id: z, prompt: x, checks: {latency: {}}}",
        "{id: z, prompt: x, matrix: 5}",
        "{id: z, prompt: x, tags: {a: b}}",
    ],
)
def test_one_broken_case_hides_nothing_of_the_others(heard, case):
    """The sound ones are checked as if it were not there."""
    messages = heard(f"version: 1\nsuite: s\n{CASES}  - {case}\n")

    assert [wanted for wanted in SAID if not any(wanted in said for said in messages)] == []
    assert len(messages) == len(SAID) + 1


@pytest.mark.parametrize(
    "broken",
    [
        "samples: many",
        "colour: red",
        "tags: [a b]",
        "checks: {latency: {max_s: -1}}",
        "checks: {answer_text: {max_bad: 1}}",
        "thinking: {}",
        "modalities: [Text]",
        "seed: x",
        "was: A",
    ],
)
def test_one_broken_key_hides_nothing_of_its_case(heard, broken):
    """The rest of it does not depend on this key."""
    messages = heard(
        f"{HEAD}  - id: a\n    {broken}\n    prompt: '{{colr}}'\n    image_size: 8K\n"
        "    references: [mascot, nobody]\n    temperature: 1\n    tools: [foo]\n"
        "    matrix:\n      {colour: [red, blue], mood: [calm], exclude: [{colour: rad}]}\n"
    )

    assert sorted(said.split(";")[0] for said in messages[1:]) == sorted(
        [
            'gemini-3-pro-image has no size "8K"',
            'no reference set "nobody"',
            'must be "google_search", is "foo"',
            'colour has no value "rad"',
            "no prompt has {colour}, so it changes nothing",
            "no prompt has {mood}, so it changes nothing",
            "the provider deprecated temperature on 2026-07-21 "
            "(https://ai.google.dev/gemini-api/docs/changelog)",
        ]
    )


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        ("references: [mascot, 5, nobody]", ["must be a text", 'no reference set "nobody"']),
        ("turns: [5, {prompt: y, image_size: 8K}]", ["must be a mapping", 'no size "8K"']),
        (
            "turns: [{prompt: y, sed: 1, references: [nobody]}, {image_size: 8K}]",
            ["unknown key", 'no reference set "nobody"', "is missing", 'no size "8K"'],
        ),
        (
            "matrix: {seed: [1, x], image_size: [{id: a, image_size: 8K, sead: 1, samples: 0}]}",
            ["a whole number", "sead is no parameter", 'no size "8K"', "must be at least 1"],
        ),
        (
            "matrix: {seed: [1, 2], exclude: [5, {seed: 3}], include: [6, {image_size: 8K}]}",
            ["must be a mapping", 'no value "3"', "must be a mapping", 'no size "8K"'],
        ),
        (
            "matrix: {include: [{seed: x, image_size: 8K}, {foo: 1, bar: 2, image_size: 9K}]}",
            ["whole number", 'no size "8K"', "no such axis", "no such axis", 'no size "9K"'],
        ),
        (
            "matrix: {a b: [1], seed: 5, image_size: [8K], exclude: [{image_size: 1K}]}",
            ["no name of an axis", "must be a list", 'no size "8K"', 'no value "1K"'],
        ),
    ],
    ids=["list", "turn", "turns", "axis", "points", "several in a point", "axes"],
)
def test_what_is_sound_beside_a_broken_item_is_checked(heard, case, wanted):
    """In the same list, turn, axis or point."""
    prompt = "" if case.startswith("turns") else "prompt: x, "

    messages = heard(f"{HEAD}  - {{id: a, {prompt}{case}}}\n")

    assert len(messages) == len(wanted)
    assert all(part in said for part, said in zip(wanted, messages, strict=True))


def test_every_glob_is_looked_at_beside_a_broken_one(problems):
    """Pictures that are missing, and globs that lead outside."""
    found = problems(
        "version: 1\nsuite: s\nreferences: {a: [x.png, 5, ../y.png], 'b b': z.png, c: {d: 1}}\n"
        "cases: 5\n"
    )

    name = 'write letters, digits, "_" and "-", beginning with a letter or "_"'
    assert [message.split(": ", 2)[1:] for message in found] == [
        [
            "references.a[0]",
            'no file matches "x.png" below suites/; add the pictures or correct it',
        ],
        ["references.a[1]", "must be a text, is the number 5; put it in quotes"],
        ["references.a[2]", '"../y.png" leaves the suite\'s folder by ".."; move the pictures'],
        ["references.b b", f'"b b" does not fit; {name}'],
        ["references.b b", 'no file matches "z.png" below suites/; add the pictures or correct it'],
        [
            "references.c.files",
            'is missing; add "files": A glob, or several, of pictures below the suite.',
        ],
        ["references.c.d", "unknown key; known: files, kind"],
        ["cases", "must be a list, is the number 5; begin each case with a dash"],
    ]


@pytest.mark.parametrize(
    "text",
    [
        "model: 5\ncases: [{id: a, prompt: x, image_size: 512, aspect_ratio: 1:8}]",
        "defaults: 5\ncases: [{id: a, prompt: x, image_size: 512}]",
        "cases: [{id: a, prompt: x, model: [b], image_size: 512}]",
        "cases: [{id: a, prompt: x, image_size: 512, matrix: {model: [5]}}]",
        "cases: [{id: a, prompt: x, image_size: 512, matrix: 5}]",
        "references: 5\ncases: [{id: a, prompt: x, references: [b]}]",
        "cases: [{id: a, prompt: x, samples: x, checks: {answer_text: {contains: y, max_bad: 3}}}]",
        "cases: [{id: a, prompt: 5, matrix: {mood: [calm, wild]}}]",
        "cases: [{id: a, turns: [{prompt: '{mood}'}, 5], matrix: {tone: [x, y], mood: [x, y]}}]",
        "cases: [{id: a, turns: 5, matrix: {mood: [calm, wild]}}]",
        "cases: [{id: a, prompt: '{mood} {style}', matrix: {mood: 5, style: [ink]}}]",
        "cases: [{id: a, prompt: '{mood} {x}', matrix: {mood: [{id: y, x: [1]}]}}]",
        "cases: [{id: a, prompt: '{mood}', matrix: {mood: 5, exclude: [{mood: calm}]}}]",
        "cases: [{id: a, prompt: x, matrix: {a: 5, seed: [1], include: [{seed: 1}]}}]",
        "cases: [{id: a, prompt: x, aspect_ratio: 1:4, matrix: {exclude: [5], model: "
        "[gemini-3.1-flash-lite-image, gemini-3-pro-image]}}]",
    ],
)
def test_what_only_follows_from_a_broken_part_is_not_said(heard, text):
    """Nobody mends what would have been right."""
    assert len(heard(f"version: 1\nsuite: s\n{text}\n")) == 1


def test_a_suite_that_is_too_large_is_still_looked_at(heard):
    """What is said of its size comes once, beside everything else."""
    many = ", ".join(map(str, range(101)))
    axes = f"seed: [{many}], b: [{many}], exclude: [{{b: x}}]"
    messages = heard(
        f"{HEAD}  - {{id: a, prompt: x, matrix: {{{axes}}}}}\n"
        f"  - {{id: b, prompt: x, samples: 1000, matrix: {{seed: [{many}]}}}}\n"
        "  - {id: c, prompt: x, samples: 1000, image_size: 8K}\n"
        "  - {id: d, prompt: x, references: [nobody]}\n"
    )

    assert [said.split(";")[0] for said in messages] == [
        "10201 variants, at most 10000 in a case",
        'b has no value "x"',
        "more than 100000 samples in all",
        'gemini-3-pro-image has no size "8K"',
        'no reference set "nobody"',
        "no prompt has {b}, so it changes nothing",
    ]


def test_a_path_that_does_not_exist_hides_no_suite(folder):
    """Both are told in one round."""
    Path("suites/a.yaml").write_text("version: 2\nsuite: a\ncases: [{id: a, prompt: x}]\n")

    with pytest.raises(SuiteError) as caught:
        load_suites([Path("nope.yaml"), Path("suites")])

    assert [problem.file for problem in caught.value.problems] == ["nope.yaml", "suites/a.yaml"]


def test_equal_ids_of_suites_are_told_though_one_is_broken(folder):
    """Their recordings would lie in one folder all the same."""
    Path("suites/a.yaml").write_text("version: 1\nsuite: s\ncases: [{id: a, prompt: 5}]\n")
    Path("suites/b.yaml").write_text("version: 1\nsuite: s\ncases: [{id: a, prompt: x}]\n")

    with pytest.raises(SuiteError) as caught:
        load_suites([Path("suites")])

    assert [(problem.file, problem.path) for problem in caught.value.problems] == [
        ("suites/a.yaml", "cases[0].prompt"),
        ("suites/b.yaml", "suite"),
    ]


def test_suites_without_a_name_have_none_in_common(folder):
    """Each is told that it lacks one; nothing else follows."""
    for name in ("a", "b"):
        Path(f"suites/{name}.yaml").write_text("version: 1\nsuite:\ncases: [{id: a, prompt: x}]\n")

    with pytest.raises(SuiteError) as caught:
        load_suites([Path("suites/a.yaml"), Path("suites/b.yaml")])

    assert {problem.message for problem in caught.value.problems} == {
        "must be a text, is empty; correct it"
    }


def test_what_cannot_be_printed_is_in_no_problem(tmp_path):
    """A key of the file that a message names is shown without its unprintable characters."""
    path = tmp_path / "s.yaml"
    path.write_text(
        "version: 1\nsuite: s\ncases:\n  - id: one\n    prompt: x\n    matrix:\n"
        "      who: [{id: fox}]\n      \U00018d09on: [5]\n      exclude: [{action: 5}]\n",
        encoding="utf-8",
    )

    with pytest.raises(SuiteError) as caught:
        load_suites([path])

    assert "no such axis; known: who, ?on" in str(caught.value)
    assert all(str(problem).isprintable() for problem in caught.value.problems)
