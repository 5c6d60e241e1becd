"""A recording lies in small stable files; what is replaced, cut off or hostile is dealt with."""

import copy
import json
import os
import re
import subprocess
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness.errors import CassetteError, HarnessError
from harness.model.arm import Arm
from harness.recording.cassette_file import FORMAT
from harness.recording.cassettes import Cassettes, place
from harness.recording.interaction import Interaction, Session
from harness.recording.packing import unpack
from harness.store.blobs import BlobStore
from harness.store.codec import encode
from harness.store.files import dump_json

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "100"))
OTHER = Arm(model="gemini-3-pro-image", endpoint="aaa")


@pytest.fixture
def cassettes(tmp_path):
    return Cassettes(tmp_path, suite="shop", recording="main")


def files(cassettes):
    """Give every file of the recording by its path."""
    return {
        str(path.relative_to(cassettes.folder)): path.read_bytes()
        for path in sorted(cassettes.folder.rglob("*"))
        if path.is_file()
    }


def test_what_was_written_is_read_again(cassettes, interaction):
    """Two cases, two arms, any order."""
    items = (interaction("b", 1), interaction("a"), interaction("b", 0, arm=OTHER))

    cassettes.write(items)

    assert set(map(repr, cassettes.load())) == set(map(repr, items))
    assert sorted(files(cassettes)) == ["a.json", "b.json"]


def test_the_same_recording_gives_the_same_files(tmp_path, interaction):
    """Whatever the order in which answers came, a cassette differs only where they do."""
    items = [interaction(sample=i, arm=arm) for i in range(3) for arm in (OTHER, interaction().arm)]
    written = []
    for name, order in (("one", items), ("two", items[::-1])):
        cassettes = Cassettes(tmp_path, suite="shop", recording=name)
        for item in order:
            cassettes.append(item)
        cassettes.compact()
        written.append(files(cassettes))

    assert written[0] == written[1]
    arms = [i["arm"]["endpoint"] for i in json.loads(written[0]["fox.json"])["interactions"]]
    assert arms == ["aaa"] * 3 + ["gemini"] * 3


def test_a_journal_counts_before_it_is_compacted(cassettes, interaction):
    """What a killed recorder left is there at once, and the newest of a place wins."""
    old, new = interaction(answer="old"), interaction(answer="new")
    cassettes.write([old])

    cassettes.append(new)

    assert cassettes.load() == (new,)
    cassettes.compact()
    assert cassettes.load() == (new,)
    assert cassettes.journal() == ()


@pytest.mark.parametrize(
    "tail", [b'{"key": {"ca', b"\xff\xfe", b"[" * 5000 + b"\n", b"{}x\n", b"\n"]
)
def test_a_broken_line_is_passed_over(cassettes, interaction, tail):
    """A line that a kill cut off, last or in the middle, costs no other."""
    first, second = interaction(sample=0), interaction(sample=1)
    cassettes.append(first)
    journal = cassettes.folder / "_journal.jsonl"
    journal.write_bytes(journal.read_bytes() + tail)
    cassettes.append(second)

    assert cassettes.journal() == (first, second)

    cassettes.compact()
    assert cassettes.load() == (first, second)
    assert not journal.exists()


def test_a_crash_while_compacting_loses_nothing(cassettes, interaction):
    """The journal goes last; compacting it again changes nothing."""
    cassettes.write([interaction(answer="old")])
    cassettes.append(interaction(answer="new"))
    journal = cassettes.folder / "_journal.jsonl"
    left = journal.read_bytes()
    cassettes.compact()
    once = files(cassettes)

    journal.write_bytes(left)
    cassettes.compact()

    assert files(cassettes) == once


def test_what_is_recorded_anew_keeps_what_it_replaced(cassettes, interaction):
    """Nothing is lost: the older answer lies in _replaced, under the session that replaced it."""
    old, kept = interaction(answer="old"), interaction(sample=1)
    cassettes.write([old, kept])

    cassettes.write([interaction(answer="new", session="s2"), kept])

    cassettes.write([interaction(answer="newest", session="s3")])

    replaced = [name for name in files(cassettes) if name.startswith("_replaced")]
    sessions = [
        [i["session"] for i in json.loads(files(cassettes)[name])["interactions"]]
        for name in replaced
    ]
    assert replaced == ["_replaced/fox-s2.json", "_replaced/fox-s3.json"]
    assert sessions == [["s1"], ["s2"]]
    assert len(cassettes.load()) == 2


@pytest.mark.parametrize(
    "name", ["", "..", "../x", "a/b", "/etc", "A", "a" * 65, "a..b", "a\n", ".a"]
)
def test_a_recording_cannot_leave_its_folder(tmp_path, name):
    """Suites and recordings are plain names."""
    for names in ({"suite": name, "recording": "main"}, {"suite": "s", "recording": name}):
        with pytest.raises(CassetteError):
            Cassettes(tmp_path, **names)


@pytest.mark.parametrize("name", ["../x", "a/b", "..", "/tmp/x", "a\0"])
def test_no_file_of_a_recording_leaves_its_folder(tmp_path, cassettes, interaction, name):
    """A hostile journal names cases and sessions; none of them becomes a path."""
    cassettes.write([interaction(answer="old")])
    before = sorted(tmp_path.rglob("*"))
    session = Session(
        id=name, suite="shop", recording="main", started_at="2026", arms=(interaction().arm,)
    )

    with pytest.raises(CassetteError):
        cassettes.write([interaction(case=name)])
    with pytest.raises(CassetteError):
        cassettes.write([interaction(answer="new", session=name)])
    with pytest.raises(CassetteError):
        cassettes.add_session(session)

    assert sorted(tmp_path.rglob("*")) == before


def test_sessions_are_one_file_each(cassettes, interaction):
    """The manifest is read oldest first."""
    sessions = [
        Session(id=i, suite="shop", recording="main", started_at=at, arms=(interaction().arm,))
        for i, at in (("20261102T000000Z-b", "2026-11-02"), ("20261101T000000Z-a", "2026-11-01"))
    ]

    for session in sessions:
        cassettes.add_session(session)

    assert cassettes.sessions() == tuple(sessions[::-1])


def test_two_answers_of_one_journal_are_both_kept(cassettes, interaction):
    """A journal that holds a place twice loses neither."""
    first, second = interaction(answer="first"), interaction(answer="second", session="s2")
    for item in (first, second):
        cassettes.append(item)

    cassettes.compact()

    assert cassettes.load() == (second,)
    assert b"first" in files(cassettes)["_replaced/fox-s2.json"]


def test_an_absent_recording_is_empty(cassettes):
    """Nothing is made by looking."""
    assert (cassettes.load(), cassettes.sessions(), cassettes.journal()) == ((), (), ())
    assert not cassettes.folder.exists()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"{", "broken JSON"),
        (b"[]", "not a gemini-image-harness/cassette file"),
        (b'{"format": "gemini-image-harness/cassette", "version": 9}', "upgrade"),
        (b'{"format": "gemini-image-harness/cassette", "version": 1}', "expected a list"),
        (
            b'{"format": "gemini-image-harness/cassette", "version": 1, "interactions": [{}]}',
            r"interactions\[0\]: field 'arm' is missing; restore",
        ),
    ],
)
def test_a_broken_cassette_says_what_to_do(cassettes, data, said):
    """The file is named, and how to get it back."""
    cassettes.folder.mkdir(parents=True)
    (cassettes.folder / "fox.json").write_bytes(data)

    with pytest.raises(CassetteError, match=said):
        cassettes.load()


def test_a_broken_manifest_says_so(cassettes):
    """A session that was changed by hand is refused as a cassette is."""
    (cassettes.folder / "_manifest").mkdir(parents=True)
    (cassettes.folder / "_manifest" / "s.json").write_bytes(
        b'{"format": "gemini-image-harness/session", "version": 1, "id": 3}'
    )

    with pytest.raises(CassetteError, match=r"s\.json\.id: expected str"):
        cassettes.sessions()


# --- fuzz ---------------------------------------------------------------------------------

_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["$blob", "json", "key", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def _places(tree, path=()):
    """List every place in a JSON tree."""
    yield path
    items = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    for key, value in items:
        yield from _places(value, (*path, key))


def _changed(tree, path, value):
    tree = copy.deepcopy(tree)
    place = tree
    for key in path[:-1]:
        place = place[key]
    if not path:
        return value
    place[path[-1]] = value
    return tree


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_cassette_is_read_or_refused(folder, interaction, data):
    """Bytes, or a valid cassette with one place changed: interactions, or an error of the tree."""
    cassettes = Cassettes(folder, suite="fuzz", recording="main")
    path = cassettes.folder / "fox.json"
    path.unlink(missing_ok=True)
    cassettes.write([interaction(), replace(interaction(sample=1), seconds=None)])
    if data.draw(st.booleans()):
        path.write_bytes(data.draw(st.binary(max_size=60)))
    else:
        tree = json.loads(path.read_bytes())
        at = data.draw(st.sampled_from(list(_places(tree))))
        path.write_text(json.dumps(_changed(tree, at, data.draw(_json))))

    blobs = BlobStore(folder / "blobs")
    try:
        for item in cassettes.load():
            assert isinstance(item, Interaction)
            for body in (item.request.body, item.response.body):
                unpack(body, read=lambda name: blobs.get(blobs.ref(name)), where="f")
    except HarnessError:
        pass


# --- a file a case and variant ------------------------------------------------------------


def git(folder, *words):
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_two_branches_that_record_different_cells_merge(tmp_path, interaction):
    """Variants of one new case, of a case of both, and another case: no conflict in git."""
    cassettes = Cassettes(tmp_path / "cassettes", suite="shop", recording="main")
    cassettes.write([interaction("fox", variant="1K,16:9")])
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "start")
    recorded = []
    for branch, more in [("one", ("2K,16:9", "owl")), ("two", ("4K,16:9", "cat"))]:
        git(tmp_path, "checkout", "-qb", branch, "main")
        label, case = more
        items = [interaction("fox", variant=label, session=branch),
                 interaction("new", variant=label, session=branch),
                 interaction(case, session=branch)]  # fmt: skip
        for item in items:
            cassettes.append(item)
        cassettes.compact()
        arms = (items[0].arm,)
        cassettes.add_session(
            Session(id=branch, suite="shop", recording="main", started_at=branch, arms=arms)
        )
        recorded += items
        git(tmp_path, "add", ".")
        git(tmp_path, "commit", "-qm", branch)

    git(tmp_path, "merge", "-q", "one", "-m", "both")

    found = {place(item): item for item in cassettes.load()}
    assert all(found[place(item)] == item for item in recorded)
    assert len(found) == 7
    assert [s.id for s in cassettes.sessions()] == ["one", "two"]


def test_a_variant_has_a_file_that_people_can_name(cassettes, interaction):
    """Labels stand in it as far as a file's name can hold them, and never collide."""
    labels = ["", "1K,16:9", "1k,16:9", "a/b", "a_b", "Größe", "x" * 300, "..", "../../up"]

    cassettes.write(interaction("fox", variant=label) for label in labels)

    names = [path.name for path in cassettes.folder.iterdir()]
    assert "fox.json" in names
    assert any(re.fullmatch(r"fox@1K,16x9-[0-9a-f]{6}\.json", name) for name in names)
    assert len({name.lower() for name in names}) == len(labels)
    assert max(map(len, names)) < 150
    assert {item.key.variant for item in cassettes.load()} == set(labels)


def old_file(cassettes, items):
    """Write a file as version 1 wrote it: all variants of a case in one."""
    tree = {"format": FORMAT, "version": 1, "suite": "shop", "case": "fox"}
    tree["interactions"] = [encode(item) for item in items]
    cassettes.folder.mkdir(parents=True, exist_ok=True)
    cassettes.folder.joinpath("fox.json").write_bytes(dump_json(tree))


@pytest.mark.parametrize("labels", [("a", "b"), ("", "a")], ids=["variants", "and a plain one"])
def test_a_file_of_all_variants_is_parted_when_it_is_recorded_into(cassettes, interaction, labels):
    """Nothing is lost, what is newer counts, and what it replaced is kept."""
    items = [interaction("fox", variant=label) for label in labels]
    old_file(cassettes, items)
    fresh = interaction("fox", variant=labels[1], session="s2", answer="anew")

    assert sorted(map(repr, cassettes.load())) == sorted(map(repr, items))
    cassettes.append(fresh)
    cassettes.compact()

    assert set(map(place, cassettes.load())) == set(map(place, items))
    assert fresh in cassettes.load()
    assert items[0] in cassettes.load()
    assert cassettes.replaced() == (items[1],)
    assert len(list(cassettes.folder.glob("*.json"))) == 2


def test_a_newer_answer_outlives_a_file_of_all_variants(cassettes, interaction):
    """A crash between the new files and the old one's end leaves both: the newer counts."""
    fresh, older = (interaction("fox", variant="a", session=s, answer=s) for s in ("s2", "s1"))
    cassettes.write([fresh])
    old_file(cassettes, [older])

    cassettes.write([interaction("fox", variant="b")])

    assert fresh in cassettes.load()
    assert not cassettes.folder.joinpath("fox.json").exists()


def test_a_line_that_nobody_can_read_is_kept_for_a_person(cassettes, interaction):
    """It is no answer that anybody was told of, and it is not thrown away either."""
    cassettes.append(interaction("fox"))
    journal = cassettes.folder / "_journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b"{broken\n" + b"cut off")

    cassettes.compact()

    assert len(cassettes.load()) == 1
    assert not journal.exists()
    assert cassettes.folder.joinpath("_journal.broken").read_bytes() == b"{broken\n"


def test_a_compaction_that_was_cut_off_counts_no_answer_twice(cassettes, interaction):
    """The file was written, the journal not yet taken away: doing it again changes nothing."""
    first, second, third = (interaction("fox", session=f"s{n}", answer=str(n)) for n in range(3))
    cassettes.write([first])
    for item in (second, third):
        cassettes.append(item)
    journal = cassettes.folder / "_journal.jsonl"
    lines = journal.read_bytes()
    cassettes.compact()
    before = files(cassettes)

    journal.write_bytes(lines)
    cassettes.compact()

    assert files(cassettes) == before
    assert cassettes.load() == (third,)
    assert sorted(item.session for item in cassettes.replaced()) == ["s0", "s1"]


def test_a_copy_of_a_cassette_changes_nothing(cassettes, interaction):
    """What lies under its own name counts, whatever the copy's name sorts as; it is told."""
    fresh, older = (interaction("fox", session=s, answer=s) for s in ("s2", "s1"))
    for name in ("a_copy.json", "fox_REMOTE_1.json", "zoo.json"):
        cassettes.write([older])
        cassettes.folder.joinpath("fox.json").rename(cassettes.folder / name)
    cassettes.write([fresh])

    assert cassettes.load() == (fresh,)
    assert {path.name for path, _ in cassettes.strays()} == {
        "a_copy.json", "fox_REMOTE_1.json", "zoo.json"
    }  # fmt: skip


@pytest.mark.parametrize(("old_at", "stays"), [("2026-01-01", "new"), ("2026-12-31", "old")])
def test_of_two_answers_the_later_stays_and_the_other_is_kept(
    cassettes, interaction, old_at, stays
):
    """A file of version 1 that came by a merge holds another answer than the newer file."""
    old = replace(interaction("fox", variant="a", session="old"), recorded_at=old_at)
    new = interaction("fox", variant="a", session="new", answer="another")
    cassettes.write([new])
    old_file(cassettes, [old])

    cassettes.write([interaction("fox", variant="b")])

    by_session = {"old": old, "new": new}
    left = by_session.pop(stays)
    assert left in cassettes.load()
    assert cassettes.replaced() == tuple(by_session.values())


def test_a_compaction_under_a_readers_eyes_hides_nothing(tmp_path, interaction):
    """The journal is read before the files that it is brought into."""

    class Overtaken(Cassettes):
        def journal(self):
            found = super().journal()
            Cassettes(tmp_path, suite="shop", recording="main").compact()
            return found

    reader = Overtaken(tmp_path, suite="shop", recording="main")
    reader.append(interaction("fox"))

    assert len(reader.load()) == 1
    assert len(reader.load()) == 1


def test_what_was_replaced_is_kept_once_however_often_it_is_said(cassettes, interaction):
    """A crash between keeping it and writing the newer answer repeats the first."""
    old = interaction("fox")
    for _ in range(2):
        cassettes.keep_replaced([old], session="s2")

    assert cassettes.replaced() == (old,)
