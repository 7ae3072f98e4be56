"""The second fence on PostgreSQL: forced row-level security, and an application role that owns nothing.

The scope's key is stamped on the connection as a setting, in autocommit before BEGIN: a SET inside a transaction
that is rolled back would be undone and leave the previous tenant's stamp.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.fence.register import Policy, TableClass
from smallcrm.db.fence.scope import Kind, Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

GRANTS: dict[TableClass, tuple[str, ...]] = {
    TableClass.TENANT: ("SELECT", "INSERT", "UPDATE", "DELETE"),
    TableClass.ACCOUNT: ("SELECT", "INSERT", "UPDATE", "DELETE"),
    TableClass.REFERENCE: ("SELECT",),
    TableClass.OUTWARD: ("INSERT",),
}
"""What the application's role may do with the tables of a class; with those of another class nothing."""
SYSTEM_POLICY = "fence_system"
POLICIES = {
    TableClass.TENANT: "fence_own",
    TableClass.ACCOUNT: "fence_own",
    TableClass.REFERENCE: "fence_read",
    TableClass.OUTWARD: "fence_add",
}
"""The policy for the application's role on the tables of a class; every table has SYSTEM_POLICY for the owner's."""
_STAMP = "SELECT set_config('app.tenant', %s, false), set_config('app.account', %s, false)"


def _mine(column: str, kind: Kind) -> str:
    # nullif: after a reset the setting is '' and not NULL.
    return f"{column} = nullif(current_setting('app.{kind}', true), '')::bigint"


def policies_of(cls: TableClass) -> set[str]:
    """The names of the policies on the tables of a class."""
    return {SYSTEM_POLICY, POLICIES.get(cls, SYSTEM_POLICY)}


def statements_of(policy: Policy, app_role: str, owner_role: str) -> Iterable[str]:
    """The statements that fence one table; they may be run again."""
    table, app, owner = f'"{policy.table}"', f'"{app_role}"', f'"{owner_role}"'
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"REVOKE ALL ON {table} FROM PUBLIC, {app}"
    for name in (SYSTEM_POLICY, *sorted(set(POLICIES.values()))):
        yield f"DROP POLICY IF EXISTS {name} ON {table}"
    yield f"CREATE POLICY {SYSTEM_POLICY} ON {table} TO {owner} USING (true) WITH CHECK (true)"
    if policy.cls in GRANTS:
        yield f"GRANT {', '.join(GRANTS[policy.cls])} ON {table} TO {app}"
        yield f"CREATE POLICY {POLICIES[policy.cls]} ON {table} {_rule(policy, app)}"


def _rule(policy: Policy, app: str) -> str:
    """For which statements the policy of the application's role is, and which rows it lets through."""
    tenant, account = _mine(policy.tenant_column, Kind.TENANT), _mine(policy.user_column, Kind.ACCOUNT)
    if policy.cls is TableClass.REFERENCE:
        return f"FOR SELECT TO {app} USING (true)"
    if policy.cls is TableClass.OUTWARD:
        one_stamp = f"({tenant} AND {policy.user_column} IS NULL) OR ({account} AND {policy.tenant_column} IS NULL)"
        return f"FOR INSERT TO {app} WITH CHECK ({one_stamp})"
    own = tenant if policy.cls is TableClass.TENANT else account
    return f"TO {app} USING ({own}) WITH CHECK ({own})"


def stamp(connection: Any, scope: Scope) -> None:
    """Tell a connection whose rows it may see, unless it knows."""
    mark = (scope.kind, scope.key)
    if getattr(connection, "smallcrm_scope", None) == mark:
        return
    connection.smallcrm_scope = None
    tenant = str(scope.key) if scope.kind is Kind.TENANT else ""
    account = str(scope.key) if scope.kind is Kind.ACCOUNT else ""
    connection.execute(_STAMP, (tenant, account))
    connection.smallcrm_scope = mark
