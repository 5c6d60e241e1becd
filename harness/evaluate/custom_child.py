"""Run checks of a suite's own in a process that holds no key: a JSON line in, a JSON line out.

Nobody imports this but the child that `custom_process` starts. Standard output is the wire's:
what a check prints goes to standard error.
"""

import importlib.util
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from harness.errors import HarnessError, UsageError
from harness.model.custom import GROUP, CheckFinding, SampleContext
from harness.model.verdict import Status
from harness.store.codec import decode

MOST_FINDINGS = 20
MOST_CHARACTERS = 500
"""Of a message."""

Check = Callable[[SampleContext], Any]


def serve() -> None:
    """Answer requests until there are no more."""
    sys.dont_write_bytecode = True  # nothing is left behind in a suite's folder
    asked, replies = _wire()
    own = os.getpid()
    for line in asked:
        request = json.loads(line)
        reply = answer(request)
        if os.getpid() != own:
            os._exit(0)  # a copy that the check made of us, and let go: one answers, not two
        replies.write(json.dumps({"number": request["number"], **reply}).encode() + b"\n")
        replies.flush()


def _wire() -> tuple[BinaryIO, BinaryIO]:
    """Take the pipes for the wire; a check finds its input empty and prints to stderr."""
    asked, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return asked, replies


def answer(request: Mapping[str, Any]) -> dict[str, Any]:
    """Run a check on a sample.

    Args:
        request: `name`, `folder` (the suite's; empty where its code may not run) and
            `context`, a `SampleContext`.

    Returns:
        `findings`, or the `problem` in one line.
    """
    folder = request["folder"]
    try:
        context = decode(SampleContext, request["context"], where="context")
        return {"findings": _findings(_check(request["name"], folder)(context))}
    except HarnessError as error:
        return {"problem": str(error)}
    except BaseException as error:  # noqa: BLE001  # a stranger's function may raise anything
        return {"problem": said_of(error, folder)}


@cache
def _check(name: str, folder: str) -> Check:
    if ":" not in name:
        return _installed(name)
    if not folder:
        raise UsageError("code of the suite's folder may not run here")
    file, _, function = name.partition(":")
    found = getattr(_module(Path(folder), file), function, None)
    if not callable(found):
        raise UsageError(f'{file} has no function "{function}"; write it, or correct the name')
    check: Check = found
    return check


def _installed(name: str) -> Check:
    from importlib.metadata import entry_points  # late: most checks are files

    known = entry_points(group=GROUP)
    found = [point for point in known if point.name == name]
    if not found:
        names = ", ".join(sorted({point.name for point in known})) or "none"
        raise UsageError(
            f'no check "{name}" is installed (known: {names}); install the package that has it, '
            "or name a function of the suite's folder as checks.py:function"
        )
    check: Check = found[0].load()
    return check


@cache
def _module(folder: Path, file: str) -> object:
    """Import a file; what lies beside it can be imported by it, and shadows nothing."""
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
    name = "suite_checks_" + "".join(c if c.isalnum() else "_" for c in file)
    spec = importlib.util.spec_from_file_location(name, folder / file)
    if spec is None or spec.loader is None:
        raise UsageError(f"{file} cannot be imported; it must be a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _findings(given: object) -> list[dict[str, str]]:
    if given is None:
        return []
    listed = [given] if isinstance(given, str | CheckFinding) else given
    if not isinstance(listed, Iterable):
        kind = type(listed).__name__
        raise UsageError(f"returned a {kind}; return a list of what is wrong, empty for nothing")
    items = list(islice(listed, MOST_FINDINGS + 1))
    found = [_finding(item) for item in items[:MOST_FINDINGS]]
    if len(items) > MOST_FINDINGS:
        rest = f"more than {MOST_FINDINGS} findings; the others are not shown"
        found.append({"status": Status.WARN.value, "message": rest})
    return found


def _finding(item: object) -> dict[str, str]:
    finding = CheckFinding(message=item) if isinstance(item, str) else item
    if not isinstance(finding, CheckFinding):
        kind = type(item).__name__
        raise UsageError(f"found a {kind}; a finding is a text or a CheckFinding")
    if finding.status not in (Status.PASS, Status.WARN, Status.FAIL):
        raise UsageError(f"found {str(finding.status)[:40]!r}; a status is PASS, WARN or FAIL")
    return {
        "status": Status(finding.status).value,
        "message": str(finding.message)[:MOST_CHARACTERS],
    }


def said_of(error: BaseException, folder: str) -> str:
    """Say in one line what was raised, and where in the check's code."""
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
        lines = text.splitlines()
    except BaseException:  # noqa: BLE001  # its text is a stranger's code, too
        lines = []
    message = f": {lines[0][:300]}" if lines else ""
    return f"{type(error).__name__}{message}{_place(error, folder)}"


def _place(error: BaseException, folder: str) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f" ({Path(error.filename).name}:{error.lineno})"
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if folder and Path(frame.filename).is_relative_to(folder)]
    return "".join(f" ({Path(f.filename).name}:{f.lineno})" for f in (own or frames)[-1:])
