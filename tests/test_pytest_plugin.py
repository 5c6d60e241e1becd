"""Run pytest over suites, as people do."""

import json
import shutil
from xml.etree import ElementTree as ET

import numpy as np  # noqa: F401  # inner runs unload what they import; numpy loads once only
import pytest

from harness.simulator.server import serving
from tests.copied import remember

SUITE = """\
version: 1
suite: shop
defaults: {image_size: 1K}
cases:
  - id: city
    prompt: A night city
    matrix: {aspect_ratio: [1:1, 16:9]}
    tags: [wide-one, skip]
  - id: fox
    prompt: A fox on a shelf
    tags: [4k]
"""
IDS = ["city[1:1]", "city[16:9]", "fox"]
ITEMS = [f"suites/shop.yaml::{name}" for name in [*IDS, "suite"]]
LIVE = ("--harness-live", "--harness-endpoint", "simulator")


LEAN = ("-p", "no:hypothesispytest", "-p", "no:recording")
"""Inner sessions go without what they do not use: Hypothesis alone takes 2 s of each."""


@pytest.fixture
def tests(pytester, monkeypatch):
    """Stand in a folder with a suite, strict as people's settings are, without keys."""
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    pytester.mkdir("suites").joinpath("shop.yaml").write_text(SUITE)
    words = " ".join(LEAN)
    pytester.makeini(f"[pytest]\naddopts = --strict-markers {words}\nfilterwarnings = error\n")
    return pytester


@pytest.fixture(scope="module")
def recording(tmp_path_factory):
    """Record the suite once, by pytest itself."""
    folder = tmp_path_factory.mktemp("plugin")
    (folder / "suites").mkdir()
    (folder / "suites" / "shop.yaml").write_text(SUITE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        code = pytest.main(
            ["suites", *LIVE, *LEAN, "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
        )
    assert code == 0
    return folder


@pytest.fixture
def recorded(tests, recording):
    """Stand in a folder whose suite is recorded."""
    for part in ("cassettes", ".harness/features"):
        shutil.copytree(recording / part, tests.path / part)
    remember(tests.path)
    return tests


def edit(tests, old, new):
    path = tests.path / "suites" / "shop.yaml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def collected(result):
    return [line for line in result.outlines if "::" in line]


def recorded_calls(tests):
    """Name every answer that lies in the cassettes, replaced ones too."""
    files = (tests.path / "cassettes" / "shop").rglob("*.json")
    trees = [json.loads(path.read_text()) for path in files if "_manifest" not in path.parts]
    items = [item["key"] for tree in trees for item in tree["interactions"]]
    return sorted(f"{key['case']}[{key['variant']}]" for key in items)


def test_variants_are_items_with_readable_ids(tests):
    """A suite is a file node; its whole is one more item."""
    assert collected(tests.runpytest("suites", "--collect-only", "-q")) == ITEMS


def test_recorded_variants_pass_offline(recorded):
    """The verdict is the outcome: nothing was found on any."""
    recorded.runpytest("suites/").assert_outcomes(passed=4)


def test_one_variant_runs_by_its_id(recorded):
    """An id can be typed, brackets and colon included."""
    result = recorded.runpytest("suites/shop.yaml::city[16:9]", "-v")

    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["suites/shop.yaml::city[[]16:9] PASSED*"])


def test_findings_are_the_text_of_a_failure(recorded, monkeypatch):
    """What is not recorded fails with what differs and the price, without a traceback.

    A prompt commands no runner of GitHub's there.
    """
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    edit(recorded, "A fox", "A red fox##[error]")

    result = recorded.runpytest("suites")

    result.assert_outcomes(passed=3, failed=1)
    assert "##[" not in result.stdout.str()
    result.stdout.fnmatch_lines(["UNRECORDED  recorded: sample 1: stale: *A red fox*"])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin*")


def test_what_counts_is_set_as_for_run(recorded):
    """With fail_on unreviewed, a picture that nobody decided on fails."""
    (recorded.path / "harness.toml").write_text("fail_on = ['unreviewed']\n")
    edit(recorded, "A fox", "A red fox")

    result = recorded.runpytest("suites")

    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines(["NEW  decided: sample 1: nobody has decided*"])


@pytest.mark.parametrize(
    ("words", "chosen"),
    [
        (["-k", "city and not 16"], ITEMS[:1]),
        (["-m", "wide-one"], ITEMS[:2]),
        (["-m", "4k"], ITEMS[2:3]),
        (["-m", "not 4k and not wide-one"], ITEMS[3:]),
    ],
)
def test_selection_works_as_everywhere(tests, words, chosen):
    """-k takes ids, -m takes tags; no tag breaks --strict-markers."""
    assert collected(tests.runpytest("suites", "--co", "-q", *words)) == chosen


def test_a_tag_gives_no_order_to_pytest(recorded):
    """A tag called skip is a word: its variants run."""
    recorded.runpytest("suites", "-k", "city").assert_outcomes(passed=2)


def test_a_run_stops_at_the_first_failure_and_begins_there_again(tests):
    """-x stops, --lf runs what failed."""
    tests.runpytest("suites", "-x").assert_outcomes(failed=1)
    result = tests.runpytest("suites", "--lf", "-v")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*shop.yaml::city[[]1:1] FAILED*"])


def test_junit_holds_items_and_findings(recorded):
    """CI servers read a case a variant, with the findings as the failure."""
    edit(recorded, "A fox", "A red fox")

    recorded.runpytest("suites", "--junit-xml=j.xml")

    cases = {case.get("name"): case for case in ET.parse(recorded.path / "j.xml").iter("testcase")}
    assert list(cases) == [*IDS, "suite"]
    assert "stale" in cases["fox"].find("failure").text
    assert cases["city[1:1]"].find("failure") is None


def test_strangers_are_left_alone(tests):
    """YAML without a suite, and suites elsewhere, are no tests."""
    tests.makefile(".yaml", **{"suites/other": "key: [broken", "elsewhere": SUITE})

    assert collected(tests.runpytest("--co", "-q")) == ITEMS


def test_a_broken_suite_is_an_error_of_collection(tests):
    """File, line, column, path and what to do; paths from where people stand."""
    edit(tests, "  - id: fox\n", "  - id: fox\n    sample: 3\n")

    result = tests.runpytest("suites")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['suites/shop.yaml:10:5: cases[[]1].sample: unknown key; did*"*"*'])


def test_broken_settings_are_an_error_of_collection(tests):
    """The file and the setting are named, without a traceback."""
    (tests.path / "harness.toml").write_text("job = 3\n")

    result = tests.runpytest("suites")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['harness.toml: job: unknown setting; did you mean "jobs"[?]'])
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_plugin*")


def test_recording_happens_once_and_on_demand_only(tests):
    """Plain pytest records nothing, --harness-live what is selected, and never again."""
    tests.runpytest("suites", "-k", "fox").assert_outcomes(failed=1)
    tests.runpytest("suites", "--co", "-k", "fox", *LIVE)
    assert recorded_calls(tests) == []

    for _ in range(2):
        tests.runpytest("suites", "-k", "fox", *LIVE).assert_outcomes(passed=1)
        assert recorded_calls(tests) == ["fox[]"]


def test_nothing_is_recorded_where_collection_failed(tests):
    """No item will run, so nothing is paid for."""
    (tests.path / "suites" / "broken.yaml").write_text("suite: broken\n")

    tests.runpytest("suites", *LIVE).assert_outcomes(errors=1)

    assert recorded_calls(tests) == []


def test_paid_calls_need_a_cap(tests, monkeypatch):
    """Nobody is asked while tests run: without --harness-max-cost nothing is called."""
    monkeypatch.setenv("LOCAL_KEY", "a-key-of-a-test")
    with serving() as url:
        (tests.path / "harness.toml").write_text(
            f'[endpoints.local]\nbase_url = "{url}"\nkey_env = ["LOCAL_KEY"]\n'
        )
        live = ("suites", "-k", "fox", "--harness-live", "--harness-endpoint", "local")
        refused = tests.runpytest(*live)
        before = recorded_calls(tests)
        paid = tests.runpytest(*live, "--harness-max-cost", "1")
        capped = tests.runpytest("suites", *live[3:], "--harness-max-cost", "0.01")

    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    refused.stderr.fnmatch_lines(["*1 answers would cost about *: say --harness-max-cost *"])
    assert before == []
    paid.assert_outcomes(passed=1)
    paid.stdout.fnmatch_lines(["harness: 1 of 1 recorded"])
    capped.assert_outcomes(passed=2, failed=2)
    capped.stdout.fnmatch_lines(["harness: the cap of $0.01 is reached*"])
    assert recorded_calls(tests) == ["fox[]"]


def test_a_rejected_key_is_said_by_the_recorder(tests, monkeypatch):
    """Why nothing was recorded stands in the output, beside the failures."""
    monkeypatch.setenv("GEMINI_API_KEY", "invalid")

    result = tests.runpytest("suites", "-k", "fox", *LIVE)

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["harness: *API key not valid*"])


def test_only_the_controller_records_and_each_answer_once(tests):
    """Under -n 2 the union of the selected items is recorded before the first of them runs.

    Every item passes by replay, whichever worker takes it. Tests in Python beside the
    suites run as ever.
    """
    tests.makepyfile("def test_beside(tmp_path): pass")

    first = tests.runpytest("-n", "2", "-k", "1 or fox or beside", *LIVE)
    calls = recorded_calls(tests)
    second = tests.runpytest("suites", "-n", "1", *LIVE)

    first.assert_outcomes(passed=4)
    assert calls == ["city[16:9]", "city[1:1]", "fox[]"]
    first.stdout.fnmatch_lines(["harness: 3 of 3 recorded"])
    sessions = list((tests.path / "cassettes" / "shop" / "main" / "_manifest").iterdir())
    assert len(sessions) == 1
    second.assert_outcomes(passed=4)
    assert recorded_calls(tests) == calls


def test_collecting_alone_records_nothing_under_xdist_either(tests):
    """--collect-only is no run, with -n 2 as without."""
    tests.runpytest("suites", "-n", "2", "--co", *LIVE)

    assert recorded_calls(tests) == []


def test_a_broken_suite_under_xdist_records_nothing(tests):
    """The controller tells the error, and nothing is paid for."""
    (tests.path / "suites" / "broken.yaml").write_text("suite: broken\n")

    result = tests.runpytest("suites", "-n", "1", *LIVE)

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*errors during collection, nothing was recorded*"])
    assert recorded_calls(tests) == []


def test_all_of_it_works_without_xdist(recorded):
    """The plugin does not need it."""
    recorded.runpytest("suites", "-p", "no:xdist", *LIVE).assert_outcomes(passed=4)


def test_the_last_line_says_what_the_pictures_are(recorded):
    """A replay is not news: the days, that nothing was generated, the counts, the simulator."""
    result = recorded.runpytest("suites")

    result.stdout.re_match_lines(
        [r"harness: recorded pictures of 20.*, nothing was generated: 3 new; .* simulated.*"]
    )


def test_checks_of_a_suites_folder_run_only_where_they_are_allowed(recorded):
    """Else the item passes and says what was not looked at."""
    checks = recorded.path / "suites" / "checks.py"
    checks.write_text("def check(sample):\n    return ['too plain']\n")
    edit(
        recorded,
        "    prompt: A fox",
        "    checks: {custom: ['checks.py:check']}\n    prompt: A fox",
    )
    item = "suites/shop.yaml::fox"

    without = recorded.runpytest(item, "-rA")
    allowed = recorded.runpytest(item, "--harness-allow-code")

    without.assert_outcomes(passed=1)
    without.stdout.fnmatch_lines(["WARN  custom:checks.py:check: not run: checks.py is code of*"])
    allowed.assert_outcomes(failed=1)
    allowed.stdout.fnmatch_lines(["*FAIL  custom:checks.py:check: sample 1: too plain"])
