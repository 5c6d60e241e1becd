"""Give each document a world of its own, and count nobody's money: the service is a simulator."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from harness.simulator.server import serving
from tests.docs.acts import SUITES, TOML, World
from tests.docs.ready import write_client
from tests.docs.shell import Shell
from tests.docs.worlds import Page

ROOT = Path(__file__).parents[2]
KEY = "made-up-key-of-the-documents"


@pytest.fixture
def services():
    """Give the addresses of two services that paint a few pictures and print from them.

    Their dice are seeded, so that what a document finds in its pictures is found every time.
    """
    with serving(seed=7, pool=3) as service, serving(seed=7, pool=3) as gateway:
        yield {"service": service, "gateway": gateway}


@pytest.fixture(scope="session")
def programs(tmp_path_factory):
    """Give the folders of programs: a harness that is ready before the one that is installed."""
    folder, installed = tmp_path_factory.mktemp("ready"), Path(sys.executable).parent
    address = str(folder / "socket")
    write_client(folder, address=address, real=installed / "harness")
    command = [sys.executable, "-m", "tests.docs.ready", address]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as ready:
        assert ready.stdout.readline() == "ready\n"
        yield f"{folder}:{installed}"
        ready.kill()


@pytest.fixture
def typing(tmp_path, services, programs):
    """Give `typing(text, page)`: a world as the document presupposes it, and a shell in it."""
    shells = []

    def begin(text: str, page: Page) -> tuple[World, Shell]:
        folder = tmp_path / "workspace"
        folder.mkdir()
        extra = {name: value.format(**services) for name, value in page.environ.items()}
        shell = Shell(folder, {**environ(tmp_path, programs), **extra})
        shells.append(shell)
        return _world(folder, services, shell=shell, text=text), shell

    yield begin
    for shell in shells:
        shell.close()


def _world(folder, services, *, shell, text):
    def run(command):
        done = shell.run(command)
        assert done.code == 0, f"before the page: {command}: ended with {done.code}:\n{done.text}"

    world = World(folder=folder, services=services, run=run, text=text)
    world.write("harness.toml", TOML.format(**services))
    return world


def lay_suites(world: World, page: Page) -> None:
    """Write the suites that a document presupposes, with their reference picture."""
    for name in page.suites:
        world.write(f"suites/{name}.yaml", SUITES[name])
    if page.suites:
        picture = world.folder / "suites" / "references" / "fox.png"
        picture.parent.mkdir()
        Image.linear_gradient("L").resize((64, 64)).save(picture)


def environ(home: Path, programs: str) -> dict[str, str]:
    """Give the variables of the shell: nothing leads off this machine, or to anybody's files."""
    away = "http://127.0.0.1:9"
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "BROWSER": "true",
        "GEMINI_API_KEY": KEY,
        "GATEWAY_KEY": KEY,
        "HTTP_PROXY": away,
        "HTTPS_PROXY": away,
        "NO_PROXY": "127.0.0.1,localhost",
        "GIT_AUTHOR_NAME": "ada",
        "GIT_AUTHOR_EMAIL": "ada@localhost",
        "GIT_COMMITTER_NAME": "ada",
        "GIT_COMMITTER_EMAIL": "ada@localhost",
        "OMP_NUM_THREADS": "1",
        "HARNESS_EXECUTOR": "processes:1",
    }


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
