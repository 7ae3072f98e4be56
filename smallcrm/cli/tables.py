"""Tables for people: aligned columns, one field per line, Markdown. Every cell passes safe_text."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.text import display_width, pad, safe_text, truncate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

SAMPLE = 200
NARROWEST = 8
GAP = "  "
_RIGHT = {"int", "number", "money", "id"}
_WHOLE = {"instant", "date", "bool"}
Row = Mapping[str, Any] | tuple[Any, ...] | list[Any]


class Column(NamedTuple):
    """One column: the key in JSON and CSV, the label for people, and how its values behave.

    `kind` is text, int, number, money, instant, date, bool, list or id; numbers and money align to the right. Where a
    terminal is narrow, what has a low `rank` goes first, and what has a high one gets room before the others.
    """

    key: str
    label: str = ""
    align: str = ""
    kind: str = "text"
    rank: int = 0

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
    widths = _widths(table.columns, _needs(header, sample), style.width)
    line = _line(header, widths, table.columns, firm)
    yield f"\x1b[1m{line}\x1b[0m\n" if style.bold else f"{line}\n"
    for row in chain(sample, cells):
        yield _line(row, widths, table.columns, firm) + "\n"


def fitted(table: Table, style: Style) -> tuple[Table, list[str]]:
    """The table with the columns for which the terminal has room, and the keys of the others that somebody may miss."""
    if style.width is None:
        return table, []
    rows = values(table)
    sample = list(islice(rows, SAMPLE))
    needs = _needs([column.title for column in table.columns], ([style.read(cell) for cell in row] for row in sample))
    kept = _kept(table.columns, needs, style.width)
    every = chain(sample, rows)
    shown = Table([table.columns[at] for at in kept], ([row[at] for at in kept] for row in every))
    # What goes first is not missed: to say so at each call would be noise.
    return shown, [column.key for at, column in enumerate(table.columns) if at not in kept and column.rank >= 0]


def _needs(titles: Iterable[str], rows: Iterable[Iterable[str]]) -> list[int]:
    """The cells that each column takes in full."""
    shown = [titles, *rows]
    return [max(display_width(safe_text(cell)) for cell in column) for column in zip(*shown, strict=True)]


def _kept(columns: Sequence[Column], needs: Sequence[int], width: int) -> list[int]:
    """The places of the columns that stay: those of a low rank go first, of equal ones the last; never the naming."""
    least, naming = _least(columns, needs, width), _naming(columns)
    kept = list(range(len(columns)))
    stays = {naming, next((at for at, column in enumerate(columns) if column.kind == "id"), naming)}
    for at in sorted(set(kept) - stays, key=lambda at: (columns[at].rank, -at)):
        # What is worth little makes room for the whole name, the others for as much of it as is of use.
        name = needs[naming] if columns[at].rank < 0 else least[naming]
        taken = sum(least[other] for other in kept if other != naming) + name + len(GAP) * (len(kept) - 1)
        if taken > width:
            kept.remove(at)
    return kept


def _naming(columns: Sequence[Column]) -> int:
    """The place of the column by which people know a row: the one of a high rank, else the first text."""
    ranked = (at for at, column in enumerate(columns) if column.rank > 0)
    texts = (at for at, column in enumerate(columns) if column.kind == "text" and not column.is_right)
    return next(ranked, next(texts, 0))


def _least(columns: Sequence[Column], needs: Sequence[int], width: int) -> list[int]:
    """The cells without which a column is of no use: of a number or a time all, of the naming column a third."""
    naming = _naming(columns)
    return [
        need if column.is_right or column.kind in _WHOLE
        else min(need, max(NARROWEST, width // 3) if at == naming else NARROWEST)
        for at, (column, need) in enumerate(zip(columns, needs, strict=True))
    ]  # fmt: skip


def _widths(columns: Sequence[Column], needs: Sequence[int], width: int | None) -> list[int]:
    """The cells each column gets: what it needs, the widest cut until the line fits."""
    if width is None:
        return list(needs)
    widths, least = [min(need, width) for need in needs], _least(columns, needs, width)
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room:
        soft = [at for at, column in enumerate(columns) if not column.is_right and widths[at] > least[at]]
        # Where even the least is too much, the last columns that are left share what there is.
        soft = soft or [at for at, column in enumerate(columns) if not column.is_right and widths[at] > 1]
        if not soft:
            break
        widths[max(soft, key=widths.__getitem__)] -= 1
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
