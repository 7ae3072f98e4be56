"""Fields that the workspace added, as filters and orders name them.

A filter first looks up its hits in the value index: few of them drive the list, many are asked for record by record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.models.custom import CustomValue
from smallcrm.services.records import references
from smallcrm.services.records.custom_values import TEXTS, cells_of, text_key
from smallcrm.services.records.query import texts
from smallcrm.services.records.query.checks import Check, Choice, Filled, How, Named, Span, Text, inside
from smallcrm.services.records.query.handles import Key, name_key
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from smallcrm.services.records.custom_values import Cell, Kept
    from smallcrm.services.records.query.handles import Find
    from smallcrm.services.records.schema import Field, Noun, Values

_COLUMNS = {
    Kind.LONG_TEXT: "text", Kind.INTEGER: "number", Kind.DECIMAL: "number", Kind.BOOLEAN: "number",
    Kind.MONEY: "number", Kind.INSTANT: "instant", Kind.MEMBER: "target_id", Kind.RECORD: "target_id",
}  # fmt: skip
_UNSORTED = (Kind.LONG_TEXT, Kind.MULTI_SELECT)
_TYPES = {"number": float, "instant": int, "target_id": int}


def handles(noun: Noun) -> Iterator[Custom]:
    """The fields of a noun that are shown."""
    kept: Mapping[str, Kept] = getattr(noun.extras, "kept", {})
    for one in kept.values():
        if not one.field.hidden:
            yield Custom(one.field, noun.code, one)


@dataclass(frozen=True)
class Custom:
    """A field whose values lie in the table of all values; `code` is that of its noun."""

    field: Field
    code: int
    kept: Kept

    def _rows(self, rows: Any, row: Any) -> tuple[Any, ...]:
        """The conditions by which rows of the table belong to the field and to a record."""
        return rows.object == self.code, rows.record_id == row.id, rows.field == self.kept.id

    def condition(self, check: Check, row: Any) -> Any:
        """The condition that a record of `row` has a value that passes."""
        rows = CustomValue.alias()
        asked = self._asked(check, rows, self._unindexed(rows))
        return pw.fn.EXISTS(rows.select(rows.id).where(*self._rows(rows, row), *asked))

    def holds(self, check: Check, document: Values, find: Find) -> bool:  # noqa: ARG002 - one signature
        """Whether a document has a value that passes."""
        return any(self._passes(check, cell) for cell in cells_of(self.field, document.get(self.field.key)))

    def driver(self, check: Check) -> Any:
        """A query by the index of the values; a part of a text has none, nor has a long text."""
        if self.field.kind is Kind.LONG_TEXT or (isinstance(check, Text) and check.how is How.PART):
            return None
        mine = CustomValue.field == self.kept.id
        column = self.column(CustomValue)
        return CustomValue.select(CustomValue.record_id).where(mine, column.is_null(False), *self.asked(check))

    def asked(self, check: Check) -> list[Any]:
        """What a check asks of the rows with the field's values, by their index."""
        return self._asked(check, CustomValue, self.column(CustomValue))

    def order(self, row: Any) -> tuple[Key, ...]:
        """The one value of a record; choices in their order, money by currency."""
        if self.field.kind in _UNSORTED:
            return ()
        rows = CustomValue.alias()
        column = self.column(rows)
        kind: type = _TYPES.get(_COLUMNS.get(self.field.kind, ""), str)
        if self.field.kind is Kind.SELECT:
            column = pw.Case(column, tuple((choice, at) for at, choice in enumerate(self.field.choices)))
            kind = int
        columns = [(rows.key, str), (column, kind)] if self.field.kind is Kind.MONEY else [(column, kind)]
        return tuple(Key(self._value(rows, row, one), made, null=True) for one, made in columns)

    def column(self, rows: Any) -> Any:
        """The column by which the values are found and sorted."""
        return getattr(rows, _COLUMNS.get(self.field.kind, "key"))

    def _unindexed(self, rows: Any) -> Any:
        """The same as something that no index is of: a range of values would be read for each record anew."""
        column = self.column(rows)
        return column.concat("") if self._is_text else column + 0

    @property
    def _is_text(self) -> bool:
        return _COLUMNS.get(self.field.kind, "text") == "text"

    def _value(self, rows: Any, row: Any, column: Any) -> Any:
        # A query has no order of its own; a list of one has.
        return pw.NodeList((rows.select(column).where(*self._rows(rows, row)),))

    # -- a check on one value

    def _asked(self, check: Check, rows: Any, column: Any) -> list[Any]:
        """What is asked of a row of the field, whose values are in `column`."""
        if isinstance(check, Filled):
            return [self.column(rows).is_null(False)]
        if isinstance(check, Choice):
            return [self.column(rows).in_(sorted(map(self._stored, check.values)))]
        if isinstance(check, Text):
            return [self._compares(check, rows, column)]
        if isinstance(check, Named):
            return [] if check.ids is None else [rows.target_id.in_(sorted(check.ids))]
        asked = [] if check.currency is None else [rows.key == check.currency]
        if check.low is not None:
            low = self._stored(check.low)
            asked.append(column >= low if check.with_low else column > low)
        if check.high is not None:
            high = self._stored(check.high)
            asked.append(column <= high if check.with_high else column < high)
        return asked

    def _stored(self, value: Any) -> Any:
        """A value as its column holds it."""
        if self.field.kind in TEXTS:
            return text_key(self.field, value)
        if self.field.kind is Kind.LONG_TEXT:
            return value
        return float(value) if _COLUMNS.get(self.field.kind) == "number" else value

    def _compares(self, check: Text, rows: Any, column: Any) -> Any:
        if self.field.kind not in TEXTS:
            return texts.column_compares(check.how, rows.text, check.text)
        if check.how is How.EQUAL:
            return rows.key == text_key(self.field, check.text)
        in_key = texts.key_compares(check.how, column, name_key(check))
        if check.how is How.PREFIX:
            return in_key
        # A key holds the beginning only.
        return pw.NodeList((in_key, texts.column_compares(check.how, rows.text, check.text)), " OR ", parens=True)

    def _passes(self, check: Check, cell: Cell) -> bool:
        mine = getattr(cell, _COLUMNS.get(self.field.kind, "key"))
        if isinstance(check, Filled):
            return True
        if isinstance(check, Choice):
            return mine in set(map(self._stored, check.values))
        if isinstance(check, Text):
            return self._text_passes(check, cell)
        if isinstance(check, Named):
            return check.ids is None or mine in check.ids
        low, high = (None if end is None else self._stored(end) for end in (check.low, check.high))
        fits = check.currency is None or cell.key == check.currency
        return fits and inside(Span(low, high, check.with_low, check.with_high), mine)

    def _text_passes(self, check: Text, cell: Cell) -> bool:
        whole = texts.compares(check.how, texts.caseless(cell.text or ""), texts.caseless(check.text))
        if self.field.kind not in TEXTS:
            return whole
        if check.how is How.EQUAL:
            return cell.key == text_key(self.field, check.text)
        return texts.compares(check.how, cell.key or "", name_key(check)) or (check.how is How.PART and whole)

    # -- where it names a record or a member

    def through(self, row: Any, asked: Callable[[Any], Any]) -> Any:
        """The condition that something is so of the id that a record of `row` refers to."""
        rows = CustomValue.alias()
        named = rows.target_id.is_null(False)
        return pw.fn.EXISTS(rows.select(rows.id).where(*self._rows(rows, row), named, asked(rows.target_id)))

    def referring(self, query: Any) -> Any:
        """A query of the ids of the records that refer to those of a query."""
        mine = (CustomValue.field == self.kept.id) & CustomValue.target_id.in_(query)
        return CustomValue.select(CustomValue.record_id).where(mine)

    def ids(self, document: Values) -> list[int]:
        """The id that a document refers to."""
        value = document.get(self.field.key)
        if self.field.kind is Kind.MEMBER:
            return [] if value is None else [value]
        return [record_id for _noun, record_id in references.named(self.field, value)]

    def source(self, row: Any) -> Any:
        """The id that a record of `row` refers to."""
        rows = CustomValue.alias()
        return self._value(rows, row, rows.target_id)
