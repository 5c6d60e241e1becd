"""Everything that is wrong is said at once, each with its line and column."""

from pathlib import Path

import pytest

from harness.errors import SuiteError
from harness.loader import load_suites

HEAD = """\
version: 1
suite: storefront
references: {mascot: references/mascot/*.png, crowd: references/crowd/*}
cases:
  - id: one
    prompt: x
"""

LINES = [
    ("    sample: 3", ':7:5: cases[0].sample: unknown key; did you mean "samples"?'),
    ("    Samples: 3", ':7:5: cases[0].Samples: unknown key; did you mean "samples"?'),
    ("    size: 3", ':7:5: cases[0].size: unknown key; did you mean "image_size"?'),
    (
        "    version: 1",
        ":7:5: cases[0].version: unknown key here; it stands at the top of the file",
    ),
    ("    samples: many", ":7:14: cases[0].samples: must be a whole number, is a text; correct it"),
    ("    samples: 0", ":7:14: cases[0].samples: must be at least 1, is the number 0; correct it"),
    (
        "    samples: true",
        ":7:14: cases[0].samples: must be a whole number, is the boolean true; correct it",
    ),
    (
        "    model: gemini-3.8-flash",
        ":7:12: cases[0].model: gemini-3.8-flash makes no pictures, it only answers questions: "
        "name it in checks, ask: {model: gemini-3.8-flash}, and here a model such as "
        "gemini-3-pro-image",
    ),
    (
        "    aspect_ratio: 16",
        ":7:19: cases[0].aspect_ratio: must be a text, is the number 16; put it in quotes",
    ),
    (
        "    aspect_ratio: 7:5",
        ':7:19: cases[0].aspect_ratio: gemini-3-pro-image has no ratio "7:5"; it has 1:1, 2:3, '
        "3:2, 3:4, 4:3, 4:5, 5:4, 9:16, 16:9, 21:9",
    ),
    (
        "    image_size: 2k",
        ':7:17: cases[0].image_size: gemini-3-pro-image has no size "2k"; write "2K", the service '
        "wants a capital K",
    ),
    (
        "    image_size: 512",
        ':7:17: cases[0].image_size: gemini-3-pro-image has no size "512"; known: 1K, 2K, 4K',
    ),
    (
        "    references: [mascott]",
        ':7:18: cases[0].references[0]: no reference set "mascott"; did you mean "mascot"?',
    ),
    (
        "    references: crowd",
        ":7:17: cases[0].references: 15 reference pictures in one request, the service takes 14; "
        "send fewer",
    ),
    (
        "    tools: [googel_search]",
        ':7:13: cases[0].tools[0]: must be "google_search", is "googel_search"; did you mean '
        '"google_search"?',
    ),
    (
        "    thinking: {level: high, include_thoughts: true}",
        ":7:16: cases[0].thinking.level: gemini-3-pro-image always thinks and takes no level "
        '(400 "Thinking level is not supported for this model"); remove it, or say it of another '
        "model by extra",
    ),
    (
        "    safety_settings: {dangerous: block_none}",
        ':7:22: cases[0].safety_settings: no category "dangerous"; did you mean '
        '"dangerous_content"?',
    ),
    (
        "    safety_settings: {harassment: none}",
        ':7:22: cases[0].safety_settings: no threshold "none"; did you mean "block_none"?',
    ),
    (
        "    safety_settings: {harassment: off, HARM_CATEGORY_HARASSMENT: off}",
        ":7:22: cases[0].safety_settings: a category stands twice, in two spellings; remove one",
    ),
    (
        "    service_tier: flx",
        ':7:19: cases[0].service_tier: must be "standard", "flex" or "priority", is "flx"; did '
        'you mean "flex"?',
    ),
    (
        "    max_output_tokens: 40000",
        ":7:24: cases[0].max_output_tokens: gemini-3-pro-image gives 32768 at most; lower it",
    ),
    (
        "    modalities: [TEXT]\n    checks: {pictures: 1}",
        ":7:17: cases[0].modalities: ask for no picture, and the checks for 1; add IMAGE, or "
        "correct checks.pictures",
    ),
    (
        "    extra: {generationConfig: {top_k: 4}}",
        ":7:12: cases[0].extra: generationConfig.topK is said by top_k; remove it here",
    ),
    (
        "    extra: {safety_settings: []}",
        ":7:12: cases[0].extra: safetySettings is said by safety_settings; remove it here",
    ),
    (
        "    modalities: [Image]",
        ':7:18: cases[0].modalities[0]: must be "TEXT" or "IMAGE", is "Image"; did you mean '
        '"IMAGE"?',
    ),
    (
        "    extra: {contents: []}",
        ":7:12: cases[0].extra: contents is said by prompt, turns and references; remove it here",
    ),
    (
        "    extra: {generation_config: {imageConfig: {image_size: 4K}}}",
        ":7:12: cases[0].extra: generationConfig.imageConfig.imageSize is said by image_size; "
        "remove it here",
    ),
    (
        "    extra: {generationConfig: null}",
        ":7:12: cases[0].extra: generationConfig must be a mapping, is empty; correct it",
    ),
    (
        "    tools: [google_search, google_search]",
        ":7:12: cases[0].tools: an entry stands twice; remove one",
    ),
    (
        "    turns: [{prompt: y}]",
        ':5:5: cases[0]: has both "prompt" and "turns"; write one of them',
    ),
    (
        "  - id: two",
        ':7:5: cases[1]: has neither "prompt" nor "turns"; write one of them',
    ),
    ("    prompt: y", ":7:5: cases[0].prompt: key stands twice, first in line 6; remove one"),
    (
        "    was: one",
        ':7:10: cases[0].was: "one" is taken by cases[0]; choose another',
    ),
    (
        "  - {id: one, prompt: y}",
        ':7:10: cases[1].id: "one" is taken by cases[0]; choose another',
    ),
    (
        "  - {prompt: y}",
        ':7:5: cases[1].id: is missing; add "id": The case\'s name: recordings and decisions are '
        "kept by it.",
    ),
    (
        "  - {id: a..b, prompt: y}",
        ':7:10: cases[1].id: "a..b" does not fit; write lowercase letters, digits, "-", "_" and '
        "single dots, beginning with a letter or digit",
    ),
    (
        "  - {id: a, turns: [{prompt: y, samples: 2}]}",
        ":7:33: cases[1].turns[0].samples: the turns of one conversation share it; set it on the "
        "case",
    ),
    (
        "    checks: {phash: {max_distance: 6}}",
        ":7:14: cases[0].checks.phash: no such check on purpose: a fresh sample of the same prompt "
        "lies as far away by hash (median 30 of 64 bits) as an unrelated picture (32); remove it, "
        "and pin a baseline: drift compares samples with samples",
    ),
    (
        "    checks: {latncy: {max_s: 1}}",
        ':7:14: cases[0].checks.latncy: unknown key; did you mean "latency"?',
    ),
    (
        "    checks: {latency: {}}",
        ':7:23: cases[0].checks.latency.max_s: is missing; add "max_s": Longest allowed time in '
        "seconds.",
    ),
    (
        "    checks: {answer_text: {contains: x, max_bad: 5 of 4}}",
        ":7:50: cases[0].checks.answer_text.max_bad: 5 of 4 is no share of samples; the first "
        "number is at most the second",
    ),
    (
        "    checks: {answer_text: {contains: x, max_bad: 2}}",
        ":7:50: cases[0].checks.answer_text.max_bad: max_bad allows 2 of 1 samples to fail; "
        "lower it",
    ),
    (
        "    matrix: {action: [a, a]}",
        ':7:26: cases[0].matrix.action[1]: "a" stands twice; remove one',
    ),
    (
        '    matrix: {action: ["a,b"]}',
        ':7:23: cases[0].matrix.action[0]: "a,b" cannot be part of a variant\'s id (at most 64 '
        "printable characters, no comma or bracket); name it: {id: short-name, value: ...}",
    ),
    (
        "    matrix: {seeds: [1, 2]}",
        ":7:14: cases[0].matrix.seeds: seeds is no parameter, and no prompt has {seeds}; did you "
        'mean "seed"?',
    ),
    (
        "    matrix: {image_size: [1K, 8K]}",
        ':7:31: cases[0].matrix.image_size[1]: gemini-3-pro-image has no size "8K"; did you mean '
        '"4K"?',
    ),
    (
        "    matrix: {seed: [1, 2], exclude: [{sed: 1}]}",
        ':7:39: cases[0].matrix.exclude[0].sed: no such axis; did you mean "seed"?',
    ),
    (
        "    matrix: {seed: [1, 2], exclude: [{seed: 3}]}",
        ':7:45: cases[0].matrix.exclude[0].seed: seed has no value "3"; known: 1, 2',
    ),
    (
        "    matrix: {seed: [1], exclude: [{seed: 1}]}",
        ":7:34: cases[0].matrix.exclude: leaves no variant; remove an entry",
    ),
    (
        "    matrix: {seed: [1, 2], include: [{seed: 1}]}",
        ":7:38: cases[0].matrix.include[0]: the variant [1] is there already; remove this one",
    ),
    (
        "    matrix: {thinking: [{foo: true, include_thoughts: true}]}",
        ":7:26: cases[0].matrix.thinking[0].foo: unknown key; known: include_thoughts",
    ),
    (
        "    matrix: {who: [{name: x}]}",
        ':7:20: cases[0].matrix.who[0].id: is missing; add "id": what the value is called in '
        "reports",
    ),
    (
        "    <<: {samples: 2}",
        ":7:5: cases[0].<<: YAML 1.2 has no merge keys; write the keys out, or put them in "
        "defaults",
    ),
    (
        "    samples: !!int 3",
        ':7:14: cases[0].samples: tag "tag:yaml.org,2002:int"; a suite has no tags, write the '
        'plain value (in quotes for a text that begins with "!")',
    ),
    (
        "    seed: *other",
        ':7:11: cases[0].seed: alias "*other" has no anchor before it; declare "&other", or put '
        "the text in quotes",
    ),
    ("\tseed: 1", ":7:1: a tab where YAML wants spaces; indent with spaces"),
    (
        '    title: "unclosed',
        ":7:12: not YAML: while scanning a quoted scalar, found unexpected end of stream; look for "
        "a missing quote, bracket or colon, or wrong indentation, here or just above",
    ),
    ("---", ":7:1: a second document; a file holds one suite, remove the ---"),
    (
        '    system_instruction: "a\\u0000b"',
        ":7:25: cases[0].system_instruction: an escape stands for control character U+0000; "
        "remove it",
    ),
    (
        "    seed: " + "9" * 5000,
        ":7:11: cases[0].seed: a number of 5000 characters; put it in quotes if it is a text",
    ),
]


@pytest.mark.parametrize(("line", "message"), LINES, ids=[line.strip()[:40] for line, _ in LINES])
def test_a_problem_says_where_what_and_what_to_do(problems, line, message):
    """Line and column of the key for unknown keys, of the value for bad values."""
    assert problems(f"{HEAD}{line}\n") == [f"suites/s.yaml{message}"]


def test_several_problems_come_at_once(problems):
    """In the file's order, whatever stage of the reading found them."""
    found = problems("""\
        version: 2
        suite: Store
        modl: x
        defaults: {samples: 4000, image_size: 2k, colour: red}
        references: {mascot: references/mascot/*.gif, bad: 5}
        cases:
          - id: one
            prompt: 5
            sample: 3
            matrix: {aspect_ratio: [16:9, 7:5], image_size: [1K, 1K]}
          - 17
          - id: one
            prompt: x
            references: [nobody]
            prompt: y
        """)

    assert [message.split(": ")[0] + ": " + message.split(": ")[1] for message in found] == [
        "suites/s.yaml:1:10: version",
        "suites/s.yaml:2:8: suite",
        "suites/s.yaml:3:1: modl",
        "suites/s.yaml:4:21: defaults.samples",
        "suites/s.yaml:4:39: defaults.image_size",
        "suites/s.yaml:4:43: defaults.colour",
        "suites/s.yaml:5:22: references.mascot",
        "suites/s.yaml:5:52: references.bad",
        "suites/s.yaml:8:13: cases[0].prompt",
        "suites/s.yaml:9:5: cases[0].sample",
        "suites/s.yaml:10:35: cases[0].matrix.aspect_ratio[1]",
        "suites/s.yaml:10:58: cases[0].matrix.image_size[1]",
        "suites/s.yaml:11:5: cases[1]",
        "suites/s.yaml:12:9: cases[2].id",
        "suites/s.yaml:14:18: cases[2].references[0]",
        "suites/s.yaml:15:5: cases[2].prompt",
    ]


OVERRIDDEN = [
    (
        "defaults: {aspect_ratio: 7:5}",
        "aspect_ratio: 1:1",
        'defaults.aspect_ratio: gemini-3-pro-image has no ratio "7:5"',
    ),
    (
        "defaults: {image_size: 8K}",
        "matrix: {image_size: [1K, 2K]}",
        'defaults.image_size: gemini-3-pro-image has no size "8K"',
    ),
    ("", "image_size: 8K, matrix: {image_size: [1K]}", "cases[0].image_size: gemini-3-pro-image"),
    (
        "",
        "references: [nobody], matrix: {references: [[]]}",
        "cases[0].references[0]: no reference",
    ),
    ("defaults: {references: [nobody]}", "references: []", "defaults.references[0]: no reference"),
    (
        "defaults: {modalities: [TEXT, TEXT]}",
        "modalities: [IMAGE]",
        "defaults.modalities: an entry stands twice",
    ),
    (
        "defaults: {image_size: 1k}",
        "model: acme/painter-9, image_size: 1K",
        'defaults.image_size: no size is written "1k"',
    ),
    (
        "",
        "matrix: {mood: [{id: a, image_size: 8K}], image_size: [1K]}, system_instruction: '{mood}'",
        'cases[0].matrix.mood[0].image_size: gemini-3-pro-image has no size "8K"',
    ),
]


@pytest.mark.parametrize(("top", "case", "problem"), OVERRIDDEN)
def test_a_value_is_checked_where_it_stands(problems, top, case, problem):
    """Something nearer may win today, and be gone tomorrow."""
    (found,) = problems(f"version: 1\nsuite: s\n{top}\ncases: [{{id: a, prompt: x, {case}}}]\n")

    assert found.split(": ", 1)[1].startswith(problem)


def test_a_value_that_suits_one_of_its_models_is_right(load):
    """What a model lacks is refused only where the model could get it."""
    suite = load("""\
        version: 1
        suite: s
        defaults: {aspect_ratio: 1:4, image_size: 2K}
        cases:
          - {id: a, prompt: x, model: gemini-3.1-flash-lite-image, image_size: 1K}
          - {id: b, prompt: x, aspect_ratio: 1:1}
        """)

    assert len(suite.variants) == 2


def test_a_flood_of_problems_is_cut(problems):
    """The first 200, and how many more."""
    found = problems(HEAD + "".join(f"    key{n}: 1\n" for n in range(1000)))

    assert len(found) <= 201


def test_a_flood_of_warnings_is_cut(load):
    """The first hundred, and how many more."""
    axis = ", ".join(f"{{id: a{n}, temperature: 1}}" for n in range(103))

    warnings = load(f"{HEAD}    matrix: {{seed: [{axis}]}}\n").warnings

    assert len(warnings) == 101
    assert warnings[-1] == "suites/s.yaml: 3 more warnings are not shown"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "suites/s.yaml: is empty; a suite begins with version: 1 and suite: its-name"),
        ("# nothing\n", "suites/s.yaml: is empty; a suite begins with"),
        ("[1]", "suites/s.yaml:1:1: must be a mapping, is a list; write keys and values"),
        (b"suite: \xff\xfe", "suites/s.yaml:1:8: is not UTF-8 (byte 0xff); save the file as UTF-8"),
        (b"a: 1\nb: \x00\n", "suites/s.yaml:2:4: control character U+0000; delete it"),
        (b"\x89PNG\r\n\x1a\n\x00\x01", "suites/s.yaml:1:1: is not UTF-8 (byte 0x89)"),
        (b"a" * 1_000_001, "suites/s.yaml: is larger than 1 MB; split it into several suites"),
        ("[" * 100_000, "suites/s.yaml:1:41: nested deeper than 40 levels"),
        ("? " * 100_000, "nested deeper than 40 levels"),
        ('x: "\\UFFFFFFFF"', "suites/s.yaml:1:1: cannot be read as YAML after this"),
        ("%YAML 1.1\n---\nsuite: a", "a suite is YAML 1.2; remove the %YAML directive"),
        ("&a [*a]", 'suites/s.yaml:1:5: [0]: alias "*a" has no anchor before it'),
        ("a: [" + "1," * 40_000 + "]", "more than 30000 values, aliases written out"),
    ],
    ids=[
        "empty", "comment", "list", "not utf-8", "control", "binary", "huge", "deep flow",
        "deep block", "broken escape", "1.1", "cycle", "many values",
    ],
)  # fmt: skip
def test_a_file_that_is_no_suite_is_refused_in_one_line(problems, text, message):
    """Never a traceback, never a hang."""
    assert message in "\n".join(problems(text))


def test_an_alias_bomb_is_refused(problems):
    """Nine levels of nine would be 387 million values."""
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
    )

    (message,) = problems(bomb)

    assert "more than 30000 values, aliases written out; split the suite" in message


def test_a_case_of_too_many_variants_is_refused(problems):
    """Ten thousand are enough; a case of exactly so many loads in test_matrix."""
    axis = ", ".join(map(str, range(101)))

    (message,) = problems(f"{HEAD}    matrix: {{seed: [{axis}], x: [{axis}]}}\n")

    assert message == (
        "suites/s.yaml:7:5: cases[0].matrix: 10201 variants, at most 10000 in a case; "
        "shorten or split it"
    )


def test_a_suite_of_too_many_samples_is_refused(problems):
    """A hundred thousand would cost more than ten thousand dollars."""
    axis = ", ".join(map(str, range(101)))

    (message,) = problems(f"{HEAD}    samples: 1000\n    matrix: {{seed: [{axis}]}}\n")

    assert message == (
        "suites/s.yaml:5:5: cases[0]: more than 100000 samples in all; lower samples or split it"
    )


def test_variables_cannot_blow_prompts_up(problems):
    """A prompt of twenty thousand variables over ten thousand variants is refused."""
    many = ", ".join(f"value-{n}" for n in range(5000))

    found = problems(
        HEAD.replace("prompt: x", "prompt: '" + "{v}" * 20_000 + "'")
        + f"    matrix: {{v: [{many}]}}\n"
    )

    assert "the prompts grow beyond 20 MB by their variables" in found[-1]


def test_problems_hide_no_warning(load):
    """What is worth saying comes beside what is wrong, of all files."""
    text = HEAD + "    model: acme/painter-9\n    sample: 3\n    temperature: 1\n"

    with pytest.raises(SuiteError) as caught:
        load(text)

    model, temperature = caught.value.warnings
    assert model.startswith('suites/s.yaml:7:12: cases[0].model: model "acme/painter-9" is not in')
    assert temperature.startswith("suites/s.yaml:9:18: cases[0].temperature: the provider")


def test_problems_of_one_file_hide_no_warning_of_another(folder):
    """A sound file's warnings are given too."""
    sound = "version: 1\nsuite: b\ncases: [{id: a, prompt: x, temperature: 1}]\n"
    Path("suites/a.yaml").write_text("version: 2\nsuite: a\ncases: [{id: a, prompt: x}]\n")
    Path("suites/b.yaml").write_text(sound)

    with pytest.raises(SuiteError) as caught:
        load_suites([Path("suites")])

    assert [warning[:18] for warning in caught.value.warnings] == ["suites/b.yaml:3:41"]
