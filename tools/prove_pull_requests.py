"""Prove the workflow of pull requests in scratch repositories, by git and the command line alone.

An origin, an author, a second author and a CI that holds no key, each a clone. The endpoint is
the simulator on loopback, known as one that charges the prices of the catalogue.
"""

import itertools
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from machine import ROOT, circumstances
from pull_ground import GATE, KEY, RECORD, Broken, Clone, Team, insist

FOLDER = ROOT / "reports" / "prove"
SUITE = "suites/shop.yaml"
CITY = (SUITE, "A night city", "A night city in snow")
FOX = (SUITE, "A fox on a shelf", "A fox on a shelf at dusk")
FOX_FILE = "cassettes/shop/main/fox.json"
UNKNOWN = "neither knowing the other"


def unrecorded(team: Team) -> Iterator[str]:
    """Without a key a run judges what is recorded, and lists the rest with its price."""
    author = team.clone("ann", new="snow")
    author.edit(*CITY)
    author.commit("Let it snow")
    ci, asked = team.clone("ci", branch="snow"), team.asked
    files = ("reports/a.md", "reports/a.junit.xml", "reports/a.html")
    outputs = tuple(itertools.chain.from_iterable(("-o", file) for file in files))
    said = ci("run", *outputs, due=3)
    run = ci.json("run", due=3)
    insist(team.asked == asked, "a run without a key asked the endpoint")
    insist(run["missing"]["answers"] == 2, f"the document says {run['missing']}")
    insist("key" not in said.lower(), f"a run without a key speaks of one:\n{said}")
    places = {
        "terminal": said,
        "junit": (ci.folder / "reports" / "a.junit.xml").read_text(),
        "md": (ci.folder / "reports" / "a.md").read_text(),
        "json": json.dumps(run, ensure_ascii=False),
    }
    for name, text in places.items():
        insist("about $" in text, f"{name}: no price\n{text[:4000]}")
        insist("UNRECORDED" in text, f"{name}: no UNRECORDED")
        named = "city[16:9]" in text.replace("\\", "") or name == "json"
        insist(named, f"{name}: the cell is not named")
    insist(not ci.git("status", "--porcelain"), "a run changed what git tracks")
    yield f"exit 3, {run['counts']}; nothing asked, the tree is clean"
    yield from (line for line in said.splitlines() if "UNREC" in line or "to be recorded" in line)


def whole(team: Team) -> Iterator[str]:
    """Edit, record, push blobs, replay, approve, gate: each by whom it is due."""
    bucket = team.folder / "bucket"
    _keep_elsewhere(team, bucket)
    author = team.clone("ann", key=KEY, new="snow")
    author.edit(*CITY)
    before = team.asked
    author(*RECORD)
    insist(team.asked - before == 2, f"2 answers are missing, {team.asked - before} were asked for")
    there = _count(bucket)
    yield author("cassette", "push").splitlines()[0]
    insist(_count(bucket) > there, "nothing arrived in the bucket")
    author.commit("Record the snow")
    yield f"2 answers recorded for 2 that were missing; in git: {_touched(author)}"
    ci, asked = team.clone("ci", branch="snow", whole=True), team.asked
    insist(not _count(ci.folder / "cassettes" / "blobs"), "git brought blobs")
    yield _forked(ci)
    yield _side_by_side(ci)
    author.approve("ann")
    author.commit("Accept the snow")
    ci.git("pull", "-q")
    ci(*GATE)
    ci("validate")
    insist(team.asked == asked, "CI asked the endpoint")
    insist(not ci.git("status", "--porcelain"), "CI changed what git tracks")
    yield "decisions of the same pull request: exit 0; nothing asked, the tree is clean"


def _keep_elsewhere(team: Team, bucket: Path) -> None:
    """Let main keep its blobs in a bucket and no longer in git."""
    keeper = team.clone("keeper")
    settings = keeper.folder / "harness.toml"
    settings.write_text(f'blobs = "{bucket.as_uri()}"\n{settings.read_text()}')
    keeper("cassette", "push")
    with (keeper.folder / ".gitignore").open("a") as ignored:
        ignored.write("cassettes/blobs/??/\n")
    keeper.git("rm", "-rq", "--cached", "cassettes/blobs")
    keeper.commit("Keep blobs in a bucket")


def _count(folder: Path) -> int:
    return sum(path.is_file() for path in folder.glob("??/*"))


def _forked(ci: Clone) -> str:
    """Judge as a fork does, whom nobody lets into the bucket."""
    ci.environ["HARNESS_FETCH"] = "false"
    said = ci("run", due=3)
    insist("picture absent" in said and "harness cassette pull" in said, said)
    del ci.environ["HARNESS_FETCH"]
    insist(not _count(ci.folder / "cassettes" / "blobs"), "fetched, though it may not")
    return "a fork that may not fetch: exit 3, pictures absent, harness cassette pull is named"


def _side_by_side(ci: Clone) -> str:
    """Let CI replay the branch, which nobody decided on yet, and lay old beside new."""
    said = ci(*GATE, "-o", "reports/ci.md", due=1)
    fetched = _count(ci.folder / "cassettes" / "blobs")
    insist(fetched, "a run fetched nothing of the bucket")
    told = (ci.folder / "reports" / "ci.md").read_text()
    insist("city" in told.partition("What changed")[2], f"What changed is not told:\n{told}")
    insist("city[16:9]" in said, said)
    compared = ci("compare", "earlier", "main", "-o", "reports/edit.html", due=3)
    insist("[-" in compared or "{+" in compared, compared)
    shown = (ci.folder / "reports" / "edit.html").read_text().count("<img")
    insist(shown >= 4, f"{shown} pictures old and new")
    return (
        f"the gate: {fetched} blobs fetched, exit 1, NEW; What changed names the cell; "
        f"old and new: {shown} pictures on one page"
    )


def _touched(clone: Clone) -> str:
    names = clone.git("show", "--name-status", "--format=", "HEAD").splitlines()
    insist(not any("/blobs/" in name for name in names), f"blobs in git: {names}")
    return ", ".join(name.replace("\t", " ") for name in names)


def other_bytes(team: Team) -> Iterator[str]:
    """A decisions file that names other bytes than those recorded is told by name."""
    author = team.clone("ann", key=KEY, new="snow")
    author.edit(*CITY)
    author(*RECORD)
    author.approve("ann")
    file = author.folder / author.added()
    tree = json.loads(file.read_text())
    honest = tree["decisions"][0]["sha256"]
    tree["decisions"][0]["sha256"] = "0" * 64
    file.write_text(json.dumps(tree, indent=1) + "\n")
    author.commit("Accept other bytes")
    ci = team.clone("ci", branch="snow")
    for words, due in ((GATE, 1), (("validate",), 2)):
        said = ci(*words, due=due)
        insist(file.name in said and "00000000" in said, f"{words[0]} does not name it:\n{said}")
        yield next(line for line in said.splitlines() if file.name in line)
    del tree["decisions"][0]
    file.write_text(json.dumps(tree, indent=1) + "\n")
    author.commit("Leave one out")
    ci.git("pull", "-q")
    said = ci(*GATE, due=1)
    insist("NEW" in said and "city" in said, said)
    yield f"{honest[:8]} left without a decision: exit 1, NEW"


def different_cells(team: Team) -> Iterator[str]:
    """Branches record, approve and pin different cells: no conflict, in any order."""
    edits = {
        "a variant of the city": ("-k", "city and 1:1", "--live=all"),
        "another variant of it": ("-k", "city and 16:9", "--live=all"),
        "the fox": FOX,
        "the hat": (SUITE, "A fox figurine", "A fox figurine at dusk"),
        "a postcard": ("suites/post.yaml", "A postcard of a lake", "A postcard of a wide lake"),
        "a pin alone": (),
    }
    names = [_branch(team, f"b{n}", edit) for n, edit in enumerate(edits.values())]
    git = team.clone("pairs").git
    pairs = list(itertools.permutations(names, 2))
    for pair in pairs:
        git("merge-tree", "--write-tree", *(f"origin/{name}" for name in pair))
    yield f"{', '.join(edits)}: {len(pairs)} merges of two branches without a conflict"
    trees = [_all_merged(team, f"m{n}", order) for n, order in enumerate((names, names[::-1]))]
    insist(trees[0] == trees[1], f"the order tells: {trees}")
    yield "all of them merged, in both orders: the same tree, and the gate is green"


def _branch(team: Team, name: str, edit: tuple[str, ...], new: str = "") -> str:
    """Record, approve and pin on a branch; an edit of three words without a flag is a file's."""
    author = team.clone(name, key=KEY, new=new or name)
    if edit and edit[0] == "-k":
        author("run", *edit, *RECORD[2:])
    elif edit:
        author.edit(*edit)
        author(*RECORD)
    if edit:
        author.approve(name)
    author("baseline", "pin", "main", "--by", name, "--why", "a proof")
    author.commit(f"Change {name}")
    return name


def _all_merged(team: Team, name: str, order: list[str]) -> str:
    merged = team.clone(name)
    for branch in order:
        merged.git("merge", "-q", "--no-edit", f"origin/{branch}")
    merged(*GATE)
    merged("validate")
    return merged.git("rev-parse", "HEAD^{tree}")


def same_cell(team: Team) -> Iterator[str]:
    """The same cell recorded on both branches is a conflict, which is named with its line."""
    first, second = (_branch(team, name, FOX) for name in ("ann", "bob"))
    merged = team.clone("merged")
    names = yield from _in_conflict(merged, first, second)
    said = merged("validate", due=2)
    document = merged.json("validate", due=2)
    for name in names:
        insist(f"{name}:" in said, f"{name} is not named:\n{said}")
        insist(name in json.dumps(document), f"{name} is not in the document")
    yield from _told(said)
    insist("git checkout" in merged("run", due=2), "run does not say what to do")
    for name in names:
        merged.git("checkout", "--ours", name)
    merged.commit("Merge, with ours")
    yield from _told(merged("validate", due=0))
    merged(*GATE)
    yield "ours kept: the gate is green"
    _aside(merged, "HEAD^2", "bob")
    insist("unheld" not in json.dumps(merged.json("validate")), "the other answers are not found")
    merged("run", "--recording", "bob", "-k", "fox", *GATE[1:])
    yield "theirs, by git show as a recording of its own: the gate is green on their decisions, too"


def _aside(merged: Clone, commit: str, recording: str) -> None:
    """Get the answers of the other side as a recording of its own."""
    cassette = merged.folder / "cassettes" / "shop" / recording / "fox.json"
    cassette.parent.mkdir()
    cassette.write_text(merged.git("show", f"{commit}:{FOX_FILE}"))


def _in_conflict(merged: Clone, first: str, second: str) -> Iterator[str]:
    """Merge two branches that conflict; give the files in which they do."""
    merged.git("merge", "-q", f"origin/{first}")
    merged.git("merge", "-q", "--no-edit", f"origin/{second}", due=1)
    names = merged.git("diff", "--name-only", "--diff-filter=U").split()
    yield f"in conflict: {', '.join(names)}"
    return names


def _told(said: str) -> Iterator[str]:
    """Give what was said, but for what the catalogue says of the model."""
    return (line for line in said.splitlines() if "model: " not in line)


def two_arms(team: Team) -> Iterator[str]:
    """Two arms of one variant meet in its cassette; in recordings of their own they do not."""
    for arm in ("cellar", "gateway"):
        for recording in ("main", arm):
            author = team.clone(f"{arm}-{recording}", key=KEY, new=f"{arm}-{recording}")
            author(*RECORD, "-k", "fox", "--endpoint", arm, "--recording", recording)
            author.commit(f"Record {arm}")
    merged, apart = team.clone("merged"), team.clone("apart")
    names = yield from _in_conflict(merged, "cellar-main", "gateway-main")
    insist(names == [FOX_FILE], f"more is in conflict: {names}")
    insist(f"{FOX_FILE}:" in merged("validate", due=2), "validate does not name it")
    merged.git("checkout", "--ours", FOX_FILE)
    _aside(merged, "MERGE_HEAD", "gateway")
    merged.commit("Merge, with gateway's answers as a recording")
    for arm in ("cellar", "gateway"):
        apart.git("merge", "-q", "--no-edit", f"origin/{arm}-{arm}")
    for clone, cellar in ((merged, "main"), (apart, "cellar")):
        clone("validate")
        for arm, recording in (("cellar", cellar), ("gateway", "gateway")):
            clone("run", "-k", "fox", "--endpoint", arm, "--recording", recording)
    yield "ours kept, theirs by git show as a recording of its own: both arms are judged"
    yield "recorded with --recording on each branch: no conflict, both arms are judged"


def unseen_by_git(team: Team) -> Iterator[str]:
    """Decisions that contradict after a merge, and answers that lie twice, are named."""
    author = team.clone("eve", key=KEY, new="dusk")
    author.edit(*FOX)
    author(*RECORD)
    author.commit("Edit the fox")
    _decide(team, "ann", "accept")
    _decide(team, "bob", "reject")
    merged, asked = team.clone("merged", branch="dusk"), team.asked
    for name in ("ann", "bob"):
        merged.git("merge", "-q", "--no-edit", f"origin/{name}")
    said = merged("validate", due=2)
    insist(said.count(UNKNOWN) == 2, said)
    yield from _told(said)
    insist(UNKNOWN in merged(*GATE, due=1), "the gate does not name it")
    merged("approve", "--undo", "--by", "chair", "--why", "bob looked at another screen")
    merged("validate")
    merged(*GATE)
    yield "one of them undone: validate and the gate are green"
    yield from _twice(merged)
    insist(team.asked == asked, "something was asked of the endpoint")


def _decide(team: Team, name: str, choice: str) -> None:
    """Decide on the branch `dusk`, on a branch of one's own."""
    reviewer = team.clone(name, branch="dusk", new=name)
    reviewer.approve(name)
    file = reviewer.folder / reviewer.added()
    file.write_text(file.read_text().replace('"accept"', f'"{choice}"'))
    reviewer.commit(f"Decide as {name}")


def _twice(clone: Clone) -> Iterator[str]:
    """Leave what a merge tool leaves beside a cassette, with another answer in it."""
    cassette = clone.folder / "cassettes" / "shop" / "main" / "fox.json"
    text = cassette.read_text().replace('"reason": "OK"', '"reason": "Fine"')
    cassette.with_name("fox_LOCAL_123.json").write_text(text)
    return _told(clone("validate", due=2))


PROVEN: tuple[tuple[str, Callable[[Team], Iterator[str]]], ...] = (
    ("without a key a run judges what is recorded and lists the rest with its price", unrecorded),
    ("edit, record, push blobs, replay, approve, gate", whole),
    ("decisions that name other bytes, or leave some out, close the gate by name", other_bytes),
    ("two branches that record, approve and pin different cells merge", different_cells),
    ("the same cell on two branches is a conflict that is named", same_cell),
    ("two arms of one variant on two branches are a conflict, unless recorded apart", two_arms),
    ("what git does not see after a merge is named", unseen_by_git),
)


def main() -> int:
    """Prove every claim in a repository of its own; write the table; 1 where one fails."""
    words = sys.argv[1:]
    with tempfile.TemporaryDirectory() as place:
        rows = list(_rows(Path(place), [row for row in PROVEN if all(w in row[0] for w in words)]))
    if not words:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "pull_requests.md").write_text(_text(rows), encoding="utf-8")
    return int(any(word != "holds" for _, word, _ in rows))


Row = tuple[str, str, tuple[str, ...]]


def _rows(place: Path, proven: list[tuple[str, Callable[[Team], Iterator[str]]]]) -> Iterator[Row]:
    """Prove each claim by a team of its own; all begin with the same recordings."""
    from harness.simulator.server import serving

    log = place / "asked.jsonl"
    with serving(seed=7, pool=64, log=log) as url:
        first = Team(place / "first", url, log)
        first.begin()
        for number, (claim, prove) in enumerate(proven):
            row = claim, *_proven(first.copied(place / str(number)), prove)
            print(f"{row[1]:<6} {claim}", *row[2], sep="\n    ", flush=True)
            yield row


def _proven(team: Team, prove: Callable[[Team], Iterator[str]]) -> tuple[str, tuple[str, ...]]:
    started, said = time.monotonic(), []
    try:
        said.extend(line.replace(str(team.folder), "") for line in prove(team))
    except Broken as error:
        return "FAILS", (*said, str(error))
    return "holds", (*said, f"{time.monotonic() - started:.0f} s")


def _text(rows: list[Row]) -> str:
    lines = ["# Pull requests, in scratch repositories", ""]
    lines += [f"- {name}: {value}" for name, value in circumstances().items()]
    for claim, word, said in rows:
        lines += ["", f"## {claim}", "", word, "", "```", *said, "```"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
