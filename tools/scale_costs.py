"""Compute the tables of docs/scale.md from costs an item, and put them there.

python tools/scale_costs.py          print the tables
python tools/scale_costs.py --write  put them into docs/scale.md

A figure that changes is changed in `FIGURES`, with its source; the tables follow.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
BEGIN, END = "<!-- made by tools/scale_costs.py: {} -->", "<!-- end -->"
BENCH = "reports/bench/bench.md"
PROOF = "reports/prove/scale.md, 10,000 to 100,000 small samples"
SMALL = "at 1,000 small samples, 2026-11-26, a busy machine"
LARGE = "one painted 4K PNG of 20 MB, 2026-11-26, a busy machine"
S3 = (
    "Amazon S3 Standard, US East, read 2026-11-26 as devnotes.tech repeats it "
    "(understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples, undated)"
)
R2 = "Cloudflare R2 Standard, read 2026-11-26 in Cloudflare's own documents (r2/pricing)"


@dataclass(frozen=True)
class Figure:
    """A cost of one item, how it is known, and where it is from."""

    value: float
    unit: str
    how: str
    source: str


FIGURES = {
    "samples": Figure(1_000_000, "recorded samples", "asked", "the question"),
    "suites": Figure(300, "suites", "asked", "the question"),
    "samples a cell": Figure(20, "samples", "assumed", "a baseline's usual 16, and a look of 4"),
    "PNG": Figure(18.5, "MB a 4K picture", "derived", "20 TB in a million, less the signature"),
    "JPEG": Figure(7.8, "MB a 4K picture", "recorded", "one answer at 16:9"),
    "signature": Figure(1.5, "MB", "recorded", "0.8 to 2.2 MB"),
    "picture": Figure(0.24, "USD a 4K picture", "list price", "the catalogue: harness prices"),
    "answer": Figure(30.0, "s a 4K picture", "assumed", "17 to 29 s were recorded at 1K"),
    "in flight": Figure(64, "calls", "assumed", "harness run -j 64, if the rate allows it"),
    "keep": Figure(217, "ms CPU an answer of 20 MB", "derived", f"{BENCH}: 21.7 at 2 MB, x 10"),
    "measure PNG": Figure(744, "ms CPU a 4K PNG, first time", "measured", f"{LARGE}; 664 decode"),
    "measure JPEG": Figure(350, "ms CPU a 4K JPEG, first time", "measured", BENCH),
    "thumb PNG": Figure(590, "ms CPU a 4K PNG, for the report, once", "measured", LARGE),
    "thumb JPEG": Figure(216, "ms CPU a 4K JPEG of 18 MB, once", "measured", "2026-11-26, busy"),
    "describe PNG": Figure(750, "ms CPU a 4K PNG, for drift", "measured", f"{LARGE}; 664 decode"),
    "run again": Figure(5.32, "ms CPU a further sample, pages and all", "measured", PROOF),
    "plan": Figure(0.35, "ms CPU a sample", "measured", PROOF),
    "plan memory": Figure(330, "bytes a sample", "measured", PROOF),
    "trends": Figure(1.29, "ms CPU a sample, first call after a run", "measured", PROOF),
    "drift": Figure(16.7, "ms CPU a cell, 16 v 4", "measured", f"{BENCH}: test 8.9, effects 7.8"),
    "hash": Figure(1.0, "ms CPU a MB, sha256", "measured", "12 to 16 ms for 15 MB"),
    "list": Figure(0.4, "ms CPU a sample, cassette ls", "measured", PROOF),
    "prune": Figure(0.6, "ms CPU a sample, cassette prune", "measured", SMALL + ", and 10,000"),
    "prune memory": Figure(2600, "bytes a sample", "measured", SMALL + ", and 10,000"),
    "cassette": Figure(2.6, "KB of JSON a sample", "measured", SMALL),
    "report": Figure(6.5, "KB of run.json and pages a sample", "measured", SMALL),
    "feature": Figure(1.0, "KB a picture, 4 KB on most disks", "measured", SMALL),
    "line": Figure(1.0, "Gbit/s to the bucket", "assumed", "as fast as it gets, all day"),
    "sheet": Figure(30.0, "s of a person a cell", "assumed", "docs/review-statistics.md"),
    "stored": Figure(0.023, "USD a GB-month, first 50 TB", "list price", S3),
    "put": Figure(0.005, "USD for 1,000 PUT or LIST", "list price", S3),
    "get": Figure(0.0004, "USD for 1,000 GET", "list price", S3),
    "out": Figure(0.09, "USD a GB to the internet, first 10 TB a month", "list price", S3),
    "out above": Figure(0.085, "USD a GB to the internet, the next 40 TB", "list price", S3),
    "stored elsewhere": Figure(
        0.015, "USD a GB-month; nothing for what goes out", "list price", R2
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
    wire = of_the_line(terabytes)
    lists = objects / 1000
    wall = f"{days():,.1f} days at {of('in flight'):.0f} in flight; {hours(of('keep'))} CPU"
    held = (
        f"{of('in flight') * sample * 4 / 3 / 1000:,.1f} GB and more: an answer a call, in base64"
    )
    get, put = samples * 2 / 1000 * of("get"), (objects + lists) / 1000 * of("put")
    plan = of("plan memory") * samples / 1e6 + 60
    return [
        (
            "record", wall, held, f"${samples * of('picture'):,.0f}; "
            "half by batch", f"{samples:,.0f} calls",
        ),
        (
            "push", wire, "flat", f"${put:,.2f}",
            f"{objects:,.0f} PUT, up to {lists:,.0f} LIST",
        ),
        (
            "pull", wire, "flat",
            f"${get:,.2f}, and up to ${sent_out(terabytes):,.0f} where it leaves the cloud",
            f"{objects:,.0f} GET",
        ),
        (
            "run, first", f"{first_run('PNG')} CPU; of JPEG {first_run('JPEG')}", "one suite", "0",
            "0",
        ),
        ("run, second", hours(of("run again")) + " CPU", "one suite", "0", "0"),
        ("plan", hours(of("plan")) + " CPU", f"{plan:,.0f} MB", "0", "0"),
        ("trends, first", hours(of("trends")) + " CPU", "flat", "0", "0"),
        ("cassette ls", hours(of("list")) + " CPU", "one suite", "0", "0"),
        (
            "drift test", f"{hours(of('drift'), cells)} CPU, once {hours(of('describe PNG'))} more "
            "to describe the pictures", "one suite", "0", "0",
        ),
        ("report", "within run", "one suite", "0", "0"),
        (
            "prune", f"{hours(of('prune'))} CPU",
            f"{of('prune memory') * samples / 1e9:,.1f} GB: the names of all blobs", "0",
            "0: the bucket keeps what is pruned here",
        ),
        ("verify", hours(of("hash") * sample) + " CPU, and one reading of all", "flat", "0", "0"),
        (
            "review of every cell", f"{looking():,.0f} h of people", "one suite",
            "their time", "0",
        ),
    ]  # fmt: skip


def days() -> float:
    """Give the days that recording takes."""
    return of("samples") * of("answer") / of("in flight") / 86_400


def looking() -> float:
    """Give the hours that people take to look at every cell once."""
    return of("samples") / of("samples a cell") * of("sheet") / 3600


def of_the_line(terabytes: float) -> str:
    """Say how long the line takes for so much."""
    return f"{terabytes * 8e12 / (of('line') * 1e9) / 3600:,.0f} h of the line"


def sent_out(terabytes: float) -> float:
    """Give the dollars for what leaves the cloud in one month."""
    below, above = min(terabytes, 10), max(terabytes - 10, 0)
    return 1000 * (below * of("out") + above * of("out above"))


def first_run(form: str) -> str:
    """Say the processor time of a first run over pictures of a form."""
    return hours(of(f"measure {form}") + of(f"thumb {form}") + of("run again"))


def policies() -> list[tuple[str, float, float, str, str]]:
    """Give each policy: terabytes and samples that stay, the pictures' form, what is lost."""
    samples, mark = of("samples"), of("signature")
    png, jpeg = samples * (of("PNG") + mark) / 1e6, samples * (of("JPEG") + mark) / 1e6
    kept, young = 0.1 + 0.3 + 0.05, 90 / 365
    return [
        ("keep all, PNG", png, samples, "PNG", "nothing"),
        ("keep all, JPEG (asked for as such, never re-encoded)", jpeg, samples, "JPEG", "nothing"),
        (
            'keep all, PNG, signatures = "turns"', samples * of("PNG") / 1e6, samples, "PNG",
            "a further turn",
        ),
        (
            "accepted + baseline + last 3 of 10 recordings, PNG", png * kept, samples * kept, "PNG",
            "older pictures; their cassettes and measures stay",
        ),
        (
            "pictures 90 days, features for ever, PNG", png * young, samples * young, "PNG",
            "looking at, or measuring anew, what is older",
        ),
    ]  # fmt: skip


def monthly(terabytes: float, price: str = "stored") -> str:
    """Say what storing so much costs a month."""
    return f"${terabytes * 1000 * of(price):,.0f}"


def short() -> list[str]:
    """Say the answer in five lines."""
    table = {row[0]: row for row in steps()}
    keep, other = policies()[0][1], policies()[3][1]
    money = of("samples") * of("picture")
    return [
        f"- **Once:** recording costs ${money:,.0f} (half by batch) and {days():,.1f} days at "
        f"{of('in flight'):.0f} calls in flight; the first run {first_run('PNG')} of CPU.",
        f"- **Every run of all:** {table['run, second'][1]}, no call and no dollar; `plan` "
        f"{table['plan'][1]}. One suite is in memory at a time.",
        f"- **A month:** {keep:,.1f} TB cost {monthly(keep)} on S3, "
        f"{monthly(keep, 'stored elsewhere')} on R2; what is accepted, the baseline and the last "
        f"recordings alone ({other:,.1f} TB) {monthly(other)}.",
        f"- **A full clone:** {table['pull'][1]}, {table['pull'][4]}, up to "
        f"${sent_out(keep):,.0f} where it leaves the cloud.",
        f"- **What binds first:** people ({looking():,.0f} h to look at each cell once), "
        "then money for recording, then the API's rate; machines come last.",
    ]


def answer() -> str:
    """Write the answer, and its tables."""
    lines = [*short(), "", "| step | time | memory | money | requests |"]
    lines.append("| --- | --- | --- | --- | --- |")
    lines += [f"| {' | '.join(row)} |" for row in steps()]
    lines += ["", "| policy | stays | objects | S3 a month | R2 a month | pulling all out of S3 | "
              "measuring all anew | what is lost |"]  # fmt: skip
    lines.append("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, stays, samples, form, lost in policies():
        objects = samples if "turns" in name else 2 * samples
        anew = hours(of(f"measure {form}"), samples)
        lines.append(
            f"| {name} | {stays:,.1f} TB | {objects:,.0f} | {monthly(stays)} | "
            f"{monthly(stays, 'stored elsewhere')} | {of_the_line(stays)}, up to "
            f"${sent_out(stays):,.0f} | {anew} CPU | {lost} |"
        )
    samples = of("samples")
    files = samples / of("samples a cell")
    lines += ["", "| limit | at this size |", "| --- | --- |"]
    lines += [
        f"| cassettes in git | {samples * of('cassette') / 1e6:,.1f} GB in {files:,.0f} files |",
        f"| inodes of blobs | {2 * samples:,.0f} files, and as many more of measures and thumbs |",
        f"| one report of all | {samples * of('report') / 1e6:,.1f} GB of text, every time |",
    ]
    return "\n".join(lines) + "\n"


def sources() -> str:
    """Write the figures, and where they are from."""
    lines = ["| figure | value | how known | source |", "| --- | --- | --- | --- |"]
    lines += [
        f"| {n} | {f.value:,.9g} {f.unit} | {f.how} | {f.source} |" for n, f in FIGURES.items()
    ]
    return "\n".join(lines) + "\n"


def blocks() -> dict[str, str]:
    """Give every part of the page that is made here, by its name."""
    return {"answer": answer(), "figures": sources()}


def main() -> None:
    """Print the tables, or write them into the page."""
    if "--write" not in sys.argv:
        print(*blocks().values(), sep="\n")
        return
    text = PAGE.read_text(encoding="utf-8")
    for name, made in blocks().items():
        begin = BEGIN.format(name)
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(END)
        text = f"{before}{begin}\n\n{made}\n{END}{after}"
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
