"""A suite file gives exactly the variants that it declares."""

from pathlib import Path

import pytest

from harness.errors import SuiteError, UsageError
from harness.loader import load_suite, load_suites
from harness.model.checks import Rate
from harness.model.identity import cell_digest

RATIOS = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"]

STOREFRONT = """\
# yaml-language-server: $schema=harness.schema.json
version: 1
suite: storefront
model: gemini-3-pro-image
defaults: {samples: 4, image_size: 1K, aspect_ratio: 1:1}
references:
  mascot: references/mascot/*.png
  owl: references/owl/*.jpg
cases:
  - id: night-city
    prompt: Create a retro-futuristic night city scene with neon and flying cars
    matrix: {image_size: [1K, 2K, 4K], aspect_ratio: [16:9, 3:4]}
    tools: [google_search]
  - id: character-scenes
    prompt: "{name} is {action}, studio light"
    matrix:
      character:
        - {id: fox, references: [mascot], name: the fox}
        - {id: owl, references: [owl], name: the owl}
      action: [surfing, reading a map]
      exclude: [{character: owl, action: surfing}]
    checks: {answer_text: {contains: fox, max_bad: 1 of 8}}
  - id: hat-edit
    turns:
      - prompt: A fox figurine on a shelf
      - prompt: Put a small blue planet on its hat, change nothing else
        checks: {answer_text: {contains: planet, max_bad: 1}}
"""

ONE = """\
version: 1
suite: one
cases:
  - id: a
    prompt: A {thing} here
"""


def test_the_designs_example_gives_its_variants(load):
    """Sizes by ratios, characters by actions without the excluded one, one conversation."""
    suite = load(STOREFRONT)

    assert [variant.id for variant in suite.variants] == [
        "night-city[1K,16:9]",
        "night-city[1K,3:4]",
        "night-city[2K,16:9]",
        "night-city[2K,3:4]",
        "night-city[4K,16:9]",
        "night-city[4K,3:4]",
        "character-scenes[fox,surfing]",
        "character-scenes[fox,reading a map]",
        "character-scenes[owl,reading a map]",
        "hat-edit",
    ]
    assert (suite.id, suite.title, suite.warnings) == ("storefront", "storefront", ())
    assert suite.case_ids == ("night-city", "character-scenes", "hat-edit")
    assert {variant.samples for variant in suite.variants} == {4}
    assert [suite.variants[n].line for n in (0, 6, 9)] == [10, 14, 23]


def test_the_designs_example_gives_its_requests(load):
    """Prompts, pictures, parameters and checks are those that were written."""
    night, *_, fox, _, owl, hat = load(STOREFRONT).variants

    assert night.choices == {"image_size": "1K", "aspect_ratio": "16:9"}
    assert night.turns[0].parameters.aspect_ratio == "16:9"
    assert night.turns[0].parameters.tools == ("google_search",)
    assert fox.turns[0].prompt == "the fox is surfing, studio light"
    assert owl.turns[0].prompt == "the owl is reading a map, studio light"
    assert [r.path for r in fox.turns[0].references] == [
        "references/mascot/00.png",
        "references/mascot/01.png",
    ]
    assert [r.mime_type for r in owl.turns[0].references] == ["image/jpeg"]
    assert fox.turns[0].checks.answer_text.max_bad == Rate(bad=1, of=8)
    assert [turn.prompt[:10] for turn in hat.turns] == ["A fox figu", "Put a smal"]
    assert hat.turns[0].checks.answer_text is None
    assert hat.turns[1].checks.answer_text.max_bad == Rate(bad=1, of=4)
    assert hat.turns[1].parameters.image_size == "1K"


def test_all_ten_ratios_unquoted_stay_texts(load):
    """YAML 1.1 reads 16:9 as 969."""
    suite = load(ONE + f"    matrix: {{aspect_ratio: [{', '.join(RATIOS)}]}}\n")

    assert [variant.label for variant in suite.variants] == RATIOS
    assert [v.turns[0].parameters.aspect_ratio for v in suite.variants] == RATIOS


def test_what_is_not_written_is_not_sent(load):
    """No size and no ratio unless asked; text and picture by default."""
    (variant,) = load(ONE).variants

    parameters = variant.turns[0].parameters
    assert (parameters.image_size, parameters.aspect_ratio) == (None, None)
    assert parameters.modalities == ("TEXT", "IMAGE")
    assert (variant.model, variant.endpoint, variant.samples) == ("gemini-3-pro-image", None, 1)


def test_the_nearer_parameter_wins(load):
    """Top, defaults, case, axis, turn: in this order."""
    suite = load("""\
        version: 1
        suite: one
        model: gemini-3.1-flash-image
        defaults: {image_size: 1K, seed: 1, temperature: 1, system_instruction: Be brief}
        cases:
          - id: a
            seed: 2
            matrix: {seed: [3, 4]}
            turns:
              - prompt: one
              - {prompt: two, seed: 9, image_size: null}
        """)

    first = suite.variants[0]
    assert first.model == "gemini-3.1-flash-image"
    assert [turn.parameters.seed for turn in first.turns] == [3, 9]
    assert [turn.parameters.image_size for turn in first.turns] == ["1K", None]
    assert first.turns[1].parameters.system_instruction == "Be brief"


def test_every_parameter_reaches_the_model(load):
    """What stands in the file is what the request gets."""
    (variant,) = load(
        ONE
        + """\
    endpoint: simulator
    tags: [smoke]
    was: older
    samples: 3
    modalities: [IMAGE]
    thinking: {include_thoughts: true}
    references_first: true
    top_p: 1
    top_k: 40
    max_output_tokens: 4000
    media_resolution: high
    service_tier: flex
    tools: {google_search: {}}
    search_types: [web, image]
    safety_settings: {hate_speech: off, HARM_CATEGORY_DANGEROUS_CONTENT: block_none}
    extra: {generationConfig: {logprobs: 4}, labels: [a, 1.5, null]}
    checks: {pictures: 2, latency: {max_s: 60}, cost: {max_usd: 0.2}}
"""
    ).variants

    turn = variant.turns[0]
    assert (variant.endpoint, variant.was, variant.tags) == ("simulator", "older", ("smoke",))
    assert turn.parameters.modalities == ("IMAGE",)
    assert turn.parameters.include_thoughts is True
    assert (turn.parameters.top_p, turn.parameters.top_k) == (1.0, 40)
    assert turn.parameters.max_output_tokens == 4000
    assert turn.parameters.media_resolution == "MEDIA_RESOLUTION_HIGH"
    assert turn.parameters.service_tier == "flex"
    assert (turn.parameters.tools, turn.parameters.search_types) == (
        ("google_search",),
        ("web", "image"),
    )
    assert list(turn.parameters.safety_settings.items()) == [
        ("HARM_CATEGORY_DANGEROUS_CONTENT", "BLOCK_NONE"),
        ("HARM_CATEGORY_HATE_SPEECH", "OFF"),
    ]
    assert turn.parameters.extra == {
        "generationConfig": {"logprobs": 4},
        "labels": ["a", 1.5, None],
    }
    assert turn.references_first
    assert (turn.checks.pictures, turn.checks.latency_max_s) == (2, 60.0)
    assert turn.checks.cost_max_usd == 0.2


def test_streaming_is_asked_for_wherever_it_is_written(load):
    """By the defaults, a case, a turn or an axis; else the answer comes whole."""
    suite = load("""\
        version: 1
        suite: one
        cases:
          - {id: plain, prompt: x}
          - {id: streamed, prompt: x, stream: true}
          - {id: both, prompt: x, matrix: {stream: [true, false]}}
          - {id: chat, stream: true, turns: [{prompt: x}, {prompt: y, stream: false}]}
        """)
    everywhere = load("""\
        version: 1
        suite: one
        defaults: {stream: true}
        cases: [{id: a, prompt: x}, {id: b, prompt: x, stream: false}]
        """)

    streams = {v.id: [turn.parameters.stream for turn in v.turns] for v in suite.variants}
    assert streams == {
        "plain": [False],
        "streamed": [True],
        "both[true]": [True],
        "both[false]": [False],
        "chat": [True, False],
    }
    assert [v.turns[0].parameters.stream for v in everywhere.variants] == [True, False]


@pytest.mark.parametrize("value", ["on", "yes", "1", "'true'"])
def test_streaming_is_true_or_false(load, value):
    """YAML 1.2 has no other booleans."""
    with pytest.raises(SuiteError, match="stream: must be true or false, is "):
        load(f"{ONE}    stream: {value}\n")


def test_checks_merge_and_an_empty_one_takes_off(load):
    """Defaults, case and turn are merged check by check."""
    suite = load("""\
        version: 1
        suite: one
        checks: {latency: {max_s: 60}, pictures: 1}
        defaults: {checks: {cost: {max_usd: 1}}}
        cases:
          - id: a
            checks: {pictures: 2}
            turns: [{prompt: x, checks: {latency: null}}]
        """)

    checks = suite.variants[0].turns[0].checks
    assert (checks.pictures, checks.latency_max_s, checks.cost_max_usd) == (2, None, 1.0)


def test_pictures_of_a_case_go_with_its_first_turn(load):
    """They would else be sent again with every turn."""
    suite = load("""\
        version: 1
        suite: one
        references: {mascot: references/mascot/*.png, owl: [references/owl/*]}
        cases:
          - id: a
            references: mascot
            turns: [{prompt: x}, {prompt: y}, {prompt: z, references: [owl]}]
        """)

    assert [len(turn.references) for turn in suite.variants[0].turns] == [2, 0, 1]


def test_an_axis_of_one_value_changes_no_cell_and_no_label(load):
    """Writing an axis for later re-records nothing."""
    plain = load(ONE + "    image_size: 2K\n").variants[0]
    axis = load(ONE + "    matrix: {image_size: [2K], style: [calm]}\n")

    (variant,) = axis.variants
    assert variant.id == plain.id == "a"
    assert cell_digest(variant.turns) == cell_digest(plain.turns)
    assert variant.choices == {"image_size": "2K", "style": "calm"}


def test_a_case_has_its_own_owner_or_the_suites(load):
    """Who is responsible is told on one line, and changes no cell."""
    case = "cases:\n  - {id: fox, prompt: A fox}\n  - {id: owl, prompt: An owl"
    plain = load(f"version: 1\nsuite: s\n{case}}}\n")

    owned = load(f"version: 1\nsuite: s\nowner: Pictures  team\n{case}, owner: Ada}}\n")

    assert owned.owners == {"": "Pictures team", "owl": "Ada"}
    assert plain.owners == {}
    assert owned.variants[1].turns == plain.variants[1].turns


def test_renaming_changes_no_cell(load):
    """Suite, case, reference set and title are names, not declarations."""
    text = STOREFRONT.replace("storefront", "shop").replace("mascot:", "hero:")
    text = text.replace("[mascot]", "[hero]").replace("id: night-city", "id: city")

    before = [cell_digest(v.turns) for v in load(STOREFRONT).variants]
    after = [cell_digest(v.turns) for v in load(text).variants]

    assert after == before


def test_plain_aliases_are_fine(load):
    """Anchors save typing; they are bounded, not forbidden."""
    suite = load(
        ONE + "    matrix: &m {thing: [cup, hat]}\n  - {id: b, prompt: 'The {thing}', matrix: *m}\n"
    )

    assert [variant.id for variant in suite.variants] == ["a[cup]", "a[hat]", "b[cup]", "b[hat]"]


def test_a_retired_model_is_warned_about(load):
    """The sentence of its life stands where the model was written."""
    warnings = load(ONE + "    model: gemini-3-pro-image-preview\n").warnings

    assert len(warnings) == 1
    assert warnings[0].startswith("suites/s.yaml:6:12: cases[0].model: gemini-3-pro-image-preview ")
    assert 'use "gemini-3-pro-image"' in warnings[0]


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        (
            "    model: google/gemini-3-pro-image",
            'suites/s.yaml:6:12: cases[0].model: model "google/gemini-3-pro-image" is not in the '
            "catalogue: its sizes, ratios and prices are not known; "
            'did you mean "gemini-3-pro-image"?',
        ),
        (
            "    modalities: [IMAGE]\n    tools: [google_search]",
            "suites/s.yaml:6:17: cases[0].modalities: pictures without text do not work with "
            "google_search; add TEXT to modalities",
        ),
        (
            "    temperature: 1",
            "suites/s.yaml:6:18: cases[0].temperature: the provider deprecated temperature on "
            "2026-07-21 (https://ai.google.dev/gemini-api/docs/changelog); remove it",
        ),
        (
            "    top_k: 40",
            "suites/s.yaml:6:12: cases[0].top_k: the provider deprecated top_k on "
            "2026-07-21 (https://ai.google.dev/gemini-api/docs/changelog); remove it",
        ),
        (
            "    search_types: [image]",
            "suites/s.yaml:6:19: cases[0].search_types: is not sent without tools: "
            "[google_search]; add that or remove this",
        ),
        (
            "    image_size: 4K\n    max_output_tokens: 1999",
            "suites/s.yaml:7:24: cases[0].max_output_tokens: a picture of 4K has 2000 tokens and "
            "is cut off by this; raise it",
        ),
        (
            "    model: gemini-3-pro-image-preview",
            "suites/s.yaml:6:12: cases[0].model: gemini-3-pro-image-preview was to be shut down "
            "on 2026-06-25 on the official API (gateways may still sell the name); "
            'use "gemini-3-pro-image"',
        ),
        (
            "    matrix: {mood: [calm, wild]}",
            "suites/s.yaml:6:14: cases[0].matrix.mood: no prompt has {mood}, so it changes "
            "nothing; use it or remove it",
        ),
        (
            "    matrix: {things: [cup, hat]}",
            "suites/s.yaml:5:13: cases[0].prompt: {thing} is no variable and is sent as it "
            'stands; did you mean "things"?',
        ),
    ],
    ids=[
        *("gateway", "image-only search", "temperature", "top_k", "nothing searched"),
        *("cut off", "retired", "unused", "looks like an axis"),
    ],
)
def test_what_is_worth_saying_refuses_nothing(load, line, warning):
    """A warning is a sentence with its place, and the suite loads."""
    assert warning in load(f"{ONE}{line}\n").warnings


def test_an_unknown_model_has_unknown_sizes(load):
    """Gateways sell other names: what is written well is sent, with a warning."""
    suite = load(ONE + "    model: acme/painter-9\n    image_size: 8K\n    aspect_ratio: 7:5\n")

    parameters = suite.variants[0].turns[0].parameters
    assert (parameters.image_size, parameters.aspect_ratio) == ("8K", "7:5")
    assert suite.warnings[1:] == (
        'suites/s.yaml:7:17: cases[0].image_size: no known model has a size "8K"; known: 1K, 2K, '
        "4K, 512",
        'suites/s.yaml:8:19: cases[0].aspect_ratio: no known model has a ratio "7:5"; known: 1:1, '
        "2:3, 3:2, 3:4, 4:3, 4:5, 5:4, 9:16, 16:9, 21:9, 1:4, 1:8, 4:1, 8:1",
    )


@pytest.mark.parametrize("value", ["image_size: 512", "image_size: 4K", "aspect_ratio: 8:1"])
def test_what_any_known_model_takes_is_nothing_to_warn_of(load, value):
    """An unknown one may be a known one by another name."""
    (warning,) = load(f"{ONE}    model: acme/painter-9\n    {value}\n").warnings

    assert "is not in the catalogue" in warning


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("image_size: 1k", 'no size is written "1k"; did you mean "1K"?'),
        ("image_size: 9k", 'no size is written "9k"; did you mean "9K"?'),
        ("image_size: 1024x1024", 'no size is written "1024x1024"; known: 1K, 2K, 4K, 512'),
        ("aspect_ratio: 16x9", 'no ratio is written "16x9"; did you mean "16:9"?'),
        ("aspect_ratio: 16/9", 'no ratio is written "16/9"; did you mean "16:9"?'),
        ("aspect_ratio: wide", 'no ratio is written "wide"; write it as 16:9'),
        ("aspect_ratio: 0:1", 'no ratio is written "0:1"; write it as 16:9'),
    ],
)
def test_nobody_takes_a_size_or_ratio_that_is_written_wrongly(load, line, message):
    """Not even a model that the catalogue does not know."""
    with pytest.raises(SuiteError) as caught:
        load(f"{ONE}    model: acme/painter-9\n    {line}\n")

    (problem,) = caught.value.problems
    assert problem.message == message


def test_folders_give_their_suites_and_leave_strangers_alone(folder):
    """Sorted, below folders too, each once, hidden ones and other YAML left out."""
    for name, text in {
        "b.yaml": ONE.replace("suite: one", "suite: b"),
        "a.yml": ONE.replace("suite: one", "suite: a"),
        "deep/c.yaml": ONE.replace("suite: one", "suite: c"),
        ".hidden.yaml": ONE,
        "compose.yaml": "services: {web: {image: x}}\n",
    }.items():
        path = Path("suites", name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    suites = load_suites([Path("suites/b.yaml"), Path("suites")])

    assert [suite.id for suite in suites] == ["b", "a", "c"]


def test_suites_of_one_id_are_refused(folder):
    """Their recordings would lie in one folder."""
    for name in ("a.yaml", "b.yaml"):
        Path("suites", name).write_text(ONE)

    with pytest.raises(SuiteError) as caught:
        load_suites([Path("suites")])

    message = 'suites/b.yaml: suite: "one" is the name of suites/a.yaml too; rename one of them'
    assert str(caught.value) == message


def test_problems_of_all_files_come_at_once(folder):
    """Nobody mends one file to hear of the next."""
    for name in ("a.yaml", "b.yaml"):
        Path("suites", name).write_text(f"version: 2\nsuite: {name}\ncases: []\n")

    with pytest.raises(SuiteError) as caught:
        load_suites([Path("suites")])

    assert len(caught.value.problems) == 4
    assert {problem.file for problem in caught.value.problems} == {"suites/a.yaml", "suites/b.yaml"}


def test_paths_that_do_not_exist_are_all_named(folder):
    """With what to do."""
    with pytest.raises(SuiteError) as caught:
        load_suites([Path("nope"), Path("suites"), Path("no.yaml")])

    assert str(caught.value).splitlines() == [
        "nope: no such folder; run where your suites are, or write nope/NAME.yaml",
        "no.yaml: no such file; correct the path",
    ]


def test_a_folder_without_suites_is_a_usage_error(folder):
    """It says what a suite is, and how to write one."""
    with pytest.raises(UsageError) as caught:
        load_suites([Path("suites")])

    assert str(caught.value) == (
        "no suite in suites; a suite is a YAML file with a top-level suite: key; write one: "
        "version: 1, suite: NAME, cases: [{id: NAME, prompt: TEXT}]; keys: harness schema"
    )


def test_the_suite_that_the_message_shows_is_one(load):
    """Its three keys are enough."""
    suite = load("version: 1\nsuite: name\ncases: [{id: name, prompt: TEXT}]\n")

    assert [variant.id for variant in suite.variants] == ["name"]


def test_a_folder_is_no_suite_file(folder):
    """Said in words, not as an OSError."""
    with pytest.raises(SuiteError, match="is not a regular file; give a suite file"):
        load_suite(Path("suites"))
