"""Chains are obtained turn after turn; one that fails harms no other, and costs no more."""

import json
import os
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from harness.errors import KeyRejected, SpendingRefused, StoreError
from harness.model.generation import Outcome, signatures
from harness.model.sample import Sample, SampleKey, Standing
from harness.recording.interaction import Interaction
from harness.recording.packing import pack
from harness.runner.chain import Live
from harness.runner.prices import turn_price
from harness.runner.requests import request_for
from harness.runner.spending import Purse
from harness.store.codec import decode, encode

EXAMPLES = int(os.environ.get("HARNESS_FUZZ", "200"))


def standings(samples):
    return [[sample.standing for sample in chain] for chain in samples]


def answering(status, body):
    data = json.dumps(body).encode()
    head = b"HTTP/1.1 %d X\r\nconnection: close\r\ncontent-type: application/json\r\n" % status

    def talk(connection, _):
        connection.sendall(head + b"content-length: %d\r\n\r\n%b" % (len(data), data))

    return talk


BAD_KEY = {
    "error": {
        "code": 400,
        "message": "API key not valid. Please pass a valid API key.",
        "status": "INVALID_ARGUMENT",
        "details": [{"reason": "API_KEY_INVALID"}],
    }
}
TEXT = {"candidates": [{"content": {"parts": [{"text": "hi"}]}, "finishReason": "STOP"}]}


# --- conversations ---------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True])
def test_the_history_goes_back_untouched(stage, chains, simulator, stream):
    """The service refuses a picture without its signature: three turns are answered."""
    prompts = ("a fox figurine", "put a blue planet on its hat", "[[text]] what is on its hat?")
    wanted = chains(*prompts, include_thoughts=True, stream=stream)

    (chain,), stopped = stage.obtain(wanted, url=simulator, live=Live.MISSING)

    assert stopped is None
    assert [s.outcome for s in chain] == [Outcome.PICTURE, Outcome.PICTURE, Outcome.TEXT_ONLY]
    history = [sample.generation for sample in chain[:2]]
    sent = request_for(wanted[0].variant, history).contents
    assert [content.parts for content in sent[1::2]] == [answer.parts for answer in history]
    assert all(signatures(content.parts) for content in sent[1::2])
    assert any(part.thought for part in sent[1].parts)


def test_a_conversation_replays_from_its_recording(stage, chains, simulator):
    """Later turns are found by the history that the earlier ones give."""
    wanted = chains("a fox", "[[text]] and now?", samples=2)
    live, _ = stage.obtain(wanted, url=simulator, live=Live.MISSING)

    replayed, stopped = stage.obtain(wanted)

    assert stopped is None
    assert standings(replayed) == [[Standing.RECORDED] * 2] * 2
    assert [[s.generation.parts for s in c] for c in replayed] == [
        [s.generation.parts for s in c] for c in live
    ]
    assert [[s.cost_usd for s in c] for c in replayed] == [[s.cost_usd for s in c] for c in live]


def test_a_turn_that_is_not_reached_says_so(stage, chains, simulator):
    """A chain ends with its first turn that has no answer; each later one names it."""
    stage.obtain(chains("[[text]] one"), url=simulator, live=Live.MISSING)

    (chain,), _ = stage.obtain(chains("[[text]] one", "two", "three", stream=False))

    assert [s.standing for s in chain] == [Standing.RECORDED, Standing.MISSING, Standing.MISSING]
    assert chain[1].why == "no sample of this turn is recorded"
    assert chain[2].why == "turn 2 of this chain has no answer to go on from"
    assert chain[2].expected_usd > chain[0].cost_usd


def test_an_unreached_turn_is_named_by_its_own_operation(stage, chains):
    """A later turn that streams is looked for as one, also where it was not reached."""
    (asked,) = chains("one", "two")
    first, second = asked.variant.turns
    streams = replace(second, parameters=replace(second.parameters, stream=True))
    wanted = [replace(asked, variant=replace(asked.variant, turns=(first, streams)))]

    (chain,), _ = stage.obtain(wanted)

    assert [s.key.operation for s in chain] == ["generateContent", "streamGenerateContent"]


def test_an_empty_answer_ends_the_conversation(stage, chains, simulator):
    """A blocked prompt leaves nothing to send back: the next turn is not asked, nor paid."""
    (chain,), _ = stage.obtain(
        chains("[[block:SAFETY]]", "and now?"), url=simulator, live=Live.MISSING
    )

    assert chain[0].outcome is Outcome.PROMPT_BLOCKED
    assert (chain[1].standing, chain[1].failure) == (Standing.MISSING, None)
    assert chain[1].why == "turn 1 of this chain has no answer to go on from"


def test_a_renamed_case_replays(stage, chains, simulator):
    """`was:` finds both turns."""
    stage.obtain(chains("[[text]] a", "[[text]] b"), url=simulator, live=Live.MISSING)

    (chain,), _ = stage.obtain(chains("[[text]] a", "[[text]] b", case="cub", was="fox"))

    assert [s.standing for s in chain] == [Standing.RECORDED] * 2


# --- what is generated -----------------------------------------------------------------------


def test_a_replay_generates_nothing(stage, chains):
    """What was never recorded is missing, with its price."""
    samples, stopped = stage.obtain(chains("a fox", samples=3))

    assert stopped is None
    assert standings(samples) == [[Standing.MISSING]] * 3
    assert samples[0][0].expected_usd > 0.134
    assert samples[0][0].why == "no sample of this case is recorded"


@pytest.mark.parametrize(("live", "calls"), [(Live.MISSING, 2), (Live.ALL, 3)])
def test_what_is_generated_is_what_was_ordered(stage, chains, faulty, live, calls):
    """`missing` fills up, `all` starts anew."""
    counted = []

    def talk(connection, request):
        counted.append(request)
        answering(200, TEXT)(connection, request)

    url = faulty(talk)
    stage.obtain(chains("[[text]]"), url=url, live=Live.MISSING)
    counted.clear()

    samples, _ = stage.obtain(chains("[[text]]", samples=3), url=url, live=live)

    assert len(counted) == calls
    assert standings(samples) == [[Standing.RECORDED]] * 3


def test_a_rejected_key_makes_one_call_only(stage, chains, faulty):
    """The others are not even tried, and say why."""
    asked = []

    def talk(connection, request):
        asked.append(request)
        answering(400, BAD_KEY)(connection, request)

    samples, stopped = stage.obtain(
        chains("a fox", samples=5), url=faulty(talk), live=Live.MISSING, jobs=1
    )

    assert len(asked) == 1
    assert isinstance(stopped, KeyRejected)
    assert samples[0][0].failure.kind == "KeyRejected"
    assert {chain[0].why for chain in samples[1:]} == {
        "not asked for: the endpoint refuses the key"
    }


@pytest.mark.parametrize("jobs", [1, 16])
def test_the_cap_ends_a_run_before_it_is_passed(stage, chains, faulty, jobs):
    """As many answers as the cap pays for, with one or sixteen in flight; the rest is missing."""
    usage = {"promptTokenCount": 5, "candidatesTokenCount": 1000, "totalTokenCount": 1005}
    url = faulty(answering(200, TEXT | {"usageMetadata": usage}))
    purse = Purse(1.0)
    wanted = chains("a fox", samples=60)

    samples, stopped = stage.obtain(wanted, url=url, live=Live.MISSING, jobs=jobs, purse=purse)

    ceiling = turn_price(stage.catalogue, wanted[0].variant, 0, ceiling=True)

    made = [chain[0] for chain in samples if chain[0].generation]
    assert isinstance(stopped, SpendingRefused)
    assert purse.spent_usd == pytest.approx(sum(sample.cost_usd for sample in made))
    assert purse.spent_usd <= 1.0
    assert len(made) == 1 + int((1.0 - ceiling) / made[0].cost_usd)
    assert {chain[0].standing for chain in samples} == {Standing.RECORDED, Standing.MISSING}


@pytest.mark.parametrize(
    ("talk", "charged"),
    [
        (lambda *_: None, True),
        (answering(200, []), True),
        (answering(504, {}), True),
        (answering(429, {}), False),
        (answering(404, {}), False),
        (answering(503, {}), False),
    ],
    ids=["hung up", "malformed", "504", "429", "404", "503"],
)
def test_a_failed_call_counts_in_full_where_it_may_be_charged(stage, chains, faulty, talk, charged):
    """A connection that broke behind the request may cost its ceiling; a refusal costs nothing."""
    purse = Purse(5.0)

    (chain,), _ = stage.obtain(chains("a"), url=faulty(talk), live=Live.MISSING, purse=purse)

    assert chain[0].failure is not None
    assert (purse.spent_usd > 0.3) is charged


def test_a_free_endpoint_needs_no_cap(stage, chains, simulator):
    """The simulator charges nothing."""
    purse = Purse(0.0, free=frozenset({"gemini"}))

    (chain,), stopped = stage.obtain(
        chains("[[text]]"), url=simulator, live=Live.MISSING, purse=purse
    )

    assert (stopped, purse.spent_usd) == (None, 0.0)
    assert chain[0].outcome is Outcome.TEXT_ONLY


def test_what_a_cap_keeps_from_being_made_anew_replays(stage, chains, simulator):
    """`all` that may spend nothing more leaves what was recorded as it is."""
    wanted = chains("[[text]] a", samples=2)
    recorded, _ = stage.obtain(wanted, url=simulator, live=Live.MISSING)

    samples, stopped = stage.obtain(wanted, url=simulator, live=Live.ALL, purse=Purse(0.0))

    assert isinstance(stopped, SpendingRefused)
    assert [c[0].generation for c in samples] == [c[0].generation for c in recorded]


# --- what is recorded and cannot be played -----------------------------------------------------


def rewritten(stage, number, **changes):
    """Change one recorded sample's answer."""
    items = list(stage.cassettes.load())
    items[number] = replace(items[number], response=replace(items[number].response, **changes))
    stage.cassettes.write(items)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (429, {"error": {"code": 429, "message": "no", "status": "RESOURCE_EXHAUSTED"}},
         "QuotaExhausted"),
        (400, BAD_KEY, "KeyRejected"),
        (200, ["no object"], "MalformedAnswer"),
    ],
)  # fmt: skip
def test_a_recorded_error_is_a_failure_with_its_receipt(
    stage, chains, simulator, status, body, kind
):
    """It is recorded, it stops nothing, and the others are judged."""
    wanted = chains("[[text]] a", samples=3)
    stage.obtain(wanted, url=simulator, live=Live.MISSING)
    rewritten(stage, 1, status=status, body=pack(json.dumps(body).encode(), keep=stage.blobs.put))

    samples, stopped = stage.obtain(wanted)

    assert stopped is None
    failed = samples[1][0]
    assert (failed.standing, failed.outcome) == (Standing.RECORDED, Outcome.ERROR)
    assert failed.failure.kind == kind
    assert failed.receipt.session == "s1"
    assert [c[0].outcome for c in (samples[0], samples[2])] == [Outcome.TEXT_ONLY] * 2


def test_an_absent_blob_fails_one_sample_and_not_the_run(stage, chains, simulator):
    """A picture that was not fetched is an error beside the others' answers."""
    wanted = chains("[[text]] a", samples=3)
    live, _ = stage.obtain(wanted, url=simulator, live=Live.MISSING)
    (lost,) = signatures(live[1][0].generation.parts)
    stage.blobs.path(lost.sha256).unlink()

    samples, _ = stage.obtain(wanted)

    assert [c[0].outcome for c in samples] == [Outcome.TEXT_ONLY, Outcome.ERROR, Outcome.TEXT_ONLY]
    assert samples[1][0].failure.kind == "BlobMissing"
    assert "git lfs pull" in samples[1][0].failure.message


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 10**30},
        {"status": -1},
        {"reason": "Schön\r\n"},
        {"headers": {"größe": "\ud800", "content-encoding": "gzip", "content-length": "-3"}},
        {"headers": {"content-type": "text/event-stream"}},
        {"body": {"json": {"candidates": 3}, "style": "no style"}},
        {"body": {"blob": "../../etc/passwd"}},
        {"body": {"text": [{"$blob": 3}]}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_hostile_recording_fails_its_own_sample_only(stage, chains, simulator, changes):
    """Whatever stands in a cassette, the run goes on."""
    wanted = chains("[[text]] a", samples=2)
    stage.obtain(wanted, url=simulator, live=Live.MISSING)
    rewritten(stage, 0, **changes)

    samples, stopped = stage.obtain(wanted)

    assert stopped is None
    assert samples[0][0].standing is Standing.RECORDED
    assert samples[1][0].outcome is Outcome.TEXT_ONLY


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["$blob", "candidates", "parts"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def _changed(data, tree):
    """Put any JSON value into any place of a tree."""
    place = tree
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(list(keys)))
        if not (isinstance(place[key], dict | list) and place[key] and data.draw(st.booleans())):
            place[key] = data.draw(_json)
            return
        place = place[key]


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
@given(data=st.data())
def _replay_changed(make, wanted, items, data):
    tree = encode(data.draw(st.sampled_from(items)))
    _changed(data, tree)
    try:
        changed = decode(Interaction, json.loads(json.dumps(tree)), where="f")
    except StoreError:
        return
    runner = make(wanted, [changed, *items])
    for chain in wanted:
        assert all(isinstance(sample, Sample) for sample in runner.obtain(chain))


def test_any_recording_gives_samples(stage, chains, simulator):
    """Whatever a cassette says, in any place: answers, failures, missing ones; never an error."""
    wanted = chains("[[text]] a", "[[text]] b", samples=1)
    stage.obtain(wanted, url=simulator, live=Live.MISSING)

    with stage.opened() as make:
        _replay_changed(make, wanted, list(stage.cassettes.load()))


def test_samples_are_named_for_people(stage, chains):
    """Variant, cell, arm and prompt stand on every sample."""
    (chain,), _ = stage.obtain(chains("one", "two"))

    assert [s.prompt for s in chain] == ["one", "two"]
    assert chain[1].key == SampleKey(case="fox", variant="", sample=0, turn=1)
    assert chain[0].cell != chain[1].cell
    assert (chain[0].variant_id, chain[0].arm.name) == ("fox", "gemini-3-pro-image@gemini")
