"""Read recorded answers together with the question that each was asked, whatever is asked now.

A replay by the suite of today finds the answers to an older question stale. They are not
lost: the recording holds what was sent, so the older question is read back from there.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from harness.errors import CassetteError
from harness.evaluate.standing import answer_of
from harness.evaluate.workspace import Workspace
from harness.model.arm import Arm
from harness.model.blob import BLOB_NAME, BlobRef
from harness.model.checks import Checks
from harness.model.generation import Generation
from harness.model.identity import cell_digest
from harness.model.reference import Reference
from harness.model.request import JsonObject, Parameters
from harness.model.sample import Sample, SampleKey, Standing
from harness.model.suite import Turn, Variant
from harness.provider.wire_case import declared
from harness.recording.interaction import Interaction
from harness.recording.skeletons import skeleton_of
from harness.recording.unpacking import references
from harness.runner.prices import BATCH, STANDARD, answer_cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One way in which a variant's turn was asked, with its answers.

    Attributes:
        cell: Digest of what was declared.
        turn: 0-based.
        arm: Who answered.
        chains: The recorded turns of each answer, up to this one; by sample.
    """

    cell: str
    turn: int
    arm: Arm
    chains: tuple[tuple[Interaction, ...], ...]

    @property
    def latest(self) -> str:
        """When the last of them was recorded."""
        return max(chain[-1].recorded_at for chain in self.chains)


def wordings(items: Iterable[Interaction], variant: Variant, *, turn: int) -> tuple[Wording, ...]:
    """Find the ways in which a turn was asked, the latest first.

    Of two answers to one question under one name the later counts. The turns before are
    the latest that were recorded before it, of the same sample.

    Args:
        items: Everything recorded, what was replaced too.
        variant: As it is asked now; its older id counts.
        turn: 0-based.
    """
    cases = {variant.case, variant.was or variant.case}
    mine = [
        item
        for item in sorted(items, key=attrgetter("recorded_at"))
        if not item.is_reply and item.key.case in cases and item.key.variant == variant.label
    ]
    newest: dict[tuple[str, Arm], dict[int, Interaction]] = {}
    for item in mine:
        if item.key.turn == turn:
            newest.setdefault((item.cell, item.arm), {})[item.key.sample] = item
    found = [
        Wording(
            cell=cell,
            turn=turn,
            arm=arm,
            chains=tuple(_chain(of[number], mine) for number in sorted(of)),
        )
        for (cell, arm), of in newest.items()
    ]
    return tuple(sorted(found, key=lambda each: (each.latest, each.cell), reverse=True))


def _chain(last: Interaction, mine: Sequence[Interaction]) -> tuple[Interaction, ...]:
    earlier: list[Interaction] = []
    for turn in range(last.key.turn):
        before = [
            item
            for item in mine
            if (item.key.turn, item.key.sample, item.arm) == (turn, last.key.sample, last.arm)
            and item.recorded_at <= last.recorded_at
        ]
        earlier += before[-1:]
    return (*earlier, last)


def variant_of(wording: Wording, now: Variant, *, label: str) -> Variant:
    """Give the variant as it was asked, held to the checks of today.

    Raises:
        CassetteError: a request says what a suite cannot say.
    """
    turns = now.turns[: wording.turn + 1]
    if wording.cell != cell_now(now, wording.turn):
        by_turn = {item.key.turn: item for item in wording.chains[0]}
        known = {r.blob.sha256: r for turn in now.turns for r in turn.references}
        turns = tuple(
            _asked(by_turn[number], turn.checks, known) if number in by_turn else turn
            for number, turn in enumerate(turns)
        )
    return replace(
        now,
        label=label,
        was=None,
        turns=turns,
        model=wording.arm.model,
        samples=len(wording.chains),
    )


def _asked(item: Interaction, checks: Checks, known: Mapping[str, Reference]) -> Turn:
    """Read the last question of a request back."""
    tree = skeleton_of(item.request.body, files=item.files)
    parts = _last_parts(tree, item)
    texts = [part["text"] for part in parts if isinstance(part.get("text"), str)]
    body = {**tree, "contents": [{"parts": [{"text": "\n".join(texts)}]}]}
    said = declared(
        json.dumps(body).encode(),
        stream=item.key.operation == "streamGenerateContent",
        where=item.key.id,
    )
    _refuse_other_than_texts(said.parameters, item)
    pictures = [part for part in parts if isinstance(part.get("inlineData"), Mapping)]
    return Turn(
        prompt=said.prompt,
        references=tuple(known.get(r.blob.sha256, r) for r in _references(pictures, item)),
        references_first=bool(pictures) and parts[0] is pictures[0],
        parameters=said.parameters,
        checks=checks,
    )


def _refuse_other_than_texts(asked: Parameters, item: Interaction) -> None:
    """Take a request only as a suite could have asked it: a recording is a stranger's.

    Raises:
        CassetteError: a parameter that is a text is none.
    """
    for value in (asked.aspect_ratio, asked.image_size, asked.service_tier):
        if not isinstance(value, str | None):
            raise CassetteError(f"{item.key.id}: its request asks for {value!r}, which is no text")


def _last_parts(tree: JsonObject, item: Interaction) -> list[JsonObject]:
    """Give the parts of the user's last turn.

    Raises:
        CassetteError: there are none.
    """
    match tree.get("contents"):
        case [*_, {"parts": [*parts]}] if all(isinstance(part, Mapping) for part in parts):
            return parts
        case _:
            raise CassetteError(f"{item.key.id}: its request cannot be read back as a question")


def _references(pictures: Sequence[JsonObject], item: Interaction) -> Iterator[Reference]:
    """Name the pictures that were sent: by their blobs, since their files may be gone."""
    names = [str(r.get("$blob", "")) for r in references(item.request.body)]
    blobs = {name.partition(".")[0]: name for name in (*names, *item.files.values())}
    for part in pictures:
        inline = part["inlineData"]
        sha256 = str(inline.get("data", "")).removeprefix("sha256:")
        match = BLOB_NAME.fullmatch(blobs.get(sha256, ""))
        if match is not None:
            ref = BlobRef(sha256=match[1], extension=match[2], size=0)
            yield Reference(path="", blob=ref, mime_type=str(inline.get("mimeType", "")))


def samples_of(
    wording: Wording, variant: Variant, workspace: Workspace
) -> tuple[tuple[Sample, ...], ...]:
    """Give the answers as samples of `variant`, a chain each.

    Args:
        wording: Whose answers.
        variant: As it was asked.
        workspace: Where their pictures lie, and what they cost.
    """
    return tuple(
        tuple(_sample(item, number, variant, workspace) for item in chain)
        for number, chain in enumerate(wording.chains)
    )


def _sample(item: Interaction, number: int, variant: Variant, workspace: Workspace) -> Sample:
    answer = answer_of(item, workspace.blobs)
    generation = answer and replace(answer, service=item.response.headers)
    key = SampleKey(
        case=variant.case,
        variant=variant.label,
        sample=number,
        turn=item.key.turn,
        operation=item.key.operation,
    )
    return Sample(
        key=key,
        variant_id=variant.id,
        cell=item.cell,
        arm=item.arm,
        prompt=variant.turns[item.key.turn].prompt,
        standing=Standing.RECORDED if generation else Standing.MISSING,
        why="" if generation else "its recorded answer cannot be read",
        generation=generation,
        receipt=item.receipt,
        cost_usd=_cost(item, generation, variant, workspace) if generation else None,
    )


def _cost(
    item: Interaction, generation: Generation, variant: Variant, workspace: Workspace
) -> float | None:
    asked = variant.turns[item.key.turn].parameters
    return answer_cost(
        workspace.offers(item.arm.endpoint),
        item.arm.model,
        generation,
        tier=BATCH if item.batch else asked.service_tier or STANDARD,
        image_size=asked.image_size,
    )


def cell_now(variant: Variant, turn: int) -> str:
    """Digest what is asked now, up to a turn."""
    return cell_digest(variant.turns[: turn + 1])
