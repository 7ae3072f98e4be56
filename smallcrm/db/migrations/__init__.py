"""The schema's versions: numbered files that bring a database from any older version to this program's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.db.migrations.version import ensure_current as ensure_current
from smallcrm.db.migrations.version import known as known

if TYPE_CHECKING:
    from smallcrm.db.migrations.run import MigrationState


def status() -> list[MigrationState]:
    """Every migration that this program or the open database knows, oldest first."""
    from smallcrm.db.migrations import run

    return run.status()


def migrate() -> list[str]:
    """Bring the open database to this program's version; the names of the migrations applied."""
    from smallcrm.db.migrations import run

    return run.migrate()


def create_database(url: str, system_url: str | None = None) -> list[str]:
    """Make the database of a URL if there is none, private to its owner, and bring it to this version."""
    from smallcrm.db.migrations import run

    return run.create_database(url, system_url)
