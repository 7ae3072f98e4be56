"""The search index: on SQLite a full-text table for each object (`fulltext`), on PostgreSQL words (`wordlists`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db import fulltext, wordlists
from smallcrm.db.fence import proxy
from smallcrm.db.wordlists import Words
from smallcrm.text import fold, fold_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.db.fence.engines import FencedSqlite

_WORD = re.compile(r"[^\W_]+")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
BATCH = 5000


def words_of(text: str) -> list[str]:
    """The folded words of a text, each CJK character a word of its own."""
    folded = fold(text)
    if not folded.isascii():
        folded = _CJK.sub(r" \g<0> ", folded)
    return _WORD.findall(folded)


def holds_rows() -> bool:
    """Whether the index has a row for each record, also for one without words."""
    return fulltext.is_used()


def add(object_code: int, rows: Iterable[tuple[int, str, str]]) -> None:
    """Index records that are not in the index: (id, title, other words), as `prepared` makes the texts."""
    if fulltext.is_used():
        fulltext.insert(object_code, rows)
        return
    wordlists.insert(object_code, (Words(key, words_of(title), words_of(rest)) for key, title, rest in rows))


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
    found = proxy.target().execute(query)
    while batch := found.fetchmany(BATCH):
        add(object_code, [(record_id, title or "", words or "") for record_id, title, words in batch])


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


def remove(object_code: int, first_id: int, last_id: int) -> None:
    """Take the records from `first_id` to `last_id` out of the index."""
    if fulltext.is_used():
        fulltext.remove(object_code, first_id, last_id)
        return
    wordlists.remove(object_code, first_id, last_id)


def remove_each(object_code: int, ids: Sequence[int]) -> None:
    """Take these records out of the index."""
    if not ids:
        return
    if fulltext.is_used():
        fulltext.remove_each(object_code, ids)
        return
    wordlists.remove_each(object_code, ids)


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
    return wordlists.ids(object_code, prefixes, limit, titles=titles, since=since)


def indexed(object_code: int) -> int:
    """How many records of an object are in the index."""
    if fulltext.is_used():
        return fulltext.count(object_code)
    return sum(map(len, wordlists.indexed(object_code)))


def asked(prefixes: Sequence[str], *, titles: bool = False) -> str:
    """Quoted beginnings in the language of the full-text table; a CJK character is a word, and is read as it comes."""
    terms = " AND ".join(f'"{prefix}"' + ("" if _CJK.fullmatch(prefix) else "*") for prefix in prefixes)
    return f"{{title}} : ({terms})" if titles else terms
