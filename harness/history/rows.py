"""Turn what the files hold into rows of the history: runs, epochs, decisions, looks, steps."""

from collections.abc import Iterable, Iterator
from itertools import count

from harness.history.tables import (
    DecisionRow,
    DecisionSetRow,
    EpochRow,
    FindingRow,
    LookRow,
    RunRow,
    SampleRow,
    StepRow,
    SuiteRow,
    Table,
    UndoRow,
)
from harness.model.baseline import Decision, DecisionSet, Epoch
from harness.model.generation import Usage
from harness.model.monitor import Look, Step
from harness.model.run import Judged, Run, SuiteResult
from harness.model.sample import Sample
from harness.model.verdict import Finding, Status, worst
from harness.store.baselines import Undo

Rows = Iterator[tuple[type[Table], dict[str, object]]]
"""Rows, each with its table; the first one is what the others hang on."""


def of_run(run: Run) -> Rows:
    """Give a run with its suites, samples and findings; of a shard only that it was."""
    yield (
        RunRow,
        {
            "id": run.id,
            "at": run.at,
            "seconds": run.seconds,
            "status": run.status.value,
            "spent_usd": run.spent_usd,
            "may_be_charged_usd": sum(charge.ceiling_usd for charge in run.may_be_charged),
            "calls": run.calls,
            "simulated": run.simulated,
            "harness": run.environment.get("gemini-image-harness", ""),
        },
    )
    for suite in () if run.shard else run.suites:
        yield from _of_suite(run.id, suite)


def _of_suite(run: str, suite: SuiteResult) -> Rows:
    yield (
        SuiteRow,
        {
            "run": run,
            "suite": suite.suite,
            "recording": suite.recording,
            "status": suite.status.value,
            "generated": suite.generated,
            "recorded_from": suite.recorded_from,
            "recorded_to": suite.recorded_to,
            "simulated": suite.simulated,
            "epoch": suite.epoch,
        },
    )
    numbers = count()
    for judged in suite.judged:
        for sample in judged.samples:
            status = _status(judged, sample)
            yield SampleRow, sample_row(sample, suite.suite, run, next(numbers), status=status)
    found = [("", finding) for finding in suite.findings]
    found += [(judged.variant.id, f) for judged in suite.judged for f in judged.verdict.findings]
    yield from _of_findings(run, suite.suite, found)


def _status(judged: Judged, sample: Sample) -> Status:
    key = sample.key
    return worst(f.status for f in judged.verdict.of(sample=key.sample, turn=key.turn))


def sample_row(
    sample: Sample, suite: str, run: str, number: int, *, status: Status
) -> dict[str, object]:
    """Give one sample.

    Args:
        sample: The sample.
        suite: Whose.
        run: Id of the run, or of the look, that found it.
        number: Its place among those of the suite, from 0.
        status: The worst that was found on it.
    """
    key = sample.key
    return {
        "run": run,
        "suite": suite,
        "number": number,
        "case_id": key.case,
        "variant": sample.variant_id,
        "sample": key.sample,
        "turn": key.turn,
        "cell": sample.cell,
        "model": sample.arm.model,
        "endpoint": sample.arm.endpoint,
        "standing": sample.standing.value,
        "status": status.value,
        "outcome": sample.outcome.value if sample.outcome else "",
        "failure": sample.failure.kind if sample.failure else "",
        "picture": sample.picture,
        "cost_usd": sample.cost_usd,
        "seconds": sample.seconds,
        **_of_receipt(sample),
        **_of_answer(sample),
    }


def _of_receipt(sample: Sample) -> dict[str, object]:
    receipt = sample.receipt
    return {
        "session": receipt.session if receipt else "",
        "recorded_at": receipt.recorded_at if receipt else "",
        "simulated": receipt.simulated if receipt else False,
    }


def _of_answer(sample: Sample) -> dict[str, object]:
    answer = sample.generation
    usage: Usage | None = answer.usage if answer else None
    return {
        "finish_reason": answer.finish_reason or answer.block_reason if answer else "",
        "model_version": answer.model_version if answer else "",
        "prompt_tokens": usage.prompt if usage else None,
        "answer_tokens": usage.candidates if usage else None,
        "picture_tokens": usage.image if usage else None,
        "thought_tokens": usage.thoughts if usage else None,
    }


def _of_findings(run: str, suite: str, found: Iterable[tuple[str, Finding]]) -> Rows:
    for number, (variant, finding) in enumerate(found):
        yield (
            FindingRow,
            {
                "run": run,
                "suite": suite,
                "number": number,
                "variant": variant,
                "name": finding.check,
                "status": finding.status.value,
                "sample": finding.sample,
                "turn": finding.turn,
                "message": finding.message,
                "measured": finding.measured,
            },
        )


def of_epoch(epoch: Epoch) -> Rows:
    """Give an epoch; its samples are counted."""
    yield (
        EpochRow,
        {
            "suite": epoch.suite,
            "id": epoch.id,
            "recording": epoch.recording,
            "sessions": len(epoch.sessions),
            "samples": len(epoch.samples),
            "by": epoch.by,
            "at": epoch.at,
            "why": epoch.why,
            "simulated": epoch.simulated,
        },
    )


def of_decisions(decided: DecisionSet) -> Rows:
    """Give a set of decisions."""
    yield (
        DecisionSetRow,
        {
            "suite": decided.suite,
            "id": decided.id,
            "run": decided.run,
            "by": decided.by,
            "at": decided.at,
            "why": decided.why,
            "unseen": decided.unseen,
        },
    )
    for number, decision in enumerate(decided.decisions):
        names = {"suite": decided.suite, "decision_set": decided.id, "number": number}
        yield DecisionRow, names | _decision(decision)


def _decision(decision: Decision) -> dict[str, object]:
    return {
        "case_id": decision.key.case,
        "variant": decision.key.variant,
        "sample": decision.key.sample,
        "turn": decision.key.turn,
        "cell": decision.cell,
        "model": decision.arm.model,
        "endpoint": decision.arm.endpoint,
        "picture": decision.sha256,
        "choice": decision.choice.value,
        "reasons": ", ".join(decision.reasons),
        "note": decision.note,
    }


def of_undo(undo: Undo, suite: str) -> Rows:
    """Give what was taken back of a suite."""
    yield (
        UndoRow,
        {
            "suite": suite,
            "id": undo.id,
            "undone": undo.undone,
            "by": undo.by,
            "at": undo.at,
            "why": undo.why,
        },
    )


def of_look(look: Look) -> Rows:
    """Give a look; its effect is that of the last step that was made."""
    last = look.confirm or look.screen
    effect = last.effect if last else None
    model, _, endpoint = look.arm.rpartition("@")
    yield (
        LookRow,
        {
            "suite": look.suite,
            "id": look.id,
            "at": look.at,
            "epoch": look.epoch,
            "model": model,
            "endpoint": endpoint,
            "recording": look.recording,
            "verdict": look.verdict.value,
            "said": look.said,
            "screen_p": look.screen.p if look.screen else None,
            "confirm_p": look.confirm.p if look.confirm else None,
            "channel": effect.channel if effect else "",
            "effect": effect.size if effect else None,
            "effect_low": effect.low if effect else None,
            "effect_high": effect.high if effect else None,
            "matters": last.matters if last else None,
            "accumulated": look.accumulated,
            "spent_usd": look.spent_usd,
            "incident": look.incident,
            "provisional": look.provisional,
            "simulated": look.simulated,
        },
    )


def of_answers(look: Look, answers: Iterable[Sample]) -> Rows:
    """Give the answers that a look recorded."""
    for number, sample in enumerate(answers):
        status = Status.ERROR if sample.failure else Status.PASS
        yield SampleRow, sample_row(sample, look.suite, look.id, number, status=status)


def of_step(step: Step, suite: str) -> Rows:
    """Give what was done about an incident of a suite."""
    yield (
        StepRow,
        {
            "suite": suite,
            "id": step.id,
            "incident": step.incident,
            "state": step.state.value,
            "closing": step.closing.value if step.closing else "",
            "by": step.by,
            "at": step.at,
            "why": step.why,
        },
    )
