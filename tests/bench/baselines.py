"""The same work without a CRM: csv, sqlite3 and psycopg, as fast as they go."""

from __future__ import annotations

import csv
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ("first", "last", "email", "phone", "title", "company", "domain", "city", "country", "stage", "tier", "notes")
_LISTED = ", ".join(COLUMNS)
_TABLE = ", ".join(f"{name} text" for name in COLUMNS).replace("email text", "email text UNIQUE")
_KEYS = ("last, first", "company", "city")


def open_raw(path: Path) -> sqlite3.Connection:
    """A plain SQLite database with the journal, the cache and the page size of ours."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size = 8192", "journal_mode = WAL", "synchronous = NORMAL", "cache_size = -64000"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def make_table(connection: sqlite3.Connection) -> None:
    """The table that the rows go into: a unique address and three more indexes."""
    connection.execute(f"CREATE TABLE contact (id integer PRIMARY KEY, {_TABLE})")
    for at, columns in enumerate(_KEYS):
        connection.execute(f"CREATE INDEX contact_{at} ON contact ({columns})")


def load(connection: sqlite3.Connection, source: Path) -> None:
    """Put the rows of a CSV file in, in one transaction; an address that is there already is passed over."""
    marks = ", ".join("?" * len(COLUMNS))
    with source.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        connection.execute("BEGIN")
        connection.executemany(f"INSERT OR IGNORE INTO contact ({_LISTED}) VALUES ({marks})", reader)
        connection.execute("COMMIT")


def copy(url: str, source: Path) -> None:
    """COPY the same rows to a temporary table, and from there into an indexed one, in one transaction."""
    import psycopg

    with psycopg.connect(url) as connection, source.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        body = _TABLE.replace(" UNIQUE", "")
        connection.execute(f"CREATE TEMP TABLE incoming ({body})".encode())
        with connection.cursor().copy(f"COPY incoming ({_LISTED}) FROM STDIN".encode()) as target:
            for row in reader:
                target.write_row(row)
        into = f"INSERT INTO flat ({_LISTED}) SELECT {_LISTED} FROM incoming ON CONFLICT DO NOTHING"
        connection.execute(into.encode())


def make_copy_table(url: str) -> None:
    """The indexed table of `copy`."""
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE flat (id bigserial PRIMARY KEY, {_TABLE})".encode())
        for at, columns in enumerate(_KEYS):
            connection.execute(f"CREATE INDEX flat_{at} ON flat ({columns})".encode())


def flatten(exported: Path, path: Path) -> None:
    """A table with the columns and the texts of an export."""
    connection = sqlite3.connect(path)
    with exported.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        listed = ", ".join(f'"{name}" text' for name in header)
        connection.execute(f"CREATE TABLE flat ({listed})")
        connection.executemany(f"INSERT INTO flat VALUES ({', '.join('?' * len(header))})", reader)
    connection.commit()
    connection.close()


def write_out(path: Path, target: Path) -> None:
    """A cursor over the whole table and csv.writer."""
    connection = sqlite3.connect(path)
    cursor = connection.execute("SELECT * FROM flat")
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column[0] for column in cursor.description])
        writer.writerows(cursor)
    connection.close()
