"""Choose an executor by its name."""

import re

from harness.compute.executor import Executor
from harness.compute.processes import Processes

NAMED = re.compile(r"processes(:[1-9][0-9]{0,2})?|dask(\+tls)?://[^\s/@?#]+:[0-9]{1,5}")
"""`processes`, `processes:4`, `dask://HOST:PORT`, `dask+tls://HOST:PORT`."""

DEFAULT = "processes"


def executor_of(name: str, *, patience: float) -> Executor:
    """Give an executor; nothing is started or reached before it is used.

    Args:
        name: As `NAMED` has it.
        patience: Seconds that a scheduler or a worker is waited for.
    """
    kind, _, rest = name.partition(":")
    if kind == DEFAULT:
        return Processes(workers=int(rest or 0))
    from harness.compute.cluster import Cluster  # late: few need it

    return Cluster(address=name, patience=patience)


def is_elsewhere(name: str) -> bool:
    """Tell whether an executor is a cluster, which can run code here and there."""
    return not name.startswith(DEFAULT)
