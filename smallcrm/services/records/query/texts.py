"""How texts compare, in Python and as SQL: the answer is the same in both, and on both engines.

A column with a key is compared by its key, folded in Python when it was stored. Of any other text SQL can fold A to Z
only, and exactly that on both engines, as every text has the collation "C" on PostgreSQL. The other letters of the text
that is looked for are known when the query is made, and so are their capitals: SQLite finds them with a class of GLOB,
PostgreSQL by replacing them.
"""

from __future__ import annotations

from typing import Any

import peewee as pw

from smallcrm.db.fence import proxy
from smallcrm.db.fence.engines import FencedSqlite
from smallcrm.services.records.query.checks import How

MAX_LETTERS = 40
_LAST = "\U0010ffff"
_SURROGATES = (0xD800, 0xDFFF)
_GLOB = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})
_LIKE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def ascii_lower(text: str) -> str:
    """The text with A to Z in lower case, as SQL's `lower` has it on both engines."""
    return "".join(char.lower() if "A" <= char <= "Z" else char for char in text)


def capitals(char: str) -> tuple[str, ...]:
    """The capitals of a small letter beyond ASCII that has one: `Ü` of `ü`, two of `ǆ`."""
    if char.isascii():
        return ()
    both = dict.fromkeys((char.upper(), char.title()))
    return tuple(found for found in both if len(found) == 1 and found != char and found.lower() == char)


def caseless(text: str) -> str:
    """The text without case, a character for a character; accents stay."""
    if text.isascii():
        return text.lower()
    return "".join(_small(char) for char in text)


def _small(char: str) -> str:
    if char.isascii():
        return char.lower()
    low = char.lower()
    return low if len(low) == 1 and char in capitals(low) else char


def letters_of(text: str) -> tuple[str, ...]:
    """The small letters of a caseless text that have a capital which SQL does not know."""
    return tuple(char for char in dict.fromkeys(text) if capitals(char))


def compares(how: How, value: str, text: str) -> bool:
    """Whether a value equals, begins with or holds a text; both are keys, or both caseless."""
    if how is How.EQUAL:
        return value == text
    return value.startswith(text) if how is How.PREFIX else text in value


def column_compares(how: How, column: Any, text: str) -> Any:
    """The condition that the text of a column without a key compares so, whatever the case."""
    text = caseless(text)
    letters = letters_of(text)
    low = pw.fn.LOWER(column)
    if isinstance(proxy.target(), FencedSqlite):
        return low == text if how is How.EQUAL and not letters else _glob(how, low, text)
    for letter in letters:
        for capital in capitals(letter):
            low = pw.fn.REPLACE(low, capital, letter)
    return low == text if how is How.EQUAL else _like(how, low, text)


def key_compares(how: How, column: Any, key: str) -> Any:
    """The condition that a stored key compares so with another."""
    if how is How.EQUAL:
        return column == key
    if how is How.PREFIX:
        end = after_prefix(key)
        return column >= key if end is None else (column >= key) & (column < end)
    if isinstance(proxy.target(), FencedSqlite):
        return pw.Expression(column, pw.OP.LIKE, f"*{key.translate(_GLOB)}*")
    return _like(how, column, key)


def _glob(how: How, column: Any, text: str) -> Any:
    """Peewee writes its LIKE as GLOB on SQLite."""
    body = "".join(f"[{char}{''.join(capitals(char))}]" if capitals(char) else char.translate(_GLOB) for char in text)
    pattern = {How.EQUAL: body, How.PREFIX: f"{body}*", How.PART: f"*{body}*"}[how]
    return pw.Expression(column, pw.OP.LIKE, pattern)


def _like(how: How, column: Any, text: str) -> Any:
    body = text.translate(_LIKE)
    pattern = f"{body}%" if how is How.PREFIX else f"%{body}%"
    return pw.Expression(column, pw.OP.LIKE, pattern)


def after_prefix(prefix: str) -> str | None:
    """The least text that is greater than every text with this prefix; None if there is none."""
    head = prefix.rstrip(_LAST)
    if not head:
        return None
    code = ord(head[-1]) + 1
    return head[:-1] + chr(_SURROGATES[1] + 1 if code == _SURROGATES[0] else code)


def squeezed(text: str) -> str:
    """A phone number without what people put between its digits."""
    for char in " -()/.":
        text = text.replace(char, "")
    return ascii_lower(text)


def column_squeezed(column: Any) -> Any:
    """The same of a column."""
    found = column
    for char in " -()/.":
        found = pw.fn.REPLACE(found, char, "")
    return pw.fn.LOWER(found)
