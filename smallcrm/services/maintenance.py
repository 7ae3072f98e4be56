"""Looking after the database as a whole: its schema, copies of it, and whether it is well."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from smallcrm.db import backup, engine, files, health, migrations
from smallcrm.db.faults import faults
from smallcrm.db.fence import system_scope
from smallcrm.db.health import Check, Verdict
from smallcrm.db.migrations.version import number_of, too_new
from smallcrm.errors import NotFound, SmallCRMError, UsageError
from smallcrm.models import all_models
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.workspaces import current, list_workspaces, open_session, opened
from smallcrm.text import mask_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smallcrm.config import Settings
    from smallcrm.db.migrations.run import MigrationState
    from smallcrm.services.reindexing import Progress

MEMORY = Path(":memory:")


@contextmanager
def _opened(settings: Settings) -> Iterator[None]:
    """The database of the settings, open whatever version it has."""
    with faults(settings.database_url):
        engine.open_database(settings.database_url, settings.system_database_url)
        try:
            yield
        finally:
            engine.close_database()


def require_operator(settings: Settings, as_member: str | None) -> None:
    """Raise NotAllowed where a member is named whose role does not cover the whole database.

    Where nobody is named it is the work of whoever has the file, or the operator's address of a server.
    """
    if as_member is not None:
        with open_session(settings, as_member=as_member):
            require(Verb.OPERATE)


def file_of(settings: Settings) -> Path | None:
    """The database's file; None on PostgreSQL or in memory."""
    if not settings.database_url.startswith("sqlite:///"):
        return None
    path = engine.sqlite_path(settings.database_url)
    return None if path == MEMORY else path


def schema_status(settings: Settings) -> list[MigrationState]:
    """Every migration that this program or the database knows, oldest first."""
    with _opened(settings):
        return migrations.status()


def refuse_newer(states: list[MigrationState]) -> None:
    """Raise DatabaseTooNew where the database has a migration that this program does not know."""
    unknown = [state.name for state in states if state.state == "unknown"]
    if unknown:
        raise too_new(number_of(unknown[-1]))


def migrate(settings: Settings, *, as_member: str | None = None) -> list[str]:
    """Bring the database to this program's version; the names of the migrations applied."""
    require_operator(settings, as_member)
    all_models()  # a table is fenced when its model is known
    with _opened(settings):
        return migrations.migrate()


def backup_to(settings: Settings, target: Path, *, force: bool = False, as_member: str | None = None) -> int:
    """Copy the database into one private file; its size in bytes. SQLite only."""
    require_operator(settings, as_member)
    path = file_of(settings)
    if path is None:
        url = mask_secrets(settings.system_database_url or settings.database_url)
        raise UsageError(
            "PostgreSQL makes its own copies; smallcrm db backup copies SQLite files only.",
            hint=f"pg_dump --enable-row-security --format=custom --file={target} '{url}'",
        )
    with _opened(settings):
        if all(state.state == "pending" for state in migrations.status()):
            raise NotFound(f"The database holds nothing yet: {path}.", hint="smallcrm init NAME")
        return backup.copy(path, target, force=force)


def examine(settings: Settings, *, fix: bool = False, as_member: str | None = None) -> list[Check]:
    """Every check of the program, the files and the database; `fix` makes files private again."""
    if fix:
        require_operator(settings, as_member)
    path = file_of(settings)
    checks = [_guarded("versions", files.versions)]
    if path is not None:
        checks.append(_guarded("permissions", lambda: files.permissions(path, settings.home, fix=fix)))
        checks.append(_guarded("disk", lambda: files.room(path)))
    try:
        with _opened(settings):
            checks.append(schema := _schema(migrations.status()))
            if schema.verdict is Verdict.OK:
                checks.extend(_inside())
                checks.append(_guarded("search", _search))
    except SmallCRMError as error:
        checks.append(_failed("database", error))
    return checks


def _inside() -> Iterator[Check]:
    expected = [model._meta.table_name for model in all_models()]
    with system_scope("examine the database"):
        yield _guarded("integrity", health.pages)
        yield _guarded("references", health.references)
        yield _guarded("tables", lambda: health.tables(expected))
        yield _guarded("fence", health.fence)


def _search() -> Check:
    from smallcrm.services import reindexing

    return reindexing.examine()


def reindex(settings: Settings, progress: Progress, *, as_member: str | None = None) -> int:
    """Make the search index of the named workspace anew, or of all; gives the number of records in it."""
    from smallcrm.services import reindexing

    require_operator(settings, as_member)
    rows = list_workspaces(settings)
    if settings.workspace is not None:
        named = current(settings, rows)
        if named is None:
            raise NotFound(f"There is no workspace {settings.workspace!r}.", hint="smallcrm workspace list")
        rows = [named]
    with opened(settings):
        return reindexing.rebuild([row.number for row in rows], progress)


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    """The result of a check, which is a problem where it cannot be made."""
    try:
        with faults():
            return check()
    except SmallCRMError as error:
        return _failed(name, error)


def _failed(name: str, error: SmallCRMError) -> Check:
    return Check(name, Verdict.PROBLEM, error.sentence, error.hint or "")


def _schema(states: list[MigrationState]) -> Check:
    wrong = [state for state in states if state.state != "applied"]
    if not wrong:
        return Check("schema", Verdict.OK, f"version {states[-1].name}")
    first = wrong[0]
    hint = "smallcrm db migrate" if first.state == "pending" else "update smallCRM"
    return Check("schema", Verdict.PROBLEM, f"{first.name} is {first.state}", hint)
