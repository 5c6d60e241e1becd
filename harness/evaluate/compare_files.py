"""Write what a comparison leaves behind: its page, its dossier, the page of edited prompts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from harness.errors import UsageError
from harness.evaluate.compare import Compared
from harness.evaluate.workspace import Workspace
from harness.model.suite import Suite


def check_files(dossier: Path | None, page: Path | None) -> None:
    """Refuse what could not be written before anything is computed.

    Raises:
        UsageError: a page that is no .html, or a dossier over something.
    """
    if page is not None:
        from harness.evaluate.compare_page import check_page

        check_page(page)
    if dossier is not None:
        from harness.evaluate.dossier import check_dossier

        check_dossier(dossier)


def write_files(
    compared: Compared,
    *,
    dossier: Path | None,
    page: Path | None,
    suites: Sequence[Suite],
    workspace: Workspace,
) -> Mapping[str, Path]:
    """Write what was asked for; give each file by what it is.

    Where only questions differ there is their page and no dossier; where some do, their page
    lies beside the other: `FILE.prompts.html`.

    Args:
        compared: What was found.
        dossier: Where the evidence is to lie; None for nowhere.
        page: Where the page is to lie; None for nowhere.
        suites: What was compared.
        workspace: Where it is recorded.

    Raises:
        SecretFound: the dossier would hold a key.
        StoreError: something cannot be written.
        UsageError: there is nothing to give evidence of.
    """
    written: dict[str, Path] = {}
    tested = compared.comparison.pictures is not None
    if dossier is not None:
        if not tested:
            raise UsageError("no cell is on both sides, so there is no evidence for a dossier")
        from harness.evaluate.dossier import write_dossier

        write_dossier(compared, dossier, suites=suites, workspace=workspace)
        written["dossier"] = dossier
    return written if page is None else written | _pages(compared, page, workspace)


def _pages(compared: Compared, page: Path, workspace: Workspace) -> dict[str, Path]:
    """Write the page of the test, and that of edited prompts beside it or in its place."""
    found = compared.comparison
    if found.pictures is None:
        _write_prompts(compared, page, workspace)
        return {"page": page}
    from harness.evaluate.compare_page import write_page

    write_page(compared, page, workspace)
    if not found.regressions:
        return {"page": page}
    beside = page.with_suffix(f".prompts{page.suffix}")
    _write_prompts(compared, beside, workspace)
    return {"page": page, "prompts": beside}


def _write_prompts(compared: Compared, page: Path, workspace: Workspace) -> None:
    from harness.evaluate.regression_page import write_regression_page

    write_regression_page(compared.comparison.regressions, page, workspace=workspace)
