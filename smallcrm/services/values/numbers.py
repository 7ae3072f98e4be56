"""Numbers and money as other programs write them, with the decimal mark decided by the caller."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from smallcrm.services.values.listing import listed
from smallcrm.services.values.money import minor_digits

LARGEST = Decimal(10) ** 15
_SPACES = re.compile(r"[\s'\u2019\u00a0\u202f]+")
_PLAIN = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d{1,2})?", re.IGNORECASE)
_CLOSED_GROUPS = re.compile(r"\d{1,3}(?:[.,]\d{2,3})*[.,]\d{3}(?:[.,]\d*)?")
_MULTIPLES = {"k": 3, "tsd": 3, "thousand": 3, "m": 6, "mm": 6, "mio": 6, "mn": 6, "million": 6, "b": 9,
              "bn": 9, "mrd": 9, "billion": 9}  # fmt: skip
_AMOUNT = re.compile(
    r"(?P<before>[^\d(+\-.,]*)(?P<sign>[+\-\u2212]?)\s*(?P<between>[^\d.,]*?)(?P<number>[\d.,](?:[\d.,\s'\u2019]*[\d.,])?(?:e[+-]?\d+)?)(?P<after>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SYMBOLS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW",
            "₪": "ILS", "₫": "VND", "₴": "UAH", "฿": "THB", "zł": "PLN", "kč": "CZK",
            "r$": "BRL", "us$": "USD", "a$": "AUD", "c$": "CAD", "ca$": "CAD",
            "au$": "AUD", "nz$": "NZD", "hk$": "HKD", "mx$": "MXN", "s$": "SGD", "nt$": "TWD", "ft": "HUF", "₱": "PHP",
            "円": "JPY", "元": "CNY", "fr.": "CHF", "sfr.": "CHF"}  # fmt: skip
_DOLLARS = ("USD", "ARS", "AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "CLP", "COP", "CUP", "DOP", "FJD", "GYD",
            "HKD", "JMD", "KYD", "LRD", "MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD", "UYU",
            "XCD")  # fmt: skip
# Signs that several currencies have; the first is the one that is meant where none of them is usual.
_SHARED = {"$": _DOLLARS, "¥": ("JPY", "CNY"), "\uffe5": ("JPY", "CNY")}
_CODES = listed(
    """
    AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
    BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS
    GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW
    KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD
    NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD
    SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED
    VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL
    """
)
# Of a minor unit: what binary fractions add to a number, and nobody has written.
_LEFT_OVER = Decimal("0.001")


def currency_of(text: str) -> str | None:
    """The ISO 4217 code that a code or an unmistakable symbol means; None for `$`, `kr`, `¥` and the rest."""
    word = text.strip()
    return word.upper() if word.upper() in _CODES else _SYMBOLS.get(word.lower())


def currency_meant(text: str, usual: str) -> str | None:
    """The same, and for a sign that several have, such as `$`, the usual one if it has it, else the best known."""
    family = _SHARED.get(text.strip())
    return currency_of(text) if family is None else usual if usual in family else family[0]


def written_currency(text: str, usual: str) -> str | None:
    """The currency that is written with an amount; None where there is none, or it is no amount."""
    found = _take_apart(text)
    return None if found is None else _written(found, usual)


def _written(found: re.Match[str], usual: str) -> str | None:
    words = (word.strip(" (") for word in found.group("before", "between", "after"))
    return next(filter(None, (currency_meant(word, usual) for word in words)), None)


def dollar_taken(text: str, usual: str) -> str | None:
    """The currency that a bare `$` with an amount is taken for, where the usual one has another sign."""
    found = _take_apart(text) if "$" in text and usual not in _DOLLARS else None
    words = found.group("before", "between", "after") if found is not None else ()
    return _DOLLARS[0] if any(word.strip(" ()") == "$" for word in words) else None


def parse_number(text: str, mark: str | None = None) -> Decimal | None:
    """The number; `mark` is the decimal mark of its column, guessed from this one text where None."""
    found = _take_apart(text)
    return None if found is None else _value(found, mark)


def parse_integer(text: str, mark: str | None = None) -> int | None:
    """The whole number; None if it is none or has a fraction."""
    if text.isdigit() and text.isascii():
        return int(text) if len(text) <= 15 else None  # noqa: PLR2004 - the size of LARGEST
    number = parse_number(text, mark)
    return int(number) if number is not None and number == number.to_integral_value() else None


def parse_money(text: str, mark: str | None, currency: str) -> tuple[int, str] | None:
    """Minor units and currency: the one written in the cell, else `currency`; None if it is no amount."""
    found = _take_apart(text)
    number = None if found is None else _value(found, mark)
    if found is None or number is None:
        return None
    code = _written(found, currency) or currency
    minor = number.scaleb(minor_digits(code))
    return int(minor.quantize(Decimal(1))), code


def is_rounded(text: str, mark: str | None, currency: str) -> bool:
    """Whether an amount of `parse_money` is not all that the cell says; what arithmetic has left over is nothing."""
    found = _take_apart(text)
    number = None if found is None else _value(found, mark)
    if number is None:
        return False
    minor = number.scaleb(minor_digits(currency))
    return abs(minor - minor.quantize(Decimal(1))) > _LEFT_OVER


def mark_evidence(text: str) -> tuple[bool, str | None]:
    """Whether the decimal mark matters in this text, and the mark that it alone proves."""
    found = _take_apart(text)
    digits = _SPACES.sub("", found["number"]) if found else ""
    dot, comma = digits.rfind("."), digits.rfind(",")
    if max(dot, comma) < 0 or not any(map(str.isdigit, digits)):
        return False, None
    if min(dot, comma) >= 0:
        return True, "." if dot > comma else ","
    mark, other = (".", ",") if dot >= 0 else (",", ".")
    if digits.count(mark) > 1:
        return True, other
    whole, _mark, fraction = digits.partition(mark)
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0":  # noqa: PLR2004 - looks like a group
        return True, None
    return True, mark


def _take_apart(text: str) -> re.Match[str] | None:
    """Sign, currency, digits and what follows; None if there is more than one number, or none."""
    if len(text) > 60:  # noqa: PLR2004 - no amount is longer
        return None
    found = _AMOUNT.fullmatch(text.strip())
    if found is None or any(map(str.isdigit, found["after"])) or len(found["before"] + found["between"]) > 8:  # noqa: PLR2004
        return None
    return found


def _value(found: re.Match[str], mark: str | None) -> Decimal | None:
    tail = found["after"].strip().rstrip(")").strip().lower()
    unit = tail.rstrip(".-").strip()
    power = _MULTIPLES.get(unit, 0)
    words = (
        found["before"].strip(" ("),
        found["between"].strip(" ("),
        "" if power else unit.rstrip("%").strip(),
    )
    if not all(_harmless(word) for word in words):
        return None
    digits = _decimal_point(_SPACES.sub("", found["number"]), mark)
    try:
        number = _scaled(digits, power) if digits and _PLAIN.fullmatch(digits) else None
    except InvalidOperation:
        return None
    if number is None or number >= LARGEST:
        return None
    negative = found["sign"] in ("-", "\u2212") or tail.endswith("-") or _in_brackets(found)
    return number.copy_negate() if negative else number


def _scaled(digits: str, power: int) -> Decimal:
    """The number with all its digits: arithmetic would round what is long."""
    sign, ciphers, exponent = Decimal(digits).as_tuple()
    return Decimal((sign, ciphers, int(exponent) + power))


def _harmless(word: str) -> bool:
    """Whether a word beside a number is a currency or nothing."""
    return (
        not word or word in "$¥-\u2212" or word.lower() in ("kr", "kr.", "rs", "rs.") or currency_of(word) is not None
    )


def _in_brackets(found: re.Match[str]) -> bool:
    before = found["before"] + found["sign"] + found["between"]
    return "(" in before and found["after"].rstrip().endswith(")")


def _decimal_point(digits: str, mark: str | None) -> str | None:
    """The digits with `.` for the decimal mark and no groups; None if the groups are not groups."""
    if mark is None:
        mark = mark_evidence(digits)[1] or "."
    other = "," if mark == "." else "."
    if digits.count(mark) > 1:
        return None
    whole, _mark, fraction = digits.partition(mark)
    if other in fraction or (other in whole and not _CLOSED_GROUPS.fullmatch(whole)):
        return None
    if "e" in digits.lower():
        return digits
    whole = whole.replace(other, "") or (fraction and "0")
    return f"{whole}.{fraction}" if fraction else whole
