"""Build what a pytest session needs of the harness, once."""

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from harness.evaluate.workspace import Wish, Workspace

_HERE = pytest.StashKey["Workspace"]()


def workspace(config: pytest.Config) -> "Workspace":
    """Build the workspace once a session.

    Raises:
        SettingsError: a layer of the settings is wrong, or git brought the folder of state.
    """
    if _HERE not in config.stash:
        from harness.evaluate.given import refuse_given
        from harness.evaluate.workspace import Workspace
        from harness.settings import read_settings

        flags = {
            "recording": config.getoption("--harness-recording"),
            "max_cost": config.getoption("--harness-max-cost"),
        }
        found = read_settings(config.invocation_params.dir, environ=os.environ, flags=flags)
        here = Workspace(
            root=found.root,
            settings=found.settings,
            environ=os.environ,
            allow_code=bool(config.getoption("--harness-allow-code")),
        )
        refuse_given(here)
        config.stash[_HERE] = here
    return config.stash[_HERE]


def wish(config: pytest.Config) -> "Wish":
    """Say who the command line asks for."""
    from harness.evaluate.workspace import Wish

    return Wish(endpoint=config.getoption("--harness-endpoint"))
