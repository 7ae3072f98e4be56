"""What the rows of a file have in common that is to be told: once, with the number of the rows."""

from __future__ import annotations


def rows_text(count: int) -> str:
    """So many rows, in words."""
    return "1 row" if count == 1 else f"{count:,} rows"
