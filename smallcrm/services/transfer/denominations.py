"""The currency of a column, where its name says it, as in `Deal_Value_USD`, `Amount (EUR)` and `Betrag in €`."""

from __future__ import annotations

import re

from smallcrm.services.values.listing import listed
from smallcrm.services.values.numbers import currency_meant

_PIECES = re.compile(r"[^\s_()\[\]/,:;.\-]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_IN = listed("in en em w v")
# Codes that are words as well, which the name of a column may end with.
_WORDS = listed("all bob cup gel lak mad mop pen ron sos top try")
_CODE = 3


def currency_in(header: str, usual: str = "") -> str | None:
    """The currency that the name of a column begins or ends with; `usual` is the one that a shared sign may mean."""
    return _found(header, usual)[0]


def without_currency(header: str) -> str | None:
    """The name of a column without the currency in it; None where there is none, or nothing else."""
    code, rest = _found(header, "")
    return rest if code else None


def _found(header: str, usual: str) -> tuple[str | None, str]:
    pieces = _PIECES.findall(_CAMEL.sub(" ", header))
    for at in (-1, 0) if pieces[1:] else ():
        code = _meant(pieces[at], usual, plain=header in (header.lower(), header.upper()))
        if code:
            rest = pieces[:-1] if at else pieces[1:]
            return code, " ".join(rest[:-1] if at and rest[1:] and rest[-1].lower() in _IN else rest)
    return None, header


def _meant(piece: str, usual: str, *, plain: bool) -> str | None:
    """The currency that a piece of a name is; a code stands out by its capitals, or is no other word."""
    stands_out = piece.lower() not in _WORDS if plain else piece.isupper()
    if piece.isascii() and piece.isalpha() and not (len(piece) == _CODE and stands_out):
        return None
    return currency_meant(piece, usual)
