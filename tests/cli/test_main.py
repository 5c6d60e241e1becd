"""Hold what every verb owes its user: exit codes, one clear message, stdout and stderr."""

import json
import os
import socket
import subprocess
import sys

import pytest

from harness.cli import running
from harness.errors import SpendingRefused, Unrecorded

HEAVY = (
    "numpy", "PIL", "pydantic", "jinja2", "vcr", "httpx", "starlette", "imagehash", "uvicorn",
    "fsspec", "s3fs", "dask", "sqlalchemy",
)  # fmt: skip
HARNESS = [sys.executable, "-m", "harness.cli.main"]
NEW = ("--fail-on", "unreviewed")


def cut(data):
    return data[: len(data) // 2]


def test_help_loads_nothing_heavy():
    """`harness --help` answers at once: what verbs need is imported by them."""
    code = (
        "import sys; sys.argv = ['harness', '--help']\n"
        "from harness.cli.main import main\n"
        "try: main()\n"
        f"except SystemExit: print('heavy:', *{set(HEAVY)} & set(sys.modules))\n"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "Exit codes: 0 all well" in " ".join(ran.stdout.split())
    assert ran.stdout.splitlines()[-1].strip() == "heavy:"


def test_what_every_run_loads_is_without_scipy():
    """Nor is what reaches a bucket or a cluster; what validates loads nothing that measures."""
    late = {"scipy", "fsspec", "s3fs", "distributed", "dask", "onnxruntime"}
    code = (
        "import sys, harness.loader, harness.cli.suites, harness.evaluate.branches\n"
        "import harness.evaluate.forge, harness.evaluate.readiness\n"
        "print('measuring:', *{'numpy', 'PIL', 'imagehash'} & set(sys.modules))\n"
        "import harness.cli.running, harness.evaluate.run, harness.evaluate.reporting\n"
        f"print('late:', *{late} & set(sys.modules))\n"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["measuring:", "late:"]


def test_the_version_is_said(bench):
    """One line on stdout."""
    assert bench("--version").out.startswith("harness 0")


@pytest.mark.parametrize("words", [["rum"], ["run", "--lively"], ["run", "--live", "some"]])
def test_a_wrong_word_is_a_usage_error(bench, words):
    """Exit 2, the reason on stderr, nothing on stdout."""
    bench.suite()

    ran = bench(*words)

    assert (ran.code, ran.out) == (2, "")
    assert words[-1] in ran.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], 0),
        (NEW, 1),
        (["-k", "nothing-like-it"], 5),
        (["--samples", "2"], 3),
        (["--samples", "2", "--fail-on", "failed"], 0),
        (["--samples", "2", "--fail-on", "none"], 0),
        (["--samples", "2", "--fail-on", "unreviewed,unrecorded"], 1),
        (["--fail-on", "everything"], 2),
        (["--recording", "../elsewhere"], 2),
        (["no-such.yaml"], 2),
    ],
)
def test_the_exit_code_says_what_came_of_a_run(recorded, words, code):
    """By what was found and what --fail-on names; a finding outranks what is missing."""
    assert recorded("run", *words).code == code


def test_a_failure_is_not_masked_by_what_is_missing_or_absent(recorded):
    """A truncated picture among unrecorded samples and an error: exit 1; without it, 3."""
    recorded.edit("[1:1, 16:9]", "[1:1, 16:9, 4:3]")
    recorded.picture("fox").unlink()
    incomplete = recorded("run", "--json")
    recorded.replace_picture("city", cut)
    failed = recorded("run", "--json")

    assert incomplete.code == 3
    assert failed.code == 1
    assert recorded.statuses(failed) == {
        "city[1:1]": "NEW",
        "city[16:9]": "FAIL",
        "city[4:3]": "UNRECORDED",
        "fox": "ERROR",
    }


def test_bytes_that_are_not_what_their_name_says_are_no_answer(recorded):
    """A blob that was tampered with is an error, never judged as the model's picture."""
    picture = recorded.picture("fox")
    picture.write_bytes(cut(picture.read_bytes()))

    ran = recorded("run", "--json")

    assert ran.code == 3
    assert recorded.statuses(ran)["fox"] == "ERROR"


def test_a_refused_budget_ends_with_four(bench, monkeypatch):
    """Without a terminal, paid calls need a yes and a cap."""
    monkeypatch.setenv("GEMINI_API_KEY", "a-key-of-a-test")
    bench.suite()

    assert bench("run", "--live", "missing").code == 4


def test_an_interruption_ends_with_130_and_says_what_is_kept(recorded, monkeypatch):
    """Ctrl-C is no fault and no silence."""
    monkeypatch.setattr(running, "show_run", _interrupt)

    ran = recorded("run")

    assert ran.code == 130
    assert "answers that had arrived are kept" in ran.err


def _interrupt(*_):
    raise KeyboardInterrupt


def test_a_fault_of_the_harness_is_said_without_a_traceback(recorded, monkeypatch):
    """Exit 101, and how to see more."""
    monkeypatch.setattr(running, "show_run", lambda *_: 1 / 0)

    ran = recorded("run")

    assert ran.code == 101
    assert "a fault of the harness itself: ZeroDivisionError" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["run", "--record-only"],
        ["run", "--samples", "2"],
        ["plan"],
        ["validate"],
        ["report", "last"],
        ["approve", "--all", "--unseen", "--by", "Ann", "--why", "a look"],
        ["baseline", "pin", "main"],
        ["baseline", "list"],
        ["cassette", "ls"],
        ["models"],
        ["prices"],
        ["config"],
    ],
    ids=" ".join,
)
def test_json_is_one_document_on_stdout(recorded, words):
    """A program can read all of stdout; it says its format and version."""
    recorded("run")

    ran = recorded(*words, "--json")

    assert ran.code in (0, 3), ran.err
    assert ran.json["format"].startswith("gemini-image-harness/")
    assert ran.json["version"] == 1


def test_json_of_a_broken_suite_holds_its_problems(bench):
    """A program reads them with line and column; people read them on stderr."""
    bench.suite("version: 1\nsuite: s\ncases: [{id: a, prompt: b, sample: 3}]\n")

    ran = bench("validate", "--json")

    assert ran.code == 2
    (problem,) = ran.json["problems"]
    assert (problem["line"], problem["path"]) == (3, "cases[0].sample")
    assert ran.err.startswith("suites/shop.yaml:3:")
    assert 'did you mean "samples"?' in ran.err


def test_a_good_suite_is_told_in_a_line(bench):
    """Cases, variants, answers, and what to type next."""
    bench.suite()

    ran = bench("validate")

    assert ran.out.splitlines() == [
        "✔ suites/shop.yaml: 2 cases, 3 variants",
        "all well: 1 suite, 3 answers asked for",
        "next    harness plan",
    ]


def test_the_schema_is_printed_or_written(bench):
    """The same JSON Schema either way."""
    printed = bench("schema")
    written = bench("schema", "-o", "deep/harness.schema.json")

    assert written.out == ""
    assert "cases" in printed.json["properties"]
    assert json.loads((bench.folder / "deep/harness.schema.json").read_text()) == printed.json


def lfs_pointer(bench):
    bench.picture("fox").write_text("version https://git-lfs.github.com/spec/v1\nsize 3\n")


def a_file_for(setting):
    def spoil(bench):
        (bench.folder / "harness.toml").write_text(f'{setting} = "a-file"')
        (bench.folder / "a-file").write_text("in the way")

    return spoil


@pytest.mark.parametrize(
    ("spoil", "code", "said"),
    [
        (lambda b: b.suite().unlink(), 2, "no suite in suites"),
        (lambda b: b.cassette("fox").write_text("{"), 2, "main/fox.json: broken JSON"),
        (lambda b: b.cassette("fox").write_text("[]"), 2, "fox.json: not a gemini-image"),
        (lambda b: b.cassette("fox").write_text("version https://git-lfs"), 2, "git lfs pull"),
        (lambda b: b.picture("fox").unlink(), 3, "git lfs pull"),
        (lfs_pointer, 3, "a Git LFS pointer"),
        (lambda b: (b.folder / "harness.toml").write_text("jobs = "), 2, "harness.toml: Invalid"),
        (a_file_for("reports"), 2, "a-file"),
        (a_file_for("state"), 2, "a-file"),
        (lambda b: (b.folder / "harness.toml").write_text("reports = '/proc/no'"), 2, "/proc/no"),
    ],
    ids=[
        "no suite", "broken cassette", "foreign cassette", "cassette in LFS", "no blob",
        "blob in LFS", "broken settings", "a file for reports", "a file for state", "read-only",
    ],
)  # fmt: skip
def test_what_is_broken_on_disk_is_one_clear_message(recorded, spoil, code, said):
    """Where, what, what to do; never a traceback, never a fault of the harness."""
    spoil(recorded)

    ran = recorded("run")

    assert ran.code == code, ran.err
    assert said in ran.out + ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["report", "20260101T000000Z-0000"], "names 0 runs below reports"),
        (["approve", "nobody"], "names 0 runs below reports"),
        (
            ["run", "-o", "foo.txt"],
            "-o foo.txt: write .json, .codequality.json, .junit.xml, .md or .html",
        ),
        (["run", "-k", "("], "-k '('"),
        (["run", "--endpoint", "nope"], "endpoint 'nope' is not known; known are gemini, sim"),
        (["run", "--jobs", "999"], "--jobs: Input should be less than or equal to 256"),
        (["run", "--max-cost", "nan"], "--max-cost"),
        (["baseline", "pin", "night"], "nothing of recording 'night'"),
        (["simulate", "--model-version", "odd"], "no version 'odd'"),
    ],
)
def test_what_is_asked_wrongly_is_one_clear_message(recorded, words, said):
    """Exit 2, and what to say instead."""
    recorded("run", "-k", "fox")

    ran = recorded(*words)

    assert ran.code == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


def test_no_run_yet_is_said(bench):
    """A report of nothing says how a run is made."""
    ran = bench("report")

    assert ran.code == 2
    assert "make one with: harness run" in ran.err


def test_an_output_of_no_known_form_is_refused_before_anything_is_done(recorded):
    """Nothing is judged, spent or written for a file that cannot be written."""
    before = recorded.files()

    recorded("run", "-o", "foo.txt")

    assert recorded.files() == before


def test_a_wrong_variable_is_named(recorded, monkeypatch):
    """The environment is a layer of settings like the others."""
    monkeypatch.setenv("HARNESS_JOBS", "many")

    ran = recorded("run")

    assert ran.code == 2
    assert ran.err.startswith("harness: HARNESS_JOBS: Input ")


def test_a_port_in_use_is_said(bench):
    """The simulator does not begin on another port by itself."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = bench("simulate", "--port", str(taken.getsockname()[1]))

    assert ran.code == 2
    assert "Traceback" not in ran.err


def test_settings_are_explained(bench, monkeypatch):
    """Each value stands with its origin."""
    monkeypatch.setenv("HARNESS_JOBS", "2")
    (bench.folder / "harness.toml").write_text("recording = 'night'\n")

    said = bench("config", "--explain").out.splitlines()

    assert "jobs = 2   (HARNESS_JOBS)" in said
    assert "recording = night   (harness.toml)" in said
    assert "reports = reports   (default)" in said


def test_results_go_to_stdout_and_remarks_to_stderr(recorded):
    """A pipe gets verdicts only; a warning of the suite is a remark."""
    recorded.edit("suite: shop", "suite: shop\nmodel: gemini-3-pro-image-preview")

    ran = recorded("run", "--fail-on", "none")

    assert "warning: suites/shop.yaml:3:8: model: gemini-3-pro-image-preview was" in ran.err
    assert "warning" not in ran.out
    assert "UNRECORDED" in ran.out


def test_colours_are_worn_where_they_are_asked_for_only(recorded, monkeypatch):
    """FORCE_COLOR colours a pipe, NO_COLOR outranks it, and a plain pipe has none."""
    plain = recorded("run").out
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = recorded("run").out
    monkeypatch.setenv("NO_COLOR", "1")
    bare = recorded("run").out

    assert "\x1b[" not in plain
    assert "\x1b[36m" in coloured
    assert "\x1b[36m" not in bare


def test_what_a_terminal_would_obey_is_shown_instead(recorded):
    """A stranger's text moves no cursor and sets no title."""
    tree = json.loads(recorded.cassette("fox").read_text())
    body = tree["interactions"][0]["response"]["body"]["json"]
    body["candidates"] = [{"finishReason": "NO_IMAGE", "finishMessage": "\x1b]0;owned\x07 :smile:"}]
    recorded.cassette("fox").write_text(json.dumps(tree))

    ran = recorded("run")

    assert "\x1b" not in ran.out
    assert "␛]0;owned␇ :smile:" in ran.out


def test_a_closed_pipe_is_no_fault(recorded):
    """`harness models | head -1` says nothing on stderr."""
    ran = subprocess.Popen(
        [*HARNESS, "models", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    ran.stdout.close()
    said = ran.stderr.read()
    ran.stderr.close()

    assert ran.wait() in (0, 1)
    assert said == b""


def test_a_command_without_any_stdin_is_refused_as_one_without_a_terminal(bench):
    """A daemon's closed stdin asks nobody and faults nowhere."""
    bench.suite()
    env = {**os.environ, "GEMINI_API_KEY": "a-key-of-a-test"}

    ran = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *HARNESS, "run", "--live", "missing"],
        cwd=bench.folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 4, ran.stderr
    assert "without a terminal this needs --yes and --max-cost" in ran.stderr


def test_exit_codes_of_errors_stand_in_their_classes(recorded, monkeypatch):
    """Whatever is raised on purpose ends with the code that its class owns."""
    for error in (SpendingRefused("no"), Unrecorded("none")):
        monkeypatch.setattr(running, "show_run", _raising(error))
        ran = recorded("run", "-k", "fox")
        assert (ran.code, ran.err) == (error.exit_code, f"harness: {error}\n")


def _raising(error):
    def show_run(*_):
        raise error

    return show_run
