"""People are told by files and by a webhook, whose address stands nowhere."""

import json
import logging
from pathlib import Path

import pytest

from harness.errors import SettingsError
from harness.evaluate.monitor_tell import post, webhook_of, write
from harness.model.drift import Shift
from harness.model.monitor import Look, State
from harness.report.alarm import Alarm

SECRET = "T0000-sEcReT-0000"
LOOK = Look(
    id="look-1", suite="s", at="2026-01-01T00:00:00+00:00", epoch="epoch-1", arm="m@gateway",
    recording="monitor-1", verdict=Shift.CHANGED, said="CHANGED", incident="look-1",
)  # fmt: skip
ALARM = Alarm(look=LOOK, suite="suites/s.yaml", state=State.OPEN)


def answering(status, got):
    """Give a talk that keeps what it is sent, and answers with a status."""

    def talk(connection, request):
        got.append(request)
        head = f"HTTP/1.1 {status} X\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"
        connection.sendall(head.encode())

    return talk


def test_an_alarm_is_posted_as_one_text(faulty, caplog):
    """As Slack takes it; the address is in no log, not at any level."""
    got = []
    caplog.set_level(logging.DEBUG)

    said = post(ALARM, f"{faulty(answering(200, got))}/{SECRET}")

    assert said == ""
    head, _, body = got[0].partition(b"\r\n\r\n")
    assert head.startswith(f"POST /{SECRET} ".encode())
    assert "CHANGED" in json.loads(body)["text"]
    assert SECRET not in caplog.text


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_webhook_that_refuses_is_told_without_its_address(faulty, status):
    """Nor is a redirection followed: the text would go to somebody else."""
    got = []

    said = post(ALARM, f"{faulty(answering(status, got))}/{SECRET}")

    assert str(status) in said
    assert SECRET not in said
    assert len(got) == 1


@pytest.mark.parametrize(
    "talk",
    [lambda connection, _: None, lambda connection, _: connection.sendall(b"nonsense\r\n\r\n")],
    ids=["closed", "no HTTP"],
)
def test_a_webhook_that_fails_never_changes_what_was_found(faulty, talk):
    """It is a line to be shown, not an error."""
    said = post(ALARM, f"{faulty(talk)}/{SECRET}")

    assert "the look is kept" in said
    assert SECRET not in said
    assert "127.0.0.1" not in said


@pytest.mark.parametrize(
    "url",
    [f"https://h/\udcff{SECRET}", f"https://{'a' * 64}.invalid/{SECRET}", f"https://xn--/{SECRET}"],
    ids=["no UTF-8", "a label too long", "no name"],
)
def test_an_address_that_nobody_can_have_never_changes_what_was_found(url):
    """It is found out when the alarm is posted: the verdict stands, and the exit code."""
    said = post(ALARM, webhook_of({"HARNESS_WEBHOOK": url}))

    assert "the look is kept" in said
    assert SECRET not in said


def test_what_is_no_news_is_not_posted(faulty):
    """A quiet look calls nobody."""
    got = []
    quiet = Alarm(look=Look(**_fields(verdict=Shift.NO_CHANGE_SEEN)), suite="s")

    assert post(quiet, faulty(answering(200, got))) == ""
    assert got == []


def _fields(**changed):
    names = ("id", "suite", "at", "epoch", "arm", "recording", "said")
    return {name: getattr(LOOK, name) for name in names} | changed


@pytest.mark.parametrize(
    "url",
    ["", "https://hooks.example/x", "http://127.0.0.1:8080/x", "http://localhost/x"],
    ids=["none", "https", "loopback", "localhost"],
)
def test_a_webhook_may_be(url):
    """One over TLS, or on this machine; or none."""
    assert webhook_of({"HARNESS_WEBHOOK": url}) == url


@pytest.mark.parametrize(
    "url",
    [
        f"http://hooks.example/{SECRET}", f"hooks.example/{SECRET}", f"ftp://x/{SECRET}",
        f"https:///{SECRET}", f"https://x:99999/{SECRET}", f"https://[x/{SECRET}",
    ],
)  # fmt: skip
def test_a_webhook_in_the_clear_is_refused_and_not_repeated(url):
    """Its address is a secret."""
    with pytest.raises(SettingsError, match="HARNESS_WEBHOOK") as caught:
        webhook_of({"HARNESS_WEBHOOK": url})

    assert SECRET not in str(caught.value)


def test_files_are_lines_of_json_or_a_page_of_markdown(tmp_path):
    """Lines are added to; a page is the last look's."""
    lines, page = tmp_path / "looks.jsonl", tmp_path / "last.md"

    for _ in range(2):
        assert write(ALARM, [lines, page]) == ()

    assert [json.loads(line)["look"] for line in lines.read_text().splitlines()] == ["look-1"] * 2
    assert page.read_text().count("CHANGED: s") == 1


def test_a_file_that_cannot_be_written_is_a_complaint(tmp_path):
    """The others are written all the same."""
    (tmp_path / "taken").write_text("")
    good = tmp_path / "good.jsonl"

    complaints = write(ALARM, [Path(tmp_path / "taken" / "x.jsonl"), good])

    assert len(complaints) == 1
    assert "x.jsonl" in complaints[0]
    assert good.exists()
