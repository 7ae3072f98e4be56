"""An amount as a person types it: taken where it means one thing only, and never rounded."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from typing import NamedTuple

from smallcrm.services.values.money import minor_digits
from smallcrm.services.values.numbers import mark_evidence, parse_money, parse_number

_GROUP = 3
_GROUP_OR_FRACTION = re.compile(r"(?<![\d.,])[1-9]\d{0,2}\.\d{3}(?![\d.,e])", re.IGNORECASE)


class Unfit(NamedTuple):
    """Why an amount is not taken, and how it can be written."""

    sentence: str
    hint: str


def read_amount(text: str, currency: str) -> tuple[int, str] | Unfit | None:
    """Minor units and currency, the one that is written or else `currency`; None if it is no amount at all.

    Of two marks the last is the decimal one; a comma and three digits are thousands, as in 22,500.
    """
    mark = mark_evidence(text)[1] or "."
    exact, money = parse_number(text, mark), parse_money(text, mark, currency)
    if exact is None or money is None:
        return None
    code = money[1]
    digits = minor_digits(code)
    grouped = _GROUP_OR_FRACTION.search("".join(text.split()))
    # Of 1.234k nobody thinks that the dot is one of thousands.
    if digits < _GROUP and grouped is not None and Decimal(grouped[0]) == abs(exact):
        return _two_ways(text, exact, digits)
    minor = exact.scaleb(digits)
    return (int(minor), code) if minor == minor.to_integral_value() else _too_fine(text, exact, code)


def _two_ways(text: str, exact: Decimal, digits: int) -> Unfit:
    fraction = f", {_cut(exact, digits)} for a fraction" if digits else ""
    sentence = f"{text!r} could be thousands or a fraction."
    return Unfit(sentence, f"{exact.scaleb(_GROUP):f} for thousands{fraction}")


def _too_fine(text: str, exact: Decimal, code: str) -> Unfit:
    digits = minor_digits(code)
    have = "no decimals" if digits == 0 else f"{digits} decimals at most"
    return Unfit(f"{code} has {have}: {text!r}.", f"{_cut(exact, digits)} or {_cut(exact, digits, ROUND_UP)}")


def _cut(exact: Decimal, digits: int, rounding: str = ROUND_DOWN) -> str:
    return f"{exact.quantize(Decimal(1).scaleb(-digits), rounding):f}"
