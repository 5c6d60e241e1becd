"""A plan says what its figures are founded on, and how the month stands."""

from datetime import UTC, datetime

import pytest

from harness.evaluate.plan import plan_suites
from harness.evaluate.prospect import foundations, months
from harness.evaluate.workspace import Wish, Workspace
from harness.loader import load_suites
from harness.runner.chain import Live
from harness.settings import Settings

SUITE = """\
version: 1
suite: shop
cases:
  - {id: fox, prompt: A fox}
  - {id: news, prompt: The weather, tools: [google_search]}
"""


@pytest.fixture
def made(tmp_path):
    """Give a plan of the suite, and the workspace with $12.50 spent this month."""

    def plan(text=SUITE, *, endpoint="gemini", **settings):
        path = tmp_path / "suites" / "shop.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        here = Workspace(
            root=tmp_path,
            settings=Settings(endpoint=endpoint, **settings),
            environ={},
            now=lambda: datetime(2026, 11, 25, tzinfo=UTC),
        )
        entry = here.ledger.reserve("gemini", 12.5, cap_usd=None)
        here.ledger.settle(entry, usd=12.5, state="spent", sample="")
        return plan_suites(load_suites([path]), here, wish=Wish(), live=Live.MISSING), here

    return plan


def test_the_sets_of_the_expectation_are_named_each_once(made):
    """Grounded answers were measured apart."""
    lines = foundations(*made())

    measured = [line for line in lines if line.startswith("expected as measured on ")]
    assert len(measured) == len(set(measured)) == 2
    assert all("recorded by pydantic-ai" in line for line in measured)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (SUITE, "the model's output limit (or max_output_tokens), the longest prompt, 5 searches"),
        (
            SUITE.replace("suite: shop", "suite: shop\ndefaults: {max_output_tokens: 2048}"),
            "up to max_output_tokens, the longest prompt, 5 searches",
        ),
    ],
    ids=["unbounded", "bounded"],
)
def test_a_ceiling_says_what_it_is_made_of(made, text, said):
    """Also how it could be lower."""
    assert said in foundations(*made(text))[-1]


def test_the_month_is_told_with_its_cap(made):
    """Of every run, not of this one."""
    plain = months(*made())
    capped = months(*made(endpoints={"gemini": {"max_month": 50}}))

    assert plain == ("this month at gemini: $12.50, no cap",)
    assert capped == ("this month at gemini: $25.00, of $50.00",)


def test_what_charges_nothing_needs_no_foundation(made):
    """The simulator."""
    free = made(endpoint="simulator")

    assert foundations(*free) == months(*free) == ()
