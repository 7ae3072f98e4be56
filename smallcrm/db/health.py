"""Checks of the open database: its pages, its references, its tables, and the fence on each of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence import postgres_wall
from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.fence.register import Policy, TableClass, policies
from smallcrm.db.fence.scope import TENANT_SHIFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHOWN = 5
RESTORE = "put a backup in the file's place"


class Verdict(StrEnum):
    """How a check went; a problem makes the doctor exit with 1."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One check: its name, verdict, what was found, and the next command to type where there is one."""

    name: str
    verdict: Verdict
    detail: str
    hint: str = ""


def report(name: str, faults: list[str], good: str, hint: str = "") -> Check:
    """A check that is a problem where there are faults, of which the first few are named."""
    if not faults:
        return Check(name, Verdict.OK, good)
    more = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
    return Check(name, Verdict.PROBLEM, "; ".join(faults[:_SHOWN]) + more, hint)


def pages() -> Check:
    """Whether every page and index can be read and agrees with the others (SQLite), or the server answers."""
    database = proxy.target()
    if not isinstance(database, FencedSqlite):
        version = database.execute_sql("SHOW server_version").fetchone()[0]
        return Check("integrity", Verdict.OK, f"PostgreSQL {version} answers")
    rows = [row[0] for row in database.execute_sql(f"PRAGMA integrity_check({_SHOWN + 1})").fetchall()]
    faults = [" ".join(row.split()) for row in rows if row != "ok"]
    return report("integrity", faults, "every page and index is sound", RESTORE)


def references() -> Check:
    """Whether every reference points to a row that exists."""
    database = proxy.target()
    if not isinstance(database, FencedSqlite):
        rows = database.execute_sql(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f' AND NOT convalidated"
        ).fetchall()
        faults = [f"{table}: {name} was never proved" for table, name in rows]
        return report("references", faults, "every reference is enforced")
    counted: dict[str, int] = {}
    for row in database.execute_sql("PRAGMA foreign_key_check").fetchall():
        counted[row[0]] = counted.get(row[0], 0) + 1
    faults = [f"{count} rows of {table} point to nothing" for table, count in counted.items()]
    return report("references", faults, "every reference points to a row", RESTORE)


def existing_tables() -> set[str]:
    """The lower-case names of the tables in the database."""
    return {table.lower() for table in proxy.target().get_tables()}


def tables(expected: Iterable[str]) -> Check:
    """Whether the tables are those expected, and each is registered with the fence."""
    existing = existing_tables()
    faults = [f"{name} is missing" for name in sorted(set(expected) - existing)]
    faults += [f"{name} is not registered with the fence" for name in sorted(existing - set(policies()))]
    return report("tables", faults, f"{len(existing)} tables, all registered", RESTORE)


def fence() -> Check:
    """Whether the engine's own fence stands on every table of ours; on SQLite, whether a connection can raise it."""
    existing = existing_tables()
    known = [policy for name, policy in policies().items() if name in existing]
    database = proxy.target()
    found = _sqlite_faults(database, known) if isinstance(database, FencedSqlite) else _postgres_faults(known)
    return report("fence", list(found), f"it stands on {len(known)} tables", "smallcrm db migrate")


def _sqlite_faults(database: Any, known: list[Policy]) -> Iterator[str]:
    rows = database.execute_sql("SELECT lower(name), sql FROM sqlite_master WHERE type = 'table'").fetchall()
    made: dict[str, str] = dict(rows)
    database.raise_wall()
    for policy in known:
        if policy.cls is TableClass.TENANT and policy.packed_id:
            check = f'("id" >> {TENANT_SHIFT}) = "{policy.tenant_column}"'
            if check not in made[policy.table.lower()]:
                yield f"{policy.table} does not check its ids"


_ALL = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_TABLES = """
    SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity, pg_get_userbyid(c.relowner),
           ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid),
           ARRAY(SELECT v FROM unnest(%s::text[]) v WHERE has_table_privilege(%s, c.oid, v)),
           ARRAY(SELECT pg_get_constraintdef(k.oid) FROM pg_constraint k
                 WHERE k.conrelid = c.oid AND k.contype = 'c')
    FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
"""
_ROLE = """
    SELECT rolsuper OR rolbypassrls, has_schema_privilege(rolname, current_schema(), 'CREATE')
    FROM pg_roles WHERE rolname = %s
"""


def _postgres_faults(known: list[Policy]) -> Iterator[str]:
    database = proxy.target()
    app = proxy.databases()[0].role
    yield from _role_faults(database, app)
    rows = {row[0].lower(): row[1:] for row in database.execute_sql(_TABLES, (list(_ALL), app)).fetchall()}
    for policy in known:
        forced, owner, named, granted, checks = rows[policy.table.lower()]
        if not forced:
            yield f"{policy.table} has no forced row-level security"
        if owner == app:
            yield f"{policy.table} is owned by the application's role"
        if set(named) != postgres_wall.policies_of(policy.cls):
            yield f"{policy.table} has the policies {', '.join(sorted(named)) or 'none'}"
        if set(granted) != set(postgres_wall.GRANTS.get(policy.cls, ())):
            yield f"{policy.table} grants {', '.join(sorted(granted)) or 'nothing'}"
        if _lacks_id_check(policy, checks):
            yield f"{policy.table} does not check its ids"


def _lacks_id_check(policy: Policy, checks: list[str]) -> bool:
    if policy.cls is not TableClass.TENANT or not policy.packed_id:
        return False
    return not any(f"(id >> {TENANT_SHIFT}) = {policy.tenant_column}" in check for check in checks)


def _role_faults(database: Any, app: str) -> Iterator[str]:
    row = database.execute_sql(_ROLE, (app,)).fetchone()
    if row is None:
        yield f"the application's role {app} does not exist"
        return
    if row[0]:
        yield f"the application's role {app} is above row-level security"
    if row[1]:
        yield f"the application's role {app} can create tables"
