"""What was forgotten on purpose is said by every verb, and shown where it is missed."""

import pytest

from harness.store.blobs import BlobStore
from harness.store.tombstones import Tombstone


def forget(bench, path, *, reason="licence ended", at="2026-11-25T10:00:00+00:00"):
    """Lay a tombstone for a blob's file, and take its bytes away."""
    store = BlobStore(bench.folder / "cassettes" / "blobs")
    stone = Tombstone(sha256=path.name[:64], reason=reason, by="Ann", at=at)
    store.tombstones.add(stone)
    path.unlink()
    return path.name[:64]


def test_every_verb_says_what_was_forgotten(recorded):
    """In one line on stderr; results and JSON on stdout are untouched."""
    sha256 = forget(recorded, recorded.picture("fox"))

    for verb in (["plan"], ["validate"], ["cassette", "ls", "--json"], ["run", "--json"]):
        ran = recorded(*verb)

        line = f"1 picture was forgotten: {sha256[:8]} (licence ended, 2026-11-25)\n"
        assert line in ran.err, verb
        assert "was forgotten:" not in ran.out


def test_the_last_three_are_named(bench):
    """Many are counted; a reason is one line, and obeys no terminal."""
    store = BlobStore(bench.folder / "cassettes" / "blobs")
    for index in range(5):
        name, at = f"{index}" * 64, f"2026-11-2{index}T10:00:00+00:00"
        store.tombstones.add(Tombstone(sha256=name, reason=f"why\n{index}\x1b[2J", at=at))

    (line,) = [line for line in bench("doctor").err.splitlines() if "forgotten" in line]

    assert line.startswith("5 pictures were forgotten: 22222222 (why 2")
    assert line.endswith("2026-11-24), ...")
    assert line.count("(why") == 3
    assert "\x1b" not in line


def test_nothing_is_said_where_nothing_was_forgotten(recorded):
    """Silence is the rule."""
    assert "forgotten" not in recorded("plan").err


@pytest.mark.usefixtures("offline")
def test_a_run_shows_why_a_picture_is_missed(recorded):
    """The sample's failure says who forgot it, when and why; the others go on."""
    recorded("run")
    forget(recorded, recorded.picture("fox"))

    ran = recorded("run", "--json", "-o", "page.html")

    (error,) = [f for f in recorded.findings(ran)["fox"] if f["status"] == "ERROR"]
    assert "forgotten on 2026-11-25 by Ann: licence ended" in error["message"]
    assert "git lfs pull" not in error["message"]
    assert recorded.statuses(ran)["city[1:1]"] != "ERROR"
    assert (
        "forgotten on 2026-11-25 by Ann: licence ended"
        in (recorded.folder / "page.html").read_text()
    )


def test_an_old_report_made_anew_says_it_too(recorded):
    """In the picture's place, though a small form of it still lies in the cache."""
    recorded("run")
    forget(recorded, recorded.picture("fox"))

    recorded("report", "last", "-o", "page.html")

    page = (recorded.folder / "page.html").read_text()
    assert "forgotten on 2026-11-25 by Ann: licence ended" in page
