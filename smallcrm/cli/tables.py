"""Tables for people: aligned columns, one field per line, Markdown. Every cell passes safe_text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.text import display_width, pad, safe_text, truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

SAMPLE = 200
NARROWEST = 6
GAP = "  "
_RIGHT = {"int", "number", "money", "id"}
Row = Mapping[str, Any] | tuple[Any, ...] | list[Any]


class Column(NamedTuple):
    """One column: the key in JSON and CSV, the label for people, and how its values behave.

    `kind` is text, int, number, money, instant, date, bool, list or id; numbers and money align to the right.
    """

    key: str
    label: str = ""
    align: str = ""
    kind: str = "text"

    @property
    def title(self) -> str:
        """The label, or one made of the key."""
        return self.label or self.key.replace("_", " ").replace(".", " ")

    @property
    def is_right(self) -> bool:
        """Whether values align to the right."""
        return self.align == "right" or (not self.align and self.kind in _RIGHT)


class Table(NamedTuple):
    """Columns, and rows that may be a stream: mappings by key, or sequences in the columns' order."""

    columns: Sequence[Column]
    rows: Iterable[Row]


class Style(NamedTuple):
    """How a table for people is drawn; `width` in cells, None for as wide as it gets."""

    read: Callable[[object], str]
    width: int | None = None
    bold: bool = False


def values(table: Table) -> Iterator[Sequence[Any]]:
    """The rows as sequences in the order of the columns."""
    keys = [column.key for column in table.columns]
    for row in table.rows:
        yield [row.get(key) for key in keys] if isinstance(row, Mapping) else row


def aligned(table: Table, style: Style) -> Iterator[str]:
    """Lines of aligned columns; widths come from the first rows, so that a long list streams."""
    cells = ([safe_text(style.read(value)) for value in row] for row in values(table))
    sample = list(islice(cells, SAMPLE))
    header = [safe_text(column.title).upper() for column in table.columns]
    widths = _widths([header, *sample], style.width)
    yield _line(header, widths, table.columns, bold=style.bold)
    for row in chain(sample, cells):
        yield _line(row, widths, table.columns)


def hidden_columns(table: Table, width: int | None) -> list[str]:
    """The keys of the columns at the end for which the terminal has no room."""
    if width is None:
        return []
    fitting = max(1, (width + len(GAP)) // (NARROWEST + len(GAP)))
    return [column.key for column in table.columns[fitting:]]


def _widths(rows: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """The cells each column gets: what it needs, the widest ones cut until the line fits."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    if width is None:
        return widths
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room:
        widest = max(range(len(widths)), key=widths.__getitem__)
        if widths[widest] <= NARROWEST:
            break
        others = max((w for w in widths if w < widths[widest]), default=NARROWEST)
        same = widths.count(widths[widest])
        cut = max(1, min((sum(widths) - room) // same, widths[widest] - max(others, NARROWEST)))
        widths[widest] -= cut
    return widths


def _line(row: Sequence[str], widths: list[int], columns: Sequence[Column], *, bold: bool = False) -> str:
    """One line of the table; the last column is not filled with spaces."""
    cells = [
        pad(truncate(cell, width), width, right=column.is_right)
        for cell, width, column in zip(row, widths, columns, strict=True)
    ]
    line = GAP.join(cells).rstrip()
    return f"\x1b[1m{line}\x1b[0m\n" if bold else f"{line}\n"


def vertical(table: Table, style: Style) -> Iterator[str]:
    """One field per line, records separated by an empty line."""
    titles = [safe_text(column.title) for column in table.columns]
    width = max(map(display_width, titles), default=0)
    indent = "\n" + " " * (width + len(GAP))
    for number, row in enumerate(values(table)):
        if number:
            yield "\n"
        for title, value in zip(titles, row, strict=True):
            name = pad(title, width)
            shown = safe_text(style.read(value), multiline=True).replace("\n", indent)
            yield (f"\x1b[1m{name}\x1b[0m" if style.bold else name) + f"{GAP}{shown}".rstrip() + "\n"


def markdown(table: Table, style: Style) -> Iterator[str]:
    """A table of Markdown; what would end a cell or start markup is escaped."""
    yield "| " + " | ".join(_cell(column.title) for column in table.columns) + " |\n"
    yield "|" + "|".join(" ---: " if column.is_right else " --- " for column in table.columns) + "|\n"
    for row in values(table):
        yield "| " + " | ".join(_cell(style.read(value)) for value in row) + " |\n"


def _cell(value: str) -> str:
    """One cell of Markdown."""
    shown = safe_text(value.replace("\r\n", "\n").replace("\n", " "))
    for sign in "\\`*_[]<>|":
        shown = shown.replace(sign, "\\" + sign)
    return shown
