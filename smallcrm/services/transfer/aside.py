"""Rows that nobody wants in a workspace: deleted in the program they are from, or private to whoever exported them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smallcrm.services.transfer.headers import key_of
from smallcrm.services.transfer.telling import rows_text
from smallcrm.services.values.listing import listed
from smallcrm.services.values.words import is_empty, parse_bool
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

DELETED, TIMED, PRIVATE = "deleted", "deleted at", "private"
_KEYS = {
    DELETED: listed(
        "isdeleted deleted wasdeleted istrashed trashed inpapierkorb geloscht supprime eliminado eliminato"
    ),
    TIMED: listed("deletedat deletedon deleteddate datedeleted deletiondate deletedtime trashedat geloschtam"),
    PRIVATE: listed("private isprivate sensitivity privat vertraulichkeit prive privado privato"),
}
_PRIVATE_WORDS = listed("private privat prive privado privato confidential confidentiel confidencial vertraulich")
_TOLD = {
    DELETED: "deleted in the program that the file is from",
    TIMED: "deleted in the program that the file is from",
    PRIVATE: "private in the calendar that the file is from",
}


@dataclass(frozen=True, slots=True)
class AsideRows:
    """The column that says of each row whether it is to stay away, and why."""

    index: int
    header: str
    why: str

    def says(self, row: Sequence[str]) -> bool:
        """Whether a row is one of them."""
        cell = row[self.index].strip()
        if not cell or is_empty(cell):
            return False
        if self.why == TIMED:
            return parse_bool(cell) is not False
        return parse_bool(cell) is True or (self.why == PRIVATE and fold(cell) in _PRIVATE_WORDS)

    def told(self, count: int) -> str:
        """What to say of so many rows that are passed over."""
        was = "was" if count == 1 else "were"
        leave = f'--map "{self.header}=-" imports them too'
        return f"{rows_text(count)} {was} {_TOLD[self.why]} ({self.header}), and passed over; {leave}"


def aside_rows(noun: str, columns: Sequence[str], used: Collection[int]) -> tuple[AsideRows, ...]:
    """The columns that tell which rows are to stay away, and are for nothing else; only a calendar has private ones."""
    found: list[AsideRows] = []
    for index, header in enumerate(columns):
        key = key_of(header)
        why = next((why for why, keys in _KEYS.items() if key in keys), None)
        if index not in used and why is not None and (why != PRIVATE or noun == "activity"):
            found.append(AsideRows(index, header, why))
    return tuple(found)


def without(
    aside: Sequence[AsideRows], rows: list[list[str]], lines: Sequence[int]
) -> tuple[list[list[str]], Sequence[int], list[AsideRows]]:
    """The rows that are wanted, with their lines, and for each of the others the column that says that it is not."""
    if not aside:
        return rows, lines, []
    kept: list[tuple[list[str], int]] = []
    gone: list[AsideRows] = []
    for row, line in zip(rows, lines, strict=True):
        why = next((each for each in aside if each.says(row)), None)
        if why is None:
            kept.append((row, line))
        else:
            gone.append(why)
    return [row for row, _line in kept], [line for _row, line in kept], gone
