"""The SQL that lies frozen beside a migration, one file per engine."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from smallcrm.db.fence.engines import FencedSqlite


def engine_of(database: Any) -> str:
    """The name of the engine in file names: sqlite or postgres."""
    return "sqlite" if isinstance(database, FencedSqlite) else "postgres"


def join_statements(statements: list[str]) -> str:
    """The text of a frozen file."""
    return "".join(f"{statement};\n\n" for statement in statements)


def split_statements(text: str) -> list[str]:
    """The statements of a frozen file."""
    return [part.strip() for part in text.split(";\n") if part.strip()]


def run_frozen(database: Any, migration: str) -> None:
    """Run the frozen SQL beside a migration's file on its engine."""
    path = Path(migration).with_suffix(f".{engine_of(database)}.sql")
    for statement in split_statements(path.read_text("utf-8")):
        database.execute_sql(statement)


def checksum(directory: Path, name: str, engine: str) -> str:
    """The SHA-256 of what a migration does on an engine; line ends do not count."""
    digest = hashlib.sha256()
    for suffix in (".py", f".{engine}.sql"):
        path = directory / f"{name}{suffix}"
        if path.exists():
            digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()
