"""Freeze the schema of the models: `python -m tests.support.freeze 0001_initial`, while it is unreleased.

It writes the SQL of both engines beside the migration, and a small database of that version into db/versions.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db import fulltext
from smallcrm.db.ddl import table_statements
from smallcrm.db.fence.register import policies
from smallcrm.db.ids import make_id
from smallcrm.db.migrations import version
from smallcrm.db.migrations.frozen import checksum, join_statements
from smallcrm.models import all_models

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSIONS = Path(__file__).parents[1] / "db" / "versions"


def statements(*, postgres: bool) -> list[str]:
    """The CREATE statements of every model, parents first."""
    made = [line for model in _sorted() for line in table_statements(model, postgres=postgres)]
    return made if postgres else [*made, *fulltext.CREATE]


def _sorted() -> list[Any]:
    """Every model, parents first."""
    found: list[Any] = pw.sort_models(all_models())  # type: ignore[attr-defined]  # its stub forgets it
    return found


def _value(model: Any, field: pw.Field) -> object:
    policy = policies()[model._meta.table_name]
    if field.column_name == policy.tenant_column:
        return 1
    if field.primary_key or isinstance(field, pw.ForeignKeyField) or getattr(field, "packed", False):
        return make_id(1, 1)
    if field.field_type == "BLOB":
        return b"\1"
    return f"{field.column_name} é" if field.field_type == "TEXT" else 1


def sample_rows() -> Iterator[tuple[str, dict[str, object]]]:
    """One row of every table, as column and value."""
    for model in _sorted():
        yield model._meta.table_name, {f.column_name: _value(model, f) for f in model._meta.sorted_fields}


def _literal(value: object, *, postgres: bool) -> str:
    if isinstance(value, bytes):
        return f"'\\x{value.hex()}'" if postgres else f"X'{value.hex()}'"
    return str(value) if isinstance(value, int) else f"'{value}'"


def _insert(table: str, row: dict[str, object], *, postgres: bool) -> str:
    values = ", ".join(_literal(value, postgres=postgres) for value in row.values())
    return f'INSERT INTO "{table}" ({", ".join(row)}) VALUES ({values})'


def dump_of(name: str, *, postgres: bool) -> list[str]:
    """The statements that make a database of this version with one row in every table."""
    engine = "postgres" if postgres else "sqlite"
    kind = "BIGINT" if postgres else "INTEGER"
    row = {"name": name, "applied": 1, "checksum": checksum(version.DIRECTORY, name, engine)}
    made = statements(postgres=postgres)
    made.append(
        f'CREATE TABLE "{version.HISTORY}" ("name" TEXT NOT NULL PRIMARY KEY, "applied" {kind} NOT NULL, '
        '"checksum" TEXT NOT NULL)'
    )
    made.extend(_insert(table, values, postgres=postgres) for table, values in [*sample_rows(), (version.HISTORY, row)])
    if not postgres:
        number = int(version.number_of(name))
        made += [f"PRAGMA application_id = {version.APPLICATION_ID}", f"PRAGMA user_version = {number}"]
    return made


def freeze(name: str) -> None:
    """Write the frozen files of a migration and the database of its version."""
    for engine in ("sqlite", "postgres"):
        postgres = engine == "postgres"
        path = version.DIRECTORY / f"{name}.{engine}.sql"
        path.write_text(join_statements(statements(postgres=postgres)), "utf-8")
        dump = VERSIONS / f"{version.number_of(name)}.{engine}.sql"
        dump.write_text(join_statements(dump_of(name, postgres=postgres)), "utf-8")


if __name__ == "__main__":
    freeze(sys.argv[1])
