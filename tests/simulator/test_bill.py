"""The bill charges what was generated, by figures of its own, and says what became of it."""

import json

import httpx
import pytest

from harness.errors import StoreError
from harness.simulator.bill import Bill
from harness.simulator.offer import offers
from harness.simulator.rates import RATES, charge
from harness.simulator.server import serving

HEADERS = {"x-goog-api-key": "a-key-of-a-test"}
PRO = "gemini-3-pro-image"


def answer(prompt=22, pictures=1120, beside=96, thoughts=179, **more):
    usage = {
        "promptTokenCount": prompt,
        "candidatesTokenCount": pictures + beside,
        "thoughtsTokenCount": thoughts,
        **more,
    }
    if pictures:
        usage["candidatesTokensDetails"] = [{"modality": "IMAGE", "tokenCount": pictures}]
    return {"usageMetadata": usage, "responseId": "r"}


@pytest.mark.parametrize(
    ("made", "batch", "usd"),
    [
        (answer(), False, 0.137744),
        (answer(), True, 0.068872),
        (answer(serviceTier="flex"), False, 0.068872),
        (answer(0, 1120, 0, 0), False, 0.1344),
        (answer(0, 2000, 0, 0), False, 0.24),
        (answer(1_000_000, 0, 0, 0), False, 2.0),
        (answer(0, 0, 500_000, 500_000), False, 12.0),
    ],
    ids=["recorded", "batch", "flex", "1K", "4K", "in", "out"],
)
def test_an_answer_costs_what_the_price_list_says(made, batch, usd):
    """The recorded answer of 22, 1120, 96 and 179 tokens cost 13.77 cents."""
    assert charge(made, PRO, batch=batch).usd == pytest.approx(usd, abs=1e-9)


def test_a_query_that_is_not_empty_is_charged():
    """At 14 dollars a thousand, in a batch too."""
    found = {"groundingMetadata": {"webSearchQueries": ["", "one", "two"]}}
    made = {**answer(0, 0, 0, 0), "candidates": [found]}

    assert charge(made, PRO, batch=False).usd == pytest.approx(0.028)
    assert charge(made, PRO, batch=True).usd == pytest.approx(0.028)


def test_every_model_has_a_rate():
    """None is served that cannot be charged."""
    assert set(RATES) == set(offers())


def test_a_bill_adds_up_and_tells_fates():
    """What did not arrive is charged, and summed apart."""
    bill = Bill()
    numbers = [bill.add(answer(), model=PRO, outcome="good") for _ in range(3)]
    bill.refused("quota")

    bill.settle(numbers[0], "whole")
    bill.settle(numbers[1], "cut")
    bill.settle(numbers[1], "whole")

    told = bill.total(lines=True)
    assert told["usd"] == pytest.approx(3 * 0.137744)
    assert told["undelivered_usd"] == pytest.approx(2 * 0.137744)
    assert (told["calls"], told["answers"]) == (4, 3)
    assert told["by_outcome"] == {"good": 3, "quota": 1}
    assert [line["fate"] for line in told["lines"]] == ["whole", "cut", "open"]
    assert "lines" not in bill.total()


def test_a_bill_is_written_line_by_line(tmp_path):
    """A line is there when its fate is known; the rest at the end, as open."""
    path = tmp_path / "bill.jsonl"
    bill = Bill(path)
    first, _ = (bill.add(answer(), model=PRO, outcome="good") for _ in range(2))

    bill.settle(first, "whole")
    before = path.read_text().splitlines()
    bill.close()

    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(before) == 1
    assert [(line["answer"], line["fate"]) for line in lines] == [(1, "whole"), (2, "open")]


def test_a_bill_that_cannot_be_written_is_a_store_error(tmp_path):
    """It says what to do."""
    with pytest.raises(StoreError, match="say another file with --bill"):
        Bill(tmp_path / "absent" / "bill")


def test_a_server_bills_what_its_usage_says(tmp_path):
    """The sum, the lines of the file and the answers' own usage agree; no key is there."""
    path = tmp_path / "bill.jsonl"
    body = {
        "contents": [{"parts": [{"text": "a fox"}]}],
        "tools": [{"googleSearch": {}}],
    }
    with serving(seed=3, pool=1, bill=path) as url:
        place = f"{url}/v1beta/models/{PRO}:generateContent"
        sent = [httpx.post(place, json=body, headers=HEADERS, timeout=60) for _ in range(2)]
        httpx.post(place, json={"contents": []}, headers=HEADERS)
        told = httpx.get(f"{url}/simulator/bill").json()

    usages = [one.json()["usageMetadata"] for one in sent]
    queries = [one.json()["candidates"][0]["groundingMetadata"]["webSearchQueries"] for one in sent]
    expected = sum(
        usage["promptTokenCount"] * 2e-6
        + 1120 * 120e-6
        + (usage["candidatesTokenCount"] - 1120 + usage["thoughtsTokenCount"]) * 12e-6
        for usage in usages
    ) + 0.014 * sum(bool(query) for row in queries for query in row)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert told["usd"] == pytest.approx(expected)
    assert sum(line["usd"] for line in lines) == pytest.approx(expected)
    assert told["by_outcome"] == {"good": 2, "refused": 1}
    assert [line["response_id"] for line in lines] == [one.json()["responseId"] for one in sent]
    assert HEADERS["x-goog-api-key"] not in path.read_text()


def test_a_batch_costs_half():
    """Its lines say so."""
    row = {"request": {"contents": [{"parts": [{"text": "[[text]] x"}]}]}}
    body = {"batch": {"inputConfig": {"requests": {"requests": [row]}}}}
    with serving(seed=3) as url, httpx.Client(base_url=url, headers=HEADERS) as client:
        made = client.post(f"/v1beta/models/{PRO}:batchGenerateContent", json=body).json()
        client.get(f"/v1beta/{made['name']}")
        line = client.get("/simulator/bill?lines=1").json()["lines"][0]

    full = line["prompt_tokens"] * 2e-6 + line["text_tokens"] * 12e-6
    assert (line["tier"], line["fate"]) == ("batch", "batch")
    assert line["usd"] == pytest.approx(full / 2)
