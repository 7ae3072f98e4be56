"""Records as an Excel workbook, written as they come: one sheet, or more where a sheet is full.

Texts are texts and never formulas. Whole numbers and amounts are numbers and dates are dates, so that a spreadsheet can
add up and sort; an amount has its currency in a column of its own beside it. Instants are texts: a cell knows no zone,
and drops what is less than a millisecond. Each sheet has a header that stays and a filter for each column.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from smallcrm.services.records import presenting
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer.readers.ours import BESIDE
from smallcrm.services.values.money import minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.services.records.schema import Field

MOST_ROWS = 1 << 20
"""The rows of a sheet, its header among them; Excel opens no more."""
MOST_LETTERS = 32_767
"""The most UTF-16 units that a cell of Excel can hold."""
_EXACT = 1 << 53
# Excel takes 1900 for a leap year, so that days before March of it are not the same for everybody.
_FIRST_DAY = date(1900, 3, 1)
_NUMBERS = (Kind.INTEGER, Kind.PERCENT)
_NARROW, _USUAL, _BUTTON = 8, 20, 4
_WIDTHS = {
    **dict.fromkeys((*_NUMBERS, Kind.BOOLEAN), _NARROW), Kind.DATE: 12, Kind.INSTANT: 28, Kind.EMAILS: 30,
    Kind.LONG_TEXT: 40, Kind.LOG: 40,
}  # fmt: skip
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def write(stream: IO[bytes], title: str, fields: Sequence[Field], records: Iterable[dict[str, Any]]) -> int:
    """Write presented records into a workbook; gives how many texts were cut, since no cell can hold all of them."""
    from xlsxwriter import Workbook

    with Workbook(stream, dict(_OPTIONS)) as book:
        sheets = _Sheets(book, title, fields)
        for record in records:
            sheets.add(record)
        sheets.finish()
    return sheets.cut


class _Sheets:
    """The sheets of a workbook in the making."""

    def __init__(self, book: Any, title: str, fields: Sequence[Field]) -> None:
        self.cut = 0
        self._book = book
        self._title = title
        self._fields = fields
        self._formats: dict[str, Any] = {}
        self._count = 0
        self._begin()

    def _begin(self) -> None:
        self._count += 1
        self._sheet = self._book.add_worksheet(self._title if self._count == 1 else f"{self._title} {self._count}")
        self._sheet.freeze_panes(1, 0)
        for at, width in enumerate(width for field in self._fields for width in _widths(field)):
            self._sheet.set_column(at, at, width)
        self._row = 0
        self._put(name for field in self._fields for name in _names(field))

    def finish(self) -> None:
        """Let the rows of the sheet be filtered by what is in its columns."""
        width = sum(len(_names(field)) for field in self._fields)
        if width:
            self._sheet.autofilter(0, 0, self._row - 1, width - 1)

    def add(self, record: dict[str, Any]) -> None:
        """Write a record as the next row."""
        if self._row == MOST_ROWS:
            self.finish()
            self._begin()
        self._put(cell for field in self._fields for cell in _cells(field, record.get(field.key)))

    def _put(self, cells: Iterable[Any]) -> None:
        for at, cell in enumerate(cells):
            if isinstance(cell, str):
                self._sheet.write_string(self._row, at, self._fitting(cell))
            elif isinstance(cell, date):
                self._sheet.write_datetime(self._row, at, cell, self._format("yyyy-mm-dd"))
            elif cell is not None:
                self._sheet.write_number(self._row, at, cell, self._format(_places(cell)))
        self._row += 1

    def _format(self, code: str) -> Any:
        if code not in self._formats:
            self._formats[code] = self._book.add_format({"num_format": code})
        return self._formats[code]

    def _fitting(self, text: str) -> str:
        """A text as far as a cell can hold it."""
        if len(text) * 2 <= MOST_LETTERS or len(text.encode("utf-16-le")) // 2 <= MOST_LETTERS:
            return text
        self.cut += 1
        return text.encode("utf-16-le")[: 2 * MOST_LETTERS].decode("utf-16-le", "ignore")


def _places(number: int | Decimal) -> str:
    """The format of a number with as many decimals as it has."""
    _whole, _point, decimals = str(number).partition(".")
    return f"0.{'0' * len(decimals)}" if decimals else "0"


def _widths(field: Field) -> tuple[int, ...]:
    """How wide the columns of a field are, in letters: for what is usual in them, and for their headers."""
    if field.kind is Kind.MONEY:
        return 14, max(_NARROW, len(field.key) + len(BESIDE) + _BUTTON)
    usual = _NARROW if field.key == "id" else _WIDTHS.get(field.kind, _USUAL)
    return (max(usual, min(len(field.key) + _BUTTON, _USUAL)),)


def _names(field: Field) -> tuple[str, ...]:
    """The headers of a field's columns."""
    return (field.key, f"{field.key}{BESIDE}") if field.kind is Kind.MONEY else (field.key,)


def _cells(field: Field, value: Any) -> tuple[Any, ...]:
    """A presented value as cells: texts, whole numbers, decimals and dates."""
    if field.kind is Kind.MONEY:
        return _amount(value)
    if value in (None, []):
        return (None,)
    if field.kind in _NUMBERS:
        return (value if abs(value) < _EXACT else str(value),)
    if field.kind is Kind.DATE:
        day = date.fromisoformat(value)
        return (day if day >= _FIRST_DAY else value,)
    return (str(presenting.cell_of(field, value)),)


def _amount(value: dict[str, Any] | None) -> tuple[Any, Any]:
    """An amount and its currency; one that no number of a spreadsheet holds exactly is text."""
    if not value:
        return None, None
    amount, currency = value["amount"], value["currency"]
    decimal = Decimal(amount).scaleb(-minor_digits(currency))
    # Fifteen digits are as many as come back as they were.
    return (decimal if abs(amount) < 10**15 else str(decimal)), currency
