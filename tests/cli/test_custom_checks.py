"""A suite's own checks decide a run's verdicts, as their page says."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "custom-checks.md"
CHECK = "custom:checks.py:bright_enough"


@pytest.fixture(scope="module")
def example() -> tuple[str, str]:
    """Give the page's suite and its Python file."""
    text = PAGE.read_text()
    return tuple(
        re.search(rf"```{language}\n(.*?)```", text, re.DOTALL)[1]
        for language in ("yaml", "python")
    )


@pytest.fixture
def shop(recorded, example):
    """Stand in a folder with the page's example, whose pictures are recorded."""
    suite, code = example
    recorded.suite(suite)
    (recorded.folder / "suites" / "checks.py").write_text(code)
    return recorded


def said(bench, ran):
    """Give what the check said, by variant and sample."""
    return {
        (variant, finding.get("sample")): (finding["status"], finding["message"])
        for variant, found in bench.findings(ran).items()
        for finding in found
        if finding["check"] == CHECK
    }


def test_the_pages_example_runs(shop):
    """On both variants, offline; a stricter option makes every sample bad."""
    shop.edit("least: 60", "least: 0")
    light = shop("run", "--json", "--allow-code")
    shop.edit("least: 0", "least: 256")
    dark = shop("run", "--json", "--allow-code")

    variants = ("city[1:1]", "city[16:9]")
    assert (light.code, dark.code) == (0, 1)
    for variant in variants:
        status, told = said(shop, light)[variant, None]
        assert (status, told) == ("PASS", "0 of 1 samples are bad (allowed 1 of 8)")
        status, told = said(shop, dark)[variant, 0]
        assert re.fullmatch(r"mean level \d+ of 255, at least 256 is wanted", told)
        assert status == "FAIL"


def test_without_permission_the_suite_is_judged_with_a_warning(shop):
    """Each variant says what was not looked at, and how to allow it."""
    ran = shop("run", "--json")

    found = said(shop, ran)
    assert ran.code == 0
    assert list(found) == [("city[1:1]", None), ("city[16:9]", None)]
    for status, told in found.values():
        assert status == "WARN"
        assert told.startswith("not run: checks.py is code of the suite's folder; read it, then")
        assert "--allow-code" in told


def test_no_setting_of_the_project_allows_code(shop):
    """A stranger's suite brings its harness.toml with it."""
    (shop.folder / "harness.toml").write_text("allow_code = true\n")

    ran = shop("run")

    assert ran.code == 2
    assert "allow_code: unknown setting" in ran.err


def test_a_suite_with_own_checks_is_validated_without_running_them(shop):
    """The file is looked for; what stands in it is nobody's business yet."""
    (shop.folder / "suites" / "checks.py").write_text("open('ran', 'w')\n")

    ran, planned = shop("validate"), shop("plan")

    assert (ran.code, planned.code) == (0, 0)
    assert "checks of checks.py will not be run" in planned.err
    assert "checks of checks.py will not be run: code of the suite's folder; read it" in ran.err
    assert not (shop.folder / "ran").exists()
