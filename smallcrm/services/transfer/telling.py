"""What is to be told of the rows of a file: how many they are, and what a later row about a record says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.records.presenting import plain, text_of
from smallcrm.services.records.schema import Kind
from smallcrm.services.values.money import money_text
from smallcrm.text import truncate

if TYPE_CHECKING:
    from smallcrm.services.records.presenting import Names
    from smallcrm.services.records.schema import Field

_LONGEST = 40


def rows_text(count: int) -> str:
    """So many rows, in words."""
    return "1 row" if count == 1 else f"{count:,} rows"


def stays(label: str, ours: Any, theirs: Any) -> str:
    """That a field keeps what an earlier row says."""
    return f"{label} stays {_short(ours)}, not {_short(theirs)}"


def same_as(noun: str, line: int, there: int, apart: list[str]) -> str:
    """What to say of a row about the same record as an earlier row of the file, with what it says otherwise."""
    return f"line {line}: the same {noun} as line {there}: {', '.join(apart)}"


def reads(field: Field, value: Any, names: Names | None = None) -> Any:
    """A value of a document as a sentence has it."""
    if field.kind is Kind.MONEY:
        return money_text(**value)
    if field.kind is Kind.SELECT and field.labels:
        return dict(zip(field.choices, field.labels, strict=False)).get(value, value)
    return text_of(field, plain(field, value, names or {}))


def _short(value: Any) -> str:
    return repr(truncate(value, _LONGEST) if isinstance(value, str) else value)
