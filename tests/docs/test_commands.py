"""Every command of every document is typed, in order, and does what the document says."""

import importlib
import os
import re
import signal
import tomllib
from pathlib import Path

import httpx
import pytest

from harness.compute.choosing import is_elsewhere
from tests.docs.conftest import free_port, lay_suites
from tests.docs.pages import commands, missing_lines, unmarked, words
from tests.docs.worlds import PAGES, Page

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[2]
DOCUMENTS = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
WITH_COMMANDS = [name for name in DOCUMENTS if commands((ROOT / name).read_text(encoding="utf-8"))]
SERVERS = ("harness simulate", "harness review")
"""What runs on until Ctrl-C: it is started, asked for a page, and ended."""
ENDS = ("--static", "--minutes", "--fault list")
"""What lets it end by itself all the same."""


def _is_target(command):
    """A target of make is one of the Makefile's."""
    made = (ROOT / "Makefile").read_text(encoding="utf-8")
    return re.search(rf"^{words(command)[1]}:", made, re.MULTILINE)


def _can_be_installed(command):
    """What pip is asked for is this project, with extras that it has, or a known helper."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [word for word in words(command)[2:] if not word.startswith("-")]
    for word in asked:
        name, _, extras = word.rstrip("]").partition("[")
        known = name in {project["name"], "."}
        if not (known or name in HELPERS):
            return False
        if known and extras and set(extras.split(",")) - set(project["optional-dependencies"]):
            return False
    return bool(asked)


def _is_for_dask(command):
    """A verb of Dask's has the flags that it is given; the harness is given a cluster."""
    program, verb, *given = words(command)
    if program == "harness":
        return is_elsewhere(given[given.index("--executor") + 1])
    known = importlib.import_module(f"distributed.cli.dask_{verb}").main.params
    flags = {word for word in given if word.startswith("-")}
    return flags <= {flag for one in known for flag in (*one.opts, *one.secondary_opts)}


HELPERS = {"pytest-recording", "google-genai", "pytest-xdist", "pre-commit"}
NOT_TYPED = {
    r"make\b": (_is_target, "sets up and runs the whole project; `make test` would run itself"),
    r"pip install\b": (_can_be_installed, "asks a package index, which tests never do"),
    r"dask |harness run --executor dask:": (
        _is_for_dask,
        "a cluster; tests/compute has one of its own",
    ),
    r"git lfs\b": (words, "an extension of git that may not be there"),
    r"(?:sudo )?(?:apt-get|brew) install\b": (words, "changes the machine"),
}
"""The commands that are not typed here: what is held of them instead, and why."""


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_every_command_does_what_the_document_says(name, typing):
    """It ends with 0 or with what its remark says, and prints the lines that are shown."""
    text = (ROOT / name).read_text(encoding="utf-8")
    page = PAGES.get(name, Page())
    world, shell = typing(text, page)
    lay_suites(world, page)
    _happen(page.before, world)
    pending, ports = dict(page.between), {}

    for command in commands(text):
        typed = _typed(command.text, world, page=page, ports=ports)
        for begins in [each for each in pending if command.text.startswith(each)]:
            _happen(pending.pop(begins), world)
            typed = _typed(command.text, world, page=page, ports=ports)
        if held := _held_of(command.text):
            assert held(command.text), f"{name}:{command.line}: {command.text}: cannot be right"
        elif _serves(command.text):
            _serve(typed, shell, stays=command.text.endswith("&"))
        else:
            _run(typed, shell, command=command, name=name)
    assert pending == {}, "no command of the document begins like this"


def _happen(acts, world):
    for act in acts:
        world.run(act) if isinstance(act, str) else act(world)


def _typed(text, world, *, page, ports):
    """Put what is so in this world in the place of placeholders and ports."""
    for word, means in page.words.items():
        if re.search(rf"(?<![A-Z]){re.escape(word)}(?![A-Z])", text):
            meant = means if isinstance(means, str) else means(world)
            text = re.sub(rf"(?<![A-Z]){re.escape(word)}(?![A-Z])", meant, text)
    for port in re.findall(r"(?:--port |127\.0\.0\.1:)([0-9]{2,5})\b", text):
        if port not in ports:
            ports[port] = str(free_port())
            toml = world.folder / "harness.toml"
            toml.write_text(toml.read_text().replace(f":{port}", f":{ports[port]}"))
        text = text.replace(port, ports[port])
    return text


def _held_of(command):
    return next((held for like, (held, _) in NOT_TYPED.items() if re.match(like, command)), None)


def _serves(command):
    serves = command.startswith(SERVERS) or command.endswith("&")
    return serves and not any(word in command for word in ENDS)


def _serve(command, shell, *, stays):
    process, address = shell.serve(command)
    assert httpx.get(address, trust_env=False, follow_redirects=True).status_code < 500
    if not stays:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait() in (0, 130), process.stdout.read()


def _run(typed, shell, *, command, name):
    done = shell.run(typed)

    said = f"{name}:{command.line}: {typed}"
    assert done.code in command.codes, f"{said}: ended with {done.code}:\n{done.text}"
    assert missing_lines(command.shown, done.text) == [], f"{said}: printed\n{done.text}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_command_hides_in_a_block_that_is_not_run(name):
    """What looks typed stands in a console block, where the test above finds it."""
    assert unmarked((ROOT / name).read_text(encoding="utf-8")) == []


def test_the_documents_have_commands():
    """The tests above hold of many commands, not of none."""
    found = [one for name in DOCUMENTS for one in commands((ROOT / name).read_text())]

    assert len(found) > 60
    assert sum(bool(one.shown) for one in found) > 3


def test_a_world_is_laid_only_for_documents_that_are_there():
    """Who renames a document finds its world's name, too."""
    assert [name for name in PAGES if name not in WITH_COMMANDS] == []
