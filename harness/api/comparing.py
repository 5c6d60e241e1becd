"""Compare two recordings or arms from a notebook or a script."""

from harness.api.comparisons import Comparison
from harness.api.place import Place, Suites, suites_of, workspace_of
from harness.api.scripts import once
from harness.evaluate.compare import Question, compare_sides


@once
def compare(
    first: str,
    second: str,
    *,
    suite: Suites = None,
    recording: str | None = None,
    anchor: str | None = None,
    equivalence: bool = False,
    allow_code: bool = False,
    workspace: Place | None = None,
) -> Comparison:
    """Hold two recordings or arms against each other, as `harness compare` does; spends nothing.

    Args:
        first: A recording, a `model@endpoint`, an endpoint, or `"earlier"`: before the suite
            was edited.
        second: The same.
        suite: Suites, or paths of files and folders; None for the configured ones.
        recording: Where arms lie; None for the configured one, `main`.
        anchor: A known other model, or a recording: which side is nearer to it?
        equivalence: Ask whether both are as good as equal.
        allow_code: Run checks of the suites' own folders; read them first.
        workspace: The folder that holds `suites/`; None for the current one.

    Raises:
        SuiteError: everything that is wrong with the suites.
        UsageError: a side is none of these.
        Unrecorded: no cell is recorded on both sides.
    """
    here = workspace_of(workspace, allow_code=allow_code, recording=recording)
    found = suites_of(suite, workspace, here)
    question = Question(
        anchor=anchor,
        equivalence=equivalence,
        suites=tuple(one.path for one in found) if suite is not None else (),
        recording=recording,
    )
    compared = compare_sides(first, second, suites=found, workspace=here, question=question)
    return Comparison(compared=compared, suites=found, workspace=here)
