"""The first tables: workspaces, members, the journal, companies, contacts, tags, external ids and search."""

from __future__ import annotations

from typing import Any

from smallcrm.db.migrations.frozen import run_frozen


def up(_migrator: Any, database: Any) -> None:
    """Create the tables from the frozen SQL."""
    run_frozen(database, __file__)
