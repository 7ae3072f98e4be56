"""The search index of PostgreSQL: a table of words and the records that have them, read by ranges of words.

Row-level security forbids every other kind of index. A row for each word of each record is most of what an import
takes, so records that are indexed together share the row of a word where their numbers lie in the same block.
"""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from heapq import nlargest
from itertools import groupby
from operator import and_
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import FencedModel, proxy
from smallcrm.db.fence.register import TableClass
from smallcrm.db.fulltext import checked
from smallcrm.db.ids import PackedField, bound_tenant

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

BLOCK = 256
"""How many numbers a row spans at most: so many that one byte tells how far before the newest another one is."""
LAST = "\U0010ffff"
# How many rows are read for the newest hits before all are: those of a word in every record reach far enough.
_FEW = 1000
_SPAN = 64 * BLOCK


class BytesField(pw.Field):
    """Bytes, on both engines."""

    field_type = "BLOB"


class SearchToken(FencedModel):
    """A word of the record `record_id`, and of `earlier` ones: for each a byte with how far before it that one is.

    Of a word and a record there is one row, which has the record in either column.
    """

    table_class = TableClass.TENANT
    fence_options: ClassVar[dict[str, Any]] = {"packed_id": False}
    tenant_id = pw.BigIntegerField()
    token = pw.TextField()
    object = pw.BigIntegerField()
    record_id = PackedField()
    in_title = pw.IntegerField()
    earlier = BytesField(default=b"")

    class Meta:
        primary_key = pw.CompositeKey("tenant_id", "token", "object", "record_id")
        keys = (Key(("tenant_id", "object", "record_id")),)
        without_rowid = True


class Words(NamedTuple):
    """A record and the folded words of its title and of the rest."""

    record_id: int
    title: Sequence[str]
    others: Sequence[str]


class Posting(NamedTuple):
    """A row of the table, without whose it is and of what object."""

    token: str
    record_id: int
    in_title: int
    earlier: bytes


_COLUMNS = tuple(getattr(SearchToken, name) for name in Posting._fields)


def records_of(record_id: int, earlier: bytes) -> list[int]:
    """The records of a row."""
    return [record_id, *(record_id - back for back in earlier)]


def postings(records: Iterable[Words]) -> Iterator[Posting]:
    """The rows of these records; a word that is in the title of a record is no other word of it."""
    for _block, found in groupby(sorted(records), lambda record: record.record_id // BLOCK):
        titles: dict[str, list[int]] = defaultdict(list)
        others: dict[str, list[int]] = defaultdict(list)
        for record_id, title, rest in found:
            named = set(title)
            for word in named:
                titles[word].append(record_id)
            for word in set(rest) - named:
                others[word].append(record_id)
        yield from (_posting(word, ids, 1) for word, ids in titles.items())
        yield from (_posting(word, ids, 0) for word, ids in others.items())


def _posting(token: str, ids: list[int], in_title: int) -> Posting:
    """The row of a word for records of one block, the newest of them last."""
    newest = ids.pop()
    return Posting(token, newest, in_title, bytes([newest - record_id for record_id in ids]) if ids else b"")


def insert(code: int, records: Iterable[Words]) -> None:
    """Index records that are not in the index; raises FenceRefused for one of another tenant."""
    _insert(code, list(postings(record for record in records if checked(record.record_id))))


# A text for each column: a list of parameters is written value by value. Nothing in a word needs a quote or is a space.
_INSERT = (
    "INSERT INTO search_token (tenant_id, object, token, record_id, in_title, earlier) "
    "SELECT %s, %s, t.token, t.record_id::bigint, t.in_title::int, coalesce(decode(t.earlier, 'hex'), '') "
    "FROM unnest(string_to_array(%s, ' '), string_to_array(%s, ' '), string_to_array(%s, ' '), "
    "string_to_array(%s, ' ')) AS t(token, record_id, in_title, earlier) ORDER BY 3, 4"
)


def _insert(code: int, rows: Sequence[Posting]) -> None:
    if not rows:
        return
    tokens, records, flags, earlier = zip(*rows, strict=True)
    numbers = (" ".join(map(str, column)) for column in (records, flags))
    texts = [" ".join(tokens), *numbers, " ".join(map(bytes.hex, earlier))]
    proxy.target().run_reviewed(_INSERT, [bound_tenant(), code, *texts])


def remove(code: int, first_id: int, last_id: int) -> None:
    """Take the records from `first_id` to `last_id` out of the index."""
    first, last = (SearchToken.record_id.between(one, one | (BLOCK - 1)) for one in (first_id, last_id + 1))
    shared = _rows_of(SearchToken.select(*_COLUMNS).where(SearchToken.object == code, first | last))
    _take_out(code, map(Posting._make, shared), range(first_id, last_id + 1))
    SearchToken.delete().where(SearchToken.object == code, SearchToken.record_id.between(first_id, last_id)).execute()


# Fenced queries know no POSITION, which spares the client some hundred rows of a block for each record. The end of each
# block is given, since what is computed in the query bounds no index under row-level security; and the order, since
# without statistics the server may walk the whole primary key.
_HOLDING = (
    "SELECT s.token, s.record_id, s.in_title, s.earlier FROM unnest(%s::bigint[], %s::bigint[]) AS gone(id, last) "
    "CROSS JOIN LATERAL (SELECT * FROM search_token AS t WHERE t.tenant_id = %s AND t.object = %s "
    "AND t.record_id BETWEEN gone.id AND gone.last ORDER BY t.record_id OFFSET 0) AS s WHERE s.record_id = gone.id "
    "OR position(set_byte('\\x00'::bytea, 0, (s.record_id - gone.id)::int) IN s.earlier) > 0"
)


def remove_each(code: int, ids: Sequence[int]) -> None:
    """Take these records out of the index."""
    lasts = [record_id | (BLOCK - 1) for record_id in ids]
    found = proxy.target().run_reviewed(_HOLDING, [list(ids), lasts, bound_tenant(), code])
    _take_out(code, map(Posting._make, found), set(ids))


# The words and the records once more by themselves, which bound either index where there are no statistics; a few rows
# at once, since the server may look up every word with every record.
_AT_ONCE = 50
_DELETE = (
    "DELETE FROM search_token AS s USING unnest(string_to_array(%s, ' '), %s::bigint[]) AS gone(token, record_id) "
    "WHERE s.tenant_id = %s AND s.object = %s AND s.token = gone.token AND s.record_id = gone.record_id "
    "AND s.token = ANY(string_to_array(%s, ' ')) AND s.record_id = ANY(%s::bigint[])"
)


def _take_out(code: int, rows: Iterable[Posting], gone: Container[int]) -> None:
    """Take records out of these rows, some of which may have none of them; what else they have stays."""
    touched = list({row for row in rows if any(record_id in gone for record_id in _of(row))})
    for at in range(0, len(touched), _AT_ONCE):
        some = touched[at : at + _AT_ONCE]
        tokens, newest = " ".join(row.token for row in some), [row.record_id for row in some]
        proxy.target().run_reviewed(_DELETE, [tokens, newest, bound_tenant(), code, tokens, newest])
    left = ((row, sorted(record_id for record_id in _of(row) if record_id not in gone)) for row in touched)
    _insert(code, [_posting(row.token, kept, row.in_title) for row, kept in left if kept])


def _of(row: Posting) -> list[int]:
    return records_of(row.record_id, row.earlier)


def ids(code: int, prefixes: Sequence[str], limit: int, *, titles: bool, since: int) -> list[int]:
    """The newest records with a word for each of these beginnings, at most `limit`, from the id `since` on."""
    # Each beginning by itself: without statistics the server would look one up again for every hit of another.
    each = [_beginning(code, prefix, titles, since) for prefix in prefixes]
    found = _newest_of(each[0], limit, since) if len(each) == 1 else reduce(and_, map(_all_of, each))
    return nlargest(limit, (record_id for record_id in found if record_id >= since))


def _beginning(code: int, prefix: str, titles: bool, since: int) -> Any:  # noqa: FBT001 - as it was asked
    """The query of the rows of the words that begin so."""
    token = SearchToken.token
    query = SearchToken.select(SearchToken.record_id, SearchToken.earlier).where(
        (token >= prefix) & (token < prefix + LAST), SearchToken.object == code
    )
    if titles:
        query = query.where(SearchToken.in_title == 1)
    return query.where(SearchToken.record_id >= since) if since else query


def _rows_of(query: Any) -> list[tuple[Any, ...]]:
    """The rows of a query as the driver has them: Peewee would take longer over them than the server."""
    rows: list[tuple[Any, ...]] = proxy.target().execute(query).fetchall()
    return rows


def _all_of(query: Any) -> set[int]:
    """The records of a query's rows."""
    found: set[int] = set()
    for record_id, earlier in _rows_of(query):
        found.add(record_id)
        if earlier:
            found.update(record_id - back for back in earlier)
    return found


def _newest_of(query: Any, limit: int, since: int) -> set[int]:
    """The newest records of a query's rows, at least `limit` where there are so many from `since` on."""
    room = max(_FEW, 2 * limit)
    # Not by the column itself: the server would walk all records from the newest on, for the few that have the word.
    few = query.order_by((SearchToken.record_id + 0).desc()).limit(room)
    rows = _rows_of(few)
    found = {record_id for row in rows for record_id in records_of(*row)}
    if len(rows) < room:
        return found
    # What is older than the newest of the last row may also stand in rows that were not read.
    known = {record_id for record_id in found if record_id >= max(rows[-1][0], since)}
    return known if len(known) >= limit else _all_of(query)


def newest(code: int, before: int | None = None) -> int:
    """The id of the newest record that is indexed, before another one if that is given; 0 where there is none."""
    query = SearchToken.select(SearchToken.record_id).where(SearchToken.object == code)
    if before is not None:
        query = query.where(SearchToken.record_id < before)
    row = query.order_by(SearchToken.record_id.desc()).limit(1).tuples().first()
    return 0 if row is None else int(row[0])


def indexed(code: int) -> Iterator[set[int]]:
    """The records in the index, so many numbers at a time: the newest first."""
    last = newest(code)
    while last:
        first = last - last % _SPAN
        rows = SearchToken.select(SearchToken.record_id, SearchToken.earlier).where(SearchToken.object == code)
        yield _all_of(rows.where(SearchToken.record_id.between(first, last)))
        last = newest(code, first)
