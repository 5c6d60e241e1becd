"""Gather the verbs, and be the one place that catches everything."""

import logging
import os
import sys
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from harness import __version__
from harness.cli import (
    approving,
    baselines,
    buckets,
    calibrating,
    cassettes,
    comparing,
    doctor,
    exchange,
    housekeeping,
    measuring,
    monitoring,
    offers,
    planning,
    reporting,
    reviewing,
    running,
    secrets,
    simulating,
    starting,
    suites,
    trends,
)
from harness.errors import HarnessError, SuiteError

EPILOG = (
    "Exit codes: 0 all well; 1 something was found; 2 usage, configuration, bad suite; "
    "3 incomplete; 4 budget or confirmation refused; 5 nothing selected; 101 internal; "
    "130 interrupted."
)


class Verbs(TyperGroup):
    """The verbs; Ctrl-C in any of them is said in words, and is exit code 130."""

    def invoke(self, ctx: Any) -> object:  # noqa: ANN401  # click's, wherever typer keeps it
        try:
            result: object = super().invoke(ctx)
        except KeyboardInterrupt:
            _complain(
                "interrupted; answers that had arrived are kept: the same command goes on, "
                "a live run also with: harness run --resume"
            )
            raise typer.Exit(130) from None
        return result


app = typer.Typer(
    cls=Verbs,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog=EPILOG,
    help="Evaluation and regression tests for pictures made by Gemini's image models.",
)
app.command()(starting.init)
app.command(epilog=EPILOG)(running.run)
app.command()(planning.plan)
app.command()(comparing.compare)
app.command()(calibrating.calibrate)
app.command()(calibrating.power)
app.command()(monitoring.monitor)
app.command()(trends.trends)
app.command()(measuring.measure)
app.command()(suites.validate)
app.command()(suites.schema)
app.command()(reporting.report)
app.command()(reviewing.review)
app.command()(approving.approve)
app.add_typer(baselines.app, name="baseline")
cassettes.app.command("verify")(housekeeping.verify)
cassettes.app.command("prune")(housekeeping.prune)
cassettes.app.command("forget")(housekeeping.forget)
cassettes.app.command("lint")(secrets.lint)
cassettes.app.command("scrub")(secrets.scrub)
cassettes.app.command("export")(exchange.export)
cassettes.app.command("push")(buckets.push)
cassettes.app.command("pull")(buckets.pull)
app.add_typer(cassettes.app, name="cassette")
app.command()(doctor.doctor)
app.command()(simulating.simulate)
app.command()(offers.models)
app.command()(offers.prices)
app.command()(offers.config)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"harness {__version__}")
        raise typer.Exit


@app.callback()
def top(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say it, and end.")
    ] = False,
) -> None:
    """Evaluation and regression tests for pictures made by Gemini's image models."""


@cache
def _command() -> Callable[..., object]:
    """Read the verbs' signatures, once however often `main` is called in a process."""
    return get_command(app)


class _Shown(logging.Formatter):
    """Words of a log, with what a terminal or a CI's runner would obey shown instead."""

    def format(self, record: logging.LogRecord) -> str:
        from harness.cli.shared import safe

        return safe(super().format(record))


def _show_warnings() -> None:
    """Write what is warned of, which goes to stderr by itself, as every other line."""
    if logging.lastResort is not None:
        logging.lastResort.setFormatter(_Shown())


def main() -> None:
    """Run the command line; every error a user can cause is one clear message."""
    _show_warnings()
    try:
        _command()(prog_name="harness")
    except SuiteError as error:  # its lines begin with file:line:column, for editors
        warnings = [f"warning: {warning}" for warning in error.warnings]
        _fail("\n".join([str(error), *warnings]), error.exit_code, who="")
    except HarnessError as error:
        _fail(str(error), error.exit_code)
    except KeyboardInterrupt:
        _fail("interrupted", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        _fail(f"{error.filename or 'a file'}: {error.strerror or error}; look at it", 2)
    except Exception as error:
        if os.environ.get("HARNESS_TRACEBACK"):
            raise
        _fail(
            f"a fault of the harness itself: {type(error).__name__}: {error}\n"
            "please report it, with the output of the same command under HARNESS_TRACEBACK=1",
            101,
        )


def _fail(message: str, code: int, *, who: str = "harness: ") -> None:
    _complain(message, who=who)
    sys.exit(code)


def _complain(message: str, *, who: str = "harness: ") -> None:
    from harness.cli.shared import safe

    sys.stderr.write(f"{who}{safe(message)}\n")


if __name__ == "__main__":
    main()
