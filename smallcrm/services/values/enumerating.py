"""Several texts in one cell: a comma between them, and quotes around one that has a comma itself."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUOTE = '"'
_LINE_ENDS = str.maketrans("\r\n\0", "   ")


def enumerated(texts: Iterable[str]) -> str:
    """The texts as one; `elements` is its inverse for texts of one line without space around them."""
    return ", ".join(map(quoted, texts))


def quoted(text: str) -> str:
    """A text as one of several: in quotes where it has a comma or begins with a quote, quotes in it doubled."""
    if "," not in text and not text.startswith(_QUOTE):
        return text
    doubled = text.replace(_QUOTE, _QUOTE * 2)
    return f"{_QUOTE}{doubled}{_QUOTE}"


def elements(cell: str) -> list[str]:
    """The texts of a cell, each once and without space around it."""
    if _QUOTE not in cell:
        parts = cell.split(",")
    else:
        # Quotes stand at the front of an element; elsewhere they are part of it, as CSV has it.
        parts = next(csv.reader([cell.translate(_LINE_ENDS)], skipinitialspace=True), [])
    return [part for part in dict.fromkeys(map(str.strip, parts)) if part]
