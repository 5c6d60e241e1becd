"""Bring the pictures that a run shows as those before, where they are not here."""

import logging
from collections.abc import Collection

from harness.errors import BlobMissing, HarnessError
from harness.evaluate.naming import named_blobs
from harness.evaluate.supply import supplied
from harness.evaluate.workspace import Workspace
from harness.model.showing import Example, Showing

log = logging.getLogger(__name__)


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
        _bring(suites, {sha256 for _, sha256 in wanted}, workspace)


def _bring(suites: list[str], wanted: Collection[str], workspace: Workspace) -> None:
    store = supplied(workspace, suites)
    for name in named_blobs(workspace, suites).names:
        if name[:64] not in wanted:
            continue
        try:
            store.ref(name)
        except BlobMissing:  # why it did not come is said already
            continue
        except HarnessError as error:
            log.warning("%s", error)
