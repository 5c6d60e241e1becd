"""Answer a suite's questions in a run: from tape, or by asking what the plan foresaw."""

import functools
from collections.abc import Callable, Sequence

from harness.evaluate.ask import (
    Inquiry,
    asks,
    inquiries,
    obtained_reply,
    pictures_of_decisions,
    pictures_of_samples,
    recorded_reply,
    unasked_reply,
)
from harness.evaluate.plan import Planned
from harness.evaluate.workspace import FREE, Workspace
from harness.judging.decided import decided_of
from harness.model.features import Reply
from harness.model.sample import Sample
from harness.model.suite import Suite
from harness.recording.index import Index
from harness.runner.chain import Chain
from harness.runner.prices import turn_price

Put = Callable[[Sequence[Chain]], Sequence[Sequence[Sample]]]
"""Makes live calls: a chain each, in order."""


class Questions:
    """The questions of a suite in one run."""

    def __init__(
        self,
        suite: Suite,
        workspace: Workspace,
        *,
        index: Index,
        endpoint: str | None,
        planned: Planned,
    ) -> None:
        """Name what they are answered from.

        Args:
            suite: What was asked.
            workspace: Where pictures and decisions lie.
            index: Of the suite's recording.
            endpoint: The command line's, or None.
            planned: What may be bought; empty in a replay.
        """
        self._suite = suite
        self._workspace = workspace
        self._index = index
        self._endpoint = endpoint
        self._planned = planned
        self._offers = functools.cache(workspace.offers)

    def replies(
        self, chains: Sequence[Chain], samples: Sequence[Sequence[Sample]], *, put: Put
    ) -> tuple[Reply, ...]:
        """Answer every question about the samples' pictures, and about those decided on.

        Args:
            chains: Of the suite.
            samples: Of each chain.
            put: Makes the calls that are to be paid for.
        """
        if not asks(self._suite):
            return ()
        found = self._inquiries(chains, samples)
        due = {each.name: each for each in found if self._is_due(each)}
        asked = put([each.chain for each in due.values()]) if due else ()
        obtained = {name: of[0] for name, of in zip(due, asked, strict=True)}
        return tuple(self._reply(each, obtained.get(each.name)) for each in found)

    def _inquiries(
        self, chains: Sequence[Chain], samples: Sequence[Sequence[Sample]]
    ) -> tuple[Inquiry, ...]:
        sets = self._workspace.baselines(self._suite).decision_sets()
        decided = pictures_of_decisions(chains, decided_of(sets), self._workspace.blobs)
        subjects = (*pictures_of_samples(chains, samples), *decided)
        return inquiries(subjects, endpoint=self._endpoint)

    def _is_due(self, inquiry: Inquiry) -> bool:
        """Tell whether an answer is missing that the plan foresaw to buy."""
        if self._index.reply(*inquiry.name) is not None:
            return False
        subject, suite = inquiry.subject, self._suite.id
        came = subject.foreseen and (suite, subject.chain.arm, subject.key) in self._planned
        return came or (suite, inquiry.chain.arm, inquiry.key) in self._planned

    def _reply(self, inquiry: Inquiry, sample: Sample | None) -> Reply:
        if sample is not None:
            return obtained_reply(inquiry, sample)
        item = self._index.reply(*inquiry.name)
        if item is not None:
            return recorded_reply(inquiry, item, self._workspace.blobs, self._offers)
        arm = inquiry.chain.arm
        free = arm.endpoint in FREE
        expected = (
            0.0
            if free
            else turn_price(self._offers(arm.endpoint), inquiry.chain.variant, 0, ceiling=False)
        )
        return unasked_reply(inquiry, problem="not asked yet", expected_usd=expected)
