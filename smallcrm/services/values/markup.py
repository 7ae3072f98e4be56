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
_CELLS = frozenset(("td", "th"))
_CELL, _ITEM = " | ", "- "
_HIDDEN = frozenset(("script", "style", "head", "title"))
_BLANKS = re.compile(r"[ \t\xa0]+")
_LINES = re.compile(r" ?\n[ \n]*\n ?")


def looks_like_html(text: str) -> bool:
    """Whether the text has tags or entities that only markup has."""
    return ("<" in text or "&" in text) and _TELLTALE.search(text) is not None


def html_to_text(text: str) -> str:
    """The words of a piece of HTML: blocks, rows and items as lines, links as `words (address)`, scripts dropped.

    An item begins with `- `, and between cells is ` | `.
    """
    if not looks_like_html(text):
        return text
    words = _Words()
    at, end = 0, len(text)
    while at < end:
        start = text.find("<", at)
        close = text.find(">", start) if start >= 0 else -1
        if close < 0:
            words.add(text[at:])
            break
        words.add(text[at:start])
        tag = _TAG.match(text, start + 1, close)
        if tag is None and not text.startswith("!", start + 1) and not words.hidden:
            words.add("<")
            at = start + 1
            continue
        at = close + 1
        if tag:
            words.enter(tag, text[start:at])
    return words.settled()


class _Words:
    """The words so far, the hidden element and the link that are open, and where the last cell began."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.hidden = self._href = ""
        self._cell = 0
        self._inside = False

    def add(self, text: str) -> None:
        """Add text that is seen."""
        if text and not self.hidden:
            self.pieces.append(unescape(text).replace("\r\n", "\n"))

    def settled(self) -> str:
        """The text, without doubled blanks and empty lines."""
        at = self._words_end()
        pieces = self.pieces[: at - 1] if at and self.pieces[at - 1] == _CELL else self.pieces
        return _LINES.sub("\n", _BLANKS.sub(" ", "".join(pieces))).strip()

    def enter(self, tag: re.Match[str], whole: str) -> None:
        """Take in what a tag changes."""
        closing, name = bool(tag[1]), tag[2].lower()
        if name in _HIDDEN:
            self.hidden = "" if closing else name
        elif self.hidden:
            return
        elif name in _CELLS:
            self._part_cells(closing=closing)
        elif name in _BREAKS:
            self._break(item=name == "li")
            if name == "li" and not closing:
                self.pieces.append(_ITEM)
        elif name == "a":
            self._link(whole, closing=closing)

    def _part_cells(self, *, closing: bool) -> None:
        if closing:
            # What ends within a cell does not end its row.
            del self.pieces[self._words_end(self._cell) :]
            self.pieces.append(_CELL)
        else:
            at = self._words_end()
            if at and self.pieces[at - 1] == _CELL:
                del self.pieces[at:]
            elif at and "\n" not in self.pieces[at:]:
                self.pieces.append(_CELL)
        self._cell, self._inside = len(self.pieces), not closing

    def _break(self, *, item: bool) -> None:
        at = self._words_end()
        last = self.pieces[at - 1] if at else ""
        # The first line of a cell or an item stands where that begins.
        if (last == _CELL and self._inside) or (last == _ITEM and not item):
            return
        if last == _CELL:
            del self.pieces[at - 1 :]
        self.pieces.append("\n")

    def _words_end(self, least: int = 0) -> int:
        """Where the blanks begin that are the last pieces."""
        at = len(self.pieces)
        while at > least and self.pieces[at - 1].isspace():
            at -= 1
        return at

    def _link(self, whole: str, *, closing: bool) -> None:
        if closing:
            if self._href and self._href not in "".join(self.pieces[-3:]):
                self.pieces.append(f" ({self._href})")
            self._href = ""
            return
        found = _HREF.search(whole)
        link = unescape(found[1]) if found else ""
        self._href = link if link.lower().startswith(("http:", "https:", "mailto:")) else ""
