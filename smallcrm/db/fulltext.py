"""The search index of SQLite: a full-text table for each object, whose row number is the id of the record.

A table for each, since a beginning of a word gathers all its hits, of every object in the table and of every tenant,
before the first one is given. This module is the only one that touches these tables; a tenant's rows are a range of
numbers, and this module checks it itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.fence import proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.fence.register import Policy, TableClass, register
from smallcrm.db.fence.scope import TENANT_SHIFT
from smallcrm.db.ids import MAX_NUMBER, bound_tenant, own_id
from smallcrm.errors import FenceRefused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

# What is searched, by its code; a test holds it against the nouns.
OBJECTS = {1: "company", 2: "contact", 5: "deal", 6: "ticket", 7: "activity", 8: "comment"}
TABLES = {code: f"search_{name}" for code, name in OBJECTS.items()}
CREATE = [
    f"CREATE VIRTUAL TABLE {table} USING fts5(title, words, detail=column, columnsize=0, tokenize='ascii')"
    for table in TABLES.values()
]
PREPARE = "search_prepared"
Row = tuple[int, str, str]

for _table in TABLES.values():
    register(Policy(_table, TableClass.SYSTEM, packed_id=False))
    for _suffix in ("data", "idx", "content", "docsize", "config"):
        register(Policy(f"{_table}_{_suffix}", TableClass.SYSTEM, packed_id=False))


class Seen(NamedTuple):
    """How far back the newest rows go: the first id of as many numbers, and whether that is all there is."""

    since: int
    everything: bool


def is_used() -> bool:
    """Whether the database in use is indexed so."""
    return isinstance(proxy.target(), FencedSqlite)


def checked(record_id: int) -> int:
    """An id as a row number; raises FenceRefused for a record of another tenant."""
    if record_id >> TENANT_SHIFT != bound_tenant():
        raise FenceRefused("A search row belongs to the bound tenant.")
    return record_id


def insert(code: int, rows: Iterable[Row]) -> None:
    """Index new records: (id, title, other words)."""
    numbered = [(checked(record_id), title, words) for record_id, title, words in rows]
    proxy.target().run_many(f"INSERT INTO {TABLES[code]}(rowid, title, words) VALUES (?, ?, ?)", numbered)


def insert_from(code: int, query: Any, *, prepare: bool) -> None:
    """Index what a query gives as (i, t, w), all of them new."""
    database = proxy.target()
    sql, params = database.get_sql_context().sql(query).query()
    texts = f"{_folded('r.t')}, {_folded('r.w')}" if prepare else "r.t, r.w"
    database.run_reviewed(
        f"INSERT INTO {TABLES[code]}(rowid, title, words) SELECT r.i, {texts} FROM ({sql}) AS r "
        f"WHERE r.i >> {TENANT_SHIFT} = ?",
        [*params, bound_tenant()],
    )


def _folded(column: str) -> str:
    """SQL that prepares a text; plain ASCII has as many bytes as characters, and is not worth a call."""
    return f"CASE WHEN length({column}) = length(CAST({column} AS BLOB)) THEN {column} ELSE {PREPARE}({column}) END"


def remove(code: int, first_id: int, last_id: int) -> None:
    """Take the records from `first_id` to `last_id` out of the index; what is never searched has nothing in it."""
    if code in TABLES:
        bounds = (checked(first_id), checked(last_id))
        proxy.target().run_reviewed(f"DELETE FROM {TABLES[code]} WHERE rowid BETWEEN ? AND ?", bounds)


def remove_each(code: int, ids: Sequence[int]) -> None:
    """Take these records out of the index; what is never searched has nothing in it."""
    if code in TABLES:
        numbered = [(checked(record_id),) for record_id in ids]
        proxy.target().run_many(f"DELETE FROM {TABLES[code]} WHERE rowid = ?", numbered)


def ids(code: int, query: str, since: int, limit: int) -> list[int]:
    """The newest records that a full-text query finds, from the id `since` on; 0: of all."""
    found = _run(f"SELECT rowid FROM {TABLES[code]} WHERE {TABLES[code]} MATCH ? AND rowid BETWEEN ? AND ? "
                 "ORDER BY rowid DESC LIMIT ?", query, *_range(since), limit)  # fmt: skip
    return [row[0] for row in found]


def rows(code: int, query: str, limit: int) -> list[Row]:
    """The newest records that a full-text query finds, as they are indexed."""
    found = _run(f"SELECT rowid, title, words FROM {TABLES[code]} WHERE {TABLES[code]} MATCH ? "
                 "AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?", query, *_range(), limit)  # fmt: skip
    return list(found)


def newest(code: int, count: int) -> Seen:
    """From where on the newest `count` numbers are."""
    table = f"{TABLES[code]}_content"
    row = next(_run(f"SELECT max(id) FROM {table} WHERE id BETWEEN ? AND ?", *_range()), None)
    last = own_id(0) if row is None or row[0] is None else int(row[0])
    since = max(last - count + 1, own_id(0))
    return Seen(since, since == own_id(0))


def titled(code: int, pieces: Sequence[str], since: int) -> Iterator[Row]:
    """The records from an id on whose title has all these pieces, anywhere in it: newest first, without their words.

    Read from the texts as they are kept: looking for a piece in ten thousand takes less than gathering the hits of a
    beginning that many records have.
    """
    had = " AND ".join(["c0 LIKE ?"] * len(pieces))
    return _kept(code, "''", had, [f"%{piece}%" for piece in pieces], since)


def told(code: int, pieces: Sequence[str], since: int) -> Iterator[Row]:
    """The records from an id on that have each of these pieces somewhere: newest first."""
    had = " AND ".join(["(c0 LIKE ? OR c1 LIKE ?)"] * len(pieces))
    return _kept(code, "c1", had, [f"%{piece}%" for piece in pieces for _ in range(2)], since)


def _kept(code: int, words: str, had: str, given: Sequence[str], since: int) -> Iterator[Row]:
    """A piece holds letters and digits only, so nothing in it means something to LIKE."""
    table = f"{TABLES[code]}_content"
    return _run(f"SELECT id, c0, {words} FROM {table} WHERE id BETWEEN ? AND ? AND {had} ORDER BY id DESC",
                *_range(since), *given)  # fmt: skip


def count(code: int) -> int:
    """How many records of the bound tenant are indexed."""
    return int(next(_run(f"SELECT count(*) FROM {TABLES[code]} WHERE rowid BETWEEN ? AND ?", *_range()))[0])


def _range(since: int = 0) -> tuple[int, int]:
    """The first and the last row that a record of the bound tenant can have."""
    return (checked(since) if since else own_id(0)), own_id(MAX_NUMBER)


def _run(sql: str, *given: Any) -> Iterator[Any]:
    return iter(proxy.target().run_reviewed(sql, given))
