"""The values of custom fields in an archive: each as one text, whatever columns of the table hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import ValidationError
from smallcrm.services.archive import cells
from smallcrm.services.archive.cells import Unfit
from smallcrm.services.records.cleaning import as_stored
from smallcrm.services.records.custom_values import Cell, cells_of, value_of
from smallcrm.services.records.definitions import TYPES
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.values.money import minor_digits

if TYPE_CHECKING:
    from collections.abc import Callable

_FLAGS = {"true": True, "false": False}


class Definition(NamedTuple):
    """What an archive has to know of a custom field: whose it is, its type, whether its values are unique, its key.

    `options`: the labels of what a select can be, by what is stored, as far as they are known by now.
    """

    object: str
    kind: str
    target: str | None
    unique: bool
    key: str
    options: dict[str, str]

    @property
    def field(self) -> Field:
        """The field, as far as its values are concerned."""
        return Field(
            self.key, self.key, TYPES[self.kind], target=self.target or "", choices=tuple(self.options), custom=True,
            negative=True,
        )  # fmt: skip

    @property
    def names_member(self) -> bool:
        """Whether a value names a member."""
        return TYPES[self.kind] is Kind.MEMBER


def amount_text(amount: int, currency: str) -> str:
    """An amount in minor units as a decimal number of its currency."""
    digits = minor_digits(currency)
    text = str(abs(amount)).rjust(digits + 1, "0")
    sign = "-" if amount < 0 else ""
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"


def amount_of(text: str, currency: str) -> int:
    """The minor units of an amount that `amount_text` wrote; raises Unfit."""
    whole, _point, fraction = text.partition(".")
    if len(fraction) != minor_digits(currency) or not (whole.removeprefix("-") + fraction).isdecimal():
        raise Unfit(f"it is no amount of {currency}")
    found = cells.whole(f"{'-' if text[0] == '-' else ''}{int(whole.removeprefix('-') + fraction)}")
    if amount_text(found, currency) != text:
        raise Unfit(f"it is no amount of {currency}")
    return found


def written(definition: Definition, cell: Cell) -> tuple[str, str | None]:
    """One stored value as its text, and its currency."""
    field = definition.field
    if field.kind is Kind.MONEY:
        return amount_text(int(cell.text or 0), cell.key or ""), cell.key
    if field.kind is Kind.MULTI_SELECT:
        return cell.key or "", None
    return _WRITE.get(field.kind, str)(value_of(field, [cell])), None


_WRITE: dict[Kind, Callable[[Any], str]] = {
    Kind.INSTANT: cells.instant_text,
    Kind.BOOLEAN: lambda value: "true" if value else "false",
    Kind.MEMBER: lambda value: str(number_of(value)),
    Kind.RECORD: lambda value: str(number_of(value)),
}


def read(definition: Definition, text: str, currency: str | None) -> Cell:
    """What is stored of the text of a value; raises Unfit where the field cannot hold it."""
    field = definition.field
    if not text:
        raise Unfit("there is no value")
    if (currency is not None) != (field.kind is Kind.MONEY):
        raise Unfit("an amount has a currency, and nothing else has one")
    if field.kind is Kind.MONEY:
        value: Any = {"amount": amount_of(text, currency or ""), "currency": currency}
    elif field.kind is Kind.MULTI_SELECT:
        value = [{"value": text}]
    else:
        value = _READ.get(field.kind, str)(text)
    _check(field, value, text)
    return cells_of(field, value)[0]


def _check(field: Field, value: Any, text: str) -> None:
    """Raise Unfit for what no record can have in a field."""
    # Whom a value names is looked up in the archive; an option that is archived by now is still what a record has.
    if field.refers or field.kind is Kind.MEMBER:
        return
    if field.choices and text not in field.choices:
        raise Unfit(f"it is none of {', '.join(field.choices)}")
    try:
        kept = as_stored(field, value)
    except ValidationError as error:
        raise Unfit(f"it is no {field.kind} that the field can hold") from error
    if kept is None:
        raise Unfit("there is no value")


def _decimal(text: str) -> str:
    try:
        return str(as_stored(Field("value", "Value", Kind.DECIMAL, negative=True), text))
    except ValidationError as error:
        raise Unfit("it is no decimal number") from error


def _flag(text: str) -> bool:
    if text not in _FLAGS:
        raise Unfit("it is neither true nor false")
    return _FLAGS[text]


_READ: dict[Kind, Callable[[str], Any]] = {
    Kind.INTEGER: cells.whole,
    Kind.DECIMAL: _decimal,
    Kind.DATE: cells.day,
    Kind.INSTANT: cells.instant,
    Kind.BOOLEAN: _flag,
    Kind.MEMBER: lambda text: own_id(cells.number(text)),
    Kind.RECORD: lambda text: own_id(cells.number(text)),
}
