"""Say how each endpoint is called, and find out for nothing whether it takes its key."""

from collections.abc import Collection, Iterable, Mapping

import httpx

from harness.errors import KeyRejected
from harness.evaluate.workspace import SIMULATOR, Workspace
from harness.model.arm import Arm
from harness.provider.counting import check_key
from harness.provider.protocol import Endpoint
from harness.runner.brake import Brake
from harness.runner.calling import Lane
from harness.runner.gate import Gate
from harness.settings import endpoint_settings


def proved(
    client: httpx.Client, endpoints: Mapping[str, Endpoint], arms: Iterable[Arm], *, brake: Brake
) -> frozenset[str]:
    """Ask each endpoint that is about to be paid whether it takes the key: models.get is free.

    A wrong key stops the run with this one call. An endpoint without models.get stays
    unproven: its gate lets the first call go alone.

    Returns:
        The endpoints that took their key.
    """
    models = {arm.endpoint: arm.model for arm in sorted(arms)}
    found = {SIMULATOR} & set(endpoints)
    for name, model in models.items():
        if name in found or brake.error is not None:
            continue
        try:
            if check_key(client, endpoints[name], model):
                found.add(name)
        except KeyRejected as error:
            brake.pull(error)
    return frozenset(found)


def lanes_for(
    endpoints: Collection[str], workspace: Workspace, *, proven: Collection[str]
) -> dict[str, Lane]:
    """Build the lane of each endpoint, as it is set."""
    return {name: _lane(name, workspace, proven=name in proven) for name in endpoints}


def _lane(name: str, workspace: Workspace, *, proven: bool) -> Lane:
    jobs = workspace.settings.jobs
    if name == SIMULATOR:
        return Lane(gate=Gate(jobs=jobs, proven=proven))
    settings = endpoint_settings(workspace.settings, name)
    return Lane(
        gate=Gate(
            jobs=min(jobs, settings.jobs or jobs),
            per_minute=settings.requests_per_minute,
            proven=proven,
        ),
        attempts=settings.attempts,
    )
