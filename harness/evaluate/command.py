"""Give the command line that asks for a run again."""

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # to word it needs nothing of what keeps it
    from harness.evaluate.unfinished import Asked


def command_of(asked: "Asked") -> str:
    """Give the command line again: what a next command repeats."""
    words = ["harness", "run", *asked.suites]
    flags = {
        "-k": (asked.keyword,),
        "--tag": asked.tags,
        "--samples": (asked.samples,),
        "--recording": (asked.recording,),
        "--endpoint": (asked.endpoint,),
        "--model": (asked.model,),
        "--arms": (",".join(asked.arms) or None,),
        "--anchor": (asked.anchor,),
        "--shard": (asked.shard,),
        "--live": (asked.live if asked.live != "none" else None,),
    }
    for name, values in flags.items():
        for value in values:
            words += [] if value is None else [name, str(value)]
    words += ["--batch"] if asked.batch else []
    return shlex.join(words)
