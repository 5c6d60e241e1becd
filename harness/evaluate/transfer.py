"""Carry many blobs by several threads; what is refused is named, and the others go on."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice

from harness.errors import BlobCorrupt, BlobMissing, HarnessError, StoreError
from harness.runner.going import Going, Progress

JOBS = 8
"""Blobs under way at a time; each may lie in memory whole."""
WINDOW = 4
"""Blobs that are begun ahead, a thread: what bounds memory."""


@dataclass(slots=True, kw_only=True)
class Moved:
    """What was carried.

    Attributes:
        names: What arrived.
        size: Bytes of these.
        refused: Why a blob was not taken, by name: its bytes are not what the name says.
        absent: Why a blob could not be found, by name.
        stopped: Why the rest was not tried, or None.
    """

    names: list[str] = field(default_factory=list)
    size: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)
    stopped: HarnessError | None = None

    @property
    def done(self) -> int:
        return len(self.names) + len(self.refused) + len(self.absent)

    @property
    def exit_code(self) -> int:
        """2 where bytes were refused or a file cannot be written, 3 where it is not all."""
        if self.refused:
            return BlobCorrupt.exit_code
        if self.stopped is not None:
            return self.stopped.exit_code
        return BlobMissing.exit_code if self.absent else 0


def carry(
    names: Sequence[str], one: Callable[[str], int], *, what: str, progress: Progress
) -> Moved:
    """Carry each blob; after what stops one, e.g. a connection that is lost, no other is begun.

    Those that threads are at then are waited for.

    Args:
        names: In order, each once.
        one: Carries a blob, and gives its bytes.
        what: For people, e.g. `"push"`.
        progress: Told how it goes.
    """
    moved = Moved()
    under_way: dict[Future[int], str] = {}
    waiting = iter(names)
    with ThreadPoolExecutor(JOBS) as pool:
        try:
            while True:
                if moved.stopped is None:
                    for name in islice(waiting, JOBS * WINDOW - len(under_way)):
                        under_way[pool.submit(one, name)] = name
                if not under_way:
                    return moved
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    _take(future, under_way.pop(future), moved)
                if moved.stopped is not None:
                    under_way = {f: name for f, name in under_way.items() if not f.cancel()}
                progress(Going(what=what, done=moved.done, total=len(names), unit="blobs"))
        finally:  # an interrupt, or what is lost for all: nothing more is begun
            pool.shutdown(wait=True, cancel_futures=True)


def _take(future: "Future[int]", name: str, moved: Moved) -> None:
    """Note what came of one blob."""
    try:
        size = future.result()
    except BlobCorrupt as error:
        moved.refused[name] = str(error)
    except BlobMissing as error:
        moved.absent[name] = str(error)
    except StoreError as error:
        moved.stopped = moved.stopped or error
    else:
        moved.names.append(name)
        moved.size += size
