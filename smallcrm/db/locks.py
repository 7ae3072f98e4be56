"""One writer for each workspace at a time."""

from __future__ import annotations

from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.engines import FencedPostgres
from smallcrm.db.ids import bound_tenant


def lock_workspace() -> None:
    """Wait until nobody else writes to the bound workspace; the lock goes with the transaction.

    SQLite has one writer anyway. On PostgreSQL operations would otherwise wait for each other's counters in whatever
    order they take them, and end in deadlocks; and what one reads before it writes would not be what it writes over.
    """
    database = proxy.target()
    if isinstance(database, FencedPostgres):
        database.run_reviewed("SELECT pg_advisory_xact_lock(%s)", (bound_tenant(),))
