"""Say who measures, and keep a project's file from choosing a cluster."""

from typing import Annotated

from pydantic import AfterValidator

from harness.compute.choosing import NAMED, is_elsewhere
from harness.errors import SettingsError


def _named(value: str) -> str:
    if not NAMED.fullmatch(value):
        raise ValueError(
            "is no executor; write processes, processes:4, dask://HOST:PORT or dask+tls://HOST:PORT"
        )
    return value


ExecutorName = Annotated[str, AfterValidator(_named)]
"""A setting that names an executor."""


def refuse_cluster(value: object, *, shown: str) -> None:
    """Refuse a cluster that harness.toml names: what its workers send back can run code here.

    Args:
        value: What stands at `executor`, of whatever form.
        shown: The file, for the sentence.

    Raises:
        SettingsError: it names one.
    """
    if isinstance(value, str) and NAMED.fullmatch(value) and is_elsewhere(value):
        raise SettingsError(
            f"{shown}: executor: a cluster can run code here, so no file of a project chooses "
            "one; say --executor, or set HARNESS_EXECUTOR"
        )
