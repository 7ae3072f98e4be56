"""Amounts in rows of work: each in the currency that is said of it, or in the one that the known record has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.services.transfer.denominations import currency_in
from smallcrm.services.values.money import money_text
from smallcrm.services.values.numbers import (
    currency_meant,
    dollar_taken,
    is_rounded,
    parse_money,
    written_currency,
)
from smallcrm.services.values.words import is_empty

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.transfer.batch import Batch
    from smallcrm.services.transfer.mapping import ColumnTarget


class Bare(NamedTuple):
    """An amount of which nobody says the currency: its cell, and the decimal mark of its column."""

    cell: str
    mark: str | None


class Amount(NamedTuple):
    """What a cell says: the amount, whether its currency is only the usual one, and for what a `$` was taken."""

    value: dict[str, Any]
    bare: Bare | None = None
    dollar: str | None = None


class AmountReader:
    """Reads a column of amounts; `codes` is the column with their currencies, where there is one.

    The name of the column says of all its amounts what they are in, but for those that say it themselves.
    """

    def __init__(self, column: ColumnTarget, codes: ColumnTarget | None = None) -> None:
        self._column, self._mark = column, column.decision.decimal
        self._usual = column.decision.currency or ""
        self._named = currency_in(column.header, self._usual)
        self._codes = None if self._named else codes

    def __call__(
        self, cells: Sequence[str], lines: Sequence[int], batch: Batch, codes: Sequence[str]
    ) -> list[Amount | None]:
        """The amounts of a column; a cell that is none is left out with a warning."""
        found: list[Amount | None] = []
        for cell, line, code in zip(cells, lines, codes, strict=True):
            amount = None if is_empty(cell) else self.read(cell.strip(), self._said(code, line, batch))
            if amount is None and not is_empty(cell):
                batch.warn(line, self._column.header, cell, "not an amount")
            elif amount is not None and is_rounded(cell, self._mark, amount.value["currency"]):
                batch.warn(line, self._column.header, cell, f"rounded to {money_text(**amount.value)}")
            found.append(amount)
        return found

    def _said(self, code: str, line: int, batch: Batch) -> str | None:
        """The currency that another column says."""
        if self._codes is None or is_empty(code):
            return None
        said = currency_meant(code, self._usual)
        if said is None:
            why = f"not a currency that is known; the amount is taken as {self._usual}"
            batch.warn(line, self._codes.header, code, why)
        return said

    def read(self, cell: str, said: str | None = None) -> Amount | None:
        """The amount of a cell, in the currency that is said of it elsewhere; None if it is none."""
        pair = parse_money(cell, self._mark, said or self._usual)
        if pair is None:
            return None
        value = {"amount": pair[0], "currency": said or pair[1]}
        if said or self._named or written_currency(cell, self._usual):
            return Amount(value, None, None if said else dollar_taken(cell, self._usual))
        return Amount(value, Bare(cell, self._mark))


def in_currency_of(known: Any, value: Any, bare: Bare | None) -> Any:
    """An amount as a known record has it: where nobody says the currency, it is the one that is there."""
    if bare is None or not known or known["currency"] == value["currency"]:
        return value
    pair = parse_money(bare.cell, bare.mark, known["currency"])
    return value if pair is None else {"amount": pair[0], "currency": pair[1]}
