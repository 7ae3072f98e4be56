"""Rows that the program they are from has deleted: a backup holds them, and nobody who moves wants them back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smallcrm.services.transfer.headers import key_of
from smallcrm.services.transfer.telling import rows_text
from smallcrm.services.values.listing import listed
from smallcrm.services.values.words import is_empty, parse_bool

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_FLAGS = listed("isdeleted deleted wasdeleted istrashed trashed inpapierkorb geloscht supprime eliminado eliminato")
_TIMES = listed("deletedat deletedon deleteddate datedeleted deletiondate deletedtime trashedat geloschtam")


@dataclass(frozen=True, slots=True)
class DeletedRows:
    """The column that says of each row whether it was deleted, or when."""

    index: int
    header: str
    timed: bool

    def split(self, rows: list[list[str]], lines: Sequence[int]) -> tuple[list[list[str]], list[int], int]:
        """The rows that were not deleted, with their lines, and how many were."""
        kept = [(row, line) for row, line in zip(rows, lines, strict=True) if not self._says(row[self.index].strip())]
        return [row for row, _line in kept], [line for _row, line in kept], len(rows) - len(kept)

    def _says(self, cell: str) -> bool:
        if not cell or is_empty(cell):
            return False
        return parse_bool(cell) is not False if self.timed else parse_bool(cell) is True

    def told(self, count: int) -> str:
        """What to say of so many rows that are passed over."""
        was = "was" if count == 1 else "were"
        return (
            f"{rows_text(count)} {was} deleted in the program that the file is from ({self.header}), and passed over; "
            f'--map "{self.header}=-" imports them too'
        )


def deleted_rows(columns: Sequence[str], used: Collection[int]) -> DeletedRows | None:
    """The column that tells what was deleted, if there is one and it is for nothing else."""
    for index, header in enumerate(columns):
        key = key_of(header)
        if index not in used and key in _FLAGS | _TIMES:
            return DeletedRows(index, header, key in _TIMES)
    return None
