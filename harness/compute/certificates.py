"""Hold the certificates of Dask's own configuration, before anybody is reached by them."""

from typing import Any

from harness.errors import UsageError

Security = Any
"""Dask's, which has no types."""

WHERE = (
    "Dask's configuration, distributed.comm.tls, says ca-file, client.cert and client.key, "
    "e.g. as DASK_DISTRIBUTED__COMM__TLS__CA_FILE"
)


def certificates(address: str, *, tls: bool) -> Security:
    """Read them: Dask, which finds out too late, waits long and tells a traceback.

    Args:
        address: Who is reached by them, for the error.
        tls: Whether they are needed.

    Raises:
        UsageError: there are none where they are needed, or they cannot be used.
    """
    from distributed import security  # late: an extra, and a second's work

    read: Security = security.Security
    found = read()
    try:
        context = found.get_connection_args("client").get("ssl_context")
    except (OSError, ValueError, TypeError) as error:  # ssl's errors are of the first
        said = " ".join(str(error).split()) or type(error).__name__
        raise UsageError(
            f"{address}: the certificates for TLS cannot be used ({said}); {WHERE}"
        ) from error
    if tls and context is None:
        raise UsageError(f"{address}: there are no certificates for TLS; {WHERE}")
    return found
