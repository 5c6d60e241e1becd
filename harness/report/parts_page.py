"""Tell a run that was kept suite by suite: its sentence, and one page that leads to each part."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.run import Run
from harness.model.verdict import Status, worst
from harness.report.render import template
from harness.report.words import GRAVEST_FIRST, ICONS, count_of, counted, days, visible


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One suite's run, as far as the whole needs it.

    Attributes:
        suite: Id of the suite.
        run: Id of its run, and name of its folder.
        status: The worst that was found.
        counts: Variants by status, as `Run.counts`.
        samples: How many answers were judged.
        recorded: First and last time of them, ISO 8601.
        simulated: Some of them were painted by the simulator.
        code: The exit code that it gives.
        command: What records what is missing; empty where nothing is.
        missed: Why the history or a summary does not have it; empty where nothing is to be said.
    """

    suite: str
    run: str
    status: Status
    counts: Mapping[Status, int]
    samples: int
    recorded: tuple[str, str]
    simulated: bool
    code: int
    command: str = ""
    missed: str = ""

    @property
    def icon(self) -> str:
        return ICONS[self.status]

    @property
    def said(self) -> str:
        """Say the counts, gravest first."""
        return said_of(self.counts)

    @property
    def size(self) -> str:
        return count_of(self.samples, "sample")


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """A suite of which no verdict could be reached.

    Attributes:
        suite: Its id.
        why: In one line.
        code: The exit code that it gives.
    """

    suite: str
    why: str
    code: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A run that was kept suite by suite.

    Attributes:
        id: Of the whole; each part's begins with it.
        parts: In the order of the suites.
        unjudged: Suites of which no verdict could be reached, likewise.
    """

    id: str
    parts: tuple[Part, ...]
    unjudged: tuple[Unjudged, ...] = ()

    @property
    def gravest_first(self) -> tuple[Part, ...]:
        return tuple(sorted(self.parts, key=lambda part: -part.status.severity))

    @property
    def status(self) -> Status:
        """The worst of all; of a suite that could not be judged nobody knows better than ERROR."""
        unjudged = [Status.ERROR] * len(self.unjudged)
        return worst([*(part.status for part in self.parts), *unjudged])

    @property
    def size(self) -> str:
        return count_of(len(self.parts) + len(self.unjudged), "suite")

    @property
    def counts(self) -> Mapping[Status, int]:
        total: Counter[Status] = Counter()
        for part in self.parts:
            total.update(part.counts)
        return total

    @property
    def simulated(self) -> bool:
        return any(part.simulated for part in self.parts)

    @property
    def sentence(self) -> str:
        """Say the whole in one sentence; a replay is never told as news."""
        told = days(time for part in self.parts for time in part.recorded)
        begun = f"recorded pictures of {told}" if told else "no recorded pictures"
        simulated = "; the pictures are simulated" if self.simulated else ""
        samples = count_of(sum(part.samples for part in self.parts), "sample")
        of = f"{samples} of {count_of(len(self.parts), 'suite')}"
        left = count_of(len(self.unjudged), "suite")
        unjudged = f"; {left} could not be judged" if self.unjudged else ""
        found = f"{said_of(self.counts)}{unjudged}{simulated}"
        return f"{begun}, nothing was generated: {of}: {found}"


def part_of(run: Run, *, code: int, missed: str = "") -> Part:
    """Keep of a suite's run what the whole needs."""
    (suite,) = run.suites
    return Part(
        suite=suite.suite,
        run=run.id,
        status=run.status,
        counts={status: count for status, count in run.counts.items() if count},
        samples=sum(s.generation is not None for judged in run.judged for s in judged.samples),
        recorded=(suite.recorded_from, suite.recorded_to),
        simulated=suite.simulated,
        code=code,
        command=run.command,
        missed=missed,
    )


def said_of(counts: Mapping[Status, int]) -> str:
    """Say counts, gravest first."""
    said = [counted(status, counts[status]) for status in GRAVEST_FIRST if counts.get(status)]
    return ", ".join(said) or "nothing was judged"


def to_parts_html(parts: Parts) -> str:
    """Give the page that leads to every part's own."""
    return template("parts.html.jinja", tell=visible).render(page=parts)
