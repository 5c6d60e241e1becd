"""Build runs of many sheets, and reviews of them, without a picture behind them."""

from harness.judging.sheets import sheets
from harness.model.arm import Arm
from harness.model.blob import BlobRef
from harness.model.generation import Generation
from harness.model.request import Part
from harness.model.review import Review, Vote
from harness.model.run import Judged, Run, SuiteResult
from harness.model.sample import Failure, Sample, SampleKey, Standing
from harness.model.suite import Turn, Variant
from harness.model.verdict import Finding, Status, Verdict

ARM = Arm(model="m", endpoint="simulator")


def run_of(cases, *, status=None, answers=None, id_="20261126T090000Z-0000"):
    """Give a run of one suite `s`.

    Args:
        cases: How many variants each case has.
        status: Status by sheet's id, where it is not PASS.
        answers: What a sheet holds by its id, `picture` unless said: `nothing` or `error`.
        id_: Of the run.
    """
    judged = tuple(
        _judged(case, f"v{n}" if count > 1 else "", status or {}, answers or {})
        for case, count in cases.items()
        for n in range(count)
    )
    suite = SuiteResult(
        suite="s",
        title="s",
        path="suites/s.yaml",
        recording="main",
        generated=0,
        recorded_from="",
        recorded_to="",
        simulated=False,
        epoch="",
        judged=judged,
    )
    return Run(id=id_, at="2026-11-26T09:00:00Z", seconds=1.0, suites=(suite,))


def _judged(case, label, status, answers):
    variant = Variant(
        suite="s", case=case, label=label, model=ARM.model, turns=(Turn(prompt="a"),), samples=1
    )
    item = f"s/{variant.id}"
    held = answers.get(item, "picture")
    part = Part(picture=BlobRef.of(item.encode()), mime_type="image/jpeg")
    sample = Sample(
        key=SampleKey(case=case, variant=label, sample=0),
        variant_id=variant.id,
        cell=f"cell of {item}",
        arm=ARM,
        prompt="a",
        standing=Standing.MISSING if held == "nothing" else Standing.RECORDED,
        generation=Generation(parts=(part,), finish_reason="STOP") if held == "picture" else None,
        failure=Failure(kind="QuotaExhausted", message="no") if held == "error" else None,
    )
    found = Finding(check="decided", status=status.get(item, Status.PASS), message="m", sample=0)
    return Judged(variant=variant, samples=(sample,), verdict=Verdict(findings=(found,)))


def ids(run):
    return [sheet.id for sheet in sheets(run)]


def review(by, choices, *, at="2026-11-26T10:00:00Z", **fields):
    """Give a review: `choices` by sheet's id."""
    votes = tuple(
        Vote(
            item=item,
            suite="s",
            variant=item.partition("/")[2],
            turn=0,
            cell=f"cell of {item}",
            arm=ARM,
            choice=choice,
            at=at,
        )
        for item, choice in choices.items()
    )
    fields.setdefault("run", "20261126T090000Z-0000")
    fields.setdefault("source", f"decisions-{by}.json")
    return Review(report="d", tool="0", reviewer=by, votes=votes, **fields)
