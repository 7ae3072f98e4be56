"""What of Peewee's database is open to a tenant or account scope: a closed list.

Whatever else there is, or comes, is refused there, since most of it puts its caller's text into SQL, or changes the
connection for every tenant after.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

_TRANSACTIONS = """
after_commit atomic batch_commit close connect connection_context in_transaction is_closed is_connection_usable
manual_commit pop_transaction push_transaction savepoint session_commit session_rollback session_start
top_transaction transaction transaction_depth
"""
# What a query asks while it is rendered, and what is made of its result.
_RENDERING = """
conflict_statement conflict_update default_values_insert get_context_options get_noop_select get_sql_context
index_value_literals last_insert_id rows_affected
"""
# They make nodes, which the wall reads like any other.
_NODES = "extract_date from_timestamp get_binary_type interval random to_timestamp truncate_date"
OPEN = frozenset(f"{_TRANSACTIONS} {_RENDERING} {_NODES}".split())


def shut(cls: type) -> None:
    """Close what a database class has of Peewee and is not on the list."""
    for name in dir(cls):
        owner = next(base for base in cls.__mro__ if name in vars(base))
        if name.startswith("_") or name in OPEN or owner.__module__ != "peewee":
            continue
        found = vars(owner)[name]
        if isinstance(found, property):
            setattr(cls, name, property(*(half and _asking(name, half) for half in (found.fget, found.fset))))
        elif callable(found) and not isinstance(found, type):
            setattr(cls, name, _asking(name, found))


def _asking(name: str, done: Any) -> Any:
    @wraps(done)
    def asked(self: Any, *args: Any, **kwargs: Any) -> Any:
        self.refuse_in_scope(name)
        return done(self, *args, **kwargs)

    return asked
