"""Amounts in a file: each in the currency that is said of it, or in the one that the known record has."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.services.transfer.columns import MEMO
from smallcrm.services.transfer.denominations import currency_in
from smallcrm.services.transfer.telling import rows_text
from smallcrm.services.values.money import minor_digits, money_text
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
        self._known: dict[tuple[str, str | None], tuple[Amount | None, str]] = {}

    def __call__(
        self, cells: Sequence[str], lines: Sequence[int], batch: Batch, codes: Sequence[str]
    ) -> list[Amount | None]:
        """The amounts of a column; a cell that is none is left out with a warning."""
        found: list[Amount | None] = []
        for cell, line, code in zip(cells, lines, codes, strict=True):
            if is_empty(cell):
                found.append(None)
                continue
            amount, wrong = self._found(cell.strip(), self._said(code, line, batch))
            if wrong:
                batch.warn(line, self._column.header, cell, wrong)
            found.append(amount)
        return found

    def _found(self, cell: str, said: str | None) -> tuple[Amount | None, str]:
        """What a cell is, and what to say of it; few of a column differ, so each is read once."""
        known = self._known.get((cell, said))
        if known is None:
            amount, wrong = self.read(cell, said), ""
            if amount is None:
                wrong = "not an amount"
            elif is_rounded(cell, self._mark, amount.value["currency"]):
                wrong = f"rounded to {money_text(**amount.value)}"
            known = amount, wrong
            if len(self._known) < MEMO:
                self._known[cell, said] = known
        return known

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


def rescaled(known: Any, value: Any) -> Any:
    """An amount of which nobody says the currency, in the one of a known record; of its number alone, not its cell."""
    if not known or known["currency"] == value["currency"]:
        return value
    code = known["currency"]
    places = minor_digits(code) - minor_digits(value["currency"])
    return {"amount": int(Decimal(value["amount"]).scaleb(places).quantize(Decimal(1))), "currency": code}


def dollars_taken(label: str, code: str, count: int) -> str:
    """What to say of the rows in which a bare `$` was taken for a currency."""
    return f"{label}: $ is taken as {code} in {rows_text(count)}"
