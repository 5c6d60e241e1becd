"""Tell people of a look: a JSON line or Markdown in a file, a post to a webhook.

The webhook's address is a secret, since whoever has it can post: it comes from the
environment alone, and stands in no file, message or log. That it cannot be told never
changes what a look found.
"""

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from harness.errors import HarnessError, SettingsError, StoreError
from harness.evaluate.workspace import Workspace
from harness.judging.incidents import incidents_of
from harness.model.monitor import Look
from harness.model.suite import Suite
from harness.provider.transport import Deadline, live_client, within
from harness.report.alarm import Alarm, json_line, to_markdown
from harness.report.slack import to_slack
from harness.settings import is_loopback
from harness.store.files import append_line, write_atomic
from harness.store.looks import LookStore

VARIABLE = "HARNESS_WEBHOOK"
_DEADLINE = Deadline(first_byte=10.0, total=15.0)
_OF_POSTING = (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, ValueError)
"""What httpx raises; a ValueError where the address is no name that could be looked up."""


def alarm_of(look: Look, suite: Suite, workspace: Workspace) -> Alarm:
    """Gather what a message says of a look beside the look itself."""
    store = LookStore(suite.path)
    incidents = incidents_of((*store.looks(), look), store.steps())
    state = next((i.state for i in incidents if i.id == look.incident), None)

    def place(sha256: str) -> str:
        path = workspace.blobs.path(sha256)
        return "" if path is None else path.as_posix()

    return Alarm(look=look, suite=suite.path.as_posix(), state=state, place=place)


def write(alarm: Alarm, files: Sequence[Path]) -> tuple[str, ...]:
    """Append the look as a JSON line to each file; one that ends in .md is written as Markdown.

    Returns:
        What could not be written, a line each.
    """
    complaints = []
    for path in files:
        try:
            if path.suffix == ".md":
                write_atomic(path, to_markdown(alarm).encode())
            else:
                append_line(path, json_line(alarm).encode())
        except StoreError as error:
            complaints.append(f"nobody is told by {path}: {error}")
    return tuple(complaints)


def webhook_of(environ: Mapping[str, str]) -> str:
    """Give the address of the webhook; empty where none is set.

    Raises:
        SettingsError: it is none that a secret may be sent to; never repeats it.
    """
    url = environ.get(VARIABLE, "").strip()
    if not url:
        return ""
    try:
        parts = urlsplit(url)
        port_is_said = parts.port is None or parts.port >= 0
        loopback = is_loopback(url)
    except ValueError:
        raise SettingsError(f"{VARIABLE}: is no URL; write e.g. https://host/path") from None
    allowed = parts.scheme == "https" or (parts.scheme == "http" and loopback)
    if not (allowed and parts.hostname and port_is_said):
        raise SettingsError(
            f"{VARIABLE}: must begin with https://, or with http:// on this machine: its "
            "address is a secret, and is not sent in the clear"
        )
    return url


def post(alarm: Alarm, url: str) -> str:
    """Post an alarm, or a suspicion that nobody knows yet, to the webhook.

    Returns:
        What went wrong, as a line without the address; empty where nothing did.
    """
    if not url or not alarm.is_news:
        return ""
    try:
        with (
            _quiet(),
            within(_DEADLINE),
            live_client(connections=1, loopback=is_loopback(url)) as client,
            client.stream("POST", url, json=to_slack(alarm)) as answer,
        ):
            status = answer.status_code
    except (*_OF_POSTING, HarnessError, OSError) as error:
        return (
            f"the webhook was not reached ({type(error).__name__}); the look is kept all the same"
        )
    if not httpx.codes.is_success(status):
        return f"the webhook answered {status}; the look is kept all the same"
    return ""


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep httpx from logging the address."""

    def drop(record: logging.LogRecord) -> bool:
        return False

    logger = logging.getLogger("httpx")
    logger.addFilter(drop)
    try:
        yield
    finally:
        logger.removeFilter(drop)
