"""A list in the order of a custom field: the value index is read in its order, then the records without a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import peewee as pw

from smallcrm.db.fence import by_id
from smallcrm.db.ids import MAX_NUMBER, own_id
from smallcrm.models.custom import CustomValue
from smallcrm.services.records.documents import fetch
from smallcrm.services.records.query.customs import Custom
from smallcrm.services.records.query.sorting import Start
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smallcrm.models.base import State
    from smallcrm.services.records.query.checks import Check
    from smallcrm.services.records.query.sorting import Order
    from smallcrm.services.records.schema import Noun

    Narrow = Callable[[Any], Any] | None

_MISSING = 1 << 20  # the band of the records without a value, after all others


class _Band(NamedTuple):
    """Values that are read one after another: what is asked of them, by which column, and what they have in common."""

    asked: tuple[Any, ...]
    column: Any
    common: tuple[Any, ...]


def walked_by(order: Order) -> Custom | None:
    """The field whose index gives this order; None where it is another, or none."""
    if len(order.keys) != 1 or order.keys[0].descending != order.descending:
        return None
    handle = order.keys[0].handle
    return handle if isinstance(handle, Custom) else None


class Walk:
    """The records of a noun in a state, in the order of a field, as far as `narrow` lets them pass.

    `checks` are what it asks of the field itself: the walk then begins where they are met.
    """

    def __init__(
        self,
        noun: Noun,
        custom: Custom,
        state: State,
        narrow: Narrow = None,
        checks: Sequence[Check] = (),
        *,
        descending: bool,
    ) -> None:
        self._noun = noun
        self._custom = custom
        self._seen_in = state
        self._narrow = narrow
        self._checks = checks
        self._descending = descending

    def page(self, start: Start | None, limit: int) -> list[Start]:
        """The next records after a place."""
        found: list[Start] = []
        for at, band in enumerate(self._bands()):
            after = _passed(start, band)
            if start is not None and at < self._band_of(start):
                continue
            begin = start if after else None
            for value, record_id in fetch(self._of(band, begin).limit(limit - len(found))):
                found.append(Start((*band.common, *([] if band.column is None else [value])), record_id))
            if len(found) == limit:
                return found
        return found + self._rest(start, limit - len(found))

    def _band_of(self, start: Start) -> int:
        """The place of a start among the bands."""
        if start.values[0] is None:
            return _MISSING
        return next((at for at, band in enumerate(self._bands()) if _passed(start, band)), 0)

    def _bands(self) -> Iterator[_Band]:
        """The choices of a select, the currencies of amounts, or all values at once."""
        field, rows = self._custom.field, CustomValue
        if field.kind is Kind.SELECT:
            places = list(enumerate(field.choices))
            for at, choice in reversed(places) if self._descending else places:
                yield _Band((rows.key == choice,), None, (at,))
        elif field.kind is Kind.MONEY:
            for code in sorted(self._currencies(), reverse=self._descending):
                yield _Band((rows.number.is_null(False), rows.key == code), rows.number, (code,))
        else:
            column = self._custom.column(rows)
            yield _Band((column.is_null(False),), column, ())

    def _currencies(self) -> list[str]:
        """The currencies of the amounts, each found by one look into the index."""
        found: list[str] = []
        while True:
            mine = (CustomValue.field == self._custom.kept.id) & CustomValue.key.is_null(False)
            query = CustomValue.select(CustomValue.key).where(mine, CustomValue.key > (found[-1] if found else ""))
            row = fetch(query.order_by(CustomValue.key).limit(1))
            if not row:
                return found
            found.append(row[0][0])

    def _seen(self, row: Any) -> list[Any]:
        """What is asked of a record itself."""
        condition = None if self._narrow is None else self._narrow(row)
        return [row.state == self._seen_in, *([] if condition is None else [condition])]

    def _of(self, band: _Band, start: Start | None) -> Any:
        """The records of a band, from a place on."""
        row, value = self._noun.model.alias(), CustomValue
        seen = pw.fn.EXISTS(row.select(row.id).where(row.id == value.record_id, *self._seen(row)))
        shown = pw.Value(None) if band.column is None else band.column
        query = value.select(shown, value.record_id).where(value.field == self._custom.kept.id, *band.asked, seen)
        for check in self._checks:
            query = query.where(*self._custom.asked(check))
        return self._after(query, band.column, value.record_id, start)

    def _rest(self, start: Start | None, limit: int) -> list[Start]:
        """The records without a value, by their ids; none of them passes a check of the field."""
        if limit <= 0 or self._checks:
            return []
        row, rows = by_id(self._noun.model), CustomValue.alias()
        mine = [rows.object == self._noun.code, rows.record_id == row.id, rows.field == self._custom.kept.id]
        mine.append(self._custom.column(rows).is_null(False))
        if self._custom.field.kind is Kind.SELECT:
            mine.append(rows.key.in_(list(self._custom.field.choices)))
        missing = pw.Negated(pw.fn.EXISTS(rows.select(rows.id).where(*mine)))
        inside = row.id.between(own_id(0), own_id(MAX_NUMBER))
        query = row.select(row.id).where(inside, *self._seen(row), missing)
        begin = start if start is not None and start.values[0] is None else None
        none = (None,) * (2 if self._custom.field.kind is Kind.MONEY else 1)
        return [Start(none, found[0]) for found in fetch(self._after(query, None, row.id, begin).limit(limit))]

    def _after(self, query: Any, column: Any, record_id: Any, start: Start | None) -> Any:
        """What comes after a place, in order: by the value and then by the id."""
        columns = (record_id,) if column is None else (column, record_id)
        if start is not None:
            here = record_id if column is None else pw.Tuple(*columns)
            there = start.id if column is None else pw.Tuple(start.values[-1], start.id)
            query = query.where(here < there if self._descending else here > there)
        return query.order_by(*(one.desc() if self._descending else one.asc() for one in columns))


def _passed(start: Start | None, band: _Band) -> bool:
    """Whether a place lies in a band."""
    if start is None or start.values[0] is None:
        return False
    common: Sequence[Any] = band.common
    return tuple(start.values[: len(common)]) == tuple(common)
