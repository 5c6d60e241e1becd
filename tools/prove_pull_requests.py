"""Prove the workflow of pull requests in scratch repositories, by git and the command line alone.

An origin, an author, a second author and a CI that holds no key, each a clone. The endpoint is
the simulator on loopback, known as one that charges the prices of the catalogue.
"""

import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from machine import ROOT, circumstances

from harness.simulator.server import serving

FOLDER = ROOT / "reports" / "prove"
HARNESS = (sys.executable, "-m", "harness.cli.main")
GATE = ("run", "--fail-on=failed,unreviewed,unrecorded,incomplete")
RECORD = ("run", "--live=missing", "--record-only", "--max-cost=5", "--yes")
KEY = "key-of-nobody-4f1c9d77"

SHOP = """\
version: 1
suite: shop
defaults: {samples: 2, image_size: 512}
model: gemini-3.1-flash-image
cases:
  - id: city
    prompt: A night city
    matrix: {aspect_ratio: ['1:1', '16:9']}
  - id: fox
    prompt: A fox on a shelf
  - id: hat
    samples: 1
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


class Broken(Exception):
    """A promise that was not held."""


def insist(holds: object, said: str) -> None:
    """Go on only where the promise held.

    Raises:
        Broken: it did not; `said` tells how.
    """
    if not holds:
        raise Broken(said)


class Clone:
    """A working copy of somebody, with or without the key."""

    def __init__(self, folder: Path, *, key: str = "") -> None:
        self.folder = folder
        quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "CI": "1"}
        names = {f"GIT_{who}_{what}": f"{folder.name}@x.invalid" for who in ("AUTHOR", "COMMITTER")
                 for what in ("NAME", "EMAIL")}  # fmt: skip
        kept = {name: value for name, value in os.environ.items() if "API_KEY" not in name}
        self._environ = kept | quiet | names | ({"PULL_KEY": key} if key else {})

    def git(self, *words: str, due: int = 0) -> str:
        """Run git; it must end with the exit code that is due."""
        return self._run(("git", *words), due=due)

    def __call__(self, *words: str, due: int = 0) -> str:
        """Run a command line of the harness; give what it said on both streams."""
        return self._run((*HARNESS, *words), due=due)

    def json(self, *words: str, due: int = 0) -> dict[str, object]:
        """Run a command line for its document."""
        done = self._done((*HARNESS, *words, "--json"))
        insist(done.returncode == due, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}")
        found: dict[str, object] = json.loads(done.stdout)
        return found

    def _run(self, command: tuple[str, ...], *, due: int) -> str:
        done = self._done(command)
        said = done.stdout + done.stderr
        insist(done.returncode == due, f"{' '.join(command)}: {done.returncode}, not {due}\n{said}")
        insist("Traceback" not in said, said)
        return said

    def _done(self, command: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self._environ, capture_output=True, text=True,
            check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

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


class Team:
    """A bare origin, with clones of it."""

    def __init__(self, folder: Path, url: str, log: Path) -> None:
        self.folder, self._url, self._log = folder, url, log
        folder.mkdir(parents=True)
        self.origin = folder / "origin.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", self.origin], check=True)

    def clone(self, name: str, *, branch: str = "main", key: str = "") -> Clone:
        """Clone a branch of the origin."""
        target = self.folder / name
        made = Clone(target, key=key)
        command = ["git", "clone", "-q", "-b", branch, str(self.origin), str(target)]
        subprocess.run(command, check=True)
        return made

    def begin(self) -> Clone:
        """Record, approve and pin two suites on main."""
        folder = self.folder / "first"
        subprocess.run(["git", "clone", "-q", str(self.origin), str(folder)], check=True,
                       stderr=subprocess.DEVNULL)  # fmt: skip
        first = Clone(folder, key=KEY)
        first.git("checkout", "-qb", "main")
        (folder / "suites").mkdir()
        (folder / "suites" / "shop.yaml").write_text(SHOP)
        (folder / "suites" / "post.yaml").write_text(POST)
        settings = f'endpoint = "studio"\n\n[endpoints.studio]\nbase_url = "{self._url}"\n'
        (folder / "harness.toml").write_text(f'{settings}key_env = ["PULL_KEY"]\n')
        (folder / ".gitignore").write_text("reports/\n.harness/\n.lock\n")
        first(*RECORD)
        first.approve("first")
        first(
            "baseline", "pin", "main", "suites/shop.yaml", "--by", "first", "--why", "the beginning"
        )
        first.commit("Begin")
        return first

    @property
    def asked(self) -> int:
        """Count what was asked of the endpoint."""
        return self._log.read_bytes().count(b'"event": "asked"') if self._log.exists() else 0


def unrecorded(team: Team) -> Iterator[str]:
    """Without a key a run judges what is recorded, and lists the rest with its price."""
    team.begin()
    author = team.clone("ann", key=KEY)
    author.git("checkout", "-qb", "snow")
    author.edit("suites/shop.yaml", "A night city", "A night city in snow")
    author.commit("Let it snow")
    ci, asked = team.clone("ci", branch="snow"), team.asked
    files = ("reports/a.md", "reports/a.junit.xml", "reports/a.html")
    outputs = tuple(itertools.chain.from_iterable(("-o", file) for file in files))
    said = ci("run", *outputs, due=3)
    run = ci.json("run", due=3)
    insist(team.asked == asked, "a run without a key asked the endpoint")
    insist(run["missing"]["answers"] == 4, f"the document says {run['missing']}")
    insist("key" not in said.lower(), f"a run without a key speaks of one:\n{said}")
    places = {
        "terminal": said,
        "junit": (ci.folder / "reports" / "a.junit.xml").read_text(),
        "md": (ci.folder / "reports" / "a.md").read_text(),
        "json": json.dumps(run, ensure_ascii=False),
    }
    for name, text in places.items():
        insist(text.count("about $") >= 1, f"{name}: no price\n{text[:4000]}")
        insist("UNRECORDED" in text, f"{name}: no UNRECORDED")
        named = "city[16:9]" in text.replace("\\", "") or name == "json"
        insist(named, f"{name}: the cell is not named")
    insist(not ci.git("status", "--porcelain"), "a run changed what git tracks")
    yield f"exit 3, {run['counts']}; nothing asked, the tree is clean"
    yield from (line for line in said.splitlines() if "UNREC" in line or "to be recorded" in line)


def whole(team: Team) -> Iterator[str]:
    """Edit, record, replay, approve, gate: each by whom it is due."""
    team.begin()
    author = team.clone("ann", key=KEY)
    author.git("checkout", "-qb", "snow")
    author.edit("suites/shop.yaml", "A night city", "A night city in snow")
    before = team.asked
    author(*RECORD)
    insist(team.asked - before == 4, f"4 answers are missing, {team.asked - before} were asked for")
    author.commit("Record the snow")
    yield f"4 answers recorded for 4 that were missing, {_touched(author)}"
    ci, asked = team.clone("ci", branch="snow"), team.asked
    yield _side_by_side(ci)
    author.approve("ann")
    author.commit("Accept the snow")
    ci.git("pull", "-q")
    ci(*GATE)
    ci("validate")
    insist(team.asked == asked, "CI asked the endpoint")
    insist(not ci.git("status", "--porcelain"), "CI changed what git tracks")
    yield "decisions of the same pull request: exit 0; nothing asked, the tree is clean"


def _side_by_side(ci: Clone) -> str:
    """Let CI replay the branch, which nobody decided on yet, and lay old beside new."""
    said = ci(*GATE, "-o", "reports/ci.md", due=1)
    told = (ci.folder / "reports" / "ci.md").read_text()
    insist("What changed" in told and "city" in told.partition("What changed")[2], told)
    insist("city[16:9]" in said, said)
    compared = ci("compare", "earlier", "main", "-o", "reports/edit.html", due=3)
    insist("[-" in compared or "{+" in compared, compared)
    page = (ci.folder / "reports" / "edit.html").read_text()
    shown = page.count("<img")
    insist(shown >= 8, f"{shown} pictures old and new")
    return f"the gate: exit 1, NEW; old and new: {shown} pictures on one page"


def _touched(clone: Clone) -> str:
    names = clone.git("show", "--name-status", "--format=", "HEAD").splitlines()
    kinds = [name for name in names if "/blobs/" not in name]
    return f"{len(names) - len(kinds)} blobs and: " + ", ".join(
        name.replace("\t", " ") for name in kinds
    )


def other_bytes(team: Team) -> Iterator[str]:
    """A decisions file that names other bytes than those recorded is told by name."""
    team.begin()
    author = team.clone("ann", key=KEY)
    author.git("checkout", "-qb", "snow")
    author.edit("suites/shop.yaml", "A night city", "A night city in snow")
    author(*RECORD)
    author.approve("ann")
    (file,) = author.git("ls-files", "-o", "--exclude-standard", "suites").split()
    tree = json.loads((author.folder / file).read_text())
    honest = tree["decisions"][0]["sha256"]
    tree["decisions"][0]["sha256"] = "0" * 64
    (author.folder / file).write_text(json.dumps(tree, indent=1) + "\n")
    author.commit("Accept other bytes")
    ci = team.clone("ci", branch="snow")
    name = Path(file).name
    for words, due in ((GATE, 1), (("validate",), 2)):
        said = ci(*words, due=due)
        insist(name in said and "00000000" in said, f"{words[0]} does not name it:\n{said}")
        yield next(line for line in said.splitlines() if name in line)
    del tree["decisions"][0]
    (author.folder / file).write_text(json.dumps(tree, indent=1) + "\n")
    author.commit("Leave one out")
    ci.git("pull", "-q")
    said = ci(*GATE, due=1)
    insist("NEW" in said and "city" in said, said)
    yield f"{honest[:8]} left without a decision: exit 1, NEW"


def different_cells(team: Team) -> Iterator[str]:
    """Two branches record, approve and pin different cells: no conflict, in both orders."""
    team.begin()
    edits = {
        "two cells of one case": [("shop", "ratio-a"), ("shop", "ratio-b")],
        "two cases of one suite": [("shop", "A fox on a shelf"), ("shop", "A fox figurine")],
        "two suites": [("shop", "A fox on a shelf"), ("post", "A postcard of a lake")],
        "one pins what the other records anew": [
            ("post", "pin"),
            ("post", "A postcard of a lake"),
        ],
    }
    for name, both in edits.items():
        branches = [_branch(team, f"b{len(name)}-{i}", edit) for i, edit in enumerate(both)]
        for order in (branches, branches[::-1]):
            merged = team.clone(f"{'-'.join(order)}")
            for branch in order:
                merged.git("merge", "-q", "--no-edit", f"origin/{branch}")
            merged(*GATE)
            merged("validate")
        yield f"{name}: merged in both orders without a conflict, the gate is green"


def _branch(team: Team, name: str, edit: tuple[str, str]) -> str:
    suite, what = edit
    author = team.clone(name, key=KEY)
    author.git("checkout", "-qb", name)
    if what.startswith("ratio"):
        ratio = "1:1" if what.endswith("a") else "16:9"
        author("run", "-k", f"city[{ratio}]".replace("[", " and ").replace("]", ""),
               "--live=all", "--record-only", "--max-cost=5", "--yes")  # fmt: skip
    elif what != "pin":
        author.edit(f"suites/{suite}.yaml", what, f"{what} at dusk")
        author(*RECORD)
    if what != "pin":
        author.approve(name)
    author("baseline", "pin", "main", "--by", name, "--why", "a proof")
    author.commit(f"Change {what}")
    return name


def same_cell(team: Team) -> Iterator[str]:
    """The same cell recorded on both branches is a conflict, which is named with its line."""
    team.begin()
    first, second = (_branch(team, n, ("shop", "A fox on a shelf")) for n in ("ann", "bob"))
    merged = team.clone("merged", key=KEY)
    merged.git("merge", "-q", f"origin/{first}")
    merged.git("merge", "-q", "--no-edit", f"origin/{second}", due=1)
    names = merged.git("diff", "--name-only", "--diff-filter=U").split()
    yield f"in conflict: {', '.join(names)}"
    said = merged("validate", due=2)
    document = merged.json("validate", due=2)
    for name in names:
        insist(name in said, f"{name} is not named:\n{said}")
        insist(name in json.dumps(document), f"{name} is not in the document")
    yield from _told(said)
    run = merged("run", due=2)
    insist("git checkout" in run, run)
    for name in names:
        merged.git("checkout", "--ours", name)
    merged.git("add", "-A")
    merged.git("commit", "-qm", "Merge, with ours")
    left = merged("validate", due=0)
    yield from _told(left)


def _told(said: str) -> Iterator[str]:
    """Give what was said, but for what the catalogue says of the model."""
    return (line for line in said.splitlines() if "model: " not in line)


def unseen_by_git(team: Team) -> Iterator[str]:
    """Decisions that contradict after a merge, and answers that lie twice, are named."""
    team.begin()
    author = team.clone("eve", key=KEY)
    author.git("checkout", "-qb", "dusk")
    author.edit("suites/shop.yaml", "A fox on a shelf", "A fox on a shelf at dusk")
    author(*RECORD)
    author.commit("Edit the fox")
    _decide(team, "ann", "accept")
    _decide(team, "bob", "reject")
    merged, asked = team.clone("merged", branch="dusk"), team.asked
    for name in ("ann", "bob"):
        merged.git("merge", "-q", "--no-edit", f"origin/{name}")
    said = merged("validate", due=2)
    insist(said.count("neither knowing the other") == 2, said)
    yield from _told(said)
    insist("neither knowing the other" in merged(*GATE, due=1), "the gate does not name it")
    merged("approve", "--undo", "--by", "chair", "--why", "bob looked at another screen")
    merged("validate")
    merged(*GATE)
    yield "one of them undone: validate and the gate are green"
    yield from _twice(merged)
    insist(team.asked == asked, "something was asked of the endpoint")


def _decide(team: Team, name: str, choice: str) -> None:
    """Decide on the branch `dusk`, on a branch of one's own."""
    reviewer = team.clone(name, branch="dusk")
    reviewer.git("checkout", "-qb", name)
    reviewer.approve(name)
    (file,) = reviewer.git("ls-files", "-o", "--exclude-standard", "suites").split()
    text = (reviewer.folder / file).read_text()
    (reviewer.folder / file).write_text(text.replace('"accept"', f'"{choice}"'))
    reviewer.commit(f"Decide as {name}")


def _twice(clone: Clone) -> Iterator[str]:
    """Leave what a merge tool leaves beside a cassette, with another answer in it."""
    cassette = clone.folder / "cassettes" / "shop" / "main" / "fox.json"
    text = cassette.read_text().replace('"reason": "OK"', '"reason": "Fine"')
    cassette.with_name("fox_LOCAL_123.json").write_text(text)
    return _told(clone("validate", due=2))


PROVEN: tuple[tuple[str, Callable[[Team], Iterator[str]]], ...] = (
    ("without a key a run judges what is recorded and lists the rest with its price", unrecorded),
    ("edit, record, replay, approve, gate", whole),
    ("decisions that name other bytes, or leave some out, close the gate by name", other_bytes),
    ("two branches that record, approve and pin different cells merge", different_cells),
    ("the same cell on two branches is a conflict that is named", same_cell),
    ("what git does not see after a merge is named", unseen_by_git),
)


def main() -> int:
    """Prove every claim in a repository of its own; write the table; 1 where one fails."""
    words = sys.argv[1:]
    rows = []
    with tempfile.TemporaryDirectory() as place:
        for number, (claim, prove) in enumerate(PROVEN):
            if any(word not in claim for word in words):
                continue
            rows.append((claim, *_proven(Path(place) / str(number), prove)))
            print(f"{rows[-1][1]:<6} {claim}", *rows[-1][2], sep="\n    ", flush=True)
    if not words:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "pull_requests.md").write_text(_text(rows), encoding="utf-8")
    return int(any(word != "holds" for _, word, _ in rows))


def _proven(folder: Path, prove: Callable[[Team], Iterator[str]]) -> tuple[str, tuple[str, ...]]:
    log = folder / "asked.jsonl"
    folder.mkdir(parents=True)
    started = time.monotonic()
    with serving(seed=7, pool=64, log=log) as url:
        try:
            said = tuple(prove(Team(folder / "team", url, log)))
        except Broken as error:
            return "FAILS", (str(error),)
    return "holds", (*said, f"{time.monotonic() - started:.0f} s")


def _text(rows: list[tuple[str, str, tuple[str, ...]]]) -> str:
    lines = ["# Pull requests, in scratch repositories", ""]
    lines += [f"- {name}: {value}" for name, value in circumstances().items()]
    for claim, word, said in rows:
        lines += ["", f"## {claim}", "", word, "", "```", *said, "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
