"""Host names: their one ASCII form."""

from __future__ import annotations

import re

MAX_HOST = 253
_PLAIN = re.compile(r"(?:(?!-)[a-z0-9_-]{1,63}+(?<!-)\.)*+(?!-)[a-z0-9_-]{1,63}+(?<!-)")


def ascii_host(host: str) -> str | None:
    """The lower-case IDNA form of a host name without its final dot; None if it is no host name."""
    host = host.strip().removesuffix(".").lower()
    if not host or len(host) > MAX_HOST:
        return None
    if host.isascii():
        return host if _PLAIN.fullmatch(host) else None
    import idna

    try:
        encoded = idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None
    return encoded if len(encoded) <= MAX_HOST else None
