"""Columns of a file that are fields of the workspace's own: their cells as the rows in which values are kept."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.clock import micros
from smallcrm.services.records import schema
from smallcrm.services.records.choices import MAX_DIGITS, choice_of
from smallcrm.services.records.cleaning import MAX_LONG_TEXT, MAX_TEXT
from smallcrm.services.records.custom_values import TEXTS, cells_of
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer.columns import MEMO, exact_texts, long_texts, names, plain, texts
from smallcrm.services.transfer.headers import key_of
from smallcrm.services.transfer.meanwhile import changed_meanwhile
from smallcrm.services.values.dates import parse_date, parse_instant
from smallcrm.services.values.emails import email_key
from smallcrm.services.values.enumerating import elements
from smallcrm.services.values.numbers import parse_integer, parse_money, parse_number
from smallcrm.services.values.phones import has_digits
from smallcrm.services.values.words import is_empty, parse_bool
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import tzinfo

    from smallcrm.services.records.custom_values import Cell, Kept
    from smallcrm.services.records.schema import Field
    from smallcrm.services.transfer.batch import Batch
    from smallcrm.services.transfer.mapping import ColumnTarget, Decision
    from smallcrm.services.transfer.mapping import Mapping as FileMapping

NAMING = (Kind.MEMBER, Kind.RECORD)
_MOST_NAMED = 5
_BETWEEN = (re.compile(r"\s*[;|\n]\s*"), re.compile(r"\s*[;|\n,]\s*"))
_OK = ""


class Staged(NamedTuple):
    """One value of a row as it waits: `ref` names somebody or something that is looked up later."""

    field: int
    position: int
    text: str | None = None
    key: str | None = None
    number: float | None = None
    instant: int | None = None
    mark: str | None = None
    ref: str | None = None
    folded: str | None = None
    n: int | None = None


Values = tuple[Staged, ...]
Reading = tuple[Values, str]


def fields_by_header(noun: str) -> dict[str, Field]:
    """The fields that the workspace added to a noun, by what a header may call them."""
    shown = [field for field in schema.noun(noun).custom if field.writable]
    labels = {key_of(field.label): field for field in reversed(shown)}
    return {**labels, **{key_of(field.key): field for field in shown}}


def kept_of(noun: str) -> Mapping[str, Kept]:
    """What is kept of each field that the workspace added to a noun, by key."""
    kept: Mapping[str, Kept] = getattr(schema.noun(noun).extras, "kept", {})
    return kept


class Customs:
    """Puts the values of a mapping's own columns into a batch."""

    def __init__(self, mapping: FileMapping, zone: tzinfo) -> None:
        kept = kept_of(mapping.noun)
        mine = [column for column in mapping.columns if column.custom is not None]
        if any(column.target.field not in kept for column in mine):
            raise changed_meanwhile()
        chosen = sorted(mine, key=lambda column: (column.target.rank, column.index))
        self._columns = [(c, _Memo(kept[c.target.field], c.decision, zone, exact=mapping.ours)) for c in chosen]
        named = [column.target.field for column, _memo in self._columns]
        self._several = len(named) > len(set(named))

    def add(self, batch: Batch, rows: Sequence[int], columns: Sequence[tuple[str, ...]]) -> None:
        """Read the cells of a chunk; what is none of its field is left out with a warning."""
        for column, memo in self._columns:
            values = memo.read(batch, rows, columns[column.index], column)
            batch.customs += [(row, *value) for row, found in zip(rows, values, strict=True) for value in found]
        if self._several:
            batch.customs = _first_columns(batch.customs)


def _first_columns(customs: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Of several columns for one field the first that says something of a row."""
    seen: dict[tuple[int, int], set[int]] = {}
    found = []
    for value in customs:
        positions = seen.setdefault((value[0], value[1]), set())
        # A second column begins at 0 again.
        if value[2] not in positions and (value[2] or not positions):
            found.append(value)
        positions.add(value[2])
    return found


class _Memo(dict[str, Reading]):
    """Readings of one field's cells by their text, each worked out once."""

    def __init__(self, kept: Kept, decision: Decision, zone: tzinfo, *, exact: bool) -> None:
        self._kept = kept
        self._texts, self._long_texts = (names, exact_texts) if exact else (texts, long_texts)
        self._values, self._reason = reader_of(kept.field, decision, zone)

    def read(self, batch: Batch, rows: Sequence[int], column: tuple[str, ...], said: ColumnTarget) -> Sequence[Values]:
        """The values of a column, row by row."""
        kind = self._kept.field.kind
        read = self._long_texts if kind is Kind.LONG_TEXT else self._texts if kind in TEXTS else plain
        cells = read(column)
        pairs = [self[cell] if cell else _EMPTY for cell in cells]
        for at, (_found, bad) in enumerate(pairs):
            if bad:
                batch.warn(rows[at], said.header, column[at], bad)
        return [found for found, _bad in pairs]

    def __missing__(self, cell: str) -> Reading:
        if len(self) > MEMO:
            self.clear()
        self[cell] = found = self._found(cell)
        return found

    def _found(self, cell: str) -> Reading:
        kept = self._kept
        if kept.field.kind not in TEXTS and is_empty(cell):
            return _EMPTY
        if kept.field.kind in NAMING:
            number = int(cell) if cell.isdecimal() and len(cell) < MAX_DIGITS // 4 else None
            return (Staged(kept.id, 0, ref=cell, folded=sort_key(cell), n=number),), _OK
        value, whole = self._values(cell)
        made = tuple(self._staged(at, found) for at, found in enumerate(cells_of(kept.field, value)))
        return made, _OK if whole else self._reason

    def _staged(self, at: int, cell: Cell) -> Staged:
        mark = cell.mark if self._kept.unique else None
        return Staged(self._kept.id, at, cell.text, cell.key, cell.number, cell.instant, mark)


_EMPTY: Reading = ((), _OK)


def reader_of(field: Field, decision: Decision, zone: tzinfo) -> tuple[Callable[[str], tuple[Any, bool]], str]:
    """How one cell of a field is read, and what to say of one that is none."""
    order, mark = decision.date_order, decision.decimal
    currency = decision.currency or ""
    if field.kind in (*TEXTS, Kind.LONG_TEXT):
        most = MAX_LONG_TEXT if field.kind is Kind.LONG_TEXT else MAX_TEXT
        fits, reason = _TEXT_RULES.get(field.kind, (_any_text, f"longer than {most:,} characters"))
        return (lambda cell: _whole(cell if len(cell) <= most and fits(cell) else None)), reason
    if field.kind in (Kind.SELECT, Kind.MULTI_SELECT):
        offered = [field.named(choice) for choice in field.offered]
        more = ", …" if len(offered) > _MOST_NAMED else ""
        reason = f"not one of {', '.join(offered[:_MOST_NAMED])}{more}"
        return (lambda cell: _chosen(field, cell)), reason
    readers: dict[Kind, tuple[Callable[[str], Any], str]] = {
        Kind.INTEGER: ((lambda cell: parse_integer(cell, mark)), "not a whole number"),
        Kind.DECIMAL: ((lambda cell: _decimal(cell, mark)), "not a number"),
        Kind.MONEY: ((lambda cell: _money(cell, mark, currency)), "not an amount"),
        Kind.DATE: ((lambda cell: parse_date(cell, order)), "not a date"),
        Kind.INSTANT: ((lambda cell: _instant(cell, decision, zone)), "not a date and time"),
        Kind.BOOLEAN: (parse_bool, "not yes or no"),
    }
    read, reason = readers.get(field.kind, (_whole, ""))
    return (lambda cell: _whole(read(cell))), reason


def _whole(value: Any) -> tuple[Any, bool]:
    return value, value is not None


def _any_text(_cell: str) -> bool:
    return True


_TEXT_RULES: dict[Kind, tuple[Callable[[str], bool], str]] = {
    Kind.EMAIL: ((lambda cell: email_key(cell) is not None), "not an e-mail address"),
    Kind.PHONE: (has_digits, "not a phone number"),
}


def _decimal(cell: str, mark: str | None) -> str | None:
    number = parse_number(cell, mark)
    text = None if number is None else f"{number:f}"
    return text if text is not None and len(text) <= MAX_DIGITS else None


def _money(cell: str, mark: str | None, currency: str) -> dict[str, Any] | None:
    found = parse_money(cell, mark, currency)
    return None if found is None else {"amount": found[0], "currency": found[1]}


def _instant(cell: str, decision: Decision, zone: tzinfo) -> int | None:
    found = parse_instant(cell, decision.date_order, zone)
    return None if found is None else micros(found)


def _chosen(field: Field, cell: str) -> tuple[Any, bool]:
    """The choices that a cell means; several are told apart by marks that no choice of the cell has."""
    one = _offered(field, cell)
    if field.kind is Kind.SELECT:
        return _whole(one)
    found = [one]
    ways: tuple[Callable[[str], list[str]], ...] = (elements, *(between.split for between in _BETWEEN))
    for words in (way(cell) for way in ways):
        if all(found):
            break
        found = [_offered(field, word) for word in words if word]
    choices = dict.fromkeys(choice for choice in found if choice is not None)
    return [{"value": choice} for choice in choices], all(found)


def _offered(field: Field, cell: str) -> str | None:
    found = choice_of(field, cell)
    return None if found in field.closed else found
