"""Phone numbers: kept as given, with an E.164 form only where the country is written in the number."""

from __future__ import annotations

import re

MIN_DIGITS, MAX_DIGITS = 7, 15
_EXTENSION = re.compile(
    r"\s*(?:;\s*ext=|,+\s*(?=\d{1,6}\s*$)|(?:,\s*)?(?:extension|ext\b\.?|extn\b\.?|poste\b|durchwahl|dw\b\.?|int\b\.|x|#)\s*[:.]?\s*)"
    r"(\d{1,7})\s*$",
    re.IGNORECASE,
)
_INTERNATIONAL = re.compile(r"(?:tel:)?\s*\(?(?:\+|00)(?=[\s(]*[1-9])", re.IGNORECASE)
_PLAIN = re.compile(r"\+[1-9](?:[0-9 ./-]|\([1-9][0-9]*\))++")
_MARKS = dict.fromkeys(map(ord, "+ ().-/"))
_TRUNK = re.compile(r"\(0\)")
_NOT_DIGIT = re.compile(r"[\s().\-/\u2010-\u2015\u00a0\u202f]+")
_SCIENTIFIC = re.compile(r"\d[.,]\d+E\+?\d{1,2}", re.IGNORECASE)
_SEVERAL = re.compile(r"\s*(?::::|[;\n|]|,(?!\s*(?:ext|\d{1,6}\s*$))|\s/\s|\s(?:or|oder|ou|y)\s)\s*", re.IGNORECASE)


def has_digits(number: str) -> bool:
    """Whether there is anything to dial in it."""
    return any(map(str.isdigit, number))


def phone_digits(number: str) -> str | None:
    """`+` and the digits of a number that names its country by `+` or `00`, without extension; else None."""
    if _PLAIN.fullmatch(number):
        digits = number.translate(_MARKS)
    else:
        start = _INTERNATIONAL.match(number)
        if start is None:
            return None
        rest, _extension = split_extension(number[start.end() :])
        digits = _NOT_DIGIT.sub("", _TRUNK.sub("", rest))
    known = digits.isdigit() and digits.isascii() and digits[0] != "0"
    return "+" + digits if known and MIN_DIGITS <= len(digits) <= MAX_DIGITS else None


def split_extension(number: str) -> tuple[str, str | None]:
    """The number without its extension, and the extension's digits if there is one."""
    match = _EXTENSION.search(number)
    if match is None or not has_digits(number[: match.start()]):
        return number, None
    return number[: match.start()], match[1]


def split_phones(cell: str) -> list[str]:
    """The numbers written in one cell, each as it was given."""
    cell = cell.strip()
    if not _SEVERAL.search(cell) or ";ext=" in cell.lower():
        return [cell] if cell else []
    pieces = [piece for piece in _SEVERAL.split(cell) if piece]
    enough = all(sum(map(str.isdigit, piece)) >= MIN_DIGITS - 1 for piece in pieces)
    return pieces if enough else [cell]


def lost_digits(number: str) -> bool:
    """Whether a spreadsheet has cut the number short, as in `4.9176E+11`."""
    return "e" in number.lower() and _SCIENTIFIC.fullmatch(number.strip()) is not None
