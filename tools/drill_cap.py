"""Drill the cap: calls in flight, failures at random, and never more on the bill than was allowed.

Each round is a live run with its own simulator, whose faults and their shares a seed chooses.
"""

import random
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
from drill_ground import Broken, insist
from drill_live import TINY, Site

from harness.errors import HarnessError, SpendingRefused
from harness.evaluate.exits import exit_code
from harness.evaluate.obtain import obtain
from harness.evaluate.order import Obtained, Order
from harness.evaluate.plan import plan_suites
from harness.evaluate.workspace import Wish, Workspace
from harness.loader import load_suite
from harness.model.run import Run
from harness.runner.chain import Live
from harness.runner.spending import Purse
from harness.settings import read_settings
from harness.simulator.server import serving

MOST = {"quota": 0.15, "overloaded": 0.12, "deadline": 0.12, "cut-within": 0.15, "internal": 0.12}
"""The largest share of each fault; 504 and a cut connection are billed all the same."""
WORDS = """\
version: 1
suite: drill
defaults: {samples: 10, modalities: [TEXT], max_output_tokens: 1000}
cases:
  - id: words
    prompt: "[[text]] a fox with the number {n}"
    matrix: {n: [%s]}
"""
PICTURES = """\
version: 1
suite: drill
defaults: {samples: 2, image_size: 1K, max_output_tokens: 2400}
cases:
  - id: fox
    prompt: A fox with the number {n}
    matrix: {n: [%s]}
"""


LIST = '[endpoints.drill.prices."*"]\ntext_in = 2.0\ntext_out = 12.0\nimage_out = 1.0\n'
"""Of rounds of words: each ceiling has a picture in it, so that cheap ones let 64 fit at once."""


@dataclass(frozen=True)
class Round:
    """What came of one round.

    Attributes:
        number: From 1.
        what: Pictures or words.
        shares: Of each fault.
        calls: That went out.
        flying: Calls in flight, the most.
        bought: Answers that are kept.
        wanted: Answers that were asked for.
        charged: Calls that count at their ceiling.
        spent: By the harness's account, US dollars.
        bill: By the simulator's, US dollars.
        stopped: The cap stopped it.
        seconds: How long it took.
        broken: What promise was not held; empty for none.
    """

    number: int
    what: str
    shares: str
    calls: int = 0
    flying: int = 0
    bought: int = 0
    wanted: int = 0
    charged: int = 0
    spent: float = 0.0
    bill: float = 0.0
    stopped: bool = False
    seconds: float = 0.0
    broken: str = ""

    def __str__(self) -> str:
        if self.broken:
            return f"{self.number:>5}  {self.what}, {self.shares}: BROKEN: {self.broken}"
        return (
            f"{self.number:>5}  {self.what:<9}{self.calls:>6}{self.flying:>8}"
            f"{f'{self.bought}/{self.wanted}':>10}{self.charged:>9}{self.spent:>9.4f}"
            f"{self.bill:>9.4f}  {'cap' if self.stopped else 'all':<5}{self.seconds:>6.1f}"
            f"  {self.shares}"
        )


HEAD = (
    f"{'round':>5}  {'what':<9}{'calls':>6}{'flying':>8}{'bought':>10}{'charged':>9}"
    f"{'spent $':>9}{'bill $':>9}  {'end':<5}{'s':>6}  faults"
)


def drill(*, rounds: int, cap: float, jobs: int, seed: int = 1, at_once: int = 4) -> int:
    """Spend up to the cap, again and again; 1 where a promise was broken."""
    print(HEAD, flush=True)
    made = []
    one = partial(round_of, cap=cap, jobs=jobs, seed=seed)
    with ProcessPoolExecutor(at_once, max_tasks_per_child=25) as pool:
        for each in pool.map(one, range(1, rounds + 1)):
            print(each, flush=True)
            made.append(each)
    return _sum_up(made, cap=cap)


def _sum_up(made: Sequence[Round], *, cap: float) -> int:
    broken = [each for each in made if each.broken]
    held = [each for each in made if not each.broken]
    nearest = max((each.spent for each in held), default=0.0)
    bill = max((each.bill for each in held), default=0.0)
    print(
        f"{len(held)} of {len(made)} rounds: never over ${cap:.2f}, by the bill (at most "
        f"${bill:.4f}) nor by the harness's account (at most ${nearest:.4f}), which was never "
        f"less than the bill; {sum(e.calls for e in held):,} calls, up to "
        f"{max((e.flying for e in held), default=0)} in flight, {sum(e.charged for e in held)} "
        f"counted at their ceiling, {sum(e.stopped for e in held)} rounds ended at the cap"
    )
    return 1 if broken or not made else 0


def round_of(number: int, *, cap: float, jobs: int, seed: int) -> Round:
    """Run one round; a promise that was not held is told, not raised."""
    dice = random.Random(f"{seed}/{number}")
    shares = {name: round(dice.uniform(0, most), 2) for name, most in MOST.items()}
    what, suite, count = ("pictures", PICTURES, 8) if number % 2 else ("words", WORDS, 40)
    faults = tuple(f"{name}:{share}" for name, share in shares.items())
    numbers = ", ".join(map(str, range(count)))
    said = Round(number, what, " ".join(faults))
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(
            seed=number, faults=faults, pool=2, signature_bytes=100, retry_delay=0.05, latency=0.02
        ) as url,
    ):
        listed = LIST if what == "words" else ""
        site = Site(Path(folder) / "site", url, suite=suite % numbers, endpoint=listed)
        try:
            return _spent(site, url, said, cap=cap, jobs=jobs)
        except Broken as error:
            return Round(number, what, said.shares, broken=str(error))


class _Watch:
    """Remember how many calls were in flight, at the most."""

    def __init__(self) -> None:
        self.most = 0

    def __call__(self, going: object) -> None:
        self.most = max(self.most, int(getattr(going, "in_flight", 0)))


def _spent(site: Site, url: str, said: Round, *, cap: float, jobs: int) -> Round:
    """Buy under the cap, and hold what was spent against the bill.

    Raises:
        Broken: the cap was passed, or was held where there was room.
    """
    flags = {"max_cost": cap, "jobs": jobs}
    environ = {"K": "a-key-of-the-drill-0123456789"}
    here = Workspace(
        root=site.root,
        settings=read_settings(site.root, environ=environ, flags=flags).settings,
        environ=environ,
    )
    suites, purse, watch = (load_suite(site.suite),), here.purse(), _Watch()
    order = Order(live=Live.MISSING, wish=Wish(endpoint="drill"), progress=watch)
    started = time.monotonic()
    (obtained,), stopped = obtain(suites, here, order, purse=purse)
    seconds = time.monotonic() - started
    bill = float(httpx.get(f"{url}/simulator/bill").json()["usd"])
    _within(cap, purse, bill)
    bought, wanted = _counted(obtained)
    if stopped is not None:
        rest = plan_suites(suites, here, wish=order.wish, live=order.live)
        one = max(row.ceiling_usd or 0.0 for row in rest.to_do)
        insist(purse.spent_usd + one > cap, f"stopped at ${purse.spent_usd:.4f}, with room")
    code = exit_code(_run(obtained, stopped), fail_on=())
    insist(code == (4 if stopped else 0), f"exit {code}, stopped by {stopped}")
    return Round(
        number=said.number,
        what=said.what,
        shares=said.shares,
        calls=purse.calls,
        flying=watch.most,
        bought=bought,
        wanted=wanted,
        charged=len(purse.charges),
        spent=purse.spent_usd,
        bill=bill,
        stopped=stopped is not None,
        seconds=seconds,
    )


def _within(cap: float, purse: Purse, bill: float) -> None:
    """Hold what was spent against the cap and the bill.

    Raises:
        Broken: it is more than the cap, less than the bill, or a call was forgotten.
    """
    insist(bill <= cap + TINY, f"${bill:.4f} are on the bill, the cap is ${cap:.2f}")
    insist(bill <= purse.spent_usd + TINY, f"${purse.spent_usd:.4f} counted, ${bill:.4f} billed")
    insist(purse.spent_usd <= cap + TINY, f"${purse.spent_usd:.4f} counted over ${cap:.2f}")
    insist(not purse.in_flight, f"{purse.in_flight} calls are still reserved for")


def _counted(obtained: Obtained) -> tuple[int, int]:
    """Count the answers that are kept, and those that were asked for."""
    samples = [sample for chain in obtained.samples for sample in chain]
    return sum(sample.receipt is not None for sample in samples), len(samples)


def _run(obtained: Obtained, stopped: HarnessError | None) -> Run:
    """Stand in for the run, which judges nothing here."""
    over_cap = isinstance(stopped, SpendingRefused)
    return Run(id=obtained.session, at="", seconds=0.0, suites=(), over_cap=over_cap)
