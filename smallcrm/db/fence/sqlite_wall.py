"""The second fence on SQLite: temporary triggers that stop a foreign write, and an authorizer for hosted use."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence.register import Policy, TableClass, policies
from smallcrm.db.fence.scope import Kind, bound

if TYPE_CHECKING:
    from collections.abc import Callable

_NOBODY = -1
_SYSTEM = 0
_GUARDED = (
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_INSERT,
    sqlite3.SQLITE_UPDATE,
    sqlite3.SQLITE_DELETE,
    sqlite3.SQLITE_ATTACH,
    sqlite3.SQLITE_DROP_TABLE,
    sqlite3.SQLITE_PRAGMA,
    sqlite3.SQLITE_CREATE_TRIGGER,
    sqlite3.SQLITE_DROP_TEMP_TRIGGER,
)


def _key(kind: Kind) -> Callable[[], int]:
    """A function for the engine: the bound key of one kind of scope, 0 for the system, -1 for nobody."""

    def answer() -> int:
        scope = bound()
        if scope is None:
            return _NOBODY
        if scope.kind is Kind.SYSTEM:
            return _SYSTEM
        return scope.key if scope.kind is kind and scope.key is not None else _NOBODY

    return answer


def _stop(policy: Policy, verb: str, row: str) -> str:
    """The condition under which a row must not be written."""
    tenant = f"fence_tenant() NOT IN (0, {row}.{policy.tenant_column})"
    account = f"fence_account() NOT IN (0, {row}.{policy.user_column})"
    if policy.cls is TableClass.TENANT:
        return tenant
    if policy.cls is TableClass.ACCOUNT:
        return account
    if policy.cls is TableClass.OUTWARD and verb == "INSERT":
        foreign = f"({tenant} OR {row}.{policy.user_column} IS NOT NULL)"
        stranger = f"({account} OR {row}.{policy.tenant_column} IS NOT NULL)"
        return f"fence_tenant() <> 0 AND ifnull({foreign}, 1) AND ifnull({stranger}, 1)"
    return "fence_tenant() <> 0"


def triggers_of(policy: Policy) -> dict[str, str]:
    """The CREATE statements of a table's write fence, by trigger name.

    One that stands is left: SQLite may have rolled back a bulk load, and with it the taking down of its trigger.
    """
    found = {}
    for verb, rows in (("INSERT", ("NEW",)), ("UPDATE", ("OLD", "NEW")), ("DELETE", ("OLD",))):
        name = f"fence_{policy.table}_{verb.lower()}"
        stop = " OR ".join(_stop(policy, verb, row) for row in rows)
        if verb == "UPDATE" and policy.cls is TableClass.TENANT:
            # Asking once is enough where the owner stays the same.
            moved = f"OLD.{policy.tenant_column} IS NOT NEW.{policy.tenant_column}"
            stop = f"{_stop(policy, verb, 'NEW')} OR ({moved} AND fence_tenant() <> 0)"
        found[name] = (
            f'CREATE TEMP TRIGGER IF NOT EXISTS "{name}" BEFORE {verb} ON main."{policy.table}" WHEN {stop} '
            "BEGIN SELECT RAISE(ABORT, 'tenant fence: this row is not yours'); END"
        )
    return found


def prepare(connection: sqlite3.Connection) -> None:
    """Teach a new connection who is asking; the triggers come with its first write."""
    for kind in (Kind.TENANT, Kind.ACCOUNT):
        connection.create_function(f"fence_{kind}", 0, _key(kind))


def raise_triggers(connection: sqlite3.Connection) -> None:
    """Put the write fence of every registered table that exists on this connection."""
    tables = {row[0].lower() for row in connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")}
    connection.execute("PRAGMA recursive_triggers = 1")
    for name, policy in policies().items():
        if name in tables and policy.cls is not TableClass.SYSTEM:
            for statement in triggers_of(policy).values():
                connection.execute(statement)


def drop_insert_trigger(connection: sqlite3.Connection, policy: Policy) -> None:
    """Take the insert fence of a table down, for a bulk load that proves its rows afterwards."""
    connection.execute(f'DROP TRIGGER IF EXISTS temp."fence_{policy.table}_insert"')


def raise_insert_trigger(connection: sqlite3.Connection, policy: Policy) -> None:
    """Put the insert fence of a table up again."""
    connection.execute(triggers_of(policy)[f"fence_{policy.table}_insert"])


def authorize(connection: sqlite3.Connection, trusted: Callable[[], bool]) -> None:
    """Refuse every statement that is not run by the fenced database itself or in a system scope.

    It is asked when a statement is prepared, so the connection must keep no prepared statements.
    """

    def ask(action: int, *_names: Any) -> int:
        scope = bound()
        if trusted() or (scope is not None and not scope.fenced):
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY if action in _GUARDED else sqlite3.SQLITE_OK

    connection.set_authorizer(ask)
