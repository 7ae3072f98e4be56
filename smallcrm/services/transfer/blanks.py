"""What the file has columns for and a row leaves blank: emptied in the record that the row is about, on request.

Cells that cannot be read are not blank. A name, an opt-out and a lifecycle stage are never emptied, nor what other
programs call a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.records import schema
from smallcrm.services.transfer.people import WHOLE
from smallcrm.services.transfer.places import part_of
from smallcrm.services.values.words import is_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.transfer.mapping import ColumnTarget, Mapping

_KEPT = frozenset(("external_id", "external_ids", "lifecycle", "opt_out", "created_at", "updated_at", "currency"))
_LISTS = {"company": "companies"}
BLANK, SAID = "1", "0"


class Blanks:
    """The fields that the rows of a file can leave blank; `labels` are those that its columns of a list stand for.

    A list without labels is all in the file.
    """

    def __init__(self, mapping: Mapping) -> None:
        self._columns: dict[str, list[int]] = {}
        self._named: list[int] = []
        self._names: set[str] = set()
        noun = schema.noun(mapping.noun)
        for column in mapping.columns:
            for key in self._keys(mapping.noun, column):
                if key in noun.by_key:
                    self._columns.setdefault(key, []).append(column.index)
        self.fields = tuple(self._columns)
        listed = [key for key in ("emails", "phones") if key in self._columns]
        self.labels: dict[str, frozenset[str] | None] = {key: _labels(mapping.of(key)) for key in listed}

    def _keys(self, noun: str, column: ColumnTarget) -> tuple[str, ...]:
        """The fields of the record that a column says something of."""
        target = column.target
        if column.custom:
            return (target.field,)
        if target.field in _KEPT or target.part == "label" or (target.field == "domains" and target.part):
            return ()
        if target.field == "address":
            part = part_of(target.part)
            return (part,) if part else ()
        if target.field == "name" or target.field in WHOLE:
            if noun != "contact":
                return ()
            self._named.append(column.index)
            found = WHOLE if target.field == "name" else (target.field,)
            self._names.update(found)
            return found
        return (_LISTS.get(target.field, target.field),)

    def at(self, field: str) -> int | None:
        """The place of a field in the marks of a row, counted from 1; None for one that is never emptied."""
        return self.fields.index(field) + 1 if field in self._columns else None

    def joined(self, first: str, again: str) -> str:
        """The marks of a row with those of its repeat: a name is that of either, all else is blank where both are."""
        pairs = zip(self._columns, first, again, strict=True)
        return "".join(
            BLANK if (mine == theirs == BLANK) or (key in self._names and BLANK in (mine, theirs)) else SAID
            for key, mine, theirs in pairs
        )

    def marks(self, rows: Sequence[Sequence[str]]) -> list[str]:
        """For each row one character for each field, which says whether the row leaves it blank."""
        columns = list(zip(*rows, strict=True))
        named = [any(map(str.strip, cells)) for cells in zip(*(columns[at] for at in self._named), strict=True)]
        marks = []
        for key, indexes in self._columns.items():
            if key in self._names:
                # A name is one value: where a row has one, the parts that it lacks are blank.
                marks.append([BLANK if there else SAID for there in named])
            else:
                cells = zip(*(columns[at] for at in indexes), strict=True)
                marks.append([BLANK if all(map(is_empty, row)) else SAID for row in cells])
        return list(map("".join, zip(*marks, strict=True))) if marks else [""] * len(rows)


def _labels(columns: Sequence[ColumnTarget]) -> frozenset[str] | None:
    """The labels of the columns of a list; None where one has none, or the labels stand in the file."""
    parts = [column.target.part for column in columns]
    return None if "" in parts or "label" in parts else frozenset(parts)
