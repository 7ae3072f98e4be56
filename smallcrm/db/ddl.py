"""The schema of models as SQL: columns, the checks that keep ids and references inside their tenant, keys, fences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence import postgres_wall
from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.fence.register import TableClass, policies
from smallcrm.db.fence.scope import TENANT_SHIFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_INTEGERS = frozenset({"INT", "BIGINT", "SMALLINT", "AUTO", "BIGAUTO"})
_TEXTS = frozenset({"TEXT", "VARCHAR", "CHAR"})


@dataclass(frozen=True, slots=True)
class Key:
    """An index of a table: its columns, whether it is unique, and for which rows it holds."""

    columns: tuple[str, ...]
    unique: bool = False
    where: str = ""

    def name(self, table: str) -> str:
        """The index's name."""
        return f"{table}_{'_'.join(column for column in self.columns if column != 'tenant_id')}"


def _column_type(field: pw.Field, *, postgres: bool) -> str:
    kind = field.field_type
    if isinstance(field, pw.ForeignKeyField) or kind in _INTEGERS:
        return "BIGINT" if postgres else "INTEGER"
    if kind in _TEXTS:
        return 'TEXT COLLATE "C"' if postgres else "TEXT"
    if kind == "DOUBLE":
        return "DOUBLE PRECISION" if postgres else "REAL"
    if kind == "BLOB":
        return "BYTEA" if postgres else "BLOB"
    if kind == "BOOL":
        return "BOOLEAN" if postgres else "INTEGER"
    types: dict[str, str] = proxy.databases()[0]._field_types
    return types.get(kind, kind)


def _column(field: pw.Field, *, postgres: bool) -> str:
    text = f'"{field.column_name}" {_column_type(field, postgres=postgres)}'
    if field.primary_key:
        text += " PRIMARY KEY"
    if not field.null:
        text += " NOT NULL"
    if isinstance(field, pw.ForeignKeyField):
        text += f' REFERENCES "{field.rel_model._meta.table_name}" ("{field.rel_field.column_name}")'
    return text


def _checks(model: Any) -> Iterator[str]:
    policy = policies()[model._meta.table_name.lower()]
    if policy.cls is not TableClass.TENANT:
        return
    owner = policy.tenant_column
    if policy.packed_id:
        yield f'CHECK (("id" >> {TENANT_SHIFT}) = "{owner}")'
    for field in model._meta.sorted_fields:
        if isinstance(field, pw.ForeignKeyField) or getattr(field, "packed", False):
            yield f'CHECK (("{field.column_name}" >> {TENANT_SHIFT}) = "{owner}")'


def keys_of(model: Any) -> Iterator[Key]:
    """The indexes that a model declares."""
    yield from model._meta.keys
    for field in model._meta.sorted_fields:
        if field.unique:
            yield Key((field.column_name,), unique=True)
    for columns, unique in model._meta.indexes:
        yield Key(tuple(model._meta.fields[name].column_name for name in columns), unique=unique)


def table_statements(model: Any, *, postgres: bool) -> Iterator[str]:
    """The CREATE statements of one model's table and keys."""
    meta = model._meta
    table = meta.table_name
    lines = [_column(field, postgres=postgres) for field in meta.sorted_fields]
    if isinstance(meta.primary_key, pw.CompositeKey):
        names = ", ".join(f'"{meta.fields[name].column_name}"' for name in meta.primary_key.field_names)
        lines.append(f"PRIMARY KEY ({names})")
    lines.extend(_checks(model))
    tail = " WITHOUT ROWID" if meta.without_rowid and not postgres else ""
    yield f'CREATE TABLE "{table}" (\n  ' + ",\n  ".join(lines) + f"\n){tail}"
    for key in keys_of(model):
        unique = "UNIQUE " if key.unique else ""
        listed = ", ".join(f'"{column}"' for column in key.columns)
        where = f" WHERE {key.where}" if key.where else ""
        yield f'CREATE {unique}INDEX "{key.name(table)}" ON "{table}" ({listed}){where}'


def create_tables(models: Iterable[Any]) -> None:
    """Create the tables of models with their keys, checks and fences; needs a system scope."""
    models = list(models)
    database = proxy.target()
    postgres = not isinstance(database, FencedSqlite)
    for model in _parents_first(models):
        for statement in table_statements(model, postgres=postgres):
            database.execute_sql(statement)
    raise_fences(model._meta.table_name for model in models)


def _parents_first(models: list[Any]) -> list[Any]:
    sort: Any = vars(pw)["sort_models"]
    found: list[Any] = sort(models)
    return found


def raise_fences(tables: Iterable[str]) -> None:
    """Put the engine's own fence on tables, new or again; needs a system scope."""
    database = proxy.target()
    if isinstance(database, FencedSqlite):
        database.forget_walls()
        return
    if not database.engine_fence:
        return
    app_role = proxy.databases()[0].role
    known = policies()
    for table in tables:
        for statement in postgres_wall.statements_of(known[table.lower()], app_role, database.role):
            database.execute_sql(statement)
