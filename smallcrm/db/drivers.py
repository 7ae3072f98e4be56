"""Import Peewee without the server drivers, and give it psycopg when a PostgreSQL database is opened.

Peewee tries every driver it knows when it is imported; psycopg alone doubles the start-up of a command that
only needs SQLite.
"""

from __future__ import annotations

import sys
from typing import Any

_DRIVERS = ("pysqlite3", "psycopg2cffi", "psycopg2", "psycopg", "pymysql", "MySQLdb")


def _import_peewee_alone() -> None:
    hidden = [name for name in _DRIVERS if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # None makes `import name` fail at once
    try:
        import peewee  # noqa: F401
    finally:
        for name in hidden:
            del sys.modules[name]


if "peewee" not in sys.modules:
    _import_peewee_alone()


def load_psycopg() -> None:
    """Give Peewee the psycopg 3 driver; raises ImportError where it is not installed."""
    import peewee
    import psycopg
    from psycopg.pq import TransactionStatus
    from psycopg.types.json import Json, Jsonb

    vars(peewee).update(psycopg=psycopg, TransactionStatus=TransactionStatus, Json_pg3=Json, Jsonb_pg3=Jsonb)
    adapter = peewee.Psycopg3Adapter
    adapter.txn_idle = TransactionStatus.IDLE
    adapter.txn_inerror = TransactionStatus.INERROR
    adapter.txn_unknown = TransactionStatus.UNKNOWN


def one_statement_cursor() -> type:
    """A cursor class of psycopg that hands the server one statement at a time, with parameters or without.

    The simple protocol, which psycopg takes where there are no parameters, runs several.
    """
    import psycopg

    class OneStatement(psycopg.Cursor[tuple[object, ...]]):
        def _execute_send(self, query: Any, *, force_extended: bool = True, binary: bool | None = None) -> None:  # noqa: ARG002
            super()._execute_send(query, force_extended=True, binary=binary)

    return OneStatement
