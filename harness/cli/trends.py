"""The verb that tells what changed over time: trends."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.cli import shared
from harness.cli.shared import Json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.evaluate.history import Trends
    from harness.evaluate.workspace import Workspace
    from harness.history.trends import Trend

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AGO = re.compile(r"([0-9]{1,4})d")


def trends(
    suites: Annotated[
        list[str] | None,
        typer.Argument(
            help="Suite files, folders or ids; all that the history knows if none.",
            show_default=False,
        ),
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="First day that counts: 2026-11-01, or 30d for days ago.")
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Make the history anew from the files.")
    ] = False,
    html: Annotated[
        Path | None,
        typer.Option(help="Write a page with charts here, e.g. reports/trends.html."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Drift, cost, latency, refusals and failed checks over time. Spends nothing."""
    from harness.evaluate.history import trends as asked

    here = shared.workspace()
    _check_page(html)
    first = _first_day(since, here)
    ids = _ids(suites or [])
    found = asked(here, suites=ids, since=first, rebuild=rebuild, told=shared.remark)
    for line in found.unread[:_NAMED]:
        shared.remark(f"passed over: {line}", style="yellow")
    if len(found.unread) > _NAMED:
        shared.remark(f"passed over: {len(found.unread) - _NAMED} files more", style="yellow")
    if html is not None:
        from harness.evaluate.trends_page import write_trends_page

        write_trends_page(found, html, here, since=first)
    if as_json:
        _print(found, first, html)
    else:
        from harness.cli.trend_tables import show_trends

        show_trends(found, html)


_NAMED = 3
"""Files that could not be read and are named; the others are counted."""


def _check_page(html: Path | None) -> None:
    """Refuse a name that is none of a page, before anything is read.

    Raises:
        UsageError: it ends otherwise.
    """
    from harness.errors import UsageError

    if html is not None and html.suffix != ".html":
        raise UsageError(f"--html {str(html)[:200]}: a page's name ends with .html")


def _first_day(said: str | None, here: "Workspace") -> str:
    """Read `--since`.

    Raises:
        UsageError: it is neither a day nor a number of days.
    """
    from datetime import date, timedelta

    from harness.errors import UsageError

    if said is None:
        return ""
    if ago := _AGO.fullmatch(said):
        return (here.now().date() - timedelta(days=int(ago[1]))).isoformat()
    try:
        if _DATE.fullmatch(said):
            return date.fromisoformat(said).isoformat()
    except ValueError:
        pass
    raise UsageError(f"--since {said[:40]!r}: say a day, e.g. 2026-11-01, or e.g. 30d")


def _ids(said: "Sequence[str]") -> tuple[str, ...]:
    """Give the suites' ids: of files and folders that are there; any other word is an id."""
    from harness.loader import load_suites
    from harness.loader.find import exists

    found: dict[str, None] = {}
    for word in said:
        if exists(Path(word)):
            found |= dict.fromkeys(suite.id for suite in load_suites([Path(word)]))
        else:
            found[word] = None
    return tuple(found)


def _print(found: "Trends", since: str, html: Path | None) -> None:
    """Write one JSON document: every point of every suite."""
    from dataclasses import asdict

    shared.print_json(
        shared.document(
            "trends",
            history=found.where,
            since=since or None,
            suites=[_suite(trend) for trend in found.suites],
            months=[asdict(month) for month in found.months],
            added=found.added,
            page=html.as_posix() if html else None,
            unread=list(found.unread),
        )
    )


def _suite(trend: "Trend") -> dict[str, object]:
    from dataclasses import asdict

    days = [{**asdict(day), "usd_mean": day.usd_mean, "refused": day.refused} for day in trend.days]
    return {**asdict(trend), "days": days, "arms": list(trend.arms)}
