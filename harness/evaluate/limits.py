"""Refuse what an endpoint does not take, before anything is spent at it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from harness.errors import UsageError
from harness.evaluate.workspace import FREE, Workspace
from harness.model.arm import Arm
from harness.model.reference import Reference
from harness.model.suite import Turn, Variant
from harness.settings import FILE, EndpointLimits, endpoint_settings

MOST_SHOWN = 5
_FRAME = 2_000
"""Bytes of a request beside prompt and pictures, generously."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One turn's request, as far as it is known beforehand."""

    turn: Turn
    references: tuple[Reference, ...]
    text: int

    @property
    def bytes(self) -> int:
        """Estimate the body: pictures in base64, the text, and what stands around them."""
        return sum(-(-r.blob.size // 3) * 4 for r in self.references) + self.text + _FRAME


class OfArm(Protocol):
    """What is asked of somebody: a chain, a row of a plan."""

    @property
    def variant(self) -> Variant: ...

    @property
    def arm(self) -> Arm: ...


def refuse_over_limits(chains: Iterable[OfArm], workspace: Workspace) -> None:
    """Hold each variant against the limits of the endpoint that it is to be sent to.

    What the model answered in earlier turns is not counted: nobody knows its size yet.

    Raises:
        UsageError: it asks for more; with the figure, the limit and what to do.
        SettingsError: an endpoint is not known.
    """
    asked = {(chain.arm.endpoint, chain.variant.suite, chain.variant.id): chain for chain in chains}
    found = [
        line
        for (endpoint, *_), chain in asked.items()
        if endpoint not in FREE
        for line in _over(chain.variant, endpoint, workspace)
    ]
    if found:
        rest = len(found) - MOST_SHOWN
        more = [f"and {rest} more of the kind"] if rest > 0 else []
        raise UsageError("\n".join([*found[:MOST_SHOWN], *more]))


def _over(variant: Variant, endpoint: str, workspace: Workspace) -> Iterator[str]:
    limits = endpoint_settings(workspace.settings, endpoint).limits
    largest = limits.request_bytes or workspace.catalogue.limits("developer").request_bytes
    said: dict[str, tuple[str, str]] = {}
    for asked in _requests(variant):
        said |= _over_size(asked, limits, largest=largest)
        said |= _over_choice(asked.turn, limits)
    for key, (figure, takes) in said.items():
        yield (
            f"{variant.suite}: {variant.id}: {figure}, and endpoint {endpoint!r} takes {takes}; "
            f"ask for less, correct endpoints.{endpoint}.limits.{key} in {FILE}, "
            "or ask another endpoint"
        )


def _requests(variant: Variant) -> Iterator[_Asked]:
    """Give each turn with all that goes along from the turns before it."""
    references: tuple[Reference, ...] = ()
    text = 0
    for turn in variant.turns:
        references += turn.references
        text += len(turn.prompt.encode(errors="replace"))
        system = len((turn.parameters.system_instruction or "").encode(errors="replace"))
        yield _Asked(turn=turn, references=references, text=text + system)


def _over_size(
    asked: _Asked, limits: EndpointLimits, *, largest: int
) -> Iterator[tuple[str, tuple[str, str]]]:
    """Give the limits that a request passes by its pictures: key, figure, what is taken."""
    count, most = len(asked.references), limits.references
    if most is not None and count > most:
        yield "references", (f"{count} reference pictures in one request", str(most))
    if limits.files:
        return
    inline = limits.inline_bytes
    biggest = max((r.blob.size for r in asked.references), default=0)
    if inline is not None and biggest > inline:
        taken = f"{inline:,} bytes and has no Files API"
        yield "inline_bytes", (f"a reference picture of {biggest:,} bytes", taken)
    if asked.bytes > largest:
        taken = f"{largest:,} bytes and has no Files API"
        yield "request_bytes", (f"a request of about {asked.bytes:,} bytes", taken)


def _over_choice(turn: Turn, limits: EndpointLimits) -> Iterator[tuple[str, tuple[str, str]]]:
    size, ratio = turn.parameters.image_size, turn.parameters.aspect_ratio
    if size is not None and limits.image_sizes is not None and size not in limits.image_sizes:
        yield "image_sizes", (f"image_size {size}", ", ".join(limits.image_sizes) or "none")
    ratios = limits.aspect_ratios
    if ratio is not None and ratios is not None and ratio not in ratios:
        yield "aspect_ratios", (f"aspect_ratio {ratio}", ", ".join(ratios) or "none")
