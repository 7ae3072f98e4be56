"""Names and birthdays of contacts, from one column or several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.transfer.columns import names, typed
from smallcrm.services.values.dates import parse_date
from smallcrm.services.values.months import MONTHS
from smallcrm.services.values.names import PersonName, split_person_name
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from smallcrm.services.transfer.batch import Batch
    from smallcrm.services.transfer.mapping import ColumnTarget, Mapping

WHOLE = ("first_name", "middle_name", "last_name")
NAME_PARTS = ("prefix", "first_name", "middle_name", "last_name", "suffix")
Columns = list[tuple[str, ...]]


class Names:
    """Which columns hold the parts of names, and the one that holds whole names."""

    known = frozenset((*NAME_PARTS, "name", "nickname"))

    def __init__(self, mapping: Mapping) -> None:
        self._parts = {
            part: [column.index for column in mapping.of(part)]
            for part in (*NAME_PARTS, "nickname")
            if mapping.of(part)
        }
        # In our own exports the whole name only says what its parts do.
        derived = mapping.ours and self._parts.keys() >= set(WHOLE)
        self._whole = [] if derived else [column.index for column in mapping.of("name")]
        split = NAME_PARTS if self._whole else ()
        self.fields = tuple(part for part in (*NAME_PARTS, "nickname") if part in self._parts or part in split)

    def values(self, columns: Columns) -> dict[str, list[Any]]:
        """The parts of each name; a whole name is taken apart only where its row has no parts."""
        found = {part: _first(columns, indexes) for part, indexes in self._parts.items()}
        if not self._whole:
            return found
        size = len(columns[0])
        parts = [found.get(part) or [None] * size for part in NAME_PARTS]
        first, last = parts[1], parts[3]
        for at, whole in enumerate(_first(columns, self._whole)):
            if whole and not (first[at] or last[at]):
                name: PersonName = split_person_name(whole)
                for values, piece in zip(parts, name, strict=True):
                    values[at] = values[at] or piece
        return found | dict(zip(NAME_PARTS, parts, strict=True))

    def full(self, values: dict[str, list[Any]], size: int) -> list[str]:
        """How the names read together."""
        used = [values[part] for part in ("first_name", "middle_name", "last_name") if part in values]
        if len(used) == 2:  # noqa: PLR2004 - the usual case without a loop in Python for each part
            return [f"{a} {b}" if a and b else a or b or "" for a, b in zip(*used, strict=True)]
        return [" ".join(filter(None, row)) for row in zip(*used, strict=True)] if used else [""] * size


def names_of(mapping: Mapping) -> Names:
    """The names of a mapping's contacts."""
    return Names(mapping)


def _first(columns: Columns, indexes: list[int]) -> list[str | None]:
    cells = [names(columns[index]) for index in indexes]
    return cells[0] if len(cells) == 1 else [next(filter(None, row), None) for row in zip(*cells, strict=True)]


def birthdays(found: list[ColumnTarget], today: date) -> Callable[[Columns, Sequence[int], Batch], list[Any]]:
    """A maker for birthdays whose year, month and day are in columns of their own."""
    at = {column.target.part: column.index for column in found if column.target.part}
    whole = next((column for column in found if not column.target.part), None)
    order = whole.decision.date_order if whole else None
    read = typed(lambda cell: parse_date(cell, order, today), "not a date", whole.header) if whole else None

    def values(columns: Columns, lines: Sequence[int], batch: Batch) -> list[Any]:
        size = len(columns[0])
        empty = ("",) * size
        made = read(columns[whole.index], lines, batch) if read and whole else [None] * size
        pieces = (columns[at[part]] if part in at else empty for part in ("year", "month", "day"))
        return [known or _date(*cells) for known, cells in zip(made, zip(*pieces, strict=True), strict=True)]

    return values


def _date(year: str, month: str, day: str) -> str | None:
    number = MONTHS.get(fold(month.strip())) or month.strip()
    return parse_date(f"{year.strip():0>4}-{number!s:0>2}-{day.strip():0>2}") if year.strip() else None
