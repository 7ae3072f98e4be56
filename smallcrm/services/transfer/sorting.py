"""Rows of a table told from what stands between them: blank lines, headers again, totals, remarks."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from smallcrm.services.transfer.tables import Chunk, Rejected

if TYPE_CHECKING:
    from collections.abc import Sequence

END = "\0end of file\0"
_FIGURE = re.compile(r"[\s\d.,'()%$€£¥+-]*(?:[A-Z]{3})?")
TOTALS = frozenset(
    [
        "Total",
        "Totals",
        "TOTAL",
        "TOTALS",
        "total",
        "totals",
        "Grand Total",
        "Grand total",
        "Grand Totals",
        "Sum",
        "Subtotal",
        "Sub-total",
        "Summe",
        "Gesamt",
        "Gesamtsumme",
        "Totaal",
        "Totale",
        "Totaux",
        "Celkem",
        "Razem",
        "Suma",
        "合計",
    ]
)


def fit(row: list[str], width: int) -> list[str]:
    """The row cut or filled to a width."""
    return row[:width] + [""] * (width - len(row))


class Sorter:
    """Tells rows of the table from what stands between them; loops only where not all are alike."""

    def __init__(self, header: Sequence[str], width: int) -> None:
        self.width = width
        self.header = list(header)
        self.after_blank = False

    def sort(self, rows: list[list[str]], lines: Sequence[int], position: int, *, sound: bool) -> Chunk:
        """The rows of the table among these, and what became of the others."""
        alike = set(map(len, rows)) <= {self.width} and all(map(any, rows))
        if sound and alike and self.header not in rows and TOTALS.isdisjoint(map(itemgetter(0), rows)):
            self.after_blank = self.after_blank and not rows
            return Chunk(rows, lines, position=position)
        return self._slowly(rows, lines, position)

    def _slowly(self, rows: list[list[str]], lines: Sequence[int], position: int) -> Chunk:
        kept: list[list[str]] = []
        kept_lines: list[int] = []
        rejected: list[Rejected] = []
        skipped: list[int] = []
        blank = 0
        for row, line in zip(rows, lines, strict=True):
            if not any(row):
                blank, self.after_blank = blank + 1, True
            elif row[-1].endswith(END):
                cells = [*row[:-1], row[-1].removesuffix(END)]
                rejected.append(Rejected(line, cells, "a quote in this row is never closed"))
            elif self._aside(row):
                skipped.append(line)
            elif len(row) > self.width and any(row[self.width :]):
                self.after_blank = False
                rejected.append(Rejected(line, row, f"{len(row)} cells, but the table has {self.width} columns"))
            else:
                self.after_blank = False
                kept.append(row if len(row) == self.width else fit(row, self.width))
                kept_lines.append(line)
        return Chunk(kept, kept_lines, rejected, blank, skipped, position)

    def _aside(self, row: list[str]) -> bool:
        """Whether a row is the header again, a total, or a remark under the table."""
        first = row[0].strip()
        if self.header and row[: self.width] == self.header[: self.width]:
            return True
        filled = [cell for cell in row[1:] if cell.strip()]
        if first in TOTALS and self.width > 1 and len(filled) * 2 <= self.width:
            return all(map(_FIGURE.fullmatch, filled))
        return self.after_blank and len(row) == 1 and self.width > 2  # noqa: PLR2004 - a lone cell under a table
