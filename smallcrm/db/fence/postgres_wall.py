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

_STAMP = "SELECT set_config('app.tenant', %s, false), set_config('app.account', %s, false)"


def _mine(column: str, kind: Kind) -> str:
    # nullif: after a reset the setting is '' and not NULL.
    return f"{column} = nullif(current_setting('app.{kind}', true), '')::bigint"


def statements_of(policy: Policy, app_role: str, owner_role: str) -> Iterable[str]:
    """The statements that fence one table; they may be run again."""
    table, app, owner = f'"{policy.table}"', f'"{app_role}"', f'"{owner_role}"'
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"REVOKE ALL ON {table} FROM PUBLIC, {app}"
    for name in ("fence_system", "fence_own", "fence_read", "fence_add"):
        yield f"DROP POLICY IF EXISTS {name} ON {table}"
    yield f"CREATE POLICY fence_system ON {table} TO {owner} USING (true) WITH CHECK (true)"
    tenant, account = _mine(policy.tenant_column, Kind.TENANT), _mine(policy.user_column, Kind.ACCOUNT)
    if policy.cls in (TableClass.TENANT, TableClass.ACCOUNT):
        own = tenant if policy.cls is TableClass.TENANT else account
        yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {app}"
        yield f"CREATE POLICY fence_own ON {table} TO {app} USING ({own}) WITH CHECK ({own})"
    elif policy.cls is TableClass.REFERENCE:
        yield f"GRANT SELECT ON {table} TO {app}"
        yield f"CREATE POLICY fence_read ON {table} FOR SELECT TO {app} USING (true)"
    elif policy.cls is TableClass.OUTWARD:
        one_stamp = f"({tenant} AND {policy.user_column} IS NULL) OR ({account} AND {policy.tenant_column} IS NULL)"
        yield f"GRANT INSERT ON {table} TO {app}"
        yield f"CREATE POLICY fence_add ON {table} FOR INSERT TO {app} WITH CHECK ({one_stamp})"


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
