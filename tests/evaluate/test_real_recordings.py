"""What a run says of the delivery of real recordings."""

import pytest

from harness.evaluate.imports import import_cassettes
from harness.evaluate.order import Order
from harness.evaluate.run import judged_run
from harness.loader import load_suites
from harness.model.verdict import Status
from tests.evaluate.conftest import workspace_in


@pytest.fixture(scope="module")
def run(real_data, tmp_path_factory):
    """Import the real recordings and judge them, once for all tests: they read it."""
    workspace = workspace_in(tmp_path_factory.mktemp("real"))
    tapes = sorted((real_data / "cassettes" / "pydantic-ai").glob("*.yaml"))
    import_cassettes(tapes, workspace, name="real", skip_refused=True)
    return judged_run(load_suites([workspace.root / "suites"]), workspace, Order())[0]


def test_real_recordings_changed_where_google_changed_them(run):
    """Of three models' answers one arm changed: 2.5 flash got C2PA manifests in October 2025."""
    (finding,) = [f for suite in run.suites for f in suite.findings if f.check == "delivery"]
    assert finding.status is Status.WARN
    assert finding.message.startswith(
        "gemini-2.5-flash-image@gemini: delivery changed: "
        "C2PA manifest: yes -> no; in 2 of 5 answers"
    )


def test_real_answers_have_the_tokens_of_their_size(run):
    """Every real answer with a picture reports the tokens that the catalogue knows."""
    found = [f.status for j in run.judged for f in j.verdict.findings if f.check == "tokens"]
    assert found == [Status.PASS] * 9
