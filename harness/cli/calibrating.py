"""The verbs that say what a suite's drift test can promise: calibrate, power."""

from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.options import Endpoint, ExecutorOption
from harness.cli.shared import Json, Recording, Suites

if TYPE_CHECKING:
    from pathlib import Path

    from harness.model.calibration import Calibration, CellNoise
    from harness.model.power import DesignPower, Power
    from harness.model.suite import Suite

NOISY = 3
"""Cells that are named at each end; `--json` has all."""

Seed = Annotated[int, typer.Option(min=0, help="Of all draws: the same seed, the same result.")]


def calibrate(
    suites: Suites = None,
    recording: Recording = None,
    endpoint: Endpoint = None,
    splits: Annotated[
        int, typer.Option(min=20, max=10_000, help="Random halves that are tested.")
    ] = 200,
    seed: Seed = 0,
    executor: ExecutorOption = None,
    as_json: Json = False,
) -> None:
    """Measure the real false-alarm rate, the noise and the day effects of a suite. Spends nothing.

    Uses the epoch in force, or all that is recorded where nothing is pinned. Exits with 1
    where the test does not keep its promise, with 3 where too little is recorded to tell.
    """
    from harness.evaluate.calibrate import calibrate as calibrate_suite
    from harness.evaluate.workspace import Wish
    from harness.judging.calibrating import Trials
    from harness.store.codec import encode

    here = shared.workspace(recording=recording, executor=executor)
    wish, trials = Wish(endpoint=endpoint), Trials(splits=splits, seed=seed)
    found = [
        (suite, calibration, path)
        for suite in shared.suites_of(here, suites)
        for calibration, path in calibrate_suite(suite, here, trials=trials, wish=wish)
    ]
    if as_json:
        told = [encode(calibration) for _, calibration, _ in found]
        shared.print_json(shared.document("calibrations", calibrations=told))
    else:
        for suite, calibration, path in found:
            _show(calibration, path)
            shared.say(f"next    {_next(suite, calibration)}")
    raise typer.Exit(max((_exit_of(c) for _, c, _ in found), key=_GRAVITY.index, default=0))


_GRAVITY = (0, 3, 1)


def _exit_of(found: "Calibration") -> int:
    if not all(rate.holds for rate in found.halves):
        return 1
    return 0 if found.armed else 3


def _show(found: "Calibration", path: "Path") -> None:
    from harness.judging.calibration_words import rate_said
    from harness.report.words import count_of

    of = f"epoch {found.epoch}" if found.epoch else "all that is recorded; nothing is pinned"
    simulated = ", simulated" if found.simulated else ""
    shared.say(f"{found.suite}: {found.answers} answers of {found.arm}{simulated}: {of}")
    told = [rate_said(rate) for rate in found.between if rate.of]
    shared.say(f"  {'a session against others':<26}{', '.join(told) or 'none that could alarm'}")
    for line in _noise_lines(found.noise):
        shared.say(line, style="dim")
    if found.repeated:
        left = count_of(found.repeated, "answer")
        shared.say(f"  {left} left out: byte for byte an earlier picture, from somebody's cache")
    for line in found.left_out:
        shared.say(f"  left out: {line}", style="dim")
    style = "bold red" if _exit_of(found) == 1 else "bold"
    shared.say(f"{found.suite}: {found.said}", style=style)
    shared.say(f"kept    {path}")


def _noise_lines(noise: "tuple[CellNoise, ...]") -> list[str]:
    """Name the noisiest and the quietest cells: a change hides in noise."""
    if len(noise) < 2:
        return []
    most, least = noise[:NOISY], noise[:NOISY:-1][:NOISY]
    named = [", ".join(f"{cell.name} ({cell.noise:.2f})" for cell in of) for of in (most, least)]
    lines = [f"  {'noisiest cells (1 usual)':<26}{named[0]}"]
    return [*lines, f"  {'quietest cells':<26}{named[1]}"] if named[1] else lines


def _next(suite: "Suite", found: "Calibration") -> str:
    if found.provisional:
        return f"harness baseline grow {suite.path} --sessions {found.days.needed}"
    return f"harness power {suite.path}"


def power(
    suites: Suites = None,
    recording: Recording = None,
    endpoint: Endpoint = None,
    plant: Annotated[
        list[str] | None,
        typer.Option(
            "--plant",
            help="Known change to be seen, again for more: blur, jpeg-30, zoom-5, ...; "
            "recording:NAME; model@endpoint.",
        ),
    ] = None,
    alpha: Annotated[
        float | None, typer.Option(min=0.0001, max=0.5, help="False-alarm rate of the test.")
    ] = None,
    times: Annotated[int, typer.Option(min=10, max=10_000, help="Trials of each --plant.")] = 100,
    seed: Seed = 0,
    executor: ExecutorOption = None,
    as_json: Json = False,
) -> None:
    """Say what a suite's drift test can see, with which samples, for which money. Spends nothing.

    Designs that can never alarm are refused. Exits with 3 where the suite's own is one.
    """
    from harness.evaluate.power import Inquiry
    from harness.evaluate.power import power as power_of
    from harness.evaluate.workspace import Wish
    from harness.judging.calibrating import Trials
    from harness.store.codec import encode

    here = shared.workspace(recording=recording, executor=executor)
    inquiry = Inquiry(
        plants=tuple(plant or ()),
        alpha=alpha,
        trials=Trials(splits=times, seed=seed),
        wish=Wish(endpoint=endpoint),
    )
    asked = shared.suites_of(here, suites)
    found = [each for suite in asked for each in power_of(suite, here, inquiry)]
    if as_json:
        shared.print_json(shared.document("power", power=[encode(each) for each in found]))
    else:
        for each in found:
            _show_power(each)
    refused = any(design.own and design.refused for each in found for design in each.designs)
    raise typer.Exit(3 if refused else 0)


def _show_power(found: "Power") -> None:
    from harness.judging.power_words import plant_said

    of = f"epoch {found.epoch}" if found.epoch else "all that is recorded; nothing is pinned"
    simulated = ", simulated" if found.simulated else ""
    shared.say(f"{found.suite}: {found.answers} answers of {found.arm}{simulated}: {of}")
    shared.out().print(_designs(found))
    for plant in found.plants:
        effects = ", ".join(f"{name} {size:.2f}" for name, size in plant.effects.items())
        shared.say(plant_said(plant))
        shared.say(f"    {plant.said}; effect by channel: {effects}", style="dim")
    shared.say(f"{found.suite}: {found.said}", style="bold")
    shared.say(
        "next    harness calibrate" if found.plants else "next    harness power --plant blur"
    )


def _designs(found: "Power") -> object:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("reference", "fresh", "smallest p", f"sees {found.matters:.2f}"):
        table.add_column(name, justify="right")
    table.add_column(f"seen {round(100 * found.due)} in 100", justify="right")
    for name in ("a look", "the reference"):
        table.add_column(name, justify="right")
    table.add_column("")
    for design in found.designs:
        style = "bold" if design.own else "dim" if design.refused else ""
        table.add_row(*_design_cells(design), style=style)
    return table


def _design_cells(design: "DesignPower") -> tuple[str, ...]:
    from harness.report.words import money

    power, seen = design.power, design.seen
    note = "refused: can never alarm" if design.refused else ""
    return (
        str(design.reference),
        str(design.fresh),
        f"{design.smallest_p:.4f}",
        "." if power is None or design.refused else f"{round(100 * power)} in 100",
        "." if seen is None or design.refused else f"{seen:.2f}",
        money(design.look_usd),
        money(design.reference_usd),
        " ".join(filter(None, ("the suite's own" if design.own else "", note))),
    )
