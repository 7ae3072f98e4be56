"""The test server: two roles, quick databases, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.support.corpora import ROOT

if TYPE_CHECKING:
    from tests.conftest import EngineUrl
    from tests.support.postgres import PostgresServer


def test_it_lets_the_owner_create_tables_and_the_application_only_temporary_ones(
    postgres_server: PostgresServer,
) -> None:
    """The application's role runs no DDL but CREATE TEMP TABLE, and cannot make itself stronger."""
    urls = postgres_server.fresh_database()
    with psycopg.connect(urls.system_url) as owner:
        owner.execute("CREATE TABLE t (id bigint)")
    with psycopg.connect(urls.app_url, autocommit=True) as app:
        app.execute("CREATE TEMP TABLE stage_t (id bigint)")
        for statement in (
            "CREATE TABLE u (id bigint)",
            "SELECT * FROM t",
            "CREATE DATABASE d",
            "CREATE SCHEMA s",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
        row = app.execute(
            "SELECT rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert row == (False,)
    postgres_server.drop(urls)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(urls.app_url)


def test_it_copies_a_database(postgres_server: PostgresServer) -> None:
    """A copy has the rows and the grants of what it was made from, and goes its own way."""
    first = postgres_server.fresh_database()
    with psycopg.connect(first.system_url) as owner:
        owner.execute("CREATE TABLE t AS SELECT 7 AS n")
        owner.execute("GRANT SELECT ON t TO smallcrm_app")
    second = postgres_server.fresh_database(like=first)
    with psycopg.connect(second.app_url) as app:
        assert app.execute("SELECT n FROM t").fetchone() == (7,)
        app.execute("CREATE TEMP TABLE stage_t (id bigint)")
    assert first.app_url != second.app_url


def test_it_gives_an_empty_database_on_each_engine(engine_url: EngineUrl) -> None:
    """PostgreSQL has two roles, SQLite has one file."""
    assert engine_url.url.startswith({"sqlite": "sqlite:///", "postgres": "postgresql://"}[engine_url.engine])
    assert (engine_url.system_url is None) == (engine_url.engine == "sqlite")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads /proc")
def test_it_leaves_no_server_behind_when_it_is_killed(postgres_server: PostgresServer) -> None:
    """Not even kill -9 of the tests keeps a server alive."""
    assert postgres_server.port
    script = "from tests.support.postgres import PostgresServer as P; s = P(); print(s.home, flush=True); input()"
    child = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    home = Path(child.stdout.readline().strip())
    pid = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
    assert Path(f"/proc/{pid}").exists()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        os.sched_yield()
    assert not Path(f"/proc/{pid}").exists()
    subprocess.run(["rm", "-rf", str(home)], check=True)
