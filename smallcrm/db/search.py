"""The search index: on SQLite a full-text table whose row number holds tenant, object and record; on PostgreSQL tokens.

A row number is `tenant << 40 | object << 36 | n`, so a tenant's rows are a range and an object's a part of it. This
module is the only one that touches the SQLite table, and it checks that range itself.
"""

from __future__ import annotations

import re
from functools import reduce
from itertools import chain
from operator import and_
from typing import TYPE_CHECKING, Any, ClassVar

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import FencedModel, proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.db.fence.register import Policy, TableClass, register
from smallcrm.db.fence.scope import TENANT_SHIFT
from smallcrm.db.ids import MAX_NUMBER, NUMBER_MASK, OBJECT_SHIFT, bound_tenant, number_of
from smallcrm.errors import FenceRefused
from smallcrm.text import fold, fold_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FTS_TABLE = "search_words"
CREATE_FTS = f"CREATE VIRTUAL TABLE {FTS_TABLE} USING fts5(title, words, detail=column, columnsize=0, tokenize='ascii')"
_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
BATCH = 5000
PREPARE = "search_prepared"

register(Policy(FTS_TABLE, TableClass.SYSTEM, packed_id=False))
for _suffix in ("data", "idx", "content", "docsize", "config"):
    register(Policy(f"{FTS_TABLE}_{_suffix}", TableClass.SYSTEM, packed_id=False))


class SearchToken(FencedModel):
    """One word of one record (PostgreSQL); read by ranges, since row-level security forbids every other index."""

    table_class = TableClass.TENANT
    fence_options: ClassVar[dict[str, Any]] = {"packed_id": False}
    tenant_id = pw.BigIntegerField()
    token = pw.TextField()
    object = pw.BigIntegerField()
    record_id = pw.BigIntegerField()
    in_title = pw.IntegerField()

    class Meta:
        primary_key = pw.CompositeKey("tenant_id", "token", "object", "record_id")
        keys = (Key(("tenant_id", "object", "record_id")),)
        without_rowid = True


def words_of(text: str) -> list[str]:
    """The folded words of a text, each CJK character a word of its own."""
    folded = fold(text)
    if not folded.isascii():
        folded = _CJK.sub(r" \g<0> ", folded)
    return _WORD.findall(folded)


def row_number(object_code: int, record_id: int) -> int:
    """The search row of a record of the bound tenant; raises FenceRefused for another's."""
    tenant = bound_tenant()
    if record_id >> TENANT_SHIFT != tenant:
        raise FenceRefused("A search row belongs to the bound tenant.")
    return tenant << TENANT_SHIFT | object_code << OBJECT_SHIFT | number_of(record_id)


def _sqlite() -> bool:
    return isinstance(proxy.target(), FencedSqlite)


def add(object_code: int, rows: Iterable[tuple[int, str, str]]) -> None:
    """Index records that are not in the index: (id, title, other words), as `prepared` makes the texts."""
    if _sqlite():
        numbered = [(row_number(object_code, record_id), title, words) for record_id, title, words in rows]
        proxy.target().run_many(f"INSERT INTO {FTS_TABLE}(rowid, title, words) VALUES (?, ?, ?)", numbered)
        return
    tokens = list(chain.from_iterable(_tokens(object_code, *row) for row in rows))
    proxy.target().run_reviewed(_INSERT_TOKENS, [bound_tenant(), object_code, *_arrays(tokens)])


# One parameter per column: Peewee would render each of some thousand values by itself.
_INSERT_TOKENS = (
    "INSERT INTO search_token (tenant_id, object, token, record_id, in_title) SELECT %s, %s, t.token, t.record_id, "
    "t.in_title FROM unnest(%s::text[], %s::bigint[], %s::int[]) AS t(token, record_id, in_title) ORDER BY 3, 4"
)


def _arrays(tokens: Sequence[tuple[str, int, int, int]]) -> list[list[Any]]:
    """The words, the records and the flags of some tokens."""
    return [[token[at] for token in tokens] for at in (0, 2, 3)]


def found_by(table: Any, record_id: Any, title: Any, words: Any) -> Any:
    """The query of a table's rows in the form that `add_from` takes."""
    return table.select(record_id.alias("i"), title.alias("t"), words.alias("w"))


def joined_text(column: Any) -> Any:
    """An aggregate that gives every value of a column in one text."""
    return pw.fn.GROUP_CONCAT(column, " ") if _sqlite() else pw.fn.STRING_AGG(column, " ")


def add_from(object_code: int, query: Any, *, prepare: bool = False) -> None:
    """Index the records that a query of `found_by` gives, all of them new; `prepare` texts that are not yet."""
    if not _sqlite():
        batch: list[tuple[int, str, str]] = []
        for record_id, title, words in query.tuples().iterator():
            batch.append((record_id, title or "", words or ""))
            if len(batch) == BATCH:
                add(object_code, batch)
                batch = []
        add(object_code, batch)
        return
    database = proxy.target()
    low = row_number(object_code, bound_tenant() << TENANT_SHIFT)
    sql, params = database.get_sql_context().sql(query).query()
    texts = f"{_folded('r.t')}, {_folded('r.w')}" if prepare else "r.t, r.w"
    database.run_reviewed(
        f"INSERT INTO {FTS_TABLE}(rowid, title, words) "
        f"SELECT ? | (r.i & {NUMBER_MASK}), {texts} FROM ({sql}) AS r "
        f"WHERE r.i >> {TENANT_SHIFT} = ?",
        [low, *params, bound_tenant()],
    )


def _folded(column: str) -> str:
    """SQL that prepares a text; plain ASCII has as many bytes as characters, and is not worth a call."""
    return f"CASE WHEN length({column}) = length(CAST({column} AS BLOB)) THEN {column} ELSE {PREPARE}({column}) END"


def prepared(text: str) -> str:
    """A text as the index takes it: folded, each CJK character a word; plain ASCII needs nothing done."""
    if text.isascii():
        return text
    folded = fold(text)
    return folded if folded.isascii() else " ".join(words_of(folded))


def prepared_all(texts: Sequence[str]) -> list[str]:
    """Each of the texts as the index takes it; many at once cost less than one by one."""
    folded = fold_all(texts)
    if "".join(folded).isascii():
        return folded
    return [text if text.isascii() else " ".join(words_of(text)) for text in folded]


def teach(database: FencedSqlite) -> None:
    """Give a SQLite database the function by which `add_from` prepares texts."""
    database.register_function(prepared, PREPARE, 1)


def _tokens(code: int, record_id: int, title: str, words: str) -> list[tuple[str, int, int, int]]:
    row_number(code, record_id)
    named = dict.fromkeys(words_of(title), 1)
    return [(word, code, record_id, flag) for word, flag in {**dict.fromkeys(words_of(words), 0), **named}.items()]


def remove(object_code: int, first_id: int, last_id: int) -> None:
    """Take the records from `first_id` to `last_id` out of the index."""
    if _sqlite():
        bounds = (row_number(object_code, first_id), row_number(object_code, last_id))
        proxy.target().run_reviewed(f"DELETE FROM {FTS_TABLE} WHERE rowid BETWEEN ? AND ?", bounds)
        return
    SearchToken.delete().where(
        (SearchToken.object == object_code) & SearchToken.record_id.between(first_id, last_id)
    ).execute()


def replace(object_code: int, rows: Sequence[tuple[int, str, str]]) -> None:
    """Index records anew."""
    for record_id, _title, _words in rows:
        remove(object_code, record_id, record_id)
    add(object_code, rows)


def find(object_code: int, text: str, limit: int) -> list[int]:
    """The ids of records that hold every word of the text, the last as a prefix: newest first, at most `limit`."""
    words = words_of(text)
    if not words:
        return []
    if _sqlite():
        return _find_rows(object_code, " ".join([*(f'"{word}"' for word in words[:-1]), f'"{words[-1]}"*']), limit)
    return _find_tokens(object_code, words, limit)


def matching(object_code: int, prefixes: Sequence[str], limit: int) -> list[int]:
    """The ids of records with a word for each of these beginnings: newest first, at most `limit`."""
    if _sqlite():
        return _find_rows(object_code, " ".join(f'"{prefix}"*' for prefix in prefixes), limit)
    # Each beginning by itself: without statistics the server would look one up again for every hit of another.
    each = [
        SearchToken.select(SearchToken.record_id).where(_begins(SearchToken, prefix), SearchToken.object == object_code)
        for prefix in prefixes
    ]
    if len(each) == 1:
        newest = each[0].distinct().order_by(SearchToken.record_id.desc()).limit(limit)
        return [row[0] for row in newest.tuples().iterator()]
    common = reduce(and_, each)
    return sorted((row[0] for row in proxy.target().execute(common).fetchall()), reverse=True)[:limit]


def _begins(table: Any, prefix: str) -> Any:
    return (table.token >= prefix) & (table.token < prefix + "\U0010ffff")


def _find_rows(object_code: int, query: str, limit: int) -> list[int]:
    """What a full-text query of quoted words finds, newest first."""
    tenant = bound_tenant()
    low = tenant << TENANT_SHIFT | object_code << OBJECT_SHIFT
    rows = proxy.target().run_reviewed(
        f"SELECT rowid FROM {FTS_TABLE} WHERE {FTS_TABLE} MATCH ? AND rowid BETWEEN ? AND ? "
        "ORDER BY rowid DESC LIMIT ?",
        (query, low, low | MAX_NUMBER, limit),
    )
    return [tenant << TENANT_SHIFT | row[0] & MAX_NUMBER for row in rows.fetchall()]


def _find_tokens(object_code: int, words: list[str], limit: int) -> list[int]:
    """The newest records that hold every word: the hits of the last one, for each of which the others are looked up."""
    *whole, prefix = words
    query = SearchToken.select(SearchToken.record_id).where(
        _begins(SearchToken, prefix), SearchToken.object == object_code
    )
    for at, word in enumerate(whole):
        other = SearchToken.alias(f"word{at}")
        same = other.select(other.record_id).where(
            other.token == word, other.object == object_code, other.record_id == SearchToken.record_id
        )
        query = query.where(pw.fn.EXISTS(same))
    newest = query.distinct().order_by(SearchToken.record_id.desc()).limit(limit)
    return [row[0] for row in newest.tuples().iterator()]
