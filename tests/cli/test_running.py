"""Walk a small suite through its life: plan, record, replay, decide, change."""

import io
import json
import re
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

RECORDED = ("recorded", "")
ALL = ["city[1:1] 1", "city[16:9] 1", "fox 1"]


def approve(bench):
    ran = bench("approve", "--all", "--unseen", "--by", "Ann", "--why", "a first look")
    assert ran.code == 0, ran.err
    return ran


def reencoded(data):
    written = io.BytesIO()
    Image.open(io.BytesIO(data)).save(written, "JPEG", quality=88)
    return written.getvalue()


def test_nothing_recorded_is_planned_as_missing_with_its_price(bench):
    """The plan says pixels, tokens, expected price and ceiling, and the next command."""
    bench.suite()

    ran = bench("plan")

    assert ran.code == 0
    (row,) = [line.split() for line in ran.out.splitlines() if "16:9" in line]
    assert row[:6] == ["shop/city[16:9]", "1376x768", "1120", ".", ".", "1"]
    assert re.search(
        r"3 answers to generate, of gemini-3-pro-image@gemini: about \$0\.4\d, at most", ran.out
    )
    assert "; about 19 s with -j 4" in ran.out
    assert ran.out.endswith("next    harness run --live missing\n")
    assert set(bench.standing()) == set(ALL)


def test_a_replay_lists_what_was_never_recorded_and_ends_incomplete(bench):
    """Case, variant, samples, what differs, price and the recording command; exit 3."""
    bench.suite()

    ran = bench("run", "-k", "city", "--tag", "wide-ones", "--samples", "2")

    assert ran.code == 3
    assert "UNRECORDED shop/city[1:1]" in ran.out
    line = "samples 1, 2, each: missing: no sample of this case is recorded (about $0.1"
    assert ran.out.count(line) == 2
    command = "harness run -k city --tag wide-ones --samples 2 --live missing"
    assert ran.out.endswith(f"next    {command}\n")


def test_what_is_missing_is_recorded_once_and_replays_for_ever(recorded, simulator):
    """A plain run gives the recorded pictures; recording again asks for nothing."""
    before = recorded.files("cassettes/**/*")

    replayed = recorded("run", "--json")
    again = recorded("run", "--endpoint", "simulator", "--live", "missing", "--json")

    assert (replayed.code, again.code) == (0, 0)
    assert set(recorded.statuses(replayed).values()) == {"NEW"}
    assert recorded.files("cassettes/**/*") == before


def test_a_replay_says_so_and_opens_no_connection(recorded, offline):
    """Its verdicts begin with the days of the pictures; nothing is connected to."""
    ran = recorded("run")

    assert ran.code == 0
    headline, report, following = ran.out.splitlines()[-3:]
    assert headline.startswith("recorded pictures of 20")
    assert "nothing was generated: 3 new; the pictures are simulated" in headline
    assert report.startswith("report  reports/")
    assert following.startswith("next    harness review ")


@pytest.mark.parametrize(
    ("old", "new", "touched", "why"),
    [
        ("A night city", "A night town", ALL[:2], "A night city"),
        ("on a shelf", "on a bench", ALL[2:], "shelf"),
        ("[1:1, 16:9]", "[1:1, 4:3]", [], ""),
        ("    references: [fox]", "    references: [fox]\n    seed: 5", ALL[2:], "seed"),
    ],
    ids=["a prompt", "another prompt", "an axis", "a parameter"],
)
def test_an_edit_makes_exactly_the_touched_samples_stale(recorded, old, new, touched, why):
    """The plan says what differs; the other samples stay recorded."""
    recorded.edit(old, new)

    standing = recorded.standing()

    stale = [name for name, (how, _) in standing.items() if how == "stale"]
    assert stale == touched
    assert all(why in standing[name][1] for name in touched)
    others = {n: how for n, (how, _) in standing.items() if n not in touched}
    assert set(others.values()) <= {"recorded", "missing"}
    assert all(others[n] == "recorded" for n in set(ALL) & set(others))


def test_an_edited_turn_leaves_the_turns_before_it_recorded(bench):
    """Of a conversation, the edited turn is stale; after an edited first turn, all are."""
    turns = "[{prompt: A fox on a shelf}, {prompt: Give it a hat}]"
    bench.suite(f"version: 1\nsuite: shop\ncases:\n  - id: hat\n    turns: {turns}\n")
    assert bench("run", "--live", "missing", "--endpoint", "simulator").code == 0

    bench.edit("a hat", "a scarf")
    second = bench("plan", "--json").json["rows"]
    replayed = bench("run")
    bench.edit("A fox", "A cat")
    first = bench("plan", "--json").json["rows"]

    assert [row["standing"] for row in second] == ["recorded", "stale"]
    assert "sample 1 turn 2: stale: contents[2].parts[0].text: recorded 'Give it" in replayed.out
    assert [row["standing"] for row in first] == ["stale", "stale"]
    assert {row["ceiling_usd"] for row in first} == {0.0}  # the simulator charges nothing


def test_a_new_value_of_an_axis_alone_is_missing(recorded):
    """The nearest recording and what differs from it are named."""
    recorded.edit("[1:1, 16:9]", "[1:1, 16:9, 4:3]")

    standing = recorded.standing()

    assert [standing[name] for name in ALL] == [RECORDED] * 3
    how, why = standing["city[4:3] 1"]
    assert how == "missing"
    assert why.startswith("nearest is city[")
    assert "aspectRatio" in why


def test_other_bytes_of_a_reference_make_its_samples_stale(recorded):
    """A reference picture counts by its bytes, not by its name."""
    picture = recorded.folder / "suites" / "references" / "fox.png"
    Image.new("RGB", (64, 64), "teal").save(picture)

    standing = recorded.standing()

    assert [standing[name] for name in ALL[:2]] == [RECORDED] * 2
    assert standing["fox 1"][0] == "stale"
    assert re.search("recorded picture [0-9a-f]{8}, now picture", standing["fox 1"][1])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    references: [fox]", "    references: [fox]\n    matrix: {thinking: [{id: no}]}"),
        ("    references: [fox]", "    references: [fox]\n    matrix: {image_size: [1K]}"),
        ("- id: city", "- id: town"),
        ("- id: city", "- id: town\n    was: city"),
    ],
    ids=["an axis of a mapping", "an axis of one value", "a rename", "a rename with was"],
)
def test_an_axis_of_one_value_or_a_rename_records_nothing_anew(recorded, old, new):
    """What is sent stays the same, and so does its recording."""
    recorded.edit(old, new)

    assert set(recorded.standing().values()) == {RECORDED}
    assert recorded("run").code == 0


def test_pinning_keeps_every_answer_as_the_reference_sample(recorded):
    """The epoch names answers, sessions, arms and who pinned; another reference, another file."""
    first = recorded("baseline", "pin", "main", "--by", "Ann")
    recorded.edit("  - id: fox", "  - id: a-fox")
    second = recorded("baseline", "pin", "main", "--json")
    listed = recorded("baseline", "list", "--json")

    assert first.out.startswith("shop: epoch-")
    assert "3 answers of 3 cells from 1 session of 'main', by Ann, simulated" in first.out
    assert second.json["epochs"][0]["by"] == "unnamed"
    assert [epoch["by"] for epoch in listed.json["epochs"]] == ["Ann", "unnamed"]
    assert len(listed.json["epochs"][0]["samples"]) == 3


def test_decided_pictures_pass_and_an_undo_makes_them_new_again(recorded):
    """Identical bytes pass and say by whom; the undo is one more file."""
    recorded("run")

    said = approve(recorded)
    decided = recorded("run", "--json")
    undone = recorded("approve", "--undo", "--by", "Ann", "--json")
    after = recorded("run", "--json")

    assert "✔ shop: 3 pictures accepted, unseen" in said.out
    assert set(recorded.statuses(decided).values()) == {"PASS"}
    messages = [f["message"] for f in recorded.findings(decided)["fox"]]
    assert any("by Ann, unseen: the bytes are identical" in message for message in messages)
    assert len(undone.json["undone"]) == 1
    assert set(recorded.statuses(after).values()) == {"NEW"}
    assert recorded("approve", "--undo").code == 2


def test_nothing_left_to_decide_is_said(recorded):
    """A second approval of the same run changes nothing."""
    recorded("run")
    approve(recorded)
    before = recorded.files("suites/**/*")

    ran = recorded("approve", "--all", "--unseen", "--by", "Ann", "--why", "again")

    assert ran.code == 2
    assert "every picture has been decided on already" in ran.err
    assert recorded.files("suites/**/*") == before


def test_an_approval_says_who_and_why(recorded):
    """Unseen pictures are not accepted by a half command."""
    recorded("run")

    ran = recorded("approve", "--all", "--unseen")

    assert ran.code == 2
    assert "--by NAME --why TEXT" in ran.err


def test_the_same_picture_in_other_bytes_passes_with_a_remark(recorded):
    """A re-encoded accepted picture is the accepted picture; another one is NEW."""
    recorded("run")
    approve(recorded)
    recorded.replace_picture("fox", reencoded)
    recorded.replace_picture("city", lambda data: reencoded(_turned(data)))

    ran = recorded("run", "--json")

    found = recorded.findings(ran)
    decided = {
        name: next(f for f in found[name] if f["check"] == "decided")
        for name in ("fox", "city[16:9]")
    }
    assert decided["fox"]["status"] == "PASS"
    assert decided["fox"]["message"].startswith("remark: the accepted picture ")
    assert decided["city[16:9]"]["status"] == "NEW"


def _turned(data):
    written = io.BytesIO()
    Image.open(io.BytesIO(data)).rotate(180).save(written, "JPEG")
    return written.getvalue()


def test_a_truncated_picture_fails(recorded):
    """Half a picture is a finding, exit 1, however well its prompt is recorded."""
    recorded.replace_picture("fox", lambda data: data[: len(data) // 2])

    ran = recorded("run", "--json")

    assert ran.code == 1
    assert recorded.statuses(ran)["fox"] == "FAIL"
    assert any("truncated" in finding["message"] for finding in recorded.findings(ran)["fox"])


def test_a_report_is_written_in_every_form(recorded):
    """index.html and run.json always; JUnit and Markdown where they are asked for."""
    recorded("run", "-k", "fox")

    ran = recorded("report", "last", "-o", "r.junit.xml", "-o", "out/r.md", "-o", "r.json")

    assert ran.code == 0
    (folder,) = (recorded.folder / "reports").iterdir()
    assert "<html" in (folder / "index.html").read_text()
    document = json.loads((folder / "run.json").read_text())
    assert document["status"] == "NEW"
    assert json.loads((recorded.folder / "r.json").read_text()) == document
    junit = ET.parse(recorded.folder / "r.junit.xml").getroot()
    assert [case.get("name") for case in junit.iter("testcase")] == ["fox"]
    assert "fox" in (recorded.folder / "out" / "r.md").read_text()


def test_last_is_the_newest_run_also_within_a_second(recorded):
    """Names of runs sort as their times do."""
    runs = [recorded("run", "-k", "fox", "--json").json["run"]["id"] for _ in range(3)]

    assert runs == sorted(runs)
    assert recorded("report", "last", "--json").json["run"]["id"] == runs[-1]


def test_a_suite_outside_of_the_folder_is_found_again(recorded, tmp_path_factory):
    """A run of a suite that lies elsewhere can be approved."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (recorded.folder / "suites").rename(elsewhere / "suites")
    recorded("run", str(elsewhere / "suites"))

    ran = recorded("approve", "--all", "--unseen", "--by", "Ann", "--why", "there")

    assert ran.code == 0, ran.err
    assert list((elsewhere / "suites" / "shop.baseline").glob("decisions-*.json"))


def test_verdicts_are_shown_also_where_they_cannot_be_kept(recorded):
    """A folder that cannot be written costs the report, not what was found."""
    (recorded.folder / "reports").write_text("a file where the folder should be")

    ran = recorded("run")

    assert ran.code == 2
    assert "nothing was generated" in ran.out
    assert "cannot be written" in ran.err
