"""Keep what a monitor saw: `suites/<suite>.monitor/`, one immutable JSON file a look.

What people made of an alarm is one more file each.
"""

from pathlib import Path

from harness.errors import DecisionError
from harness.model.monitor import Closing, Look, State, Step
from harness.store.immutable import ImmutableFiles

LOOK = "gemini-image-harness/look"
STEP = "gemini-image-harness/step"


class LookStore:
    """The monitor's folder of one suite."""

    def __init__(self, suite_file: Path) -> None:
        kinds = {Look: ("look", LOOK), Step: ("step", STEP)}
        self._files = ImmutableFiles(suite_file, "monitor", kinds)

    @property
    def folder(self) -> Path:
        return self._files.folder

    def add(self, item: Look | Step) -> Path:
        """Write one more file; an existing one is never touched.

        Raises:
            StoreError: it cannot be written, or the name is taken, or would not be found.
            DecisionError: a step that says closed without why, or why without closed.
        """
        if isinstance(item, Step):
            _refuse_half_closed(item, where=item.id)
        return self._files.add(item)

    def looks(self) -> tuple[Look, ...]:
        """Give all looks, oldest first.

        Raises:
            StoreError: a file is broken.
        """
        return self._files.all(Look)

    def steps(self) -> tuple[Step, ...]:
        """Give what was done about incidents, oldest first.

        Raises:
            StoreError: a file is broken.
            DecisionError: a step says closed without why, or why without closed.
        """
        found = self._files.all(Step)
        for step in found:
            _refuse_half_closed(step, where=str(self.folder / f"{step.id}.json"))
        return found


def _refuse_half_closed(step: Step, *, where: str) -> None:
    if (step.state is State.CLOSED) != (step.closing is not None):
        known = ", ".join(closing.value for closing in Closing)
        raise DecisionError(f"{where}: what is closed says why, one of: {known}; nothing else does")
