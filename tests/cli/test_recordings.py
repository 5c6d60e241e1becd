"""Recordings are listed with what is stale and why, shown, moved, and replayed thin or exact."""

import json
import os

import pytest
from PIL import Image

TWO_TURNS = """\
version: 1
suite: shop
defaults: {samples: 1, image_size: 1K}
cases:
  - id: hat
    prompt: "[[text]] a fox"
"""


def repaint(bench):
    """Change a reference picture's bytes."""
    Image.linear_gradient("L").resize((65, 64)).save(
        bench.folder / "suites" / "references" / "fox.png"
    )


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda b: b.edit("A night city", "A night town"),
         "stale: city[16:9] sample 1 turn 1: contents[0].parts[0].text: "
         "recorded 'A night city', now 'A night town'"),
        (repaint, "stale: fox sample 1 turn 1: contents[0].parts[1].inlineData.data: "
                  "recorded picture "),
        (lambda b: b.edit("prompt: A fox", "seed: 5\n    prompt: A fox"),
         "stale: fox sample 1 turn 1: generationConfig.seed: recorded nothing, now '5'"),
    ],
    ids=["prompt", "reference", "parameter"],
)  # fmt: skip
def test_an_edit_shows_in_run_plan_and_list_alike(recorded, change, line):
    """Which samples it touched and what differs; pictures stand as hashes."""
    change(recorded)

    listed = recorded("cassette", "ls").out
    why = line.partition(" turn 1")[2].partition(": ")[2]

    assert line in listed
    assert why in recorded("plan").out
    assert why in recorded("run").out


def test_what_is_missing_and_unused_is_counted(recorded):
    """An axis that lost a value and won another leaves one of each."""
    recorded.edit("[1:1, 16:9]", "[1:1, 4:3]")

    ran = recorded("cassette", "ls")

    assert "3 answers, gemini-3-pro-image@simulator, 1 missing, 1 unused, simulated" in ran.out
    (row,) = recorded("cassette", "ls", "--json").json["recordings"]
    assert (row["missing"], row["unused"], row["stale"]) == (1, 1, [])


def test_stale_samples_are_named_each(recorded):
    """Every variant has a line of its own, its samples in short."""
    live = ("--endpoint", "simulator", "--live", "missing", "--record-only", "-k", "fox")
    recorded.edit("prompt: A fox on a shelf", 'prompt: "[[text]] a fox"\n    samples: 4')
    recorded("run", *live)
    recorded.edit("[[text]] a fox", "[[text]] a cat")

    listed = recorded("cassette", "ls", "shop")

    assert "stale: fox samples 1-4 turn 1: " in listed.out
    assert recorded("cassette", "ls", "absent").code == 2


def test_a_broken_suite_hides_no_recording(recorded):
    """What is wrong with it is said; its recordings are listed all the same."""
    recorded.edit("version: 1", "version: 9")

    ran = recorded("cassette", "ls")

    assert ran.code == 0
    assert "shop/main: 3 answers" in ran.out
    assert "version" in ran.err


def test_a_renamed_case_records_nothing_again(recorded):
    """By its digest, by `was:`, and by moving the answers themselves."""
    recorded.edit("id: fox\n", "id: red-fox\n")
    assert recorded.standing()["red-fox 1"] == ("recorded", "")

    recorded.edit("prompt: A fox on", "prompt: A new fox on")
    assert recorded.standing()["red-fox 1"][0] == "missing"
    recorded.edit("id: red-fox\n", "id: red-fox\n    was: fox\n")
    assert recorded.standing()["red-fox 1"][0] == "stale"

    recorded.edit("    was: fox\n", "")
    ran = recorded("cassette", "mv", "shop", "fox", "red-fox")

    assert ran.code == 0
    assert "shop/main: 1 answer moved from fox to red-fox" in ran.out
    assert recorded.standing()["red-fox 1"][0] == "stale"
    recorded.edit("A new fox on", "A fox on")
    assert recorded("run").code == 0


def test_a_move_of_nothing_is_refused(recorded):
    """A name that nothing is recorded under, or that is none."""
    absent = recorded("cassette", "mv", "shop", "owl", "eagle")
    unfit = recorded("cassette", "mv", "shop", "../owl", "eagle")

    nowhere = recorded("cassette", "mv", "shop", "fox", "wolf", "--recording", "typo")

    assert (absent.code, unfit.code, nowhere.code) == (2, 2, 2)
    assert "typo: no such recording" in nowhere.err
    assert not (recorded.folder / "cassettes" / "shop" / "typo").exists()
    assert "nothing is recorded as owl" in absent.err
    assert "name a case" in unfit.err


def test_an_answer_is_shown_with_its_bytes_named(recorded):
    """Who, when, what was sent and came; bytes that are absent say so."""
    recorded.picture("fox").unlink()

    ran = recorded("cassette", "show", "shop/main", "fox")

    assert ran.code == 0
    assert "fox sample 1 turn 1  gemini-3-pro-image@simulator" in ran.out
    assert "asked   A fox on a shelf" in ran.out
    assert "HTTP 200" in ran.out
    assert ran.out.count("    came ") >= 2, "the picture, its signature, and words now and then"
    assert "git lfs pull" in ran.out
    assert recorded("cassette", "show", "shop", "city[16:9]", "--json").json["answers"]
    assert recorded("cassette", "show", "shop", "owl").code == 2


@pytest.mark.parametrize("how", ["thin", "exact"])
def test_both_replays_judge_alike(recorded, how):
    """Verdicts, generations and measures are the same, picture for picture."""
    run = recorded("run", "--json", "--replay", how).json["run"]
    other = recorded("run", "--json").json["run"]

    assert run["suites"] == other["suites"]
    assert run["measures"] == other["measures"]
    assert recorded("run", "--replay", "fat").code == 2


@pytest.mark.parametrize("how", ["thin", "exact"])
def test_a_picture_that_is_not_what_its_name_says_is_an_error(recorded, how):
    """Also where nothing but its name is handed on, and also the second time."""
    path = recorded.picture("fox")
    path.write_bytes(path.read_bytes()[:-1] + b"\0")

    for _ in range(2):
        ran = recorded("run", "--json", "--replay", how)
        assert ran.code == 3
        assert recorded.statuses(ran)["fox"] == "ERROR"
        assert "not those that the name says" in ran.out


def test_recording_again_is_told(recorded):
    """The run and the list say how often; what was discarded is kept."""
    for _ in range(2):
        recorded("run", "--endpoint", "simulator", "--live", "all", "-k", "fox", "--record-only")

    judged = recorded("run", "--json").json["run"]["suites"][0]["judged"]
    page = next(recorded.folder.glob("reports/*/index.html")).read_text()

    assert [j.get("discarded", 0) for j in judged] == [0, 0, 2]
    assert "third recording of this cell, two discarded" in page
    assert "2 replaced" in recorded("cassette", "ls").out


def test_signatures_of_single_turns_can_be_left_out(bench):
    """They are recorded as dropped; a turn that is added needs them and is recorded anew."""
    bench.suite(TWO_TURNS)
    bench.folder.joinpath("harness.toml").write_text('signatures = "turns"\n')
    live = ("run", "--endpoint", "simulator", "--live", "missing", "--record-only")

    assert bench(*live).out.endswith("\nnext    harness run --endpoint simulator\n")

    answer = json.loads(bench.cassette("hat").read_text())["interactions"][0]["response"]
    assert '"$dropped"' in json.dumps(answer)
    for how in ("thin", "exact"):
        assert bench("run", "--replay", how).code == 1, "a text where a picture was asked"
    assert "dropped (signatures" in bench("cassette", "show", "shop").out

    bench.edit(
        '    prompt: "[[text]] a fox"', '    turns: [{prompt: "[[text]] a fox"}, {prompt: b}]'
    )
    assert bench.standing()["hat 1"][0] in ("stale", "missing")
    bench(*live)
    answer = json.loads(bench.cassette("hat").read_text())["interactions"][0]["response"]
    assert '"$dropped"' not in json.dumps(answer)


# --- recordings that somebody changed by hand ------------------------------------------------


def changed(bench, change):
    """Change the tree of the fox's cassette."""
    path = bench.cassette("fox")
    tree = json.loads(path.read_text())
    change(tree["interactions"][0])
    path.write_text(json.dumps(tree))


def blob_of(name):
    def change(item):
        item["response"]["body"] = {
            "json": {"thoughtSignature": {"$blob": name}},
            "style": "spaced",
        }

    return change


def said(**fields):
    return lambda item: item.update(fields)


def asking(text):
    return said(request={"method": "POST", "url": "u", "body": {"text": [text]}})


CHANGES = {
    "blob number": blob_of(5),
    "blob list": blob_of([]),
    "blob nothing": blob_of(None),
    "blob outside": blob_of("../../x"),
    "surrogate": asking("\ud800"),
    "phrase": lambda item: item["response"].update(reason="\ud800", headers={"server": "\ud800"}),
    "deep text": said(
        request={"method": "POST", "url": "u", "body": {"text": ["[" * 900 + "]" * 900]}}
    ),
    "not a number": said(seconds=float("nan")),
    "events in events": lambda item: item["response"].update(
        body={"events": [{"events": [{"text": ["x"]}]}]}
    ),
    "join": lambda item: item["response"].update(
        body={"json": {"data": {"$join": [5, {"$blob": 7}]}}, "style": "spaced"}
    ),
    "bomb": lambda item: item["response"].update(
        body={
            "json": {
                "data": {"$blob": "x", "escapes": {letter: letter * 99 for letter in "ABCDEF"}}
            },
            "style": "spaced",
        }
    ),
    "variant": lambda item: item["key"].update(variant="\ud800"),
    "address": lambda item: item["request"].update(url="https://[x"),
    "asked join": said(
        request={
            "method": "POST",
            "url": "u",
            "body": {"json": {"contents": {"$join": [5, {"$blob": 7}]}}, "style": "spaced"},
        }
    ),
    "escapes": lambda item: item["response"].update(
        body={"json": {"data": {"$blob": "x", "escapes": "ab"}}, "style": "spaced"}
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_recording_that_was_changed_by_hand_is_one_clear_line(recorded, name):
    """Every verb on it says what is wrong, or goes on; none ends in a fault of the harness."""
    changed(recorded, CHANGES[name])

    for words in (
        ("plan", "--json"), ("run", "-k", "fox", "--replay", "exact", "--json"),
        ("cassette", "show", "shop"), ("cassette", "show", "shop", "--json"),
        ("cassette", "verify"), ("cassette", "export", "shop", "-o", "out"),
    ):  # fmt: skip
        ran = recorded(*words)
        assert ran.code in (0, 1, 2, 3), (words, ran.err)
        assert "Traceback" not in ran.err
        if "--json" in words and ran.out:
            json.loads(ran.out, parse_constant=lambda constant: pytest.fail(constant))


@pytest.mark.parametrize("place", ["main/x.json", "main/_manifest/x.json", "main/_replaced/x.json"])
def test_a_pipe_in_a_files_place_is_refused_at_once(recorded, place):
    """Nobody ever writes into it."""
    path = recorded.folder / "cassettes" / "shop" / place
    path.parent.mkdir(exist_ok=True)
    os.mkfifo(path)

    ran = recorded("cassette", "ls")

    assert ran.code == 2
    assert "it is no file" in ran.err


@pytest.mark.parametrize("name", ["_journal.broken", ".lock"])
def test_nothing_is_written_through_a_link(recorded, name, tmp_path_factory):
    """Git carries links: a stranger's line would go into any file of ours."""
    outside = tmp_path_factory.mktemp("outside") / "file"
    folder = recorded.folder / "cassettes" / "shop" / "main"
    folder.joinpath("_journal.jsonl").write_bytes(b"a stranger's line\n")
    folder.joinpath(name).unlink(missing_ok=True)
    folder.joinpath(name).symlink_to(outside)
    recorded.cassette("fox").unlink()

    ran = recorded("run", "--endpoint", "simulator", "--live", "missing", "--record-only")

    assert ran.code == 2
    assert "cannot be written" in ran.err
    assert not outside.exists()


def test_a_pipe_in_a_blobs_place_is_told(recorded):
    """Verify reads files alone."""
    path = recorded.picture("fox")
    path.unlink()
    os.mkfifo(path)

    ran = recorded("cassette", "verify")

    assert ran.code == 1
    assert path.name[:12] in ran.out
