"""What a run says of the delivery of real recordings."""

from harness.evaluate.imports import import_cassettes
from harness.evaluate.order import Order
from harness.evaluate.run import judged_run
from harness.loader import load_suites
from harness.model.verdict import Status


def run_of(real_data, workspace):
    """Import the real recordings and judge them."""
    tapes = sorted((real_data / "cassettes" / "pydantic-ai").glob("*.yaml"))
    import_cassettes(tapes, workspace, name="real", skip_refused=True)
    return judged_run(load_suites([workspace.root / "suites"]), workspace, Order())[0]


def test_real_recordings_changed_where_google_changed_them(real_data, workspace):
    """Of three models' answers one arm changed: 2.5 flash got C2PA manifests in October 2025."""
    run = run_of(real_data, workspace)

    (finding,) = [f for suite in run.suites for f in suite.findings if f.check == "delivery"]
    assert finding.status is Status.WARN
    assert finding.message.startswith(
        "gemini-2.5-flash-image@gemini: delivery changed: "
        "C2PA manifest: yes -> no; in 2 of 5 answers"
    )


def test_real_answers_have_the_tokens_of_their_size(real_data, workspace):
    """Every real answer with a picture reports the tokens that the catalogue knows."""
    run = run_of(real_data, workspace)

    found = [f.status for j in run.judged for f in j.verdict.findings if f.check == "tokens"]
    assert found == [Status.PASS] * 9
