"""The class of every table, and what each scope may do with it; an unknown table is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from smallcrm.db.fence.scope import Kind, Scope, bound
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
    `sealed`: columns that only the system writes, such as one that is unique across the tenants: a scope that could
    write it could ask for each value whether another has it.
    """

    table: str
    cls: TableClass
    tenant_column: str = "tenant_id"
    user_column: str = "user_id"
    packed_id: bool = True
    sealed: tuple[str, ...] = ()

    def owner_column(self, kind: Kind) -> str:
        """The column that holds the owner's number in a scope of this kind."""
        return self.tenant_column if kind is Kind.TENANT else self.user_column


_OWNED = {(TableClass.TENANT, Kind.TENANT), (TableClass.ACCOUNT, Kind.ACCOUNT)}
_tables: dict[str, Policy] = {}
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_CATALOGUE = ("sqlite_", "pg_", "pragma_", "fts5", "json_", "fence_")
_VIRTUAL = frozenset({"information_schema", "dbstat", "bytecode", "tables_used", "generate_series", "completion"})
# Whoever names them first, and whether or not their models are imported yet.
_CLOSED = frozenset({"schema_migration"})
_WORKSPACES = "workspace"
_APPLICATION = """
workspace counter member operation change company company_domain company_phone contact contact_email contact_phone
contact_company pipeline stage deal deal_contact deal_stage activity activity_link activity_reminder ticket
ticket_watcher ticket_status ticket_reply comment comment_mention custom_field field_option custom_value saved_view
saved_mapping tag tagging external_id search_token
"""
APPLICATION = frozenset(_APPLICATION.split())
"""The tables of the workspaces, which are of no other class whatever model says so."""


def register(policy: Policy) -> None:
    """Make a table known to the fence; raises FenceRefused for one that is known otherwise, or is the engine's own."""
    if type(policy) is not Policy or type(policy.cls) is not TableClass or type(policy.sealed) is not tuple:
        raise FenceRefused("A table is registered with a policy.")
    for name in (policy.table, policy.tenant_column, policy.user_column, *policy.sealed):
        # Names go into the walls' own SQL; another spelling of a name could be another name to the fence alone.
        if type(name) is not str or not _NAME.fullmatch(name):
            raise FenceRefused(f"Not a name of a table or column: {name!r}.")
    known = _tables.get(policy.table)
    if (known is not None and known != policy) or not _may_be(policy):
        raise FenceRefused(f"The table {policy.table!r} cannot be registered as {policy.cls}.")
    scope = bound()
    if known is None and policy.cls is TableClass.REFERENCE and scope is not None and scope.fenced:
        raise FenceRefused(f"In a scope no table can be opened to everybody: {policy.table!r}.")
    _tables[policy.table] = policy


def _may_be(policy: Policy) -> bool:
    """Whether a table may have this policy, as far as its name goes."""
    name = policy.table
    if name in APPLICATION:
        own, sealed = ("id", ("slug",)) if name == _WORKSPACES else ("tenant_id", ())
        return policy.cls is TableClass.TENANT and policy.tenant_column == own and policy.sealed == sealed
    if name in _CLOSED or name.startswith("search_"):
        return policy.cls is TableClass.SYSTEM
    return not name.startswith(_CATALOGUE) and name not in _VIRTUAL


def unregister(table: str) -> None:
    """Forget a table that no longer exists (staging tables, tables of tests)."""
    _tables.pop(table.lower(), None)


def policy_of(table: str) -> Policy:
    """The policy of a table; raises FenceRefused for one that is not registered."""
    # The exact type: a subclass of str may lie about what it is in small letters.
    policy = _tables.get(table.lower()) if type(table) is str and table.isascii() else None
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
