"""JSON by columns: the texts of a whole column at once, at a small part of what a document for each row costs.

What is made is what orjson makes, with the escapes of `smallcrm.text.escape_json`.
"""

from __future__ import annotations

from itertools import repeat
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
    if constant(column):
        return [text(column[0])] * len(column)
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


def constant(column: Sequence[Any]) -> bool:
    """Whether all values of a column are the same; most columns say so at their ends."""
    return column[0] == column[-1] and column.count(column[0]) == len(column)


def _different(column: Sequence[Any]) -> list[str]:
    """The texts of a column that holds other values than texts."""
    if set(map(type, column)) == {int}:
        return list(map(str, column))
    made = {value: text(value) for value in set(column)}
    return [made[value] for value in column]


def _plain(joined: str) -> bool:
    """Whether a text stands in JSON as it is."""
    same = len(orjson.dumps(joined)) == len(joined.encode()) + 2
    return same and "\x7f" not in joined and (joined.isascii() or joined.isprintable())


def arrays(columns: Mapping[str, Sequence[Any]]) -> list[str]:
    """An array of one object for each row, without the keys whose values say nothing."""
    names = {key: f'"{key}":' for key in columns}
    parts: list[tuple[str, Sequence[str]]] = []
    for key, column in columns.items():
        if all(column):
            parts.append((("," if parts else "[{") + names[key], texts(column)))
        elif parts:
            shown = zip(column, texts(column), strict=True)
            parts.append(("", [f",{names[key]}{found}" if value else "" for value, found in shown]))
        else:
            # There is no comma before the first key, and this is not the first of every row.
            return [
                f"[{text({key: value for key, value in zip(columns, row, strict=True) if value})}]"
                for row in zip(*columns.values(), strict=True)
            ]
    return list(_assembled(parts, "}]"))


def lines(keys: Sequence[str], columns: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows of columns of JSON as documents with these keys."""
    names = [text(key) + ":" for key in keys]
    return _assembled(list(zip(["{" + names[0], *("," + name for name in names[1:])], columns, strict=True)), "}")


def _assembled(parts: Sequence[tuple[str, Sequence[str]]], end: str) -> Iterator[str]:
    """One text for each row: for each column what stands before it and its value, then the end."""
    pieces: list[Iterable[str]] = []
    fixed = ""
    for before, column in parts:
        fixed += before
        if constant(column):
            fixed += column[0]
        else:
            pieces += (repeat(fixed), column)
            fixed = ""
    length = len(parts[0][1])
    # What stands between the columns is repeated without an end; the last says how often.
    return map("".join, zip(*pieces, repeat(fixed + end, length), strict=False))
