"""Start a PostgreSQL server from Debian's packages, on TCP of loopback, with a password."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

PROGRAMS = ("initdb", "pg_ctl", "postgres")
PASSWORD = "hush+/ %41@é"
"""One that a URL has to quote."""


def binaries() -> Path | None:
    """Find the folder of the server's programs: in PATH, or where Debian lays them."""
    places = [Path(place) for place in os.environ.get("PATH", "").split(os.pathsep) if place]
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    places += sorted(debian, key=lambda place: place.parent.name.zfill(4), reverse=True)
    found = (p for p in places if all(shutil.which(name, path=str(p)) for name in PROGRAMS))
    return next(found, None)


class Server:
    """A server with a folder of its own.

    Attributes:
        folder: Its data, socket and log.
        port: On 127.0.0.1.
    """

    def __init__(self, folder: Path, programs: Path) -> None:
        self.folder, self._programs = folder, programs
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._user = "nobody" if os.geteuid() == 0 else None  # root may not run it

    def make(self) -> None:
        """Make its data, whose words sort as people's do: not byte by byte, as SQLite's."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
            os.chown(secret, pwd.getpwnam(self._user).pw_uid, -1)
        self._call("initdb", "-A", "scram-sha-256", f"--pwfile={secret}", "-U", "ada", "-E", "UTF8",
                   "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en", "--no-sync",
                   "-D", self.data)  # fmt: skip
        secret.unlink()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self, *, sync: bool = True) -> None:
        """Start it; without `sync` it is faster, and what a crash leaves is nobody's."""
        words = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        words += "" if sync else " -c fsync=off"
        self._call("pg_ctl", "-w", "-s", "-D", self.data, "-o", words, "-l", self.log, "start")

    def stop(self, mode: str = "immediate") -> None:
        """Stop it; `immediate` breaks every connection off, as a crash does."""
        self._call("pg_ctl", "-w", "-s", "-D", self.data, "-m", mode, "stop")

    def url(self, database: str = "postgres", *, password: str = PASSWORD) -> str:
        """Give a database's address as people write it."""
        return f"postgresql://ada:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Make a database, and give its address."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}"')  # type: ignore[arg-type]  # ours
        return self.url(database)

    def _call(self, *words: str | Path) -> None:
        program = self._programs / words[0]
        subprocess.run(
            [program, *words[1:]], check=True, user=self._user, cwd=self.folder,
            stdout=subprocess.DEVNULL, timeout=120,
        )  # fmt: skip


@contextmanager
def served(*, sync: bool = False) -> Iterator[Server]:
    """Serve until the end; then nothing is left of it.

    Raises:
        FileNotFoundError: it is not installed.
    """
    programs = binaries()
    if programs is None:
        raise FileNotFoundError(f"{', '.join(PROGRAMS)}: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg"))  # a socket's path has room for 100 characters
    server = Server(folder, programs)
    try:
        server.make()
        server.start(sync=sync)
        yield server
    finally:
        if (server.data / "postmaster.pid").exists():
            server.stop()
        shutil.rmtree(folder)
