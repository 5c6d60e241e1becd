"""Hold a harness ready whose modules are loaded, so that a document's command starts at once.

A command is a process of its own all the same: it is forked, gets the folder, the variables, the
words and the terminal of who typed it, and runs the program's own `main`.
"""

import contextlib
import importlib
import json
import os
import pkgutil
import signal
import socket
import stat
import sys
from pathlib import Path

AWAY = ("harness.history.migrations", "harness.pytest_plugin", "harness.compute.cluster")
"""What few commands need, and what is no module of its own."""
CLIENT = """\
#!{python} -SEs
import os, socket, sys
if sys.argv[1:2] in (["simulate"], ["review"]):
    os.execv({real!r}, [{real!r}, *sys.argv[1:]])
import json
with socket.socket(socket.AF_UNIX) as there:
    there.connect({address!r})
    said = json.dumps([os.getcwd(), dict(os.environ), sys.argv]).encode()
    socket.send_fds(there, [len(said).to_bytes(4, "big")], [0, 1, 2])
    there.sendall(said)
    code = there.recv(1)
sys.exit(code[0] if code else 101)
"""


def write_client(folder: Path, *, address: str, real: Path) -> None:
    """Write the program that stands for `harness` in a shell's path."""
    path = folder / "harness"
    path.write_text(CLIENT.format(python=sys.executable, real=str(real), address=address))
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def serve(address: str) -> None:
    """Load the program, then fork a command for each caller until this process is ended."""
    package = importlib.import_module("harness")
    for module in pkgutil.walk_packages(package.__path__, "harness."):
        if not module.name.startswith(AWAY):
            with contextlib.suppress(ImportError):
                importlib.import_module(module.name)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen(64)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        while True:
            caller, _ = listener.accept()
            with caller:
                if os.fork() == 0:
                    listener.close()
                    _answer(caller)


def _answer(caller: socket.socket) -> None:
    """Wait for a command's end beside it, and tell its caller."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    head, files, _, _ = socket.recv_fds(caller, 4, 3)
    said = b""
    while len(said) < int.from_bytes(head, "big"):
        said += caller.recv(65536)
    child = os.fork()
    if child == 0:
        caller.close()
        _become(*json.loads(said), files)
    _, status = os.waitpid(child, 0)
    with contextlib.suppress(OSError):
        caller.sendall(bytes([os.waitstatus_to_exitcode(status) & 255]))
    os._exit(0)


def _become(folder: str, environ: dict[str, str], words: list[str], files: list[int]) -> None:
    """Run the program as who typed it would have."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["harness", *words[1:]]
    sys.stdin, sys.stdout = open(0), open(1, "w")  # noqa: SIM115  # buffered as a program's are
    sys.stderr = open(2, "w", buffering=1)  # noqa: SIM115
    code: object = 101
    try:
        from harness.cli.main import main

        main()
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
        os._exit(code if isinstance(code, int) else 1)


if __name__ == "__main__":
    serve(sys.argv[1])
