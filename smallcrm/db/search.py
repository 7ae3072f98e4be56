"""The search index: on SQLite a full-text table for each object (`fulltext`); on PostgreSQL a table of words."""

from __future__ import annotations

import re
from functools import reduce
from itertools import chain
from operator import and_
from typing import TYPE_CHECKING, Any, ClassVar

import peewee as pw

from smallcrm.db import fulltext
from smallcrm.db.ddl import Key
from smallcrm.db.fence import FencedModel, Ids, proxy
from smallcrm.db.fence.register import TableClass
from smallcrm.db.ids import PackedField, bound_tenant
from smallcrm.text import fold, fold_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.db.fence.engines import FencedSqlite

_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
LAST = "\U0010ffff"
BATCH = 5000


class SearchToken(FencedModel):
    """One word of one record (PostgreSQL); read by ranges, since row-level security forbids every other index."""

    table_class = TableClass.TENANT
    fence_options: ClassVar[dict[str, Any]] = {"packed_id": False}
    tenant_id = pw.BigIntegerField()
    token = pw.TextField()
    object = pw.BigIntegerField()
    record_id = PackedField()
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


def holds_rows() -> bool:
    """Whether the index has a row for each record; it has one for each word otherwise."""
    return fulltext.is_used()


def add(object_code: int, rows: Iterable[tuple[int, str, str]]) -> None:
    """Index records that are not in the index: (id, title, other words), as `prepared` makes the texts."""
    if fulltext.is_used():
        fulltext.insert(object_code, rows)
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
    return pw.fn.GROUP_CONCAT(column, " ") if fulltext.is_used() else pw.fn.STRING_AGG(column, " ")


def add_from(object_code: int, query: Any, *, prepare: bool = False) -> None:
    """Index the records that a query of `found_by` gives, all of them new; `prepare` texts that are not yet."""
    if fulltext.is_used():
        fulltext.insert_from(object_code, query, prepare=prepare)
        return
    batch: list[tuple[int, str, str]] = []
    for record_id, title, words in query.tuples().iterator():
        batch.append((record_id, title or "", words or ""))
        if len(batch) == BATCH:
            add(object_code, batch)
            batch = []
    add(object_code, batch)


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
    database.register_function(prepared, fulltext.PREPARE, 1)


def _tokens(code: int, record_id: int, title: str, words: str) -> list[tuple[str, int, int, int]]:
    fulltext.checked(record_id)
    named = dict.fromkeys(words_of(title), 1)
    return [(word, code, record_id, flag) for word, flag in {**dict.fromkeys(words_of(words), 0), **named}.items()]


def remove(object_code: int, first_id: int, last_id: int) -> None:
    """Take the records from `first_id` to `last_id` out of the index."""
    if fulltext.is_used():
        fulltext.remove(object_code, first_id, last_id)
        return
    SearchToken.delete().where(
        (SearchToken.object == object_code) & SearchToken.record_id.between(first_id, last_id)
    ).execute()


def remove_each(object_code: int, ids: Sequence[int]) -> None:
    """Take these records out of the index."""
    if not ids:
        return
    if fulltext.is_used():
        fulltext.remove_each(object_code, ids)
        return
    SearchToken.delete().where(SearchToken.object == object_code, SearchToken.record_id.in_(Ids(ids))).execute()


def replace(object_code: int, rows: Sequence[tuple[int, str, str]]) -> None:
    """Index records anew."""
    remove_each(object_code, [record_id for record_id, _title, _words in rows])
    add(object_code, rows)


def matching(
    object_code: int, prefixes: Sequence[str], limit: int, *, titles: bool = False, since: int = 0
) -> list[int]:
    """The ids of records with a word for each of these beginnings: newest first, at most `limit`.

    `titles`: only the words of titles count; `since`: only records from this id on.
    """
    if fulltext.is_used():
        return fulltext.ids(object_code, asked(prefixes, titles=titles), since, limit)
    # Each beginning by itself: without statistics the server would look one up again for every hit of another.
    each = [_beginning(object_code, prefix, titles, since) for prefix in prefixes]
    if len(each) == 1:
        newest = each[0].distinct().order_by(SearchToken.record_id.desc()).limit(limit)
        return [row[0] for row in newest.tuples().iterator()]
    common = reduce(and_, each)
    return sorted((row[0] for row in proxy.target().execute(common).fetchall()), reverse=True)[:limit]


def _beginning(object_code: int, prefix: str, titles: bool, since: int) -> Any:  # noqa: FBT001 - as it was asked
    """The query of the records with a word that begins so (PostgreSQL)."""
    token = SearchToken.token
    query = SearchToken.select(SearchToken.record_id).where(
        (token >= prefix) & (token < prefix + LAST), SearchToken.object == object_code
    )
    if titles:
        query = query.where(SearchToken.in_title == 1)
    return query.where(SearchToken.record_id >= since) if since else query


def newest(object_code: int) -> int:
    """The id of the newest record that is indexed; 0 where there is none (PostgreSQL)."""
    query = SearchToken.select(SearchToken.record_id).where(SearchToken.object == object_code)
    row = query.order_by(SearchToken.record_id.desc()).limit(1).tuples().first()
    return 0 if row is None else int(row[0])


def indexed(object_code: int) -> int:
    """How many records of an object are in the index."""
    if fulltext.is_used():
        return fulltext.count(object_code)
    records = SearchToken.select(SearchToken.record_id).where(SearchToken.object == object_code)
    return int(records.distinct().count())


def asked(prefixes: Sequence[str], *, titles: bool = False) -> str:
    """Quoted beginnings in the language of the full-text table; a CJK character is a word, and is read as it comes."""
    terms = " AND ".join(f'"{prefix}"' + ("" if _CJK.fullmatch(prefix) else "*") for prefix in prefixes)
    return f"{{title}} : ({terms})" if titles else terms
