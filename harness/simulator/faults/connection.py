"""Answers that come late, in drops, in part, or not at all."""

from dataclasses import replace

from harness.simulator.faults.fault import Fault, Manner
from harness.simulator.wire import Reply


def _broken_json(reply: Reply) -> Reply:
    """End the JSON in its middle; the length that is announced is that of what comes."""
    whole = b"".join(reply.body)
    return replace(reply, body=(whole[: len(whole) * 3 // 5],))


FAULTS = (
    Fault(
        name="slow",
        says="The answer comes whole, but later by the stall (see --stall).",
        manner=Manner.SLOW,
    ),
    Fault(
        name="hang",
        says="No answer comes; the connection stays open until who asked goes, or ten minutes.",
        manner=Manner.HANG,
    ),
    Fault(
        name="drip",
        says="The answer comes in 64 drops, over the stall.",
        manner=Manner.DRIP,
    ),
    Fault(
        name="cut-before",
        says="The connection is closed before the headers.",
        manner=Manner.CUT_BEFORE,
    ),
    Fault(
        name="cut-within",
        says="The connection is closed in the middle of the body.",
        manner=Manner.CUT_WITHIN,
    ),
    Fault(
        name="truncated-json",
        says="The JSON ends in its middle, while the HTTP answer is complete.",
        reply=_broken_json,
    ),
)
