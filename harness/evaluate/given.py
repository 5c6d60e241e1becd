"""Refuse what is remembered where the repository brought it along: nobody measured that here."""

from shlex import quote

from harness.errors import SettingsError
from harness.evaluate.workspace import Workspace
from harness.store.git import git_above
from harness.store.tracked import is_tracked


def refuse_given(workspace: Workspace) -> None:
    """Refuse a folder of state of which git tracks a file.

    What lies there is believed: figures of pictures, and which files of decisions a killed
    process left half written, to be removed. Whoever opens a pull request could write it.

    Raises:
        SettingsError: git tracks a file of it.
    """
    folder = workspace.state
    if not folder.is_dir() or git_above(folder) is None:
        return
    if is_tracked(folder, environ=workspace.environ):
        raise SettingsError(
            f"{folder}: git tracks files of it, and what it remembers would be believed "
            f"unmeasured; take it out of git: git rm -r --cached {quote(str(folder))}, "
            "and add it to .gitignore"
        )
