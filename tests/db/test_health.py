"""The checks of a database, each seen to find what it is there for."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db import files, health, migrations
from smallcrm.db.engine import close_database, open_database
from smallcrm.db.fence import proxy, system_scope
from smallcrm.db.fence.register import policies, unregister
from smallcrm.db.health import Check, Verdict
from smallcrm.models import all_models

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import EngineUrl

EXPECTED = [model._meta.table_name for model in all_models()]


def _create(engine_url: EngineUrl) -> None:
    migrations.create_database(engine_url.url, engine_url.system_url)
    open_database(engine_url.url, engine_url.system_url)


def _ask(check: Callable[[], Check]) -> Check:
    with system_scope("examine the database in a test"):
        return check()


def _sql(statement: str) -> None:
    with system_scope("spoil the database in a test"):
        proxy.target().execute_sql(statement)


def _tables() -> Check:
    return health.tables(EXPECTED)


def test_it_finds_a_new_database_sound(engine_url: EngineUrl) -> None:
    """On both engines."""
    _create(engine_url)
    for check in (health.pages, health.references, _tables, health.fence):
        found = _ask(check)
        assert found.verdict is Verdict.OK, found
        assert found.detail


def test_it_finds_a_missing_and_a_foreign_table(engine_url: EngineUrl) -> None:
    """Every table is expected and registered."""
    _create(engine_url)
    _sql("DROP TABLE external_id")
    _sql("CREATE TABLE stranger (x INTEGER)")
    found = _ask(_tables)
    assert found.verdict is Verdict.PROBLEM
    assert found.detail == "external_id is missing; stranger is not registered with the fence"


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_finds_rows_that_point_to_nothing(engine_url: EngineUrl) -> None:
    """By table, with their number."""
    _create(engine_url)
    tenant = 1 << 40
    _sql("PRAGMA foreign_keys = 0")
    columns = "id, tenant_id, company_id, domain, is_primary"
    _sql(f"INSERT INTO company_domain({columns}) VALUES ({tenant} + 1, 1, {tenant} + 9, 'a', 1)")
    found = _ask(health.references)
    assert (found.verdict, found.detail) == (Verdict.PROBLEM, "1 rows of company_domain point to nothing")


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_finds_a_damaged_index(engine_url: EngineUrl) -> None:
    """An index without its rows."""
    _create(engine_url)
    _sql("INSERT INTO tag(id, tenant_id, name, name_key) VALUES ((1 << 40) + 1, 1, 'a', 'a')")
    close_database()
    path = engine_url.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        page, size = connection.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_master "
            "WHERE tbl_name = 'tag' AND type = 'index'"
        ).fetchone()
    with Path(path).open("r+b") as handle:
        handle.seek((page - 1) * size)
        handle.write(b"\x0a\x00\x00\x00\x00")
    open_database(engine_url.url)
    assert _ask(health.pages).verdict is Verdict.PROBLEM


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_finds_a_table_that_does_not_check_its_ids(engine_url: EngineUrl) -> None:
    """The check is read from the table's own SQL."""
    _create(engine_url)
    _sql("DROP TABLE external_id")
    _sql("CREATE TABLE external_id (id INTEGER PRIMARY KEY, tenant_id INTEGER)")
    found = _ask(health.fence)
    assert (found.verdict, found.detail) == (Verdict.PROBLEM, "external_id does not check its ids")


SPOILT = {
    "ALTER TABLE tag DISABLE ROW LEVEL SECURITY": "tag has no forced row-level security",
    "ALTER TABLE tag NO FORCE ROW LEVEL SECURITY": "tag has no forced row-level security",
    "DROP POLICY fence_own ON tag": "tag has the policies fence_system",
    "CREATE POLICY wide ON tag USING (true)": "tag has the policies fence_own, fence_system, wide",
    "GRANT TRUNCATE ON tag TO smallcrm_app": "tag grants DELETE, INSERT, SELECT, TRUNCATE, UPDATE",
    "GRANT SELECT ON schema_migration TO PUBLIC": "schema_migration grants SELECT",
    "GRANT CREATE ON SCHEMA public TO smallcrm_app": "the application's role smallcrm_app can create tables",
}


@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
@pytest.mark.parametrize(("statement", "detail"), SPOILT.items())
def test_it_finds_every_gap_in_the_fence(engine_url: EngineUrl, statement: str, detail: str) -> None:
    """Row-level security, policies, grants, and what the application's role may do."""
    _create(engine_url)
    _sql(statement)
    found = _ask(health.fence)
    assert (found.verdict, found.detail) == (Verdict.PROBLEM, detail)
    assert found.hint


@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
def test_it_finds_a_table_without_id_check_on_postgres(engine_url: EngineUrl) -> None:
    """The check of the primary key; one that stands on a reference is not taken for it."""
    _create(engine_url)
    with system_scope("look for the check in a test"):
        rows: list[Any] = (
            proxy.target()
            .execute_sql(
                "SELECT conname FROM pg_constraint WHERE conrelid = 'contact_email'::regclass AND contype = 'c' "
                "AND pg_get_constraintdef(oid) LIKE '%%((id >> 40)%%'"
            )
            .fetchall()
        )
    (name,) = rows[0]
    _sql(f'ALTER TABLE contact_email DROP CONSTRAINT "{name}"')
    assert _ask(health.fence).detail == "contact_email does not check its ids"


def test_it_finds_a_table_that_lost_its_policy(engine_url: EngineUrl) -> None:
    """A table that the program forgot."""
    from smallcrm.db.fence.register import register

    _create(engine_url)
    policy = policies()["tag"]
    unregister("tag")
    try:
        assert _ask(_tables).detail == "tag is not registered with the fence"
    finally:
        register(policy)


def test_it_names_few_of_many_faults() -> None:
    """A line stays a line."""
    found = health.report("x", [str(number) for number in range(9)], "good", "do it")
    assert found == Check("x", Verdict.PROBLEM, "0; 1; 2; 3; 4; and 4 more", "do it")


def test_it_finds_files_that_others_can_read_and_mends_them(tmp_path: Path) -> None:
    """The directory, the database and its copies."""
    home = tmp_path / "private"
    path = home / "smallcrm.db"
    migrations.create_database(f"sqlite:///{path}")
    assert files.permissions(path, home).verdict is Verdict.OK
    bak = home / "smallcrm.db.before-0002.bak"
    bak.write_text("")
    for entry, mode in ((home, 0o755), (path, 0o640), (bak, 0o604)):
        entry.chmod(mode)
    found = files.permissions(path, home)
    assert found.verdict is Verdict.PROBLEM
    assert found.detail.count("others can use") == 3
    assert f"{path} (0640 instead of 0600)" in found.detail
    assert found.hint == "smallcrm doctor --fix"
    assert files.permissions(path, home, fix=True).detail == f"made private: private, smallcrm.db, {bak.name}"
    assert files.permissions(path, home).verdict is Verdict.OK


class _Usage:
    free = 0


@pytest.mark.parametrize(
    ("free", "verdict"), [(1, Verdict.PROBLEM), (100_000_000, Verdict.WARNING), (10**12, Verdict.OK)]
)
def test_it_looks_for_room_on_the_disk(
    free: int, verdict: Verdict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A little is a warning, none a problem."""
    monkeypatch.setattr(_Usage, "free", free)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: _Usage)
    assert files.room(tmp_path / "not" / "yet" / "smallcrm.db").verdict is verdict


def test_it_names_every_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """And finds one that is too old."""
    found = files.versions()
    assert found.verdict is Verdict.OK
    assert all(word in found.detail for word in ("smallCRM", "Python 3", "SQLite 3", "Peewee"))
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 31, 0))
    assert files.versions().verdict is Verdict.PROBLEM
