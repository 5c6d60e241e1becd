"""An answer that came otherwise than by a call is kept with every check of one that did."""

import json
from datetime import UTC, datetime

import pytest

from harness.errors import SecretFound, UsageError
from harness.model.arm import Arm
from harness.model.sample import SampleKey
from harness.recording.call import RecordAs
from harness.recording.cassettes import Cassettes
from harness.recording.keeping import Arrived
from harness.recording.recorder import Recorder
from harness.recording.skeletons import body_digest
from harness.recording.tape import Played, Sent
from harness.store.blobs import BlobStore

ARM = Arm(model="gemini-3-pro-image", endpoint="gemini")
KEY = SampleKey(case="fox", variant="", sample=0)
SECRET = "AQ.a-key-of+a/test-0123456789"
BODY = b'{"contents":[{"role":"user","parts":[{"text":"a fox"}]}]}'
SIGNATURE = "QUJD" * 400


@pytest.fixture
def cassettes(tmp_path):
    """Give an empty recording."""
    return Cassettes(tmp_path, suite="shop", recording="main")


@pytest.fixture
def recorder_of(cassettes, tmp_path):
    """Give `recorder_of(**fields)`: a recorder that keeps new answers."""

    def made(**fields):
        record = RecordAs(
            session="s1",
            started_at="2026-11-23T05:12:33+00:00",
            api_version="v1beta",
            simulated=False,
            secrets=(SECRET,),
            now=lambda: datetime(2026, 11, 23, tzinfo=UTC),
            **fields,
        )
        return Recorder(cassettes, BlobStore(tmp_path / "blobs"), record=record)

    return made


def arrived(*, text="[words]", body=BODY, **fields):
    part = {"text": text, "thoughtSignature": SIGNATURE}
    tree = {"candidates": [{"content": {"parts": [part]}, "finishReason": "STOP"}]}
    return Arrived(
        **{
            "key": KEY,
            "arm": ARM,
            "cell": "cell",
            "alone": True,
            "sent": Sent(
                method="POST",
                url=f"https://there.invalid/v1beta/models/{ARM.model}:generateContent",
                headers={"content-type": "application/json", "x-goog-api-key": SECRET},
                body=body,
            ),
            "answer": Played(status=200, reason="OK", headers={}, body=json.dumps(tree).encode()),
            "batch": "batches/abc",
            "reserialised": True,
        }
        | fields
    )


def test_it_is_an_interaction_like_any_other(cassettes, recorder_of):
    """By name, digest, session; its job is told, and no time is made up."""
    with recorder_of().opened() as recorder:
        recorder.adopt(arrived())

    (item,) = cassettes.load()
    (session,) = cassettes.sessions()
    assert item.request_digest == body_digest(BODY, operation="generateContent")
    assert (item.receipt.batch, item.receipt.reserialised) == ("batches/abc", True)
    assert (item.seconds, item.first_byte) == (None, None)
    assert (session.arms, session.simulated) == ((ARM,), False)
    assert SECRET not in str(item)


@pytest.mark.parametrize(
    "fields", [{"text": f"see {SECRET}"}, {"body": BODY.replace(b"a fox", SECRET.encode())}]
)
def test_a_key_in_it_is_refused_and_nothing_is_written(cassettes, recorder_of, fields):
    """Neither cassette nor blob."""
    with recorder_of().opened() as recorder, pytest.raises(SecretFound):
        recorder.adopt(arrived(**fields))

    assert cassettes.load() == ()
    assert not list(cassettes.folder.parent.parent.glob("blobs/*/*"))


@pytest.mark.parametrize(("alone", "dropped"), [(True, True), (False, False)])
def test_signatures_are_dropped_as_of_a_call(cassettes, recorder_of, alone, dropped):
    """Only where no turn can follow, and only where that is set."""
    with recorder_of(drop_signatures=True).opened() as recorder:
        recorder.adopt(arrived(alone=alone))

    (item,) = cassettes.load()
    assert item.receipt.signatures_dropped is dropped


def test_a_recorder_that_replays_keeps_nothing(cassettes, tmp_path):
    """It says so."""
    recorder = Recorder(cassettes, BlobStore(tmp_path / "blobs"))

    with recorder.opened(), pytest.raises(UsageError, match="opened to replay"):
        recorder.adopt(arrived())


def test_it_is_in_the_journal_when_the_recorder_is_killed(cassettes, recorder_of):
    """Before the recorder closes."""
    with recorder_of().opened() as recorder:
        recorder.adopt(arrived())
        journal = cassettes.journal()

    assert [item.key for item in journal] == [KEY]


def test_another_recording_is_named_or_refused(recorder_of):
    """As for a call."""
    with recorder_of().opened() as recorder, pytest.raises(UsageError, match="opened without"):
        recorder.adopt(arrived(), recording="shop/other")
