"""Compute the tables of docs/scale.md from costs an item, and put them there.

python tools/scale_costs.py          print the tables
python tools/scale_costs.py --write  put them into docs/scale.md

A figure that changes is changed in `FIGURES`, with its source; the tables follow.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
BEGIN, END = "<!-- made by tools/scale_costs.py -->", "<!-- end -->"
BENCH = "reports/bench/bench.md"
GROUND = "measured at 1,000 and 10,000 small samples, 2026-11-26, a busy machine"
SOME = "measured at 1,000 and 2,500 small samples, 2026-11-26, a busy machine"
FEW = "measured at 1,000 small samples, 2026-11-26, a busy machine"
S3 = (
    "Amazon S3 Standard, US East, list price, as devnotes.tech repeats it "
    "(understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples, undated)"
)


@dataclass(frozen=True)
class Figure:
    """A cost of one item, and where it is from."""

    value: float
    unit: str
    source: str


FIGURES = {
    "samples": Figure(1_000_000, "recorded samples", "the question"),
    "suites": Figure(300, "suites", "the question"),
    "samples a cell": Figure(20, "samples", "an assumption"),
    "PNG": Figure(18.5, "MB a 4K picture", "20 TB in a million, less the signature"),
    "JPEG": Figure(7.8, "MB a 4K picture", "one recorded answer at 16:9"),
    "signature": Figure(1.5, "MB", "recorded: 0.8 to 2.2 MB"),
    "picture": Figure(0.24, "USD a 4K picture", "the catalogue: harness prices"),
    "answer": Figure(30.0, "s a 4K picture", "an assumption; 17 to 29 s recorded at 1K"),
    "in flight": Figure(64, "calls", "harness run -j 64, if the account's rate allows it"),
    "keep": Figure(217, "ms CPU an answer of 20 MB", f"{BENCH}: 21.7 ms at 2 MB, ten times"),
    "measure": Figure(350, "ms CPU a 4K JPEG, first time", BENCH),
    "describe": Figure(267, "ms CPU a 4K JPEG, for drift", f"{BENCH}: its decoding"),
    "run again": Figure(5.0, "ms CPU a further sample, pages and all", SOME),
    "plan": Figure(0.38, "ms CPU a sample", GROUND),
    "plan memory": Figure(310, "bytes a sample", GROUND),
    "drift": Figure(16.7, "ms CPU a cell, 16 v 4", f"{BENCH}: test 8.9, effects 7.8"),
    "hash": Figure(1.0, "ms CPU a MB, sha256", "CASSETTES measurements: 12 to 16 ms for 15 MB"),
    "list": Figure(0.61, "ms CPU a sample, cassette ls", GROUND),
    "prune": Figure(0.6, "ms CPU a sample, cassette prune", GROUND),
    "prune memory": Figure(2600, "bytes a sample", GROUND),
    "cassette": Figure(2.6, "KB of JSON a sample", FEW),
    "report": Figure(6.5, "KB of run.json and pages a sample", FEW),
    "feature": Figure(1.0, "KB a picture, 4 KB on most disks", FEW),
    "line": Figure(1.0, "Gbit/s to the bucket", "an assumption"),
    "sheet": Figure(30.0, "s of a person a cell", "docs/review-statistics.md"),
    "stored": Figure(0.023, "USD a GB-month", S3),
    "put": Figure(0.005, "USD for 1,000 PUT or LIST", S3),
    "get": Figure(0.0004, "USD for 1,000 GET", S3),
    "out": Figure(0.09, "USD a GB sent out to the internet, first 10 TB a month", S3),
    "out above": Figure(0.085, "USD a GB sent out, the next 40 TB", S3),
    "stored elsewhere": Figure(
        0.015, "USD a GB-month", "Cloudflare R2, list price, secondary source of 2024-03; no egress"
    ),
}


def of(name: str) -> float:
    """Give a figure's value."""
    return FIGURES[name].value


def hours(ms: float, items: float | None = None) -> str:
    """Say milliseconds an item in hours or minutes of one processor."""
    total = ms * (of("samples") if items is None else items) / 3_600_000
    return f"{total:,.1f} h" if total >= 1 else f"{total * 60:,.0f} min"


def steps() -> list[tuple[str, str, str, str, str]]:
    """Give each step: what it takes in time, memory, money, requests."""
    samples, sample = of("samples"), of("PNG") + of("signature")
    cells, objects, terabytes = samples / of("samples a cell"), 2 * samples, samples * sample / 1e6
    wire = terabytes * 8e12 / (of("line") * 1e9) / 3600
    days = samples * of("answer") / of("in flight") / 86_400
    lists = objects / 1000
    wall = f"{days:,.1f} days at {of('in flight'):.0f} in flight; {hours(of('keep'))} CPU"
    get, put = samples * 2 / 1000 * of("get"), (objects + lists) / 1000 * of("put")
    out = min(terabytes, 10) * 1000 * of("out") + max(terabytes - 10, 0) * 1000 * of("out above")
    plan = of("plan memory") * samples / 1e6 + 60
    return [
        (
            "record", wall, "one answer a call in flight", f"${samples * of('picture'):,.0f}; "
            "half by batch", f"{samples:,.0f} calls",
        ),
        (
            "push", f"{wire:,.0f} h of the line", "flat", f"${put:,.2f}",
            f"{objects:,.0f} PUT, {lists:,.0f} LIST",
        ),
        (
            "pull", f"{wire:,.0f} h of the line", "flat",
            f"${get:,.2f}, and up to ${out:,.0f} where it leaves the cloud", f"{objects:,.0f} GET",
        ),
        ("run, first", hours(of("measure") + of("run again")) + " CPU", "one suite", "0", "0"),
        ("run, second", hours(of("run again")) + " CPU", "one suite", "0", "0"),
        ("plan", hours(of("plan")) + " CPU", f"{plan:,.0f} MB", "0", "0"),
        ("cassette ls", hours(of("list")) + " CPU", "one suite", "0", "0"),
        (
            "drift test", f"{hours(of('drift'), cells)} CPU, once {hours(of('describe'))} more to "
            "describe the pictures", "one suite", "0", "0",
        ),
        ("report", "within run", "one suite", "0", "0"),
        (
            "prune", f"{hours(of('prune'))} CPU",
            f"{of('prune memory') * samples / 1e9:,.1f} GB: the names of all blobs", "0",
            "0: the bucket keeps what is pruned here",
        ),
        ("verify", hours(of("hash") * sample) + " CPU, and one reading of all", "flat", "0", "0"),
        (
            "review of every cell", f"{cells * of('sheet') / 3600:,.0f} h of people", "one suite",
            "their time", "0",
        ),
    ]  # fmt: skip


def policies() -> list[tuple[str, float, str]]:
    """Give each policy: terabytes that stay, and what is lost."""
    samples, mark = of("samples"), of("signature")
    png, jpeg = samples * (of("PNG") + mark) / 1e6, samples * (of("JPEG") + mark) / 1e6
    kept = 0.1 + 0.3 + 0.05
    return [
        ("keep all, PNG", png, "nothing"),
        ("keep all, JPEG (asked for as such, never re-encoded)", jpeg, "nothing"),
        ('keep all, PNG, signatures = "turns"', samples * of("PNG") / 1e6, "a further turn"),
        (
            "accepted + baseline + last 3 of 10 recordings, PNG", png * kept,
            "older pictures; their cassettes and measures stay",
        ),
        (
            "pictures 90 days, features for ever, PNG", png * 90 / 365,
            "looking at, or measuring anew, what is older",
        ),
    ]  # fmt: skip


def tables() -> str:
    """Write all tables."""
    lines = ["| step | time | memory | money | requests |", "| --- | --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(row)} |" for row in steps()]
    lines += ["", "| policy | stays | S3 a month | R2 a month | what is lost |"]
    lines.append("| --- | --- | --- | --- | --- |")
    for name, stays, lost in policies():
        here, there = (stays * 1000 * of(price) for price in ("stored", "stored elsewhere"))
        lines.append(f"| {name} | {stays:,.1f} TB | ${here:,.0f} | ${there:,.0f} | {lost} |")
    samples = of("samples")
    files = samples / of("samples a cell")
    lines += ["", "| limit | at this size |", "| --- | --- |"]
    lines += [
        f"| cassettes in git | {samples * of('cassette') / 1e6:,.1f} GB in {files:,.0f} files |",
        f"| inodes of blobs | {2 * samples:,.0f} files, and as many more of measures and thumbs |",
        f"| one report of all | {samples * of('report') / 1e6:,.1f} GB of text, every time |",
    ]
    lines += ["", "| figure | value | source |", "| --- | --- | --- |"]
    lines += [f"| {n} | {f.value:,g} {f.unit} | {f.source} |" for n, f in FIGURES.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print the tables, or write them into the page."""
    if "--write" not in sys.argv:
        print(tables())
        return
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{tables()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
