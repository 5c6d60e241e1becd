"""A promptfoo configuration becomes a suite that validates; what cannot is said, line by line."""

import contextlib
import json
import textwrap

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import SecretFound, SuiteError, UsageError
from harness.evaluate.promptfoo import convert
from harness.evaluate.promptfoo.files import Folder
from harness.evaluate.promptfoo.notes import Notes
from harness.evaluate.promptfoo.tests import trials_of
from harness.loader import load_suite

PLAIN = """\
description: A shop's pictures
prompts: ['A {{style}} picture of {{subject}}']
providers:
  - id: google:gemini-3-pro-image
    config: {imageAspectRatio: '16:9', imageSize: 2K}
tests:
  - vars: {style: bright, subject: [a fox, an owl]}
  - vars: {style: dark, subject: a hat}
"""


@pytest.fixture
def converted(tmp_path):
    """Convert a configuration; give what came of it, and the suite that is loaded again."""

    def call(text, **files):
        for name, said in files.items():
            (tmp_path / name.replace("__", ".")).write_text(said, encoding="utf-8")
        path = tmp_path / "promptfooconfig.yaml"
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        found = convert(path)
        (tmp_path / "suite.yaml").write_text(found.text, encoding="utf-8")
        return found, load_suite(tmp_path / "suite.yaml")

    return call


def test_prompts_variables_and_image_settings_are_taken_over(converted):
    """Every prompt over every test's values, as one axis; the settings as defaults."""
    found, suite = converted(PLAIN)

    assert (found.left_out, found.changed) == ((), ())
    assert suite.title == "A shop's pictures"
    assert [v.turns[0].prompt for v in suite.variants] == [
        "A bright picture of a fox",
        "A bright picture of an owl",
        "A dark picture of a hat",
    ]
    assert {v.model for v in suite.variants} == {"gemini-3-pro-image"}
    assert {v.turns[0].parameters.aspect_ratio for v in suite.variants} == {"16:9"}
    assert {v.turns[0].parameters.image_size for v in suite.variants} == {"2K"}


def test_several_models_are_an_axis_with_their_own_settings(converted):
    """And who makes no pictures of Gemini's is named and left out."""
    found, suite = converted(
        """\
        prompts: [A fox]
        providers:
          - openai:image:gpt-image-1
          - google:image:imagen-4.0-generate-001
          - {id: 'google:gemini-3-pro-image', label: Pro, config: {imageSize: 4K}}
          - google:gemini-3.1-flash-image:
              config: {generationConfig: {imageConfig: {imageSize: 512px, aspectRatio: '4:3'}}}
        """
    )

    assert [(v.model, v.turns[0].parameters.image_size) for v in suite.variants] == [
        ("gemini-3-pro-image", "4K"),
        ("gemini-3.1-flash-image", "512"),
    ]
    assert [line.partition(":")[0] for line in found.left_out] == ["providers[0]", "providers[1]"]


def test_prompts_and_tests_come_from_files_too(converted):
    """Texts, several in one, messages; YAML and CSV; below the configuration's folder only."""
    found, suite = converted(
        """\
        prompts: [file://two.txt, file://talk.json, file://../secret.txt, file://code.py]
        tests: [file://rows.csv, file://more.yaml]
        """,
        two__txt="A {{x}}\n---\nThe {{x}}\n",
        talk__json=json.dumps(
            [{"role": "system", "content": "Be bright"}, {"role": "user", "content": "One {{x}}"}]
        ),
        code__py="raise SystemExit",
        rows__csv="x,__expected1,__expected2\nfox,contains: fox,cost(0.2):\nhat,is-json,\n",
        more__yaml="- vars: {x: owl}\n",
    )

    assert {v.turns[0].prompt for v in suite.variants} == {
        *(
            "A fox",
            "A hat",
            "A owl",
            "The fox",
            "The hat",
            "The owl",
            "One fox",
            "One hat",
            "One owl",
        )
    }
    assert suite.variants[-1].turns[0].parameters.system_instruction == "Be bright"
    assert found.left_out == (
        "prompts[2]: only files below the configuration's folder are read",
        "prompts[3]: only texts and messages are read, no code is run",
        "tests[0] (rows.csv)[1].assert[0]: is-json: the harness has no such check",
    )
    checks = suite.variants[0].turns[0].checks
    assert (checks.answer_text.contains, checks.cost_max_usd) == (("fox",), 0.2)


def test_a_file_may_stand_without_its_scheme_and_tests_in_json_lines(converted):
    """As promptfoo reads them: a name of a text is no prompt, a sentence with a dot is one."""
    found, suite = converted(
        """\
        prompts: [two.txt, 'A {{x}} in v2.5', 'build.py:poster', 'langfuse://poster:1:text']
        tests: file://rows.jsonl
        """,
        two__txt="The {{x}}\n",
        rows__jsonl='{"vars": {"x": "fox"}}\n\n{"vars": {"x": "owl"}}\n',
    )

    assert {v.turns[0].prompt for v in suite.variants} == {
        *("The fox", "The owl", "A fox in v2.5", "A owl in v2.5")
    }
    assert [line.partition(":")[0] for line in found.left_out] == ["prompts[2]", "prompts[3]"]


def test_settings_arrive_in_either_spelling_and_by_merge_keys(converted):
    """What `<<: *common` brings counts less than what stands beside it; thinking is not lost."""
    found, suite = converted(
        """\
        common: &common {imageSize: 2K, imageAspectRatio: '4:3'}
        prompts: [A fox]
        providers:
          - id: google:gemini-3-pro-image
            config:
              <<: *common
              imageSize: 4K
              safety_settings: [{category: HARM_CATEGORY_HARASSMENT, threshold: BLOCK_NONE}]
              generationConfig:
                response_modalities: [Image]
                mediaResolution: MEDIA_RESOLUTION_HIGH
                thinking_config: {includeThoughts: true, thinkingLevel: HIGH}
        """
    )
    asked = suite.variants[0].turns[0].parameters

    assert found.left_out == ("common: the harness has nothing like it",)
    assert (asked.image_size, asked.aspect_ratio, asked.modalities) == ("4K", "4:3", ("IMAGE",))
    assert (asked.media_resolution, asked.include_thoughts) == ("MEDIA_RESOLUTION_HIGH", True)
    assert dict(asked.safety_settings) == {"HARM_CATEGORY_HARASSMENT": "BLOCK_NONE"}
    assert asked.extra == {"generationConfig": {"thinkingConfig": {"thinkingLevel": "HIGH"}}}


def test_a_setting_that_one_model_does_not_have_leaves_the_others_theirs(converted):
    """Of two models one has no 4K: it is asked without, and said."""
    found, suite = converted(
        """\
        prompts: [A fox, An owl]
        providers:
          - {id: 'google:gemini-3-pro-image', config: {imageSize: 4K}}
          - {id: 'google:gemini-2.5-flash-image', config: {imageSize: 4K, imageAspectRatio: '4:3'}}
        """
    )

    assert [
        (v.turns[0].parameters.image_size, v.turns[0].parameters.aspect_ratio)
        for v in suite.variants
    ] == [("4K", None), (None, "4:3")] * 2
    assert len(found.left_out) == 1
    assert found.left_out[0].startswith("providers: gemini-2-5-flash-image.image_size: ")


def test_how_promptfoo_writes_a_picture_is_asked_of_no_text(converted):
    """Its Markdown is in no answer here, and such a check would fail for ever."""
    found, suite = converted(
        """\
        prompts: [A fox]
        tests:
          - assert:
              - {type: contains, value: '![Generated Image]'}
              - {type: contains, value: 'data:image'}
              - {type: contains-all, value: ['base64,', a fox]}
        """
    )

    assert suite.variants[0].turns[0].checks.answer_text.contains == ("a fox",)
    assert found.left_out == ()
    assert sum("always checked" in line for line in found.changed) == 3
    assert "&id" not in found.text


def test_assertions_that_have_an_equal_become_checks(converted):
    """Text, price, time and rubrics; what is always checked is said; the rest is listed."""
    found, suite = converted(
        """\
        prompts: [A fox]
        defaultTest: {assert: [{type: contains, value: 'data:image/'}]}
        tests:
          - assert:
              - {type: icontains, value: a fox}
              - {type: cost, threshold: 0.2}
              - {type: latency, threshold: 30000}
              - {type: llm-rubric, value: The fox wears a hat}
              - {type: javascript, value: output.length > 2}
              - {type: not-contains, value: owl}
        """
    )
    checks = suite.variants[0].turns[0].checks

    assert checks.answer_text.contains == ("a fox",)
    assert (checks.cost_max_usd, checks.latency_max_s) == (0.2, 30.0)
    assert "The fox wears a hat" in found.text
    assert [line.rpartition(": ")[0] for line in found.left_out] == [
        "tests[0].assert[4]: javascript",
        "tests[0].assert[5]: not-contains",
    ]
    assert any("always checked" in line for line in found.changed)


def test_names_that_a_suite_has_for_itself_are_changed(converted):
    """A variable called seed is no seed; braces that were literal stay so."""
    found, suite = converted(
        """\
        prompts: ['{{seed}} of {{id}} in {subject} and {{subject}}']
        tests: [{vars: {seed: a, id: b, subject: c}}]
        """
    )

    assert suite.variants[0].turns[0].prompt == "a of b in {subject} and c"
    assert "vars.seed: is called seed_1 in the suite" in found.changed


def test_what_no_suite_may_say_is_left_out_and_the_rest_stands(converted):
    """A size that the model does not have, a ratio that nobody has."""
    found, suite = converted(
        """\
        prompts: [A fox, 'An {{adjective | upper}} owl', '{% if a %}b{% endif %}']
        providers:
          {id: 'google:gemini-3-pro-image', config: {imageSize: 9K, imageAspectRatio: '7:1'}}
        """
    )

    assert [v.turns[0].prompt for v in suite.variants] == ["A fox"]
    assert [line.partition(":")[0] for line in found.left_out] == [
        *("prompts[1]", "prompts[2]", "providers", "providers")
    ]


def test_a_key_is_named_and_never_written(converted):
    """Law 5: its place is told, its value is nowhere."""
    key = "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q"
    found, _ = converted(
        f"""\
        prompts: [A fox]
        providers: [{{id: 'google:gemini-3-pro-image', config: {{apiKey: {key}}}}}]
        """
    )

    assert key not in found.text
    assert any("providers[0].config.apiKey" in line for line in found.left_out)
    with pytest.raises(SecretFound, match="nothing was written"):
        converted(f"prompts: ['A fox {key}']\n")


def test_what_is_left_out_stands_as_comments_before_the_keys(converted):
    """Whoever reads the suite later sees what it lacks."""
    found, _ = converted("prompts: [A fox]\nscenarios: [{config: []}]\nsharing: true\n")
    head = found.text.partition("version:")[0]

    assert found.text.startswith("# yaml-language-server: $schema=harness.schema.json\n")
    assert all(line.startswith("#") for line in head.splitlines())
    assert "#   scenarios: the harness has nothing like it" in head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "prompts: 3",
        "prompts: []",
        "prompts: {a: 1}",
        "prompts: [[[[]]]]",
        "prompts: ['  ']",
        "prompts: ['{{a}}']\ntests: [{vars: 3}]",
        "prompts: ['{{a}}']\ntests: [{vars: {a: {b: c}}}]",
        "prompts: [file://]\n",
        "prompts: ['file://**']\n",
        "prompts: ['file://\\0']\n",
        "prompts: ['file:///etc/passwd']\n",
        "a: *b",
        "a: !!python/object:os.system x",
        "a: {",
        "a: 1\na: 2",
    ],
)
def test_what_is_no_configuration_is_one_clear_error(tmp_path, text):
    """Exit 2, and never a traceback."""
    path = tmp_path / "promptfooconfig.yaml"
    path.write_text(text)

    with pytest.raises(UsageError) as refused:
        convert(path)

    assert refused.value.exit_code == 2
    assert str(path) in str(refused.value)


def test_values_without_end_are_bounded(tmp_path):
    """Ten variables of ten values each are ten thousand million tests: some, and a line."""
    notes, values = Notes(), {f"v{number}": list("abcdefghij") for number in range(10)}

    found = trials_of({"tests": [{"vars": values}]}, Folder(tmp_path), notes)

    assert len(found) == 1000
    assert notes.left_out == ("tests[0]: more than 1,000 combinations of values: the others",)


SAID = """prompts providers tests vars assert type value id config raw label defaultTest repeat
evaluateOptions imageSize generationConfig contains llm-rubric cost threshold description a
file://x file://* {{a}} {a} {{a}}{{b google:gemini-3-pro-image 1K 16:9 [{ ---"""
WORDS = st.sampled_from(SAID.split())
LEAVES = st.one_of(
    WORDS, st.text(max_size=8), st.integers(), st.booleans(), st.none(), st.floats(width=16)
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=25,
)
CONFIGS = st.fixed_dictionaries(
    {"prompts": TREES | st.lists(WORDS, min_size=1)},
    optional=dict.fromkeys(("providers", "tests", "defaultTest", "evaluateOptions"), TREES),
)


@settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(config=CONFIGS)
def test_hostile_configurations_never_break_it(tmp_path, config):
    """A suite that loads, or an error of the harness's own."""
    path = tmp_path / "promptfooconfig.yaml"
    path.write_text(json.dumps(config), encoding="utf-8")

    with contextlib.suppress(UsageError):
        found = convert(path)
        (tmp_path / "suite.yaml").write_text(found.text, encoding="utf-8")
        assert load_suite(tmp_path / "suite.yaml").variants


def test_broken_yaml_is_told_by_its_place(tmp_path):
    """As every file that people write."""
    path = tmp_path / "promptfooconfig.yaml"
    path.write_text("prompts: [A fox\nproviders: x\n")

    with pytest.raises(SuiteError, match=r"promptfooconfig\.yaml:\d+:\d+: "):
        convert(path)
