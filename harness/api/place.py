"""Find the workspace and the suites that a notebook or script means."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from harness.evaluate.given import refuse_given
from harness.evaluate.workspace import Workspace
from harness.loader import load_suite as load_file
from harness.loader import load_suites
from harness.model.suite import Suite
from harness.settings import read_settings

Place = str | os.PathLike[str]
"""A path, as text or as a `pathlib.Path`."""
Suites = Suite | Place | Sequence[Suite | Place] | None
"""What is meant: suites, or paths of files and folders; None for the configured ones."""


def load_suite(path: Place, *, workspace: Place | None = None) -> Suite:
    """Read a suite's file; nothing is generated, and no network is used.

    Args:
        path: The YAML file, from the workspace.
        workspace: The folder that holds `suites/`; None for the current one.

    Returns:
        The suite: `id`, `title`, `case_ids`, `variants` with their prompts and parameters,
        and `warnings`, a sentence each.

    Raises:
        SuiteError: everything that is wrong with the file, each with its line and column.

    Example:
        >>> from harness import load_suite
        >>> load_suite("suites/storefront.yaml").case_ids[:2]
        ('night-city', 'character-scenes')
    """
    return load_file(_from(workspace) / path)


def workspace_of(
    folder: Place | None,
    *,
    allow_code: bool = False,
    **flags: Any,  # noqa: ANN401  # a setting is of any type
) -> Workspace:
    """Build the workspace of a folder; flags that are None say nothing.

    Raises:
        SettingsError: harness.toml, the environment or a flag is wrong, or git brought the
            folder of state along.
    """
    configured = read_settings(_from(folder).resolve(), environ=os.environ, flags=flags)
    found = Workspace(
        root=configured.root,
        settings=configured.settings,
        environ=os.environ,
        allow_code=allow_code,
    )
    refuse_given(found)
    return found


def suites_of(asked: Suites, folder: Place | None, here: Workspace) -> tuple[Suite, ...]:
    """Give the suites that are meant, in the order given.

    Raises:
        SuiteError: everything that is wrong in all of them.
        UsageError: there is no suite.
    """
    if asked is None:
        return load_suites([here.root / path for path in here.settings.suites])
    several = (asked,) if isinstance(asked, Suite | str | os.PathLike) else asked
    found: list[Suite] = []
    for item in several:
        found += (item,) if isinstance(item, Suite) else load_suites([_from(folder) / item])
    return tuple(found)


def _from(folder: Place | None) -> Path:
    return Path() if folder is None else Path(folder)
