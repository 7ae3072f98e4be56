"""Apply migrations: all that are pending in one transaction, with a copy first, or none."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee as pw
from playhouse.migrations import Runner

from smallcrm import clock
from smallcrm.db import backup
from smallcrm.db.ddl import raise_fences
from smallcrm.db.engine import close_database, create_private_file, open_database, sqlite_path
from smallcrm.db.faults import faults
from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.fence.register import policies
from smallcrm.db.fence.scope import system_scope
from smallcrm.db.health import existing_tables
from smallcrm.db.migrations import version
from smallcrm.db.migrations.frozen import checksum, engine_of
from smallcrm.db.migrations.lock import only_runner
from smallcrm.errors import DatabaseDamaged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime


class Applied(StrEnum):
    """How a migration stands in a database."""

    YES = "applied"
    PENDING = "pending"
    CHANGED = "changed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MigrationState:
    """One migration in one database; `at` is when it was applied."""

    name: str
    state: Applied
    at: datetime | None = None


class _Runner(Runner):
    """Peewee's runner, which also notes what each applied file held."""

    def __init__(self, database: Any, directory: Path) -> None:
        super().__init__(database, str(directory), version.HISTORY)

        class History(database.Model):
            name = pw.TextField(primary_key=True)
            applied = pw.BigIntegerField()
            checksum = pw.TextField()

            class Meta:
                legacy_table_names = False
                table_name = version.HISTORY

            @classmethod
            def create(cls, **row: Any) -> Any:
                row["applied"] = clock.micros(clock.now())
                row["checksum"] = checksum(directory, row["name"], engine_of(database))
                return super().create(**row)

        self.History = History


def _states(runner: Any) -> list[MigrationState]:
    history = {}
    if runner.History.table_exists():
        history = {row.name: row for row in runner.History.select()}
    files = {migration.name for migration in runner.migrations()}
    engine = engine_of(runner.database)
    found = []
    for name in sorted({*files, *history}):
        row = history.get(name)
        if row is None:
            found.append(MigrationState(name, Applied.PENDING))
            continue
        state = Applied.YES
        if name not in files:
            state = Applied.UNKNOWN
        elif row.checksum != checksum(Path(runner.directory), name, engine):
            state = Applied.CHANGED
        found.append(MigrationState(name, state, clock.from_micros(row.applied)))
    return found


def _refuse(states: list[MigrationState]) -> None:
    unknown = [state.name for state in states if state.state is Applied.UNKNOWN]
    if unknown:
        raise version.too_new(unknown[-1])
    changed = [state.name for state in states if state.state is Applied.CHANGED]
    if changed:
        raise DatabaseDamaged(
            f"The migration {changed[0]} was changed after it was applied to this database.",
            hint="install the smallCRM that made this database, or restore a backup of it",
        )


def _check_file(database: Any) -> bool:
    """Whether there is anything to read; raises for a SQLite file that is missing, damaged or not ours."""
    if not isinstance(database, FencedSqlite):
        return True
    if version.is_blank(database):
        return False
    version.sqlite_version(database)
    return True


def status() -> list[MigrationState]:
    """Every migration that this program or the open database knows, oldest first."""
    with faults(), system_scope("list the migrations"):
        database = proxy.target()
        if not _check_file(database):
            return [MigrationState(name, Applied.PENDING) for name in version.known()]
        return _states(_Runner(database, version.DIRECTORY))


def migrate() -> list[str]:
    """Bring the open database to this program's version; the names of the migrations applied."""
    with faults(), system_scope("migrate the schema"):
        database = proxy.target()
        _check_file(database)
        with only_runner(database):
            return _migrate(_Runner(database, version.DIRECTORY))


def _migrate(runner: Any) -> list[str]:
    states = _states(runner)
    _refuse(states)
    pending = [state.name for state in states if state.state is Applied.PENDING]
    if not pending:
        return []
    if len(pending) < len(states):
        _copy_before(runner.database, version.number_of(pending[0]))
    with _without_references(runner.database), runner.database.atomic():
        names: list[str] = runner.up()
        _finish(runner.database, int(version.number_of(pending[-1])))
    if isinstance(runner.database, FencedSqlite):
        runner.database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return names


def create_database(url: str, system_url: str | None = None) -> list[str]:
    """Make the database of a URL if there is none, private to its owner, and bring it to this version."""
    with faults(url):
        if url.startswith("sqlite:///") and (path := sqlite_path(url)) != Path(version.MEMORY):
            create_private_file(path)
        open_database(url, system_url)
        try:
            return migrate()
        finally:
            close_database()


def _copy_before(database: Any, number: str) -> None:
    if isinstance(database, FencedSqlite) and database.database != version.MEMORY:
        path = Path(database.database)
        backup.copy(path, path.with_name(f"{path.name}.before-{number}.bak"), force=True)


@contextmanager
def _without_references(database: Any) -> Iterator[None]:
    """Rebuilding a table on SQLite drops it first, which would empty the tables that point to it."""
    if not isinstance(database, FencedSqlite):
        yield
        return
    database.execute_sql("PRAGMA foreign_keys = 0")
    try:
        yield
    finally:
        database.execute_sql("PRAGMA foreign_keys = 1")


def _finish(database: Any, number: int) -> None:
    """Raise the fences, prove the references and write the version, inside the migration's transaction."""
    existing = existing_tables()
    raise_fences(name for name in policies() if name in existing)
    if not isinstance(database, FencedSqlite):
        return
    broken = database.execute_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise DatabaseDamaged(
            f"{len(broken)} rows point to rows that do not exist (in {tables}); nothing was migrated.",
            hint="smallcrm doctor",
        )
    database.execute_sql(f"PRAGMA application_id = {version.APPLICATION_ID}")
    database.execute_sql(f"PRAGMA user_version = {number}")
