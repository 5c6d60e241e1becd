"""Make what the page of trends shows: a suite over some weeks, in which things happened."""

from datetime import date, timedelta

from harness.history.trends import Day, Judging, Kept, Looked, Mark, Month, Trend
from harness.report.trends_views import TrendsReport

ARM = {"model": "m", "endpoint": "gemini"}


def day(number):
    return (date(2026, 10, 1) + timedelta(days=number)).isoformat()


def a_day(number, **changes):
    values = {
        "day": day(number), "sessions": 1, "answers": 10, "refusals": 0, "pictures": 10,
        "usd": 1.4, "priced": 10, "seconds_median": 20.0 + number % 3, "seconds_p90": 25.0,
        "thoughts": 300.0, "picture_tokens": 1120.0, "versions": ("m-1",), "simulated": False,
    }  # fmt: skip
    return Day(**ARM | values | changes)


def a_look(number, **changes):
    values = {
        "id": f"look-{number}", "at": f"{day(number)}T06:00:00+00:00", "epoch": "epoch-1",
        "verdict": "NO CHANGE SEEN", "said": "s", "channel": "phash16", "effect": 0.02,
        "low": -0.03, "high": 0.07, "matters": 0.1, "screen_p": 0.4, "confirm_p": None,
        "accumulated": 0.0, "spent_usd": 5.4, "incident": "", "provisional": False,
        "simulated": False,
    }  # fmt: skip
    return Looked(**ARM | values | changes)


def a_mark(number, kind, said="said", **changes):
    return Mark(at=day(number), kind=kind, said=said, **changes)


def a_judging(number, **changes):
    values = {"run": f"r{number}", "at": f"{day(number)}T07:00:00+00:00", "recording": "main"}
    values |= {"status": "FAIL", "generated": 0, "samples": 10, "failed": {"blank": 1}}
    return Judging(**values | changes)


def a_point(number, **changes):
    values = {"at": day(number), "run": f"r{number}", "recording": "main", "variants": 2}
    values |= {"name": "consistency[fox]", "mean": 0.2, "failed": 0, "simulated": False}
    return Kept(**values | changes)


def weeks(**changes):
    """Give a suite whose answers became slow on the eleventh day, with another model version."""
    values = {
        "suite": "shop",
        "days": tuple(
            a_day(n, seconds_median=(20.0 if n < 10 else 31.0) + n % 3, usd=1.4 + 0.01 * (n % 2))
            for n in range(20)
        ),
        "judgings": (a_judging(1), a_judging(9, generated=10)),
        "looks": (a_look(2), a_look(12, verdict="CHANGED", effect=0.2, low=0.12, high=0.3)),
        "kept": (a_point(1), a_point(9, mean=0.3, failed=1)),
        "marks": (
            a_mark(1, "epoch"),
            a_mark(10, "model version", "m-1 became m-2", arm="m@gemini"),
            a_mark(10, "prompt"),
            a_mark(11, "decisions"),
            a_mark(12, "incident"),
        ),
        "open": ("look-12",),
    }
    return Trend(**values | changes)


def report(*suites, **changes):
    found = suites or (weeks(),)
    month = Month(endpoint="gemini", month="2026-10", calls=9, spent_usd=28.0, open_usd=0.0)
    return TrendsReport(**{"suites": tuple(found), "months": (month,)} | changes)
