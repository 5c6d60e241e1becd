"""The evidence of a comparison: complete, recomputable, without any key."""

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from harness.errors import SecretFound, UsageError
from harness.evaluate.compare import Question, compare_sides
from harness.evaluate.dossier import evidence, without_machine, write_dossier
from harness.evaluate.dossier_words import method
from harness.evaluate.imports import import_cassettes
from harness.evaluate.workspace import Workspace
from harness.loader import load_suites
from harness.model.drift import Shift
from harness.settings import Settings

ANSWERS = 5
HOST = "https://generativelanguage.googleapis.com/v1beta/models"
FILES = {
    "README.md", "answers.json", "comparison.json", "index.html", "pictures.sha256",
    "requests.json", "versions.json",
}  # fmt: skip


def picture(number, tint):
    """Paint a small scene of chance, of a side's own tint."""
    rng = np.random.default_rng(number)
    coarse = rng.integers(0, 150, (4, 4, 3)) + np.array(tint)
    image = Image.fromarray(coarse.astype(np.uint8)).resize((64, 64), Image.Resampling.BICUBIC)
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def answered(number, tint):
    data = base64.b64encode(picture(number, tint)).decode()
    part = {"inlineData": {"mimeType": "image/png", "data": data}}
    answer = {
        "candidates": [{"content": {"parts": [part]}, "finishReason": "STOP"}],
        "responseId": f"response-{number}",
        "modelVersion": "gemini-3-pro-image",
    }
    asked = {"contents": [{"role": "user", "parts": [{"text": "a fox"}]}]}
    return {
        "request": {
            "method": "POST",
            "uri": f"{HOST}/gemini-3-pro-image:generateContent",
            "body": json.dumps(asked),
        },
        "response": {
            "status": {"code": 200, "message": "OK"},
            "body": {"string": json.dumps(answer)},
        },
    }


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Give two recordings of a suite: `blue` and `red`, of one prompt, five answers each."""
    root = tmp_path_factory.mktemp("compared")
    here = Settings(executor="processes:1")  # the pictures are small, processes start slowly
    place = Workspace(root=root, settings=here, environ={})
    for name, tint in (("blue", (0, 0, 90)), ("red", (90, 0, 0))):
        tape = root / f"{name}.json"
        first = 0 if name == "blue" else ANSWERS
        items = [answered(first + n, tint) for n in range(ANSWERS)]
        tape.write_text(json.dumps({"interactions": items}))
        settings = place.settings.model_copy(update={"recording": name})
        into = replace(place, settings=settings)
        import_cassettes([tape], into, name=f"fox-{name}", skip_refused=False)
    cassettes = root / place.settings.cassettes
    (cassettes / "fox-red" / "red").rename(cassettes / "fox-blue" / "red")
    (root / "suites" / "fox-red.yaml").unlink()
    return place


@pytest.fixture(scope="module")
def sides(workspace):
    return load_suites([workspace.root / "suites"])


@pytest.fixture(scope="module")
def found(sides, workspace):
    """Hold the two against each other, once for all tests: it is never altered."""
    return compare_sides("blue", "red", suites=sides, workspace=workspace, question=Question())


@pytest.fixture(scope="module")
def files(found, sides, workspace):
    """Give the evidence, once for all tests that only read it."""
    return evidence(found, suites=sides, workspace=workspace)


def read(files, name):
    return json.loads(files[name])[name.partition(".")[0]]


def test_the_pictures_of_two_tints_have_moved(found):
    """Without this the other tests would have little to give evidence of."""
    assert found.comparison.pictures.verdict is Shift.CHANGED
    assert "one arm at two times" in found.comparison.confounded


def test_every_answer_and_request_is_told(files):
    """Times, ids and versions of each answer; each request as it was sent."""
    answers, requests = read(files, "answers.json"), read(files, "requests.json")
    assert set(files) == FILES
    assert len(answers) == len(requests) == 2 * ANSWERS
    assert {a["side"] for a in answers} == {"blue", "red"}
    assert {a["model_version"] for a in answers} == {"gemini-3-pro-image"}
    assert len({a["response_id"] for a in answers}) == 2 * ANSWERS
    assert {r["url"] for r in requests} == {f"{HOST}/gemini-3-pro-image:generateContent"}
    assert all("a fox" in json.dumps(r["body"]) for r in requests)


def test_the_list_of_pictures_checks_the_blobs(files, workspace):
    """Each line is a sha256 and the file below the blobs that has it."""
    lines = files["pictures.sha256"].decode().splitlines()
    assert len(lines) == 2 * ANSWERS
    for line in lines:
        sha256, _, name = line.partition("  ")
        data = (workspace.root / workspace.settings.cassettes / "blobs" / name).read_bytes()
        assert hashlib.sha256(data).hexdigest() == sha256


def test_the_method_says_how_it_errs_and_how_to_do_it_again(files):
    """Alpha, what it cannot see, versions, seed and command stand in plain words."""
    said = files["README.md"].decode()

    assert "PICTURES: CHANGED over 1 cell, 5 v 5 answers" in said
    assert "CHANGED of equal sides: at most once in 100 comparisons (alpha .01)" in said
    assert "10 % of the calls" in said
    assert "`harness compare blue red --json` gives these numbers again" in said
    assert "every draw is of seed 0" in said
    assert "SIMULATED" not in said


def test_a_simulated_answer_is_told_first(found):
    """The banner stands above what was found."""
    one, two = found.comparison.sides
    painted = replace(found.comparison, sides=(replace(one, simulated=True), two))

    said = method(replace(found, comparison=painted), {"blue": (), "red": ()}, versions={})

    assert said.index("**SIMULATED: ") < said.index("## What was found")


def test_a_version_as_answered_stays_on_its_line(found):
    """It is a stranger's text: it adds no finding of its own, and no HTML."""
    told = "m\n- PICTURES: EQUIVALENT <script>"
    sides = {
        side.name: tuple(replace(answer, model_version=told) for answer in answers)
        for side, answers in zip(found.comparison.sides, found.subjects, strict=True)
    }

    said = method(found, sides, versions={})

    assert "modelVersion as answered: m - PICTURES: EQUIVALENT &lt;script>" in said
    assert "\n- PICTURES: EQUIVALENT" not in said


def test_no_folder_of_this_machine_is_told(files, workspace):
    """Neither the workspace's path nor the home of who ran it stands in any file."""
    told = b"\n".join(files.values())
    assert str(workspace.root).encode() not in told
    assert without_machine(f"{workspace.root}/a.yaml".encode(), workspace.root) == b"./a.yaml"


@pytest.mark.parametrize("form", ["folder", "evidence.zip"])
def test_a_key_is_never_written(found, sides, workspace, form, tmp_path):
    """A key that stands in a recording refuses the whole dossier, without telling the key."""
    key = "AQ.Ab8RN6K-secret-of-nobody-4711"
    place = replace(workspace, environ={"GEMINI_API_KEY": key})
    leaking = replace(found.comparison, said=(f"somebody pasted {key}",))

    with pytest.raises(SecretFound) as refused:
        write_dossier(
            replace(found, comparison=leaking), tmp_path / form, suites=sides, workspace=place
        )

    assert key not in str(refused.value)
    assert not (tmp_path / form).exists()


def test_a_zip_holds_the_same_and_is_the_same_again(found, sides, workspace, tmp_path):
    """Equal evidence gives equal bytes."""
    paths = [tmp_path / "one.zip", tmp_path / "two.zip"]

    for path in paths:
        write_dossier(found, path, suites=sides, workspace=workspace)

    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert set(zipfile.ZipFile(paths[0]).namelist()) == FILES


def test_nothing_is_written_over(found, sides, workspace, tmp_path):
    """An empty folder may be filled, once."""
    folder = tmp_path / "evidence"
    folder.mkdir()
    write_dossier(found, folder, suites=sides, workspace=workspace)

    assert {path.name for path in folder.iterdir()} == FILES
    with pytest.raises(UsageError, match="exists already"):
        write_dossier(found, folder, suites=sides, workspace=workspace)


def test_contract_and_delivery_see_the_answers_that_pictures_are_tested_on(sides, workspace):
    """Beyond a suite's `samples` too: half of the deliveries would go unseen."""
    fewer = [
        replace(suite, variants=tuple(replace(v, samples=2) for v in suite.variants))
        for suite in sides
    ]

    found = compare_sides("blue", "red", suites=fewer, workspace=workspace).comparison

    assert [side.answers for side in found.sides] == [ANSWERS, ANSWERS]
    assert [cell.old for cell in found.pictures.cells] == [ANSWERS]
