"""Make what a history is made of: runs, a ledger, epochs, decisions, looks and steps."""

import json
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

from sqlalchemy import select

from harness.history.address import address
from harness.history.database import opened
from harness.history.sync import Files, sync
from harness.history.tables import Table
from harness.model.arm import Arm
from harness.model.baseline import Choice, Decision, DecisionSet, Epoch
from harness.model.drift import Drift, Effect, Shift
from harness.model.generation import Generation, Usage
from harness.model.monitor import Closing, Look, State, Step
from harness.model.run import Judged, Run, SuiteResult
from harness.model.sample import Receipt, Sample, SampleKey, Standing
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status, Verdict
from harness.store.baselines import BaselineStore, Undo
from harness.store.looks import LookStore
from harness.store.runs import save_run

ARM = Arm(model="m", endpoint="gemini")


def sample(number=0, *, at="2026-11-23T05:12:33+00:00", session="s1", version="m-1", **answer):
    """Give an answer that was recorded; `usd` and `seconds` are its own."""
    key = SampleKey(case="c", variant="", sample=number)
    usd, seconds = answer.pop("usd", 0.14), answer.pop("seconds", 20.0)
    usage = Usage(prompt=9, candidates=1120, thoughts=300, candidates_by_modality={"IMAGE": 1120})
    generation = Generation(usage=usage, model_version=version, **answer)
    receipt = Receipt(arm=ARM, session=session, recorded_at=at, seconds=seconds, request_digest="d")
    return Sample(
        key=key, variant_id="c", cell="cell", arm=ARM, prompt="p", standing=Standing.RECORDED,
        generation=generation, receipt=receipt, cost_usd=usd,
    )  # fmt: skip


def a_run(name, *samples, at="", failed=(), suite="shop"):
    """Give a run of one variant; each of `failed` is a check that failed on it."""
    variant = Variant(
        suite=suite, case="c", label="", model="m", turns=(Turn(prompt="p"),), samples=1
    )
    found = tuple(Finding(check=c, status=Status.FAIL, message=c, sample=0) for c in failed)
    judged = Judged(variant=variant, samples=samples, verdict=Verdict(findings=found))
    result = SuiteResult(
        suite=suite, title="S", path="suites/shop.yaml", recording="main", generated=0,
        recorded_from="", recorded_to="", simulated=False, epoch="", judged=(judged,),
    )  # fmt: skip
    return Run(
        id=name, at=at or f"2026-11-2{name[-1]}T06:00:00+00:00", seconds=1.0, suites=(result,)
    )


def look(name="look-1", *, at="2026-11-24T06:00:00+00:00", incident="", effect=0.03):
    """Give a look whose screen was made."""
    found = Effect(channel="phash16", size=effect, low=-0.01, high=0.08)
    drift = Drift(
        verdict=Shift.NO_CHANGE_SEEN, said="no", alpha=0.05, p=0.4, p_all=0.4, p_few=0.4,
        smallest_p=0.01, draws=99, seed=0, power=None, seen=None, matters=0.1, margin=0.1,
        effects=(found,),
    )  # fmt: skip
    return Look(
        id=name, suite="shop", at=at, epoch="epoch-1", arm=ARM.name, recording="monitor-1",
        verdict=Shift.CHANGED if incident else Shift.NO_CHANGE_SEEN, said="It moved.",
        screen=drift, incident=incident, spent_usd=5.4,
    )  # fmt: skip


EPOCH = Epoch(
    id="epoch-1", suite="shop", recording="main", sessions=("s1",), by="ada",
    at="2026-11-23T07:00:00+00:00", why="first", simulated=False, samples=(),
)  # fmt: skip
DECIDED = DecisionSet(
    id="decisions-1", suite="shop", run="r1", by="ada", at="2026-11-23T08:00:00+00:00",
    why="fine", unseen=True, accepted_before="",
    decisions=(
        Decision(
            key=SampleKey(case="c", variant="", sample=0), cell="cell", arm=ARM,
            sha256="ab" * 32, choice=Choice.REJECT, reasons=("identity", "text"),
        ),
    ),
)  # fmt: skip
UNDO = Undo(id="undo-1", undone="decisions-1", by="bob", at="2026-11-23T09:00:00+00:00", why="")
STEP = Step(
    id="step-1", incident="look-2", state=State.CLOSED, by="bob",
    at="2026-11-26T06:00:00+00:00", why="told the seller", closing=Closing.FIXED,
)  # fmt: skip


@cache
def empty_history() -> bytes:
    """Give a database with tables and nothing in them: to migrate takes longer than to copy."""
    with tempfile.TemporaryDirectory() as folder:
        where = address("", root=Path(folder), state=Path(folder))
        with opened(where):
            pass
        return where.path.read_bytes()


class Place:
    """A folder with files, and the history of it, which is empty."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.suite = root / "suites" / "shop.yaml"
        self.where = address("", root=root, state=root / ".harness")
        self.where.path.parent.mkdir(exist_ok=True)
        self.where.path.write_bytes(empty_history())

    @property
    def files(self):
        return Files(reports=self.root / "reports", suites=(self.suite,))

    def run(self, run):
        save_run(run, self.root / "reports" / run.id)

    def ledger(self, *lines, month="2026-11"):
        path = self.root / "reports" / "spending" / "gemini" / f"{month}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a") as stream:
            stream.writelines(json.dumps(line) + "\n" for line in lines)

    def beside(self, *things):
        for thing in things:
            store = LookStore if isinstance(thing, Look | Step) else BaselineStore
            store(self.suite).add(thing)

    def sync(self, *, anew=False, **files):
        with opened(self.where) as database:
            return sync(database, replace(self.files, **files), anew=anew)

    @contextmanager
    def open(self):
        with opened(self.where) as database:
            yield database

    def rows(self):
        """Give every row of every table, in the order of their keys."""
        with opened(self.where) as database, database.reading() as connection:
            return {
                table.name: [
                    dict(row)
                    for row in connection.execute(
                        select(table).order_by(*table.primary_key.columns)
                    ).mappings()
                ]
                for table in Table.metadata.sorted_tables
            }
