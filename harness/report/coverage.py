"""Say how much of what is asked was judged, and what nobody watched."""

from collections.abc import Iterator

from harness.judging.sheets import sheets
from harness.model.checks import LOOK, Checks
from harness.model.run import Run
from harness.model.showing import Showing
from harness.report.summary import recorded
from harness.report.views import Fact
from harness.report.words import joined

KEYPOINTS = "keypoints"


def coverage(run: Run) -> tuple[Fact, ...]:
    """Give what was judged of what is asked, from where and of when."""
    told = {
        "cells judged": f"{_judged(run)} of {_asked(run)}",
        "samples recorded": _samples(run),
        "mode": _mode(run),
        "recorded": recorded(run),
        "pictures": "simulated, some or all" if run.simulated else "none says it is simulated",
        "asked": joined(
            (sample.arm.name for j in run.judged for sample in j.samples), empty="nobody"
        ),
    }
    return tuple(Fact(name=name, value=value) for name, value in told.items())


def unwatched(run: Run, showing: Showing) -> tuple[str, ...]:
    """Say what a PASS of this run says nothing about."""
    return tuple(_unwatched(run, showing))


def _judged(run: Run) -> int:
    return sum(any(s.generation is not None for s in sheet.samples) for sheet in sheets(run))


def _asked(run: Run) -> int:
    return sum(len(judged.variant.turns) for judged in run.judged)


def _samples(run: Run) -> str:
    there = sum(s.generation is not None for judged in run.judged for s in judged.samples)
    asked = sum(j.variant.samples * len(j.variant.turns) for j in run.judged)
    return f"{there:,} of {asked:,}"


def _mode(run: Run) -> str:
    live = sum(suite.live for suite in run.suites)
    if not live:
        return "replay, 0 calls"
    return "live" if live == len(run.suites) else "live and replay"


def _unwatched(run: Run, showing: Showing) -> Iterator[str]:
    checks = [turn.checks for judged in run.judged for turn in judged.variant.turns]
    yield "anatomy (hands, faces, limbs)"
    if not any(map(_embeds, checks)):
        yield "identity of people and characters (no embedder is set; look sees palette and shapes)"
    if not checks or not all(check.ask for check in checks):
        yield "content of the picture against the prompt, where no check asks about it"
    if not checks or not all(check.text for check in checks):
        yield "text painted within the picture, where no check reads it"
    if not any(showing.suite(suite.suite).drift for suite in run.suites):
        yield "whether the model has changed (harness monitor and harness compare tell that)"
    else:
        yield "a change of the model smaller than the one that would have been seen"


def _embeds(checks: Checks) -> bool:
    return any(check.measure not in (LOOK, KEYPOINTS) for check in checks.consistency)
