"""Bring the pictures that a run shows as those before, where they are not here."""

from harness.evaluate.naming import named_blobs
from harness.evaluate.supply import bring
from harness.evaluate.workspace import Workspace
from harness.model.showing import Example, Showing


def bring_before(showing: Showing, workspace: Workspace) -> None:
    """Fetch what stands beside changed cells and is absent; nothing where it may not be.

    What was judged needs none of it: a picture that does not come is shown as absent.
    """
    blobs, settings = workspace.blobs, workspace.settings
    if not (settings.blobs and settings.fetch):
        return
    wanted = {
        (suite, sha256)
        for (suite, *_), cell in showing.cells.items()
        if cell.example is Example.BEFORE
        for sha256 in cell.baseline
        if blobs.path(sha256) is None
    }
    if wanted:
        suites = sorted({suite for suite, _ in wanted})
        pictures = {sha256 for _, sha256 in wanted}
        names = [n for n in named_blobs(workspace, suites).names if n[:64] in pictures]
        bring(names, workspace, suites)
