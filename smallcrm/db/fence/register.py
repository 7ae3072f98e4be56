"""The class of every table, and what each scope may do with it; an unknown table is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from smallcrm.db.fence.scope import Kind, Scope
from smallcrm.errors import FenceRefused


class TableClass(StrEnum):
    """What a table holds, which decides who reaches it."""

    TENANT = "tenant"
    ACCOUNT = "account"
    USAGE = "usage"
    BILLING = "billing"
    REFERENCE = "reference"
    OUTWARD = "outward"
    SYSTEM = "system"


class Verb(StrEnum):
    """What a statement does with a table."""

    READ = "read"
    INSERT = "insert"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Policy:
    """One table's class and the columns that hold its owner's number.

    `packed_id`: the primary key is `tenant << 40 | n`; a table with a key of another kind says no.
    """

    table: str
    cls: TableClass
    tenant_column: str = "tenant_id"
    user_column: str = "user_id"
    packed_id: bool = True

    def owner_column(self, kind: Kind) -> str:
        """The column that holds the owner's number in a scope of this kind."""
        return self.tenant_column if kind is Kind.TENANT else self.user_column


_OWNED = {(TableClass.TENANT, Kind.TENANT), (TableClass.ACCOUNT, Kind.ACCOUNT)}
_tables: dict[str, Policy] = {}


def register(policy: Policy) -> None:
    """Make a table known to the fence."""
    _tables[policy.table.lower()] = policy


def unregister(table: str) -> None:
    """Forget a table that no longer exists (staging tables, tables of tests)."""
    _tables.pop(table.lower(), None)


def policy_of(table: str) -> Policy:
    """The policy of a table; raises FenceRefused for one that is not registered."""
    policy = _tables.get(table.lower()) if table.isascii() else None
    if policy is None:
        raise FenceRefused(f"The table {table!r} is not registered with the fence.")
    return policy


def policies() -> dict[str, Policy]:
    """Every registered policy by lower-case table name."""
    return dict(_tables)


def guard(policy: Policy, scope: Scope, verb: Verb) -> str | None:
    """The column that must equal the scope's key for this verb, or None for no filter; raises FenceRefused."""
    if scope.kind is Kind.SYSTEM:
        return None
    if (policy.cls, scope.kind) in _OWNED:
        return policy.owner_column(scope.kind)
    if policy.cls is TableClass.REFERENCE and verb is Verb.READ:
        return None
    if policy.cls is TableClass.OUTWARD and verb is Verb.INSERT:
        return policy.owner_column(scope.kind)
    raise FenceRefused(f"The {policy.cls} table {policy.table!r} cannot be {_PAST[verb]} in {scope.kind} scope.")


_PAST = {Verb.READ: "read", Verb.INSERT: "added to", Verb.CHANGE: "changed"}
