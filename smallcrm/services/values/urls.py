"""Addresses on the web as a person types them."""

from __future__ import annotations

import re

_WEB = re.compile(r"https?://[^/?#\\]", re.IGNORECASE)
# A host with a port, as in acme.com:8080, is no scheme; javascript:8080 would be one.
_SCHEME = re.compile(r"[a-z][a-z0-9+\-]*:|[a-z][a-z0-9+.\-]*:(?!\d{1,5}(?:[/?#]|\Z))", re.IGNORECASE)
_LOCAL = re.compile(r"localhost:\d{1,5}(?:[/?#]|\Z)", re.IGNORECASE)


def is_web_address(text: str) -> bool:
    """Whether a text is an address of http or https, which may be left out, without spaces."""
    if any(char.isspace() or not char.isprintable() for char in text):
        return False
    if _WEB.match(text) or _LOCAL.match(text):
        return True
    return _SCHEME.match(text) is None
