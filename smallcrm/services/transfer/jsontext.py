"""JSON by columns: the texts of a whole column at once, at a small part of what a document for each row costs.

What is made is what orjson makes, with the escapes of `smallcrm.text.escape_json`.
"""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import orjson

from smallcrm.text import escape_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

NULL = "null"


def text(value: Any) -> str:
    """One value."""
    return escape_json(orjson.dumps(value).decode())


def texts(column: Sequence[Any]) -> Sequence[str]:
    """The values of a column: texts, numbers, truth values, or None among any of them."""
    if column.count(None) == len(column):
        return [NULL] * len(column)
    try:
        joined = "".join(filter(None, column))
    except TypeError:
        return _different(column)
    if not joined:
        return _different(column)
    if not _plain(joined):
        return [NULL if value is None else text(value) for value in column]
    if None in column:
        return [NULL if value is None else f'"{value}"' for value in column]
    # No plain text holds a line feed.
    return ('"' + '"\n"'.join(column) + '"').split("\n")


def _different(column: Sequence[Any]) -> list[str]:
    """The texts of a column of which few values differ, or none needs much."""
    made = {value: text(value) for value in set(column)}
    return [made[value] for value in column]


def _plain(joined: str) -> bool:
    """Whether a text stands in JSON as it is."""
    same = len(orjson.dumps(joined)) == len(joined.encode()) + 2
    return same and "\x7f" not in joined and (joined.isascii() or joined.isprintable())


def objects(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """An object for each row, without the keys whose values say nothing."""
    pieces: list[Iterable[str]] = []
    length = 0
    for key, column in columns.items():
        length = len(column)
        name = f',"{key}":'
        if all(column):
            pieces += (repeat(name, length), texts(column))
        elif any(column):
            shown = zip(column, texts(column), strict=True)
            pieces.append([name + found if value else "" for value, found in shown])
    if not pieces:
        return ["{}"] * length
    return ["{" + inside[1:] + "}" for inside in map("".join, zip(*pieces, strict=True))]


def lines(keys: Sequence[str], columns: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows of columns of JSON as documents with these keys."""
    names = [text(key) + ":" for key in keys]
    before = ["{" + names[0], *("," + name for name in names[1:])]
    length = len(columns[0])
    pieces = chain.from_iterable((repeat(name, length), column) for name, column in zip(before, columns, strict=True))
    return map("".join, zip(*pieces, repeat("}", length), strict=True))
