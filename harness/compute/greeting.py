"""Shake hands with a Dask scheduler, before Dask's client waits for it without end."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

Options = Any
"""How Dask connects, which has no types."""


def greet(address: str, options: Options, *, patience: float) -> None:
    """Reach a scheduler, and leave again.

    Dask's client waits for ever at a port that is mute, and takes what speaks HTTP for a
    message of exbibytes.

    Args:
        address: As Dask takes it.
        options: How Dask connects, certificates among it.
        patience: Seconds that it is waited for.

    Raises:
        OSError: nobody answers, or not as a scheduler does; also what Dask raises else.
    """
    with ThreadPoolExecutor(1) as alone:  # a notebook's thread has a loop that runs already
        alone.submit(asyncio.run, _greeted(address, options, patience)).result()


async def _greeted(address: str, options: Options, patience: float) -> None:
    from distributed.comm import core  # late: an extra, and a second's work

    connect: Any = core.connect
    try:
        async with asyncio.timeout(patience + 1):
            met = await connect(address, timeout=patience, **options)
    except MemoryError as error:
        raise OSError("it does not speak as Dask does") from error
    except TimeoutError as error:
        raise OSError(str(error) or f"it said nothing for {patience:g} s") from error
    met.abort()
