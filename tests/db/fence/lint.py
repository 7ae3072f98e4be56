"""What is wrong with a schema in the fence's eyes; the only place that knows where the register is kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from smallcrm.db import fence
from smallcrm.db.fence.register import Policy, TableClass, policies, register, unregister
from tests.support.postgres import APP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.db.fence.world import World

__all__ = ["Policy", "TableClass", "known", "problems", "register", "unregister"]

VERBS = ("INSERT", "UPDATE", "DELETE")


def known() -> dict[str, Policy]:
    """Every registered table and its policy."""
    return dict(policies())


def problems(world: World, tables: list[str] | None = None) -> list[str]:
    """One line for every fault of the schema; of some tables, or of all there are."""
    with world.outside() as connection:
        found = sqlite_tables(connection) if world.engine == "sqlite" else postgres_tables(connection)
        lines = []
        for name in sorted(found):
            if tables is None or name in tables:
                lines += [f"{name}: {fault}" for fault in faults(world, connection, name)]
        return lines


def sqlite_tables(connection: Any) -> list[str]:
    """The tables of an SQLite file."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return [row[0] for row in connection.execute(query)]


def postgres_tables(connection: Any) -> list[str]:
    """The tables of the public schema."""
    query = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
    return [row[0] for row in connection.execute(query)]


def faults(world: World, connection: Any, name: str) -> Iterator[str]:
    """The faults of one table."""
    policy = known().get(name.lower())
    if policy is None:
        yield "has no class"
        return
    if policy.cls is TableClass.TENANT:
        yield from check_faults(world, connection, name, policy)
        yield from key_faults(world, connection, name, policy)
    yield from (sqlite_faults(name, policy) if world.engine == "sqlite" else postgres_faults(connection, name, policy))


def checks(world: World, connection: Any, name: str) -> list[str]:
    """The conditions that the engine checks on every row, without quotes, brackets and blanks."""
    if world.engine == "sqlite":
        sql = connection.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
        found = re.findall(r"CHECK\s*\((.*)\)\s*,?\s*$", sql, re.MULTILINE)
    else:
        query = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass"
        found = [row[0].removeprefix("CHECK ") for row in connection.execute(query, (name,))]
    return [re.sub(r"[\s()\"]", "", text) for text in found]


def references(world: World, connection: Any, name: str) -> list[str]:
    """The columns that hold another row's id."""
    if world.engine == "sqlite":
        return [row[3] for row in connection.execute(f'PRAGMA foreign_key_list("{name}")')]
    query = (
        "SELECT attname FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY (conkey)"
        " WHERE contype = 'f' AND conrelid = %s::regclass"
    )
    return [row[0] for row in connection.execute(query, (name,))]


def check_faults(world: World, connection: Any, name: str, policy: Policy) -> Iterator[str]:
    """Ids and references that the engine does not tie to the tenant."""
    there = checks(world, connection, name)
    columns = references(world, connection, name)
    for column in [*(["id"] if policy.packed_id else []), *columns]:
        if f"{column}>>40={policy.tenant_column}" not in there:
            yield f"has no check on {column}"


def key_faults(world: World, connection: Any, name: str, policy: Policy) -> Iterator[str]:
    """Keys, but for the packed id's own, that do not lead with the tenant."""
    if world.engine == "sqlite":
        found = []
        for row in connection.execute(f'PRAGMA index_list("{name}")').fetchall():
            columns = [part[2] for part in connection.execute(f'PRAGMA index_info("{row[1]}")')]
            found.append((row[1], columns))
    else:
        query = (
            "SELECT c.relname, array_agg(a.attname ORDER BY k.n) FROM pg_index AS i"
            " JOIN pg_class AS c ON c.oid = i.indexrelid"
            " CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, n)"
            " JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum"
            " WHERE i.indrelid = %s::regclass GROUP BY c.relname"
        )
        found = connection.execute(query, (name,)).fetchall()
    for key, columns in found:
        if columns[0] != policy.tenant_column and columns != ["id"]:
            yield f"has a key that does not lead with the tenant: {key}"


def sqlite_faults(name: str, policy: Policy) -> Iterator[str]:
    """Triggers that a fenced connection does not have."""
    wanted = VERBS[:1] if policy.cls is TableClass.OUTWARD else VERBS
    with fence.system_scope("look at the triggers"):
        query = "SELECT upper(sql) FROM sqlite_temp_master WHERE type = 'trigger' AND lower(tbl_name) = ?"
        there = [row[0] for row in fence.proxy.execute_sql(query, (name.lower(),))]
    for verb in wanted:
        if not any(f"BEFORE {verb}" in sql for sql in there):
            yield f"has no trigger on {verb}"


def postgres_faults(connection: Any, name: str, policy: Policy) -> Iterator[str]:
    """Row-level security that is not there, or that the application role could pass."""
    query = (
        "SELECT relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) FROM pg_class WHERE oid = %s::regclass"
    )
    enabled, forced, owner = connection.execute(query, (name,)).fetchone()
    if policy.cls is not TableClass.REFERENCE and not (enabled and forced):
        yield "has no forced row-level security"
    if owner == APP:
        yield "is owned by the application role"
    rights = connection.execute(f"SELECT has_table_privilege('{APP}', %s, 'TRUNCATE')", (name,)).fetchone()
    if rights[0]:
        yield "can be truncated by the application role"
    found = f"SELECT qual, with_check FROM pg_policies WHERE tablename = %s AND '{APP}' = ANY (roles)"
    rules = connection.execute(found, (name,)).fetchall()
    if policy.cls is TableClass.TENANT and not any(policy.tenant_column in (rule[0] or "") for rule in rules):
        yield "has no policy on the tenant"
    if any(rule[0] == "true" for rule in rules) and policy.cls is not TableClass.REFERENCE:
        yield "has a policy that lets everything through"
