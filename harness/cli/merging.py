"""Merge the runs of shards, for the verb report."""

from typing import TYPE_CHECKING

from harness.cli import shared
from harness.cli.options import set_of
from harness.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence


def merged_and_kept(
    names: "Sequence[str]", *, fail_on: str | None, executor: str | None
) -> tuple[str, int]:
    """Merge runs, keep what they come to, and give its id and the exit code that it has.

    Args:
        names: Ids, folders or files of the runs of all shards.
        fail_on: As for `run`; None for the configured one.
        executor: Who measures what no shard could; None for the configured one.

    Raises:
        UsageError: they are not the shards of one run.
        StoreError: a file is broken, or the merge cannot be kept.
    """
    from harness.evaluate.exits import exit_code
    from harness.evaluate.history import remember_run
    from harness.evaluate.merge import given_runs, merged, recording_of
    from harness.store.runs import save_run

    given = given_runs(names, shared.workspace().reports)
    here = shared.workspace(
        recording=recording_of(given), fail_on=set_of(fail_on), executor=executor
    )
    with progress() as told:
        run = merged(given, here, progress=told)
    folder = here.reports / run.id
    save_run(run, folder)
    if missed := remember_run(run, folder, here):
        shared.remark(missed, style="yellow")
    return run.id, exit_code(run, fail_on=here.settings.fail_on)
