"""What a suite writes of opinion checks is what is held against its pictures."""

import pytest

from harness.model.checks import (
    ASK_MODEL,
    Ask,
    Checks,
    Custom,
    EditLimits,
    PictureText,
    Question,
    Rate,
    Region,
)
from harness.model.verdict import Status

HEAD = """\
version: 1
suite: s
references: {mascot: references/mascot/*.png, owl: references/owl/*, crowd: references/crowd/*}
"""
ONE = HEAD + "cases:\n  - id: one\n    prompt: x\n    samples: 8\n"
NONE = Rate(bad=0, of=8)


@pytest.fixture
def checks(load, folder):
    """Give the checks of a case's turns, by what stands under `checks` and beside it."""
    (folder / "suites" / "checks.py").write_text("")

    def checks(written: str, *, more: str = "") -> list[Checks]:
        text = f"{ONE}    references: [mascot, owl]\n    checks: {{{written}}}\n{more}"
        return [turn.checks for turn in load(text).variants[0].turns]

    return checks


@pytest.fixture
def said(problems, folder):
    """Give what is wrong with checks of a case without references, from its path on."""
    (folder / "suites" / "checks.py").write_text("")

    def said(written: str, *, more: str = "") -> list[str]:
        found = problems(f"{ONE}    checks: {{{written}}}\n{more}")
        return [line.partition("cases[0].")[2] for line in found]

    return said


def test_consistency_takes_the_references_that_are_sent(checks):
    """The character is named by their sets, and known by their bytes."""
    (found,) = checks("consistency: {max_bad: 1 of 8}")

    (look,) = found.consistency
    assert (look.name, look.measure, look.level) == ("mascot+owl", "look", Status.FAIL)
    assert [reference.path for reference in look.references] == [
        "references/mascot/00.png",
        "references/mascot/01.png",
        "references/owl/00.jpg",
    ]
    assert look.max_bad == Rate(bad=1, of=8)
    assert len(look.character) == 3


def test_consistency_takes_the_sets_that_it_names(checks):
    """Several characters are a list; a set need not be sent to be held to."""
    (found,) = checks(
        "consistency: [{references: crowd, measure: dino, level: warn}, {references: [owl]}]"
    )

    crowd, owl = found.consistency
    assert (crowd.name, crowd.measure, crowd.level) == ("crowd", "dino", Status.WARN)
    assert (len(crowd.references), crowd.max_bad) == (15, NONE)
    assert (owl.name, owl.level) == ("owl", Status.FAIL)


def test_a_later_turn_is_consistent_with_what_was_sent_before(load):
    """A conversation's references are those up to the turn, each once."""
    text = HEAD + (
        "checks: {consistency: {max_bad: 2}}\ncases:\n  - id: one\n    references: [mascot]\n"
        "    samples: 4\n    turns: [{prompt: x}, {prompt: y}, "
        "{prompt: z, references: [owl, mascot]}]\n"
    )

    first, second, third = (turn.checks for turn in load(text).variants[0].turns)

    assert [c.name for c in first.consistency] == ["mascot"]
    assert [c.name for c in second.consistency] == ["mascot"]
    assert [c.name for c in third.consistency] == ["mascot+owl"]
    assert len(third.consistency[0].references) == 3
    assert first.consistency[0].max_bad == Rate(bad=2, of=4)


def test_an_edit_has_limits_and_regions(load):
    """Whole numbers are fractions, too: 0 and 1 are the picture's borders."""
    written = (
        "{changed_share_max: 0.25, expect: local, must_change: [[0, 0, 0.5, 1]], "
        "must_keep: [[0.5, 0, 1, 1], [0.1, 0.2, 0.3, 0.4]], max_bad: 1 of 8, level: warn}"
    )
    text = HEAD + (
        "cases:\n  - id: one\n    turns:\n      - {prompt: a}\n"
        f"      - {{prompt: b, checks: {{edit: {written}}}}}\n"
    )

    first, second = (turn.checks for turn in load(text).variants[0].turns)

    assert first.edit is None
    assert second.edit == EditLimits(
        changed_share_max=0.25,
        expect="local",
        must_change=(Region(left=0, top=0, right=0.5, bottom=1),),
        must_keep=(
            Region(left=0.5, top=0, right=1, bottom=1),
            Region(left=0.1, top=0.2, right=0.3, bottom=0.4),
        ),
        max_bad=Rate(bad=1, of=8),
        level=Status.WARN,
    )


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("text: OPEN LATE", PictureText(contains=("OPEN LATE",), max_bad=NONE)),
        ("text: [OPEN, LATE]", PictureText(contains=("OPEN", "LATE"), max_bad=NONE)),
        (
            "text: {contains: OPEN, error_max: 0, language: eng+deu, max_bad: 8, level: fail}",
            PictureText(
                contains=("OPEN",),
                error_max=0.0,
                language="eng+deu",
                max_bad=Rate(bad=8, of=8),
                level=Status.FAIL,
            ),
        ),
    ],
    ids=["a text", "a list", "a mapping"],
)
def test_text_is_a_text_a_list_or_a_mapping(checks, written, text):
    """It warns unless asked otherwise."""
    (found,) = checks(written)

    assert found.text == text


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        (
            "ask: Is it red?",
            Ask(model=ASK_MODEL, questions=(Question(text="Is it red?"),), max_bad=NONE),
        ),
        (
            "ask: [Is it red?, {question: Two cars?, expect: no}, {question: How, at_least: 0}]",
            Ask(
                model=ASK_MODEL,
                questions=(
                    Question(text="Is it red?"),
                    Question(text="Two cars?", expect="no"),
                    Question(text="How", at_least=0),
                ),
                max_bad=NONE,
            ),
        ),
        (
            "ask: {model: gemini-x, endpoint: judge, questions: Is it?, max_bad: 1, level: fail}",
            Ask(
                model="gemini-x",
                endpoint="judge",
                questions=(Question(text="Is it?"),),
                max_bad=Rate(bad=1, of=8),
                level=Status.FAIL,
            ),
        ),
    ],
    ids=["a text", "a list", "a mapping"],
)  # fmt: skip
def test_questions_are_a_text_a_list_or_a_mapping(checks, written, asked):
    """A text expects yes; YAML 1.2's yes and no are texts."""
    (found,) = checks(written)

    assert found.ask == asked


@pytest.mark.parametrize(
    ("written", "custom"),
    [
        ("custom: palette", [Custom(name="palette", max_bad=NONE)]),
        ("custom: [palette]", [Custom(name="palette", max_bad=NONE)]),
        ('custom: ["checks.py:is_round"]', [Custom(name="checks.py:is_round", max_bad=NONE)]),
        (
            "custom: {palette: null, checks.py:is_round: {max_bad: 1 of 8, least: [0.5, é]}}",
            [
                Custom(name="palette", max_bad=NONE),
                Custom(
                    name="checks.py:is_round",
                    options='{"least": [0.5, "é"]}',
                    max_bad=Rate(bad=1, of=8),
                ),
            ],
        ),
    ],
    ids=["a text", "a list", "a file", "a mapping"],
)
def test_checks_of_the_suites_own_are_names_or_a_mapping(checks, written, custom):
    """Options go to them as JSON; `max_bad` is the rate."""
    (found,) = checks(written)

    assert list(found.custom) == custom


def test_a_file_of_code_is_looked_for_and_never_run(checks, folder):
    """To load a suite from strangers runs nothing of it."""
    (folder / "suites" / "evil.py").write_text("open('ran', 'w')\nraise SystemExit(3)\n")

    (found,) = checks("custom: [evil.py:f]")

    assert found.custom[0].is_file
    assert not (folder / "ran").exists()


def test_a_check_that_is_not_installed_is_warned_about(load):
    """It may be installed where the suite runs; nothing is imported to find out."""
    suite = load(f"{ONE}    checks: {{custom: [palette]}}\n")

    assert suite.warnings == (
        'suites/s.yaml:8:23: cases[0].checks.custom[0]: no check "palette" is installed here; '
        "install the package that has it",
    )


def test_an_empty_check_takes_an_inherited_one_off(load):
    """Each of them, on a turn of its own."""
    names = ["consistency", "edit", "text", "ask", "custom"]
    written = "consistency: {}, edit: {expect: large}, text: a, ask: b, custom: [c]"
    turns = "".join(f"      - {{prompt: x, checks: {{{name}: null}}}}\n" for name in names)
    text = HEAD + (
        f"checks: {{{written}}}\ncases:\n  - id: one\n    references: [owl]\n    turns:\n"
        f"{turns}      - prompt: x\n"
    )

    *emptied, whole = (turn.checks for turn in load(text).variants[0].turns)

    assert all(getattr(whole, name) for name in names)
    for name, found in zip(names, emptied, strict=True):
        assert not getattr(found, name)
        assert all(getattr(found, other) for other in names if other != name)


def test_an_inherited_check_is_left_out_where_nothing_can_be_held_to(load):
    """Of a suite's checks each case takes those that fit it."""
    text = HEAD + (
        "checks: {consistency: {}, edit: {expect: large}, text: a, ask: b}\ncases:\n"
        "  - {id: bare, prompt: x}\n"
        "  - {id: one, prompt: x, references: [owl]}\n"
        "  - {id: two, prompt: x, references: [mascot]}\n"
        "  - {id: mute, prompt: x, references: [owl], modalities: [TEXT]}\n"
        "  - {id: talk, checks: {edit: {expect: local}}, turns: [{prompt: x}, {prompt: y}, "
        "{prompt: z, modalities: [TEXT]}]}\n"
    )

    found = {
        variant.case: [
            "".join(name[0] for name in ("consistency", "edit", "text", "ask") if getattr(c, name))
            for c in (turn.checks for turn in variant.turns)
        ]
        for variant in load(text).variants
    }

    assert found == {
        "bare": ["ta"],
        "one": ["ceta"],
        "two": ["cta"],
        "mute": [""],
        "talk": ["ta", "eta", ""],
    }


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("consistency: {}", "consistency: nothing says how the character looks: no references are "
         "sent; name sets by references"),
        ("consistency: [{references: [owl]}, {references: [owll]}]",
         'consistency[1].references[0]: no reference set "owll"; did you mean "owl"?'),
        ("consistency: {references: [owl, owl]}",
         "consistency.references: an entry stands twice; remove one"),
        ("consistency: []", "consistency: needs at least 1 entry, is a list; correct it"),
        ("consistency: {references: owl, maxbad: 1}",
         'consistency.maxbad: unknown key; did you mean "max_bad"?'),
        ("consistency: {references: owl, level: error}",
         'consistency.level: must be "fail" or "warn", is "error"; correct it'),
        ("consistency: {references: owl, max_bad: 9}",
         "consistency.max_bad: max_bad allows 9 of 8 samples to fail; lower it"),
        ("consistency: {references: owl, max_bad: 9 of 8}",
         "consistency.max_bad: 9 of 8 is no share of samples; the first number is at most the "
         "second"),
        ("edit: {expect: local}", "edit: there is no picture before this one to compare with; "
         "write it on a later turn, or send exactly one reference picture"),
        ("edit: {max_bad: 1}", "edit: holds nothing; write one of changed_share_max, expect, "
         "must_change, must_keep"),
        ("edit: {changed_share_max: 1.1}",
         "edit.changed_share_max: must be at most 1.0, is the number 1.1; correct it"),
        ("edit: {expect: regenerated}",
         'edit.expect: must be "local" or "large", is "regenerated"; correct it'),
        ("edit: {must_keep: [[0, 0, 1]]}", "edit.must_keep[0]: a region is four fractions: [left, "
         "top, right, bottom]; correct it"),
        ("edit: {must_keep: [[0, 0, 1, 2]]}",
         "edit.must_keep[0][3]: must be at most 1.0, is the number 2; correct it"),
        ("edit: {must_change: [[0, 0.5, 1, 0.5]]}", "edit.must_change[0]: left is less than right "
         "in a region, and top than bottom; correct it"),
        ("text: {error_max: 0.2}", 'text.contains: is missing; add "contains": Text, or several, '
         "each of which is to be read somewhere in the picture."),
        ("text: [a, 5]", "text[1]: must be a text, is the number 5; put it in quotes"),
        ("text: {contains: a, error_max: 1.5}",
         "text.error_max: must be at most 1.0, is the number 1.5; correct it"),
        ("text: {contains: a, language: e}", 'text.language: "e" does not fit; write a language '
         'as Tesseract calls it, such as "eng" or "eng+deu"'),
        ("ask: [{question: a, expect: yes, at_least: 1}]",
         'ask[0]: has both "expect" and "at_least"; write one of them'),
        ("ask: [a, a]", "ask: an entry stands twice; remove one"),
        ("ask: [{question: a, expect: true}]",
         'ask[0].expect: must be "yes" or "no", is the boolean true; correct it'),
        ("ask: [{question: a, at_least: 5}]",
         "ask[0].at_least: must be at most 4, is the number 5; correct it"),
        ("ask: [{question: a, expct: no}]", 'ask[0].expct: unknown key; did you mean "expect"?'),
        ("ask: {questions: [{expct: no, question: a}]}",
         'ask.questions[0].expct: unknown key; did you mean "expect"?'),
        ("ask: {question: a, questions: a}",
         'ask.question: unknown key; did you mean "questions"?'),
        (f"ask: [{', '.join(map(str, range(100, 121)))}]".replace("1", "a"),
         "ask: may have 20 entries at most, is a list; correct it"),
        (f"ask: [{'a' * 501}]",
         f'ask[0]: may have 500 characters at most, is "{"a" * 57}..."; correct it'),
        ("custom: [../evil.py:f]", 'custom[0]: "../evil.py:f" does not fit; write the name of an '
         "installed check, or a function below the suite's folder as \"checks.py:is_round\""),
        ("custom: [checks.py]", 'custom[0]: "checks.py" does not fit; write the name of an '
         "installed check, or a function below the suite's folder as \"checks.py:is_round\""),
        ("custom: [none.py:f]", "custom[0]: no file \"none.py\" in the suite's folder; write it, "
         "or correct the name"),
        ("custom: {none.py:f: {a: 1}}", "custom.none.py:f: no file \"none.py\" in the suite's "
         "folder; write it, or correct the name"),
        ("custom: {palette: 5}", "custom.palette: must be a mapping, is the number 5; correct it"),
        ("custom: {palette: {max_bad: 9}}",
         "custom.palette.max_bad: max_bad allows 9 of 8 samples to fail; lower it"),
        ("same_picture: 5", "same_picture: no such check on purpose: a fresh sample of the same "
         "prompt lies as far away by hash (median 30 of 64 bits) as an unrelated picture (32); "
         "remove it, and pin a baseline: drift compares samples with samples"),
        ("blank: 0", "blank: is part of the contract, which is always checked: every answer, "
         "without a rate; remove it"),
        ("max_bad: 1 of 8", "max_bad: is said of one check; write it in answer_text, consistency, "
         "edit, text, ask or custom"),
        ("pictures: {max_bad: 1}", "pictures: takes no max_bad: only opinion checks state a rate, "
         "every answer is held to this; remove it"),
        ("cost: {max_usd: 1, max_bad: 1}", "cost.max_bad: takes no max_bad: only opinion checks "
         "state a rate, every answer is held to this; remove it"),
        ("look: {}", 'look: unknown key; did you mean "consistency"?'),
    ],
)  # fmt: skip
def test_what_is_wrong_says_where_and_what_to_do(said, written, wanted):
    """One problem each, and nothing that only follows from it."""
    assert said(written) == [f"checks.{wanted}"]


@pytest.mark.parametrize("key", ["ssim", "lpips", "phash16", "PSNR", "snapshot", "golden_picture"])
def test_no_key_holds_a_fresh_sample_against_one_picture(said, key):
    """Whatever people call it, it is refused with the figures."""
    (problem,) = said(f"{key}: {{picture: a.png}}")

    assert "no such check on purpose" in problem


@pytest.mark.parametrize(
    "check",
    ["answered", "type", "decodes", "blank", "alpha", "aspect_ratio", "image_size", "fresh",
     "border", "native", "recompressed", "halves", "mark", "varied", "tokens", "delivery"],
)  # fmt: skip
def test_the_contract_is_no_choice(said, check):
    """Whichever of its checks a suite names, it is told that it is always made."""
    (problem,) = said(f"{check}: true")

    assert "is part of the contract, which is always checked" in problem


@pytest.mark.parametrize("check", ["consistency: {references: owl, ", "edit: {expect: local, "])
@pytest.mark.parametrize("key", ["phash", "golden", "ssim", "hash_distance"])
def test_no_check_has_a_key_for_it_either(said, check, key):
    """Below another check it is refused with the same figures."""
    problems = said(f"{check}{key}: 9}}")

    assert sum(f".{key}: no such check on purpose" in problem for problem in problems) == 1


@pytest.mark.parametrize(
    "measure",
    ["phash", "phash16", "dhash8", "whash", "ahash", "average_hash", "colorhash", "imagehash",
     "crop_resistant", "phash16_mirrored", "dhash_vertical8", "phash_simple8"],
)  # fmt: skip
def test_no_hash_measures_a_look(said, measure):
    """It is at chance there, and it is said."""
    (problem,) = said(f"consistency: {{references: owl, measure: {measure}}}")

    assert "measure: is a hash" in problem
    assert ".50 to .58" in problem


@pytest.mark.parametrize("measure", ["keypoints", "dino", "average_face", "hashnet"])
def test_an_embedder_may_have_any_other_name(checks, measure):
    """Only the names of hashes are taken for one."""
    (found,) = checks(f"consistency: {{measure: {measure}}}")

    assert found.consistency[0].measure == measure


@pytest.mark.parametrize("key", ["max_distance", "threshold", "similarity"])
def test_no_limit_on_looks_is_a_constant(said, key):
    """It comes from accepted pictures."""
    (problem,) = said(f"consistency: {{references: owl, {key}: 0.4}}")

    assert f"consistency.{key}: takes no constant" in problem


@pytest.mark.parametrize(
    "written",
    ["consistency: {references: owl}", "edit: {expect: large}", "text: a", "ask: a"],
)
def test_no_check_looks_at_a_picture_that_nobody_asks_for(said, written):
    """A turn of text alone has none."""
    (problem,) = said(written, more="    modalities: [TEXT]\n")

    name = written.partition(":")[0]
    assert problem == (
        f"checks.{name}: no picture is asked for here, and this looks at pictures; add IMAGE to "
        "modalities"
    )


def test_checks_of_the_suites_own_look_at_text_too(load):
    """They are given the whole answer."""
    (variant,) = load(f"{ONE}    modalities: [TEXT]\n    checks: {{custom: a}}\n").variants

    assert variant.turns[0].checks.custom[0].name == "a"


@pytest.mark.parametrize(
    "more",
    ["references: [5]", "references: 5", "references: [owll]", "modalities: 5", "matrix: 5"],
)
def test_what_only_follows_from_a_broken_key_is_not_said(said, more):
    """Nobody knows what was meant to be sent."""
    assert len(said("consistency: {}, edit: {expect: local}", more=f"    {more}\n")) == 1


def test_a_set_is_looked_for_where_something_nearer_wins(problems):
    """What is written wrongly anywhere is said once."""
    text = (
        "version: 1\nsuite: s\nchecks: {consistency: {references: [nobody]}}\n"
        "cases: [{id: a, prompt: x, checks: {consistency: null}}, {id: b, prompt: x}]\n"
    )

    assert problems(text) == [
        'suites/s.yaml:3:37: checks.consistency.references[0]: no reference set "nobody"; none is '
        "declared"
    ]


def test_equal_checks_are_kept_once(load):
    """A suite of many variants and large options stays small."""
    text = (
        f"{HEAD}checks: {{custom: {{a: {{b: c}}}}, consistency: {{}}}}\ncases:\n"
        "  - {id: a, prompt: x, matrix: {seed: [1, 2], references: [[mascot], [owl]]}}\n"
        "  - {id: b, prompt: y, references: [owl]}\n"
    )

    one, two, three, four, five = (v.turns[0].checks for v in load(text).variants)

    assert one is three
    assert two is four is five
    assert [c.consistency[0].name for c in (one, two)] == ["mascot", "owl"]


@pytest.mark.parametrize(("size", "wrong"), [(9_991, 0), (9_992, 1)])
def test_options_are_ten_thousand_bytes_at_most(problems, load, size, wrong):
    """JSON text, so that a suite stays a suite."""
    text = f"{ONE}    checks:\n      custom: {{a: {{b: '{'x' * size}'}}}}\n"

    found = problems(text) if wrong else [] * len(load(text).variants)

    assert len(found) == wrong
    assert all("custom.a: options of 10001 bytes, a check takes 10000" in said for said in found)


def test_a_link_that_leaves_the_suites_folder_is_no_check(said, folder):
    """Code of a suite lies in the suite's folder."""
    (folder / "outside.py").write_text("")
    (folder / "suites" / "in.py").symlink_to(folder / "outside.py")

    (problem,) = said("custom: [in.py:f]")

    assert problem.endswith('"in.py" is a link that leaves the suite\'s folder; put the file there')
