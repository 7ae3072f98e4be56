"""One writer for each workspace at a time, and readers for whom it stands still."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.engines import FencedPostgres
from smallcrm.db.ids import bound_tenant

if TYPE_CHECKING:
    from collections.abc import Iterator


def lock_workspace() -> None:
    """Wait until nobody else writes to the bound workspace; the lock goes with the transaction.

    SQLite has one writer anyway. On PostgreSQL operations would otherwise wait for each other's counters in whatever
    order they take them, and end in deadlocks; and what one reads before it writes would not be what it writes over.
    """
    database = proxy.target()
    if isinstance(database, FencedPostgres):
        database.run_reviewed("SELECT pg_advisory_xact_lock(%s)", (bound_tenant(),))


@contextmanager
def one_view() -> Iterator[None]:
    """A transaction that reads everything as it was when it began, and keeps nobody from writing meanwhile."""
    postgres = isinstance(proxy.target(), FencedPostgres)
    with proxy.atomic("REPEATABLE READ" if postgres else "DEFERRED"):
        yield
