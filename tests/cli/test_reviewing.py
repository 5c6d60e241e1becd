"""A run is reviewed: what is looked at is said, the page is served, what was decided is kept."""

import json
import os
import signal
import sys
import threading
import webbrowser
from urllib.parse import parse_qs, urlsplit

import pytest

from harness.model.review import Why
from tests.review.conftest import asked, review


@pytest.fixture
def judged(recorded):
    """Give a folder with one run in it, and that run's id."""
    assert recorded("run").code == 0
    (folder,) = (recorded.folder / "reports").glob("*/run.json")
    return recorded, folder.parent


class Person:
    """A browser that a test stands in: it gets the address, acts, and presses Ctrl-C."""

    def __init__(self, act):
        self._act = act
        self.address = ""
        self.seen = []

    def open(self, address):
        self.address = address
        threading.Thread(target=self._sit_down).start()

    def _sit_down(self):
        try:
            self.seen.append(self._act(*parts(self.address)))
        finally:
            os.kill(os.getpid(), signal.SIGINT)


def parts(address):
    told = urlsplit(address)
    return told.port, parse_qs(told.query)["token"][0]


def headers(port, token):
    own = {"host": f"127.0.0.1:{port}", "x-harness-token": token}
    return own | {"origin": f"http://127.0.0.1:{port}", "if-match": "none"}


@pytest.fixture
def person(monkeypatch):
    """Give `person(act)`: who sits before the browser that is opened."""

    def sits(act):
        found = Person(act)
        monkeypatch.setattr(webbrowser, "get", lambda: found)
        return found

    return sits


def test_a_run_is_reviewed_through_the_server(judged, person):
    """Each decision is on disk; Ctrl-C ends it with the next command; a restart goes on."""
    bench, folder = judged
    told = bench("review", "--static", "--json").json
    said = review("shop/fox", run=folder.name, report=told["report"])

    def decides(port, token):
        body = json.dumps(said).encode()
        return asked(port, "/decisions", method="PUT", body=body, headers=headers(port, token))

    def looks(port, token):
        return asked(port, "/decisions", headers=headers(port, token))

    first, decided = person(decides), bench("review", "--as", "anna")
    again, looked = person(looks), bench("review", "--as", "anna")

    kept = folder / f"decisions-{folder.name}-anna.json"
    assert first.seen[0].status == 200
    assert json.loads(kept.read_bytes()) == said == again.seen[0].json["review"]
    assert (decided.code, looked.code) == (0, 0)
    path = kept.relative_to(bench.folder)
    assert decided.out.splitlines()[-3:] == [
        "1 decision by anna",
        f"file    {path}",
        f"next    harness approve --from {path}",
    ]
    assert f"page    {first.address}\n" in decided.out
    assert f"keeps   {path} (goes on with what it holds)\n" in looked.out
    assert first.address != again.address


def test_the_plan_lies_beside_the_page(judged):
    """What is to be looked at is said at the terminal, as JSON, and to the page."""
    bench, folder = judged

    told = bench("review", "--static", "--take", "2", "--seed", "7", "--as", "An na", "--json").json
    said = bench("review", folder.name[-4:], "--static", "--take", "2", "--as", "An na")

    assert (told["take"], told["seed"], told["round"], len(told["sheets"])) == (2, 7, 1, 2)
    assert told["page"] == f"reports/{folder.name}/review.html"
    assert said.out.startswith("2 sheets to look at, about 1 minute: ")
    assert said.out.endswith(f"harness approve --from decisions-{folder.name}-An-na.json\n")
    plan = (folder / "plan.js").read_text(encoding="utf-8")
    assert plan.startswith("window.__PLAN__=")
    assert '"reviewer":"An na"' in plan


def test_a_second_round_opens_what_is_left(judged):
    """Of two reviewers' files only what they differ on, with the files for the page."""
    bench, folder = judged
    run, report = folder.name, bench("review", "--static", "--json").json["report"]
    for name, choice in (("anna", "accept"), ("bert", "reject")):
        tree = review("shop/fox", "shop/city[1:1]", run=run, report=report, reviewer=name)
        tree["votes"][0] |= {"choice": choice, "reasons": ["style"] * (choice == "reject")}
        (bench.folder / f"{name}.json").write_text(json.dumps(tree), encoding="utf-8")
    files = ("--from", "anna.json", "--from", "bert.json")

    told = bench("review", *files, "--static", "--json").json
    agreed = bench("review", "--from", "anna.json", "--as", "chair")
    said = bench("review", *files, "--quorum", "2", "--static", "--as", "chair")

    assert told["round"] == 2
    assert agreed.out.startswith("nothing is left open")
    assert agreed.out.endswith("harness approve --from anna.json\n")
    assert told["sheets"] == [{"item": "shop/fox", "why": [Why.SPLIT.value], "random": False}]
    assert said.out.startswith("round 2: 1 sheet to look at")
    names = f"--from anna.json --from bert.json --from decisions-{run}-chair.json --quorum 2"
    assert said.out.endswith(f"harness approve {names}\n")
    assert '"reviewer":"bert"' in (folder / "plan.js").read_text(encoding="utf-8")


def test_what_cannot_be_done_is_said(judged, monkeypatch):
    """In one line, with exit code 2 and what to do."""
    bench, _ = judged
    said = {
        ("--as", "///"): "say a name with letters",
        ("--from", "absent.json"): "absent.json: no such file",
        ("--minutes", "pdf"): "say md or html",
        ("--minutes", "md", "-o", "minutes.html"): "minutes end in .md",
        ("-o", "minutes.pdf"): "minutes end in .md or .html",
        ("--minutes", "md"): "nobody decided anything yet",
    }
    ran = {words: bench("review", "--no-open", *words) for words in said}
    monkeypatch.setitem(sys.modules, "harness.review.server", None)
    said["absent"] = "pip install 'gemini-image-harness[review]', or decide without it"
    ran["absent"] = bench("review", "--no-open")

    assert {words: each.code for words, each in ran.items()} == dict.fromkeys(said, 2)
    assert [words for words, each in ran.items() if said[words] not in each.err] == []
    assert [len(each.err.splitlines()) for each in ran.values()] == [1] * len(said)
