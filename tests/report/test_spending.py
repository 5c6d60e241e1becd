"""What was spent, as the page shows it."""

from dataclasses import replace

import pytest

from harness.model.generation import Grounding, Usage
from harness.model.run import Charge
from harness.model.verdict import Status
from harness.report.spending import MOST_ROWS, spend, spent_now

HOSTILE = "</td><script>alert(1)</script>"
USAGE = Usage(
    prompt=1_016, candidates=1_216, thoughts=179, tool_use_prompt=40,
    candidates_by_modality={"IMAGE": 1_120},
)  # fmt: skip


@pytest.fixture
def one(workshop):
    """Make a variant of one answer with every kind of token."""

    def made(case="fox", **fields):
        variant = workshop.variant(case, "")
        grounding = Grounding(queries=("", "a fox"))
        generation = workshop.generation(1, usage=USAGE, grounding=grounding)
        sample = workshop.sample(variant, generation, **{"cost_usd": 0.1377, **fields})
        return workshop.judged(variant, sample, findings=())

    return made


def charge(**fields):
    known = {"suite": "storefront", "sample": "fox sample 1 turn 1", "endpoint": "gemini"}
    return Charge(**{**known, "ceiling_usd": 0.5, "why": "the connection broke", **fields})


def cells(row):
    return [cell.text for cell in row.all("th") + row.all("td")]


def test_tokens_stand_by_kind_with_dollars(workshop, parsed, one):
    """Prompt, tools, text, thinking, pictures and queries a variant, and all of it summed."""
    page = parsed(workshop.run(one("fox"), one("owl")))

    table = page.one("table", class_="figures")
    _, fox, owl, total = map(cells, table.all("tr"))
    assert fox == ["fox", "1", "1,016", "40", "96", "179", "1,120", "2", "$0.14"]
    assert owl[1:] == fox[1:]
    assert total == ["in all", "2", "2,032", "80", "192", "358", "2,240", "4", "$0.28"]


def test_a_replay_spends_nothing(workshop, parsed, one):
    """What the answers cost when made is told apart from what this run spent."""
    page = parsed(workshop.run(one()))

    assert "This run sent nothing and spent nothing." in page.text
    assert "The 1 answer shown cost $0.14 when made." in page.text


def test_a_live_run_tells_its_calls_and_what_may_be_charged(workshop, parsed, one):
    """Each call without usage is listed with its ceiling and what happened."""
    charges = (charge(), charge(sample="owl sample 2 turn 1", ceiling_usd=0.25, why=HOSTILE))
    run = workshop.run(one(), spent_usd=0.8877, calls=4, may_be_charged=charges)

    page = parsed(run)

    assert "This run sent 4 requests and spent $0.89, of which $0.75 may be charged" in page.text
    assert "2 calls may be charged, at most $0.75" in page.one("p", class_="charged").text
    _, first, second = map(cells, page.one("table", class_="charges").all("tr"))
    assert first == ["fox sample 1 turn 1", "storefront", "gemini", "$0.50", "the connection broke"]
    assert second[-1] == HOSTILE
    assert page.all("script") == []


def test_a_run_that_may_not_be_charged_says_nothing_of_it(workshop, parsed, one):
    """No banner and no table without such a call."""
    page = parsed(workshop.run(one(), spent_usd=0.1377, calls=1))

    assert "This run sent 1 request and spent $0.14." in page.text
    assert "may be charged" not in page.text.lower()


def test_a_cut_call_alone_is_spending_too(workshop):
    """A run without any answer tells what it may have cost."""
    run = workshop.run(calls=1, spent_usd=0.5, may_be_charged=(charge(),))

    view = spend(run)

    assert (view.rows, view.then, len(view.charges)) == ((), "", 1)
    assert "spent $0.50" in spent_now(run)


def test_an_unpriced_answer_is_not_counted_as_free(workshop, one):
    """Where a price is not known the sum says so, and where none is, nothing is summed."""
    some = spend(workshop.run(one(), one("owl", cost_usd=None)))
    none = spend(workshop.run(one(cost_usd=None)))

    assert some.total.cost == "$0.14 or more"
    assert "1 without a known price" in some.then
    assert none.total.cost == "not known"


def test_batch_is_told_with_its_half_price(workshop, parsed, one):
    """The job is named at the answer, the price where it is summed."""
    judged = one()
    sample = judged.samples[0]
    batched = replace(sample, receipt=replace(sample.receipt, batch="batches/abc"))

    page = parsed(workshop.run(replace(judged, samples=(batched,))))

    assert "1 by batch at half price" in page.text
    assert "batch batches/abc, half price" in page.one("table", class_="answers").text


def test_simulated_answers_are_priced_as_the_models(workshop, one):
    """Their price is what the model would have cost, and is told as that."""
    judged = one()
    sample = judged.samples[0]
    painted = replace(sample, receipt=replace(sample.receipt, simulated=True))

    alone = spend(workshop.run(replace(judged, samples=(painted,))))
    mixed = spend(workshop.run(replace(judged, samples=(painted, sample))))

    assert "all simulated, would cost $0.14 of the model" in alone.then
    assert "1 of them, simulated, count as if the model had made them" in mixed.then


def test_of_many_variants_the_dearest_are_listed(workshop):
    """The others are one row, so that the page stays small and the sum right."""
    judged = [workshop.one(1, Status.PASS, case=f"case-{n}") for n in range(MOST_ROWS)]
    dear = workshop.one(1, Status.PASS, case="dear")
    dear = replace(dear, samples=(replace(dear.samples[0], cost_usd=9.0),))

    view = spend(workshop.run(*judged, dear))

    assert [row.name for row in view.rows[-2:]] == ["dear", "1 cheaper variant"]
    assert len(view.rows) == MOST_ROWS + 1
    assert view.total.cost == f"${9 + MOST_ROWS * 0.134:,.2f}"


def test_streaming_tells_its_first_byte(workshop, parsed, one):
    """Time to first byte stands beside the whole time and the service's own."""
    judged = one()
    sample = judged.samples[0]
    service = {"server-timing": "gfet4t7; dur=17100"}
    generation = replace(sample.generation, streamed=True, service=service)
    receipt = replace(sample.receipt, seconds=21.4, first_byte=1.25)

    page = parsed(
        workshop.run(
            replace(judged, samples=(replace(sample, generation=generation, receipt=receipt),))
        )
    )

    row = page.one("table", class_="answers").text
    assert "21 s in all first byte after 1.2 s 17 s by the service's clock" in row
    assert "streamed" in row
