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
    firm = [column.is_right or style.width is None for column in table.columns]
    widths = _widths([header, *sample], style.width, firm)
    line = _line(header, widths, table.columns, firm)
    yield f"\x1b[1m{line}\x1b[0m\n" if style.bold else f"{line}\n"
    for row in chain(sample, cells):
        yield _line(row, widths, table.columns, firm) + "\n"


def hidden_columns(table: Table, width: int | None) -> list[str]:
    """The keys of the columns at the end for which the terminal has no room."""
    if width is None:
        return []
    fitting = max(1, (width + len(GAP)) // (NARROWEST + len(GAP)))
    return [column.key for column in table.columns[fitting:]]


def _widths(rows: Sequence[Sequence[str]], width: int | None, firm: Sequence[bool]) -> list[int]:
    """The cells each column gets: what it needs, the widest that are not firm cut until the line fits."""
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    if width is None:
        return widths
    widths = [own if is_firm else min(own, width) for own, is_firm in zip(widths, firm, strict=True)]
    room = width - len(GAP) * (len(widths) - 1)
    soft = [place for place, is_firm in enumerate(firm) if not is_firm]
    while sum(widths) > room and soft:
        widest = max(soft, key=widths.__getitem__)
        if widths[widest] <= NARROWEST:
            break
        widths[widest] -= 1
    return widths


def _line(row: Sequence[str], widths: list[int], columns: Sequence[Column], firm: Sequence[bool]) -> str:
    """One line of the table; a number is never cut, and the last column is not filled with spaces."""
    cells = [
        pad(cell if is_firm else truncate(cell, width), width, right=column.is_right)
        for cell, width, column, is_firm in zip(row, widths, columns, firm, strict=True)
    ]
    return GAP.join(cells).rstrip()


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
