"""Money: how many decimals a currency has, and an amount as people write it."""

from __future__ import annotations

from smallcrm.services.values.listing import listed

_NO_MINOR = listed("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
_THREE_MINOR = listed("BHD IQD JOD KWD LYD OMR TND")


def minor_digits(currency: str) -> int:
    """How many decimals the minor unit of a currency has (ISO 4217)."""
    return 0 if currency in _NO_MINOR else 3 if currency in _THREE_MINOR else 2


def money_text(amount: int, currency: str) -> str:
    """An amount in minor units as people write it: 123456, EUR as 1234.56 EUR."""
    digits = minor_digits(currency)
    sign, number = ("-" if amount < 0 else ""), str(abs(amount)).rjust(digits + 1, "0")
    whole, fraction = (number[:-digits], "." + number[-digits:]) if digits else (number, "")
    return f"{sign}{whole}{fraction} {currency}"
