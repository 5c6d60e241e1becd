"""The doctor asks each endpoint with a key one free question."""

from datetime import UTC, datetime

import pytest

from harness.evaluate.doctor import examine
from harness.evaluate.online import MODEL, look
from harness.evaluate.workspace import Workspace
from harness.loader import load_suites
from harness.model.verdict import Status
from harness.settings import Settings


@pytest.fixture
def workspace_at(tmp_path):
    """Give `workspace_at(url, key)`: a workspace whose endpoint `local` is there."""

    def made(url, key="any-key-of-a-test"):
        settings = Settings(
            endpoints={"local": {"base_url": url, "key_env": ["LOCAL_KEY"]}},
        )
        environ = {"LOCAL_KEY": key} if key else {}
        now = datetime(2026, 11, 23, tzinfo=UTC)
        return Workspace(root=tmp_path, settings=settings, environ=environ, now=lambda: now)

    return made


def saying(data, *, asked, status=b"200 OK"):
    """Answer any request with `data`, and keep the first lines in `asked`."""

    def talk(connection, request):
        asked.append(request.partition(b"\r\n")[0])
        head = b"HTTP/1.1 %s\r\nconnection: close\r\ncontent-length: %d\r\n\r\n"
        connection.sendall(head % (status, len(data)) + data)

    return talk


def test_a_model_that_is_as_known_passes(simulator, workspace_at):
    """Version, limits and methods are said."""
    (found,) = look(workspace_at(simulator))

    assert found.status is Status.PASS, found
    assert found.name == "online local"
    assert "131,072 tokens in" in found.message
    assert "generateContent" in found.message


def test_what_differs_from_the_catalogue_is_said(faulty, workspace_at):
    """A smaller limit, and a method that is not there; by one call."""
    asked = []
    data = b'{"name":"models/x","version":"4","inputTokenLimit":99,"outputTokenLimit":32768,'
    data += b'"supportedGenerationMethods":["countTokens"]}'

    (found,) = look(workspace_at(faulty(saying(data, asked=asked))))

    assert found.status is Status.WARN
    assert "the catalogue has 131,072 tokens in" in found.message
    assert "tokens out" not in found.message
    assert "cannot be called for generateContent" in found.message
    assert asked == [f"GET /v1beta/models/{MODEL} HTTP/1.1".encode()]


def test_a_wrong_key_is_one_clear_line(simulator, workspace_at):
    """It fails, without the key."""
    (found,) = look(workspace_at(simulator, "invalid"))

    assert found.status is Status.FAIL
    assert found.message.startswith("the key is refused: HTTP 400 INVALID_ARGUMENT: API key not")
    assert "\n" not in found.message


def test_a_gateway_without_the_question_is_a_warning(faulty, workspace_at):
    """404 says nothing of whether it paints."""
    (found,) = look(workspace_at(faulty(saying(b"no", asked=[], status=b"404 Not Found"))))

    assert found.status is Status.WARN


def test_nobody_is_asked_without_a_key(workspace_at):
    """It is a warning that no endpoint has one."""
    (found,) = look(workspace_at("http://127.0.0.1:9", key=""))

    assert found.status is Status.WARN


def test_nobody_is_there_fails(workspace_at):
    """A run would fail too."""
    (found,) = look(workspace_at("http://127.0.0.1:9"))

    assert found.status is Status.FAIL


@pytest.mark.parametrize("online", [False, True])
def test_the_doctor_asks_only_when_told_to(faulty, workspace_at, online):
    """Without --online there is no network."""
    asked = []

    examine(workspace_at(faulty(saying(b"{}", asked=asked))), online=online)

    assert len(asked) == online


def test_the_model_asked_for_is_what_suites_mean(tmp_path):
    """The loader's default and this one are the same."""
    path = tmp_path / "s.yaml"
    path.write_text("version: 1\nsuite: s\ncases: [{id: a, prompt: b}]\n")

    (suite,) = load_suites([path])

    assert suite.variants[0].model == MODEL
