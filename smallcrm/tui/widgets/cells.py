"""Cells of a table: how wide columns are, and a text in the width of its column."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment

from smallcrm.text import display_width, truncate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style

    from smallcrm.services.browsing import Head, Row

NARROWEST, WIDEST = 3, 80
GAP = 1
_ROOMY = 32


def cell(text: str, width: int, head: Head, styles: tuple[Style, Style]) -> list[Segment]:
    """A text in the width of its column, in the second style, with the space around it in the first."""
    outer, inner = styles
    shown = truncate(text, width)
    space = Segment(" " * (width - display_width(shown)), outer)
    told = Segment(shown, inner)
    return [*((space, told) if head.right else (told, space)), Segment(" " * GAP, outer)]


def widths(heads: Sequence[Head], rows: Sequence[Row]) -> list[int]:
    """How wide columns are at first: as what the first rows need, within limits."""
    needed = [max([display_width(head.label) + 2, NARROWEST]) for head in heads]
    for row in rows:
        for at, cell in enumerate(row.cells[: len(needed)]):
            needed[at] = max(needed[at], min(display_width(cell), _ROOMY))
    return needed
