"""Rich text of other programs as plain text."""

from __future__ import annotations

import re
from html import unescape

from smallcrm.services.values.listing import listed

_TELLTALE = re.compile(
    r"</?(?:p|br|div|span|a|b|i|u|ul|ol|li|h[1-6]|html|body|table|tr|td|strong|em|font|img|script|style|blockquote|pre)"
    r"(?:\s[^<>]*)?/?>|&(?:amp|nbsp|lt|gt|quot|#\d{1,6});",
    re.IGNORECASE,
)
_TAG = re.compile(r"\s*(/?)\s*([a-z][a-z0-9]*)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_BREAKS = listed(
    """
    p br div li tr h1 h2 h3 h4 h5 h6 ul ol table blockquote pre hr
    """
)
_HIDDEN = frozenset(("script", "style", "head", "title"))
_BLANKS = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r" ?\n[ \n]*\n ?")


def looks_like_html(text: str) -> bool:
    """Whether the text has tags or entities that only markup has."""
    return ("<" in text or "&" in text) and _TELLTALE.search(text) is not None


def html_to_text(text: str) -> str:
    """The words of a piece of HTML: blocks as lines, links as `words (address)`, scripts dropped."""
    if not looks_like_html(text):
        return text
    pieces: list[str] = []
    hidden = href = ""
    at, end = 0, len(text)
    while at < end:
        start = text.find("<", at)
        close = text.find(">", start) if start >= 0 else -1
        if close < 0:
            pieces.append("" if hidden else _inline(text[at:]))
            break
        if not hidden:
            pieces.append(_inline(text[at:start]))
        tag = _TAG.match(text, start + 1, close)
        if tag is None and not text.startswith("!", start + 1) and not hidden:
            pieces.append("<")
            at = start + 1
            continue
        at = close + 1
        if tag:
            hidden, href = _enter(tag, text[start:at], hidden, href, pieces)
    plain = _BLANKS.sub(" ", "".join(pieces))
    return _LINES.sub("\n", plain).strip()


def _inline(text: str) -> str:
    return unescape(text).replace("\r\n", "\n")


def _enter(tag: re.Match[str], whole: str, hidden: str, href: str, pieces: list[str]) -> tuple[str, str]:
    """What a tag changes: the hidden element that it opens or closes, and the link that is open."""
    closing, name = bool(tag[1]), tag[2].lower()
    if name in _HIDDEN:
        return ("" if closing else name), href
    if hidden:
        return hidden, href
    if name in _BREAKS:
        pieces.append("\n")
    if name != "a":
        return hidden, href
    if closing:
        if href and href not in "".join(pieces[-3:]):
            pieces.append(f" ({href})")
        return hidden, ""
    found = _HREF.search(whole)
    link = unescape(found[1]) if found else ""
    return hidden, link if link.lower().startswith(("http:", "https:", "mailto:")) else ""
