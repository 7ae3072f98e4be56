"""The schema of the open database as lines to compare, whatever order or spacing it was made with."""

from __future__ import annotations

import re
from typing import Any

from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.migrations.version import HISTORY

_POSTGRES = (
    """SELECT 'column ' || c.table_name || '.' || c.column_name || ' ' || c.data_type
              || coalesce(' collate ' || c.collation_name, '') || ' null:' || c.is_nullable
              || coalesce(' default ' || c.column_default, '') FROM information_schema.columns c
       WHERE c.table_schema = current_schema()""",
    """SELECT 'constraint ' || c.conrelid::regclass || ' ' || pg_get_constraintdef(c.oid)
       FROM pg_constraint c WHERE c.connamespace = current_schema()::regnamespace AND c.contype <> 'n'""",
    "SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = current_schema()",
    """SELECT 'policy ' || tablename || ' ' || policyname || ' ' || cmd || ' ' || coalesce(qual, '-') || ' '
              || coalesce(with_check, '-') FROM pg_policies WHERE schemaname = current_schema()""",
    """SELECT 'fence ' || relname || ' ' || relrowsecurity || ' ' || relforcerowsecurity FROM pg_class
       WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'""",
    """SELECT 'grant ' || table_name || ' ' || privilege_type FROM information_schema.role_table_grants
       WHERE table_schema = current_schema() AND grantee <> current_user""",
)
_SQLITE = """SELECT type, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"""


def schema_lines() -> list[str]:
    """Every table, column, constraint, index and fence of the open database but the history's, sorted."""
    database = proxy.target()
    lines = _sqlite_lines(database) if isinstance(database, FencedSqlite) else _postgres_lines(database)
    return sorted(line for line in lines if HISTORY not in line)


def _sqlite_lines(database: Any) -> list[str]:
    rows = database.execute_sql(_SQLITE).fetchall()
    return [f"{kind} {table} {_normal(sql)}" for kind, table, sql in rows]


def _postgres_lines(database: Any) -> list[str]:
    return [row[0] for query in _POSTGRES for row in database.execute_sql(query).fetchall()]


def _normal(sql: str) -> str:
    sql = re.sub(r"\s+", " ", sql.replace('"', "")).replace("( ", "(").replace(" )", ")")
    return re.sub(r"IF NOT EXISTS ", "", sql, flags=re.IGNORECASE)
