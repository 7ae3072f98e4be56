"""E-mail addresses: the key they are found by, and the addresses written in one cell."""

from __future__ import annotations

import re
from unicodedata import normalize

from smallcrm.services.values.hosts import ascii_host

MAX_ADDRESS = 254
MAX_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++"
PLAIN = re.compile(rf"{_ATOM}(?:\.{_ATOM})*+@(?:(?!-)[A-Za-z0-9-]++(?<!-)\.)++(?!-)[A-Za-z]{{2,63}}")
_WIDE_ATOM = r"[^\s\"(),:;<>@\[\\\].\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffd]++"
_WIDE_LOCAL = re.compile(rf"{_WIDE_ATOM}(?:\.{_WIDE_ATOM})*+")
_NAMED = re.compile(r"\.(?:xn--[a-z0-9-]+|[a-z]{2,63})\Z")
_BRACKETED = re.compile(r"\s*([^<>]*)<([^<>]*)>")
_BEFORE_NAME = re.compile(r"(?<=[\w@.])[,;|\n\s]\s*(?=[^@]*\Z)")
_SEPARATORS = re.compile(r"\s*(?::::|[,;|\s])\s*")
_SCHEME = re.compile(r"mailto:", re.IGNORECASE)


def email_key(address: str) -> str | None:
    """What an address is unique by: folded case, IDNA domain, `+tag` kept; None if it is no address."""
    if len(address) > MAX_ADDRESS:
        return None
    if PLAIN.fullmatch(address):
        return address.lower() if address.find("@") <= MAX_LOCAL else None
    local, at, host = address.rpartition("@")
    if not at or len(local) > MAX_LOCAL or not _WIDE_LOCAL.fullmatch(local):
        return None
    ascii_form = ascii_host(host)
    if ascii_form is None or not _NAMED.search(ascii_form):
        return None
    return f"{normalize('NFC', local).casefold()}@{ascii_form}"


def split_emails(cell: str) -> tuple[list[tuple[str, str | None]], list[str]]:
    """The addresses in a cell, each with the name written before it, and the pieces that are none."""
    if PLAIN.fullmatch(cell) and email_key(cell):
        return [(cell, None)], []
    found: dict[str, tuple[str, str | None]] = {}
    problems: list[str] = []
    for piece, display in _pieces(cell):
        key = email_key(piece)
        if key is None:
            problems.append(piece)
        else:
            found.setdefault(key, (piece, display))
    return list(found.values()), problems


def _pieces(cell: str) -> list[tuple[str, str | None]]:
    """What stands between separators, with the display name of the bracketed ones."""
    pieces: list[tuple[str, str | None]] = []
    end = 0
    if "<" in cell:
        for match in _BRACKETED.finditer(cell):
            before, address = match.groups()
            *bare, display = _BEFORE_NAME.split(before) if "@" in before else [before]
            pieces += [(piece, None) for text in bare for piece in _words(text)]
            name = display.strip(' \t\r\n,;"')
            pieces += [(piece, name or None) for piece in _words(address)]
            end = match.end()
    return pieces + [(piece, None) for piece in _words(cell[end:])]


def _words(text: str) -> list[str]:
    words = (word.strip("'\"<>()[]").rstrip(".,;/") for word in _SEPARATORS.split(_SCHEME.sub("", text)))
    return [word for word in words if word]
