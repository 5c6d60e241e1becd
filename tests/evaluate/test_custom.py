"""Checks of a suite's own run where they are allowed, and nowhere near a key."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.evaluate.custom import customs_of, refusal, without_secrets
from harness.evaluate.custom_child import answer
from harness.evaluate.sources import sources_of
from harness.evaluate.workspace import Workspace
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.checks import Checks, Custom, Rate
from harness.model.custom import GROUP, SampleContext
from harness.model.generation import Generation
from harness.model.request import Part
from harness.model.sample import Sample, SampleKey, Standing
from harness.model.suite import Suite, Turn, Variant
from harness.model.verdict import Status
from harness.settings import Settings
from harness.settings.endpoints import EndpointSettings
from harness.store.codec import encode

SECRET = "AIza" + "x" * 35
CONTEXT = SampleContext(
    suite="s", case="c", variant="c", sample=0, turn=0, prompt="p", model="m", outcome="picture"
)


@pytest.fixture
def examine(workspace):
    """Give what a function of `checks.py` finds on pictures, as (status, message)."""

    def examine(code, *, name="checks.py:check", options=None, count=1, text="", **changes):
        folder = workspace.root / "suites"
        folder.mkdir(exist_ok=True)
        (folder / "checks.py").write_text(code)
        suite = suite_of(folder, name, options=options)
        samples = [sample_of(workspace, number, text) for number in range(count)]
        here = replace(workspace, **{"allow_code": True, **changes})
        noted = noted_of(suite, tuple(samples), here)
        assert {finding.check for finding in noted} == {f"custom:{name}"}
        return [(finding.status, finding.message) for finding in noted]

    return examine


def suite_of(folder, *names, options=None):
    options = json.dumps(options or {})
    custom = tuple(Custom(name=n, options=options, max_bad=Rate(bad=0, of=1)) for n in names)
    turn = Turn(prompt="A city", checks=Checks(custom=custom))
    variant = Variant(
        suite="shop", case="city", label="", model="m", turns=(turn,), samples=1, choices={"a": "b"}
    )
    return Suite(id="shop", path=folder / "shop.yaml", title="Shop", variants=(variant,))


def sample_of(workspace, number, text):
    ref = workspace.blobs.put(b"\xff\xd8\xff" + bytes([number]))
    parts = (Part(text=text), Part(picture=ref))
    return Sample(
        key=SampleKey(case="city", variant="", sample=number),
        variant_id="city",
        cell="c",
        arm=Arm(model="m", endpoint="gemini"),
        prompt="A city",
        standing=Standing.RECORDED,
        generation=Generation(parts=parts, finish_reason="STOP"),
    )


def function(body):
    """Write a check of one line."""
    return (
        "import os, sys\nfrom harness.model.custom import CheckFinding\n"
        f"from harness.model.verdict import Status\ndef check(sample):\n    {body}\n"
    )


GOOD = [(Status.PASS, "good")]


BODIES = [
        ("return None", GOOD),
        ("return []", GOOD),
        ("yield from ()", GOOD),
        ("return 'too dark'", [(Status.FAIL, "too dark")]),
        ("yield 'a'; yield 'b'", [(Status.FAIL, "a"), (Status.FAIL, "b")]),
        ("return [CheckFinding(message='a', status=Status.WARN)]", [(Status.WARN, "a")]),
        ("return CheckFinding(message='a', status='PASS')", [(Status.PASS, "a")]),
        ("return 'x' * 9999", [(Status.FAIL, "x" * 500)]),
        ("return '\\x1b[31mred\\n'", [(Status.FAIL, "?[31mred?")]),
        ("print('{\"findings\": []}'); return 'a'", [(Status.FAIL, "a")]),
        ("os.write(1, b'{}\\n'); return 'a'", [(Status.FAIL, "a")]),
        ("return [sys.stdin.read() or 'no input']", [(Status.FAIL, "no input")]),
        ("return True", [(Status.ERROR, "returned a bool; return a list of what is wrong, empty "
                          "for nothing")]),
        ("return [5]", [(Status.ERROR, "found a int; a finding is a text or a CheckFinding")]),
        ("return CheckFinding(message='a', status='ERROR')",
         [(Status.ERROR, "found 'ERROR'; a status is PASS, WARN or FAIL")]),
        ("raise ValueError('no sky\\nat all')", [(Status.ERROR, "ValueError: no sky (line)")]),
        ("return 1 / 0", [(Status.ERROR, "ZeroDivisionError: division by zero (line)")]),
        ("yield 'a'; sys.exit(3)", [(Status.ERROR, "SystemExit: 3 (line)")]),
        ("raise type('E', (Exception,), {'__str__': lambda self: 1 / 0})()",
         [(Status.ERROR, "E (line)")]),
        ("raise type('E', (Exception,), {'__str__': lambda self: sys.exit(3)})()",
         [(Status.ERROR, "E (line)")]),
]  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Run every body as a check of its own, all of them in one process."""
    folder = tmp_path_factory.mktemp("bodies")
    head = (
        "import sys, os\nfrom harness.model.custom import CheckFinding\n"
        "from harness.model.verdict import Status\n"
    )
    code = "".join(f"def f{i}(sample):\n    {body}\n" for i, (body, _) in enumerate(BODIES))
    (folder / "checks.py").write_text(head + code)
    suite = suite_of(folder, *(f"checks.py:f{i}" for i in range(len(BODIES))))
    here = Workspace(root=folder, settings=Settings(), environ={}, allow_code=True)
    return noted_of(suite, (sample_of(here, 0, ""),), here)


@pytest.mark.parametrize("number", range(len(BODIES)), ids=[body for body, _ in BODIES])
def test_whatever_a_check_gives_is_a_finding(found, number):
    """A text is a bad sample, nothing is a good one, and no fault of it is a traceback."""
    named = [f for f in found if f.check == f"custom:checks.py:f{number}"]

    line = f"(checks.py:{5 + 2 * number})"
    wanted = [(status, said.replace("(line)", line)) for status, said in BODIES[number][1]]
    assert [(finding.status, finding.message) for finding in named] == wanted


@pytest.mark.parametrize(
    ("body", "said"),
    [("os._exit(3)", "exit code 3"), ("os.kill(os.getpid(), 11)", "killed by signal 11")],
)
def test_a_check_that_ends_its_process_is_an_error(examine, body, said):
    """And the next sample gets a new one."""
    found = examine(function(f"{body} if sample.sample == 1 else None"), count=3)

    assert found == [*GOOD, (Status.ERROR, f"ended its process ({said})"), *GOOD]


def test_a_check_that_forks_answers_once(examine):
    """The copy, which lives on in the check's code, speaks for no other sample."""
    found = examine(function("os.fork(); return f'sample {sample.sample}'"), count=5)

    assert found == [(Status.FAIL, f"sample {number}") for number in range(5)]


@pytest.mark.parametrize(
    ("forged", "said"),
    [
        ('{"number": 7, "findings": []}', "answered out of turn"),
        ('{"findings": []}', "answered with something else than findings"),
        ("7", "answered with something else than findings"),
    ],
)
def test_behind_a_forged_answer_none_is_believed(examine, forged, said):
    """Lines on the wire that answer no question would be taken for the next sample's."""
    body = (
        "if sample.sample == 0:\n"
        "        import contextlib\n"
        "        for handle in range(3, 20):\n"
        "            with contextlib.suppress(OSError):\n"
        f"                os.write(handle, {(forged + chr(10)).encode()!r})\n"
        "    return f'sample {sample.sample}'"
    )

    found = examine(function(body), count=3)

    assert found == [
        (Status.ERROR, said),
        (Status.FAIL, "sample 1"),
        (Status.FAIL, "sample 2"),
    ]


def test_a_check_is_given_the_sample_and_its_options(examine, workspace):
    """Files, texts and names: everything that tells what was asked, and what came."""
    body = (
        "return repr((sample.suite, sample.case, sample.variant, dict(sample.choices), "
        "sample.sample, sample.turn, sample.prompt, sample.model, sample.outcome, sample.text, "
        "sample.picture.read_bytes(), len(sample.pictures), sample.picture.is_absolute(), "
        "sample.measures, sample.references, sample.options))"
    )

    ((_, said),) = examine(function(body), options={"least": [1, "é"]}, text="Here")

    assert said == repr(
        (
            "shop", "city", "city", {"a": "b"}, 0, 0, "A city", "m", "picture", "Here",
            b"\xff\xd8\xff\x00", 1, True, None, (), {"least": [1, "é"]},
        )
    )  # fmt: skip


def test_a_flood_of_findings_is_cut(examine):
    """Twenty tell enough."""
    found = examine(function("return (str(i) for i in range(10**9))"))

    assert len(found) == 21
    assert found[-1] == (Status.WARN, "more than 20 findings; the others are not shown")


def test_a_check_that_takes_too_long_is_ended(examine, workspace):
    """With what it started; the others get a process of their own, thrice."""
    settings = workspace.settings.model_copy(update={"check_seconds": 0.4})

    found = examine(function("while True: pass"), count=5, settings=settings)

    slow = (Status.ERROR, "took longer than 0.4 s; make it faster, or raise check_seconds")
    assert found == [slow] * 3 + [(Status.ERROR, "not run: it broke 3 times; mend it first")]


def test_a_check_keeps_what_it_loaded(examine):
    """One process looks at all samples, and it is not ours: nothing is imported here."""
    code = (
        "import os\nseen = []\n"
        "def check(sample):\n    seen.append(os.getpid())\n    return str(seen)\n"
    )

    first, *_, last = (json.loads(message) for _, message in examine(code, count=3))

    assert last == first * 3
    assert first != [os.getpid()]
    assert not [name for name in sys.modules if name.startswith("suite_checks_")]


def test_a_check_that_is_not_there_is_an_error(workspace):
    """One line says what is missing."""
    files = {"a": "def other(): pass", "b": "def check(:", "c": "import nothing_like_it"}
    for name, code in files.items():
        (workspace.root / f"{name}.py").write_text(code)
    suite = suite_of(workspace.root, "a.py:check", "b.py:check", "c.py:check", "palette")

    found = noted_of(suite, (sample_of(workspace, 0, ""),), replace(workspace, allow_code=True))

    assert [(finding.status, finding.message) for finding in found] == [
        (Status.ERROR, message)
        for message in (
            'a.py has no function "check"; write it, or correct the name',
            "SyntaxError: invalid syntax (b.py:1)",
            "ModuleNotFoundError: No module named 'nothing_like_it' (c.py:1)",
            'not run: no check "palette" is installed here; install the package that has it',
        )
    ]


def noted_of(suite, samples, here):
    """Give what the suite's only variant is noted for."""
    sources = sources_of(suite, here.blobs)
    (noted,) = customs_of(suite, {"city": samples}, here, measures={}, sources=sources)
    return noted.findings


def test_a_file_that_went_away_is_an_error(examine, workspace):
    """The suite was read before; links that leave its folder are refused again, too."""
    (found,) = examine("", name="gone.py:check")

    assert found == (
        Status.ERROR,
        'not run: no file "gone.py" in the suite\'s folder; write it, or correct the name',
    )


def test_what_lies_beside_a_check_is_imported_and_shadows_nothing(examine, workspace):
    """And nothing is written into the suite's folder."""
    folder = workspace.root / "suites"
    folder.mkdir()
    (folder / "beside.py").write_text("WORD = 'beside'")
    (folder / "colorsys.py").write_text("raise SystemExit('shadowed')")
    code = "import colorsys\nimport beside\ndef check(sample):\n    return beside.WORD\n"

    assert examine(code) == [(Status.FAIL, "beside")]
    assert sorted(path.name for path in folder.iterdir()) == [
        "beside.py",
        "checks.py",
        "colorsys.py",
    ]


def test_a_check_never_sees_a_key(examine, workspace):
    """Not by its name, not by its value, nor by a variable that only the settings know."""
    ours = EndpointSettings(base_url="https://a.example", key_env=("OURS",))
    settings = workspace.settings.model_copy(update={"endpoints": {"a": ours}})
    environ = {
        "GEMINI_API_KEY": SECRET,
        "OURS": "short",
        "COPY": f"x{SECRET}y",
        "GITHUB_TOKEN": "t",
        "AWS_SECRET_ACCESS_KEY": "s",
        "PYTHONPATH": "/nowhere",
        "KEPT": "kept short",
    }
    body = "return repr((sorted(os.environ), '/nowhere' in sys.path, '' in sys.path))"

    ((_, said),) = examine(function(body), environ=environ, settings=settings)

    names, *paths = eval(said)
    assert set(names) - {"LC_CTYPE"} == {"KEPT", "PYTHONPATH"}
    assert paths == [False, False]
    assert set(without_secrets(replace(workspace, environ=environ, settings=settings))) == {
        "KEPT",
        "PYTHONPATH",
    }


def test_without_permission_code_of_a_folder_is_not_run(examine, workspace):
    """The suite is judged all the same, and says how to allow it."""
    code = f"open({str(workspace.root / 'ran')!r}, 'w')\ndef check(sample): return 'a'\n"

    found = examine(code, count=3, allow_code=False, environ={"HOME": "/home/me"})

    folder = (workspace.root / "suites").resolve()
    assert found == [
        (
            Status.WARN,
            "not run: checks.py is code of the suite's folder; read it, then allow it by "
            f"--allow-code, or list {folder} under suites in /home/me/.config/harness/trusted.toml",
        )
    ]
    assert not (workspace.root / "ran").exists()


def test_a_folder_that_a_person_trusts_runs(examine, workspace, tmp_path_factory):
    """By a file of the person's, outside of the project."""
    config = tmp_path_factory.mktemp("config")
    place = config / "harness" / "trusted.toml"
    place.parent.mkdir()
    place.write_text(f'suites = ["{workspace.root / "suites"}"]')

    found = examine(
        function("return 'ran'"), allow_code=False, environ={"XDG_CONFIG_HOME": str(config)}
    )

    assert found == [(Status.FAIL, "ran")]


def test_a_project_cannot_trust_itself(workspace):
    """A trusted.toml that lies in it grants nothing."""
    place = workspace.root / "harness" / "trusted.toml"
    place.parent.mkdir()
    place.write_text(f'suites = ["{workspace.root / "suites"}"]')
    suite = suite_of(workspace.root / "suites", "checks.py:check")

    here = replace(workspace, environ={"XDG_CONFIG_HOME": str(workspace.root)})

    assert "--allow-code" in refusal(suite, here)


def test_an_absent_picture_is_an_error_of_the_sample(workspace):
    """A check is not asked about what is not here."""
    (workspace.root / "checks.py").write_text("")
    suite = suite_of(workspace.root, "checks.py:check")
    sample = sample_of(workspace, 0, "")
    gone = Generation(parts=(Part(picture=BlobRef(sha256="0" * 64, extension="jpg", size=4)),))

    here = replace(workspace, allow_code=True)
    noted = noted_of(suite, (replace(sample, generation=gone),), here)

    assert [finding.message for finding in noted] == [
        "the picture is not here; fetch it: harness cassette pull"
    ]


def test_nothing_is_started_for_a_suite_without_own_checks(workspace):
    """A process costs."""
    suite = suite_of(Path(), "palette")
    (variant,) = suite.variants
    bare = replace(suite, variants=(replace(variant, turns=(Turn(prompt="x"),)),))

    assert customs_of(bare, {}, workspace, measures={}, sources=None) == ()


def test_an_installed_check_needs_no_permission(tmp_path, monkeypatch):
    """What is installed is trusted: it is found by what its package declares."""
    info = tmp_path / "palette-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: palette\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\nthree_colours = palette_checks:check\n")
    (tmp_path / "palette_checks.py").write_text("def check(sample):\n    return ['too grey']\n")
    monkeypatch.syspath_prepend(tmp_path)

    found = answer({"name": "three_colours", "folder": "", "context": encode(CONTEXT)})

    assert found == {"findings": [{"status": "FAIL", "message": "too grey"}]}


def test_code_of_a_folder_is_refused_by_the_child_too(workspace):
    """It runs none for a suite whose folder it is not given."""
    (workspace.root / "checks.py").write_text("def check(sample): return []")

    found = answer({"name": "checks.py:check", "folder": "", "context": encode(CONTEXT)})

    assert found == {"problem": "code of the suite's folder may not run here"}
