"""Say what a suite asks for: cases, variants, turns and the checks on them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.model.checks import Checks
from harness.model.reference import Reference
from harness.model.regression import Margins
from harness.model.request import Parameters
from harness.model.watch import Watch


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One prompt of a variant, with everything filled in.

    Attributes:
        prompt: The text sent, variables replaced.
        references: Pictures sent with it, in order.
        references_first: Pictures stand before the prompt instead of after it.
        parameters: What is asked beside the prompt.
        checks: What is checked on the answer.
    """

    prompt: str
    references: tuple[Reference, ...] = ()
    references_first: bool = False
    parameters: Parameters = field(default_factory=Parameters)
    checks: Checks = field(default_factory=Checks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One point of a case's matrix.

    Attributes:
        suite: Id of the suite.
        case: Id of the case.
        label: The axes' values, e.g. `"16:9,4K"`; empty where there is no choice.
        was: Older id of the case, whose recordings and decisions still count.
        model: Model id as sent.
        endpoint: Endpoint that the suite asks for; None leaves it to the run.
        turns: At least one.
        samples: How many answers are wanted, 1 or more.
        tags: For selection.
        choices: Axis name to value's label, in the suite's order.
        line: Line of the case in the suite file, from 1.
    """

    suite: str
    case: str
    label: str
    was: str | None = None
    model: str
    endpoint: str | None = None
    turns: tuple[Turn, ...]
    samples: int
    tags: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    line: int = 0

    @property
    def id(self) -> str:
        """The id for people, e.g. `night-city[16:9,4K]`."""
        return f"{self.case}[{self.label}]" if self.label else self.case


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """A file of cases.

    Attributes:
        id: The suite's name.
        path: Its file.
        title: A line for people; the id where none is given.
        variants: Every point of every case that is selected, in the file's order.
        left_out: The points that are not selected.
        whole: Of a shard: the variants of all shards, in order; empty where nothing is sharded.
        warnings: What is worth saying but refuses nothing, one sentence each.
        watch: How its answers are watched for a change of the model.
        margins: How much worse an edited question may do.
        owners: Who is responsible for a case, by its id; `""` is the suite's own.
    """

    id: str
    path: Path
    title: str
    variants: tuple[Variant, ...]
    left_out: tuple[Variant, ...] = ()
    whole: tuple[Variant, ...] = ()
    warnings: tuple[str, ...] = ()
    watch: Watch = field(default_factory=Watch)
    margins: Margins = field(default_factory=Margins)
    owners: Mapping[str, str] = field(default_factory=dict)

    @property
    def case_ids(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(variant.case for variant in self.variants))


def unsharded(suite: Suite) -> Suite:
    """Give the selection that a suite is a shard of; itself where it is none."""
    return replace(suite, variants=suite.whole, whole=()) if suite.whole else suite


def narrowed(suite: Suite, variants: tuple[Variant, ...]) -> Suite:
    """Keep some of a suite's variants; the others are still asked for, only not now."""
    kept = {variant.id for variant in variants}
    left = tuple(variant for variant in suite.variants if variant.id not in kept)
    return replace(suite, variants=variants, left_out=(*suite.left_out, *left))
