"""A value of one kind as a value of another: only where nothing of it is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.errors import SmallCRMError
from smallcrm.services.records import cleaning, parsing
from smallcrm.services.records.presenting import iso
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.values import moments
from smallcrm.services.values.money import money_text

if TYPE_CHECKING:
    from smallcrm.services.values.locale import Locale

_TEXTS = (Kind.TEXT, Kind.LONG_TEXT, Kind.URL, Kind.EMAIL, Kind.PHONE)
_WORDS = (*_TEXTS, Kind.SELECT, Kind.MULTI_SELECT)
_ALSO = {(Kind.INTEGER, Kind.DECIMAL), (Kind.DECIMAL, Kind.INTEGER)}
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
_DATED = (Kind.DATE, Kind.INSTANT, Kind.DUE)


def text_of(field: Field, value: Any) -> str:
    """A value as a text that means the same wherever it is read; a choice by its label."""
    if field.kind is Kind.SELECT:
        return field.named(value)
    if field.kind is Kind.MULTI_SELECT:
        return ", ".join(field.named(element["value"]) for element in value)
    if field.kind is Kind.BOOLEAN:
        return "yes" if value else "no"
    if field.kind is Kind.MONEY:
        return money_text(value["amount"], value["currency"])
    return iso(clock.from_micros(value)) if field.kind is Kind.INSTANT else str(value)


def converted(old: Field, new: Field, value: Any, locale: Locale) -> Any:
    """The value as the new field has it; None where it cannot be, or where some of it would be lost."""
    known = old.kind in _WORDS or new.kind in (Kind.TEXT, Kind.LONG_TEXT) or (old.kind, new.kind) in _ALSO
    if not known or old.refers or old.kind is Kind.MEMBER:
        return None
    text = text_of(old, value)
    if (old.kind, new.kind) == (Kind.DECIMAL, Kind.INTEGER):
        text = _whole(text)
    if _loses(old, new, text) or counts_from_today(new, text, locale):
        return None
    try:
        return cleaning.as_stored(new, parsing.parse(new, text, locale))
    except SmallCRMError:
        return None


def _whole(text: str) -> str:
    """A decimal without its fraction, where that is none: 12 of 12.0."""
    whole, _mark, fraction = text.partition(".")
    return whole if not fraction.strip("0") else text


def counts_from_today(field: Field, text: str, locale: Locale) -> bool:
    """Whether a text is no date of its own, but one that moves with the day on which it is read, as fri does."""
    return field.kind in _DATED and moments.is_word(text, moments.here_at(clock.now(), locale.zone))


def _loses(old: Field, new: Field, text: str) -> bool:
    """Whether a text would not be the same any more: lines in one, zeros that lead a number."""
    if old.kind is Kind.LONG_TEXT and new.kind is not Kind.LONG_TEXT and ("\n" in text or "\r" in text):
        return True
    return new.kind in _NUMBERS and len(text) > 1 and text[0] == "0" and text[1] != "."
