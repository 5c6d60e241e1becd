"""Scratch repositories for the proof of pull requests: an origin, and clones with or without a key.

A command line runs as a process of its own. Most are forked off one that has loaded the harness
already: the same `main`, the same words, in the clone's folder and environment.
"""

import json
import multiprocessing
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing.forkserver import set_forkserver_preload
from pathlib import Path

COMMAND = (sys.executable, "-m", "harness.cli.main")
GATE = ("run", "--fail-on=failed,unreviewed,unrecorded,incomplete")
RECORD = ("run", "--live=missing", "--record-only", "--max-cost=5", "--yes")
KEY = "key-of-nobody-4f1c9d77"
LOADED = ("cli.main", "evaluate.run", "evaluate.reporting", "evaluate.approve",
          "evaluate.branches", "evaluate.push", "simulator.server")  # fmt: skip

SHOP = """\
version: 1
suite: shop
defaults: {samples: 1, image_size: 512}
model: gemini-3.1-flash-image
cases:
  - id: city
    prompt: A night city
    matrix: {aspect_ratio: ['1:1', '16:9']}
  - id: fox
    prompt: A fox on a shelf
    samples: 2
  - id: hat
    turns:
      - prompt: A fox figurine
      - prompt: Put a blue hat on it
"""
POST = """\
version: 1
suite: post
defaults: {samples: 1, image_size: 512}
model: gemini-3.1-flash-image
cases:
  - {id: card, prompt: A postcard of a lake}
  - {id: stamp, prompt: A stamp with an owl}
"""
SETTINGS = """\
endpoint = "studio"

[endpoints.studio]
base_url = "{url}"
key_env = ["PULL_KEY"]

[endpoints.gateway]
base_url = "{url}"
key_env = ["PULL_KEY"]

[endpoints.cellar]
base_url = "{url}"
key_env = ["PULL_KEY"]
"""


class Broken(Exception):
    """A promise that was not held."""


def insist(holds: object, said: str) -> None:
    """Go on only where the promise held.

    Raises:
        Broken: it did not; `said` tells how.
    """
    if not holds:
        raise Broken(said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a process wrote, and how it ended."""

    code: int
    out: str
    err: str


class Clone:
    """A working copy of somebody."""

    def __init__(self, folder: Path, *, key: str = "", whole: bool = False) -> None:
        """Stand in a folder.

        Args:
            folder: The working copy; its name is its owner's.
            key: The key that its owner holds; empty for none.
            whole: Start an interpreter for each command line, as a shell does.
        """
        self.folder = folder
        self._whole = whole
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "CI": "1"}
        names = {f"GIT_{who}_{what}": f"{folder.name}@x.invalid" for who in ("AUTHOR", "COMMITTER")
                 for what in ("NAME", "EMAIL")}  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if not _is_ours(name)}
        if not whole:  # whose pictures are small and few: no process is started to measure them
            kept["HARNESS_EXECUTOR"] = "processes:1"
        self.environ = kept | quiet | names | ({"PULL_KEY": key} if key else {})

    def git(self, *words: str, due: int = 0) -> str:
        """Run git; it must end with the exit code that is due."""
        return _held(("git", *words), _ran(("git", *words), self.folder, self.environ), due)

    def __call__(self, *words: str, due: int = 0) -> str:
        """Run a command line of the harness; give what it said on both streams."""
        return _held(words, self._done(words), due)

    def json(self, *words: str, due: int = 0) -> dict[str, object]:
        """Run a command line for its document."""
        done = self._done((*words, "--json"))
        _held(words, done, due)
        found: dict[str, object] = json.loads(done.out)
        return found

    def _done(self, words: tuple[str, ...]) -> Done:
        if self._whole:
            return _ran((*COMMAND, *words), self.folder, self.environ)
        return _forked(words, self.folder, self.environ)

    def commit(self, said: str) -> None:
        """Commit everything that git does not ignore, and push the branch."""
        self.git("add", "-A")
        self.git("commit", "-qm", said)
        self.git("push", "-q", "origin", "HEAD")

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace words of a file that stand there once."""
        path = self.folder / file
        text = path.read_text()
        insist(text.count(old) == 1, f"{file}: {old!r} stands there {text.count(old)} times")
        path.write_text(text.replace(old, new))

    def approve(self, by: str) -> None:
        """Accept what the last run shows; a meeting by keyboard is proven elsewhere."""
        self("run")
        self("approve", "last", "--all", "--unseen", "--by", by, "--why", "a proof")

    def added(self) -> str:
        """Name the one file below `suites/` that git does not know yet."""
        (name,) = self.git("ls-files", "-o", "--exclude-standard", "suites").split()
        return name


def _is_ours(name: str) -> bool:
    """Tell a variable that would speak into a clone, or slow it."""
    return "API_KEY" in name or name.startswith("HARNESS_") or name == "PYTHONDONTWRITEBYTECODE"


def _held(words: tuple[str, ...], done: Done, due: int) -> str:
    said = done.out + done.err
    insist(done.code == due, f"{' '.join(words)}: {done.code}, not {due}\n{said}")
    insist("Traceback" not in said, said)
    return said


def _ran(command: tuple[str, ...], folder: Path, environ: dict[str, str]) -> Done:
    done = subprocess.run(
        command, cwd=folder, env=environ, capture_output=True, text=True,
        check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)


def _forked(words: tuple[str, ...], folder: Path, environ: dict[str, str]) -> Done:
    set_forkserver_preload([f"harness.{name}" for name in LOADED])
    with tempfile.TemporaryDirectory() as place:
        streams = Path(place) / "out", Path(place) / "err"
        asked = multiprocessing.get_context("forkserver").Process(
            target=_be, args=(words, folder, environ, streams)
        )
        asked.start()
        asked.join()
        out, err = (stream.read_text(encoding="utf-8") for stream in streams)
        return Done(code=asked.exitcode or 0, out=out, err=err)


def _be(
    words: tuple[str, ...], folder: Path, environ: dict[str, str], streams: tuple[Path, Path]
) -> None:
    """Be one command line of the harness."""
    from harness.cli.main import main

    for number, stream in enumerate(streams, start=1):
        os.dup2(os.open(stream, os.O_WRONLY | os.O_CREAT, 0o600), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["harness", *words]
    main()


class Team:
    """A bare origin, with clones of it."""

    def __init__(self, folder: Path, url: str, log: Path) -> None:
        self.folder, self._url, self._log = folder, url, log
        folder.mkdir(parents=True)
        self.origin = folder / "origin.git"

    def copied(self, folder: Path) -> "Team":
        """Give another team the same beginning."""
        made = Team(folder, self._url, self._log)
        shutil.copytree(self.origin, made.origin)
        return made

    def clone(self, name: str, *, branch: str = "main", key: str = "", new: str = "",
              whole: bool = False) -> Clone:  # fmt: skip
        """Clone a branch of the origin, and begin a `new` one."""
        made = Clone(self.folder / name, key=key, whole=whole)
        command = ["git", "clone", "-q", "-b", branch, str(self.origin), str(made.folder)]
        subprocess.run(command, check=True)
        if new:
            made.git("checkout", "-qb", new)
        return made

    def begin(self) -> None:
        """Record, approve and pin two suites on main."""
        self.folder.joinpath("first").mkdir()
        first = Clone(self.folder / "first", key=KEY)
        first.git("init", "-qb", "main")
        first.git("init", "-q", "--bare", "-b", "main", str(self.origin))
        first.git("remote", "add", "origin", str(self.origin))
        texts = {
            "suites/shop.yaml": SHOP,
            "suites/post.yaml": POST,
            "harness.toml": SETTINGS.format(url=self._url),
            ".gitignore": "reports/\n.harness/\n.lock\n",
        }
        for name, text in texts.items():
            first.folder.joinpath(name).parent.mkdir(exist_ok=True)
            first.folder.joinpath(name).write_text(text)
        first(*RECORD)
        first.approve("first")
        pin = ("baseline", "pin", "main", "suites/shop.yaml")
        first(*pin, "--by", "first", "--why", "the beginning")
        first.commit("Begin")

    @property
    def asked(self) -> int:
        """Count what was asked of the endpoint."""
        return self._log.read_bytes().count(b'"event": "asked"') if self._log.exists() else 0
