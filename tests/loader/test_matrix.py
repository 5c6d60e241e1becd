"""A matrix gives its points in order, and calls them by what was chosen."""

from time import perf_counter

import pytest

HEAD = """\
version: 1
suite: s
references: {mascot: references/mascot/*.png, owl: references/owl/*}
cases:
  - id: a
    prompt: "A {thing} in {style}, {json: 1}"
"""


def labels(suite):
    return [variant.label for variant in suite.variants]


@pytest.mark.parametrize(
    ("axis", "expected"),
    [
        ("references: [[mascot], [mascot, owl], []]", ["mascot", "mascot+owl", "none"]),
        ("references: [mascot, owl]", ["mascot", "owl"]),
        ("references: [{id: both, value: [mascot, owl]}, owl]", ["both", "owl"]),
        ("seed: [1, 2, null]", ["1", "2", "none"]),
        ("temperature: [0.5, 1]", ["0.5", "1"]),
        ("references_first: [true, false]", ["true", "false"]),
        ("modalities: [[IMAGE], [TEXT, IMAGE]]", ["IMAGE", "TEXT+IMAGE"]),
        ("thinking: [{include_thoughts: true}, null]", ["include_thoughts-true", "none"]),
        ("extra: [{id: k, value: {topK: 1}}, {id: l, value: {}}]", ["k", "l"]),
        ("model: [gemini-3-pro-image, acme/b]", ["gemini-3-pro-image", "acme/b"]),
        ("image_size: [{id: big, value: 4K}, {id: small, image_size: 1K}]", ["big", "small"]),
        ("style: [oil on canvas, ink]", ["oil on canvas", "ink"]),
        ("style: [{id: oil, value: 'oil, thick'}, ink]", ["oil", "ink"]),
        ("style: [1.50, true]", ["1.5", "true"]),
    ],
)
def test_labels_are_what_was_chosen(load, axis, expected):
    """Texts as they are, lists joined by plus, mappings by their id."""
    assert labels(load(f"{HEAD}    matrix: {{{axis}}}\n")) == expected


def test_values_reach_the_request(load):
    """Of every form that an axis can have."""
    suite = load(
        HEAD
        + """\
    matrix:
      style: [{id: oil, value: "oil, {thing}", image_size: 4K, samples: 7}, ink]
      references: [{id: both, value: [owl, mascot]}]
      thinking: [{include_thoughts: false}]
      extra: [{id: k, value: {topK: 1}}]
"""
    )

    oil, ink = suite.variants
    assert oil.turns[0].prompt == "A {thing} in oil, {thing}, {json: 1}"
    assert ink.turns[0].prompt == "A {thing} in ink, {json: 1}"
    assert (oil.samples, ink.samples) == (7, 1)
    assert oil.turns[0].parameters.image_size == "4K"
    assert oil.turns[0].parameters.include_thoughts is False
    assert oil.turns[0].parameters.extra == {"topK": 1}
    assert len(oil.turns[0].references) == 3
    assert oil.turns[0].references[0].path == "references/owl/00.jpg"


def test_excluded_points_are_left_out(load):
    """Every point that fits all of an entry, by label or value."""
    suite = load(
        HEAD
        + """\
    matrix:
      thing: [cup, hat]
      seed: [1, 2]
      style: [ink]
      exclude: [{thing: cup, seed: 2}, {seed: 1, thing: hat, style: ink}]
"""
    )

    assert labels(suite) == ["cup,1", "hat,2"]


def test_included_points_come_last_and_relabel_nothing(load):
    """An axis of one value applies to them as if it stood on the case."""
    suite = load(
        HEAD
        + """\
    seed: 5
    matrix:
      thing: [cup, hat]
      style: [ink]
      seed: [1, 2]
      include:
        - {thing: cup, image_size: 4K}
        - {thing: {id: fox, value: red fox, references: [mascot]}, style: oil, seed: 1}
"""
    )

    cup, fox = suite.variants[4:]
    assert labels(suite) == ["cup,1", "cup,2", "hat,1", "hat,2", "cup,4K", "fox,oil,1"]
    assert cup.turns[0].prompt == "A cup in ink, {json: 1}"
    assert (cup.turns[0].parameters.seed, cup.turns[0].parameters.image_size) == (5, "4K")
    assert fox.turns[0].prompt == "A red fox in oil, {json: 1}"
    assert len(fox.turns[0].references) == 2
    assert fox.choices == {"thing": "fox", "style": "oil", "seed": "1"}


def test_a_point_without_a_value_for_a_variable_is_refused(problems):
    """The prompt would be sent with its braces."""
    (message,) = problems(
        HEAD + "    matrix: {thing: [cup, hat], style: [ink, oil], include: [{thing: cup}]}\n"
    )

    assert message == (
        "suites/s.yaml:7:62: cases[0].matrix.include[0]: the variant [cup] has no value for "
        "{style}, which a prompt has; give one"
    )


def test_a_value_is_put_in_once(load):
    """Braces in a value are literal, so no value can pull in another."""
    suite = load(HEAD + "    matrix: {thing: ['{style}'], style: [ink]}\n")

    assert suite.variants[0].turns[0].prompt == "A {style} in ink, {json: 1}"


def test_variables_stand_in_the_system_instruction_too(load):
    """Written on the case or chosen by an axis."""
    head = HEAD.replace("A {thing} in {style}", "A cup")
    suite = load(head + "    system_instruction: Draw {mood}\n    matrix: {mood: [calm, wild]}\n")

    instructions = [v.turns[0].parameters.system_instruction for v in suite.variants]
    assert instructions == ["Draw calm", "Draw wild"]
    assert suite.warnings == ()


PROMPTS = [
    ("A {thng} in {style}", ["thng"]),
    ("{a}, {b}: ({c}) '{d}' {e}.", ["a", "b", "c", "d", "e"]),
    ("A {style} cup, {style2} hat", ["style2"]),
    ("${name} costs 5", ["name"]),
    ("{Name} {NAME} {a b} {} {1} {a-b} { x }", []),
    ('{"json": {"a": [1, {"b": 2}]}, "c": {}}', []),
    ("{{name}} and {{ name }}", []),
    (r"\frac{a}{b} x_{i} x^{n} {x}^{2} \sqrt[3]{y} \{z\} \begin{matrix}", []),
    (r"the sum $ {a} + {b} $ and \( {c} \) and \[ {d} \]", []),
    ("p{color: red} .name{x}", []),
]


@pytest.mark.parametrize(("prompt", "names"), PROMPTS)
def test_a_name_that_no_axis_declares_is_warned_about(load, prompt, names):
    """It would be sent with its braces; other braces are nobody's business."""
    suite = load(
        "version: 1\nsuite: s\ncases:\n  - id: a\n    prompt: |\n"
        f"      {prompt}\n    matrix: {{style: [ink], image_size: [1K, 2K]}}\n"
    )

    warnings = [warning for warning in suite.warnings if "no prompt has {style}" not in warning]
    assert [warning.split("{")[1].split("}")[0] for warning in warnings] == names
    assert all("is no variable and is sent as it stands" in warning for warning in warnings)


def test_a_prompt_without_axes_may_have_any_braces(load):
    """Nobody thinks of variables there."""
    suite = load("version: 1\nsuite: s\ncases: [{id: a, prompt: 'A {thing} here'}]\n")

    assert suite.warnings == ()


def test_ten_thousand_variants_load(load):
    """The most that a case may have."""
    axis = ", ".join(map(str, range(100)))

    suite = load(f"{HEAD}    matrix: {{thing: [{axis}], style: [{axis}]}}\n")

    assert len(suite.variants) == 10_000


@pytest.mark.parametrize(
    ("axis", "message"),
    [
        ("checks: [1]", ".matrix.checks: no axis can set this; make several cases of it"),
        ('"a b": [1]', ".matrix.a b: is no name of an axis; write letters, digits"),
        ("x: []", ".matrix.x: needs at least 1 entry, is a list; correct it"),
        ("x: 5", ".matrix.x: must be a list, is the number 5; correct it"),
        ("x: [[1]]", ".matrix.x[0]: a variable's value is a text, this is a list"),
        ("x: [{id: a, y: [1]}]", ".matrix.x[0].y: must be a text, is a list; correct it"),
        ("x: [{id: a, tags: b}]", ".matrix.x[0].tags: no axis can set this"),
        ("x: [{id: 'a]'}]", '.matrix.x[0].id: "a]" cannot be part of a variant\'s id'),
        (f"x: [{'a' * 65}]", "cannot be part of a variant's id (at most 64"),
        ("seed: [{id: a, value: x}]", ".matrix.seed[0].value: must be a whole number"),
        ("references: [[nobody]]", '.matrix.references[0][0]: no reference set "nobody"'),
        ("x: [a], include: [{y: 1}]", ".matrix.include[0].y: no such axis; known: x, image_size"),
        ("x: [a], exclude: [{}]", ".matrix.exclude[0]: excludes everything"),
    ],
)
def test_axes_that_make_no_sense_are_refused(problems, axis, message):
    """At the value that is wrong."""
    assert message in "\n".join(problems(f"{HEAD}    matrix: {{{axis}}}\n"))


def test_points_that_choose_far_too_much_are_refused_at_once(problems):
    """Ten thousand variants of a thousand variables would keep the loader busy for minutes."""
    many = ", ".join(f"v{index}: x" for index in range(1000))
    digits = "0, 1, 2, 3, 4, 5, 6, 7, 8, 9"
    matrix = f"{{big: [{{id: z, {many}}}], p: [{digits}], q: [{digits}], r: [{digits}]}}"

    (found,) = problems(
        f"version: 1\nsuite: s\ncases:\n  - id: a\n    prompt: '{{p}}{{q}}{{r}}'\n"
        f"    matrix: {matrix}\n"
    )

    assert found.endswith(
        "cases[0].matrix: 1000 variants of 1008 values and variables each, at most 500000 in a "
        "case; shorten or split it"
    )


def test_thousands_of_axes_and_added_points_are_read_in_seconds(problems):
    """What an axis is called is looked up, not looked for."""
    axes = ", ".join(f"a{index}: [x]" for index in range(2000))
    added = ", ".join(f"{{b{index}: x}}" for index in range(500))
    start = perf_counter()

    problems(
        "version: 1\nsuite: s\ncases:\n  - id: a\n    prompt: x\n"
        f"    matrix: {{{axes}, include: [{added}]}}\n"
    )

    assert perf_counter() - start < 20
