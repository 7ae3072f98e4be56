"""A table of any length: it holds the pages around what it shows, and asks for those it lacks.

Rows are known by their places. Memory and time do not depend on how many there are.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from smallcrm.tui.actions import bindings
from smallcrm.tui.widgets.cells import GAP, NARROWEST, WIDEST, cell, widths

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual import events

    from smallcrm.services.browsing import Head, Row

KEPT_PAGES = 24
GUTTER = 2
_CURSOR, _MARK, _BOTH = "▸ ", "● ", "◉ "


class Table(ScrollView, can_focus=True):
    """Rows and a cursor on a cell; `marked` are the numbers of the records that were selected."""

    BINDINGS: ClassVar = bindings("table")
    COMPONENT_CLASSES: ClassVar = {"table--head", "table--cursor", "table--cell", "table--marked", "table--quiet"}
    DEFAULT_CSS = """
    Table { background: $surface; }
    Table > .table--head { background: $panel; color: $primary; text-style: bold; }
    Table > .table--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    Table > .table--cell { text-style: bold underline; }
    Table > .table--marked { color: $accent; text-style: bold; }
    Table > .table--quiet { color: $foreground 45%; }
    """

    class PageWanted(Message):
        """A page that is to be shown is not there."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    class Moved(Message):
        """The cursor is on another record, or on none."""

    class RangeEnded(Message):
        """The rows from one place to another are to be selected."""

        def __init__(self, first: int, last: int) -> None:
            super().__init__()
            self.first, self.last = first, last

    class Opened(Message):
        """A record was clicked twice."""

    class HeadClicked(Message):
        """The head of a column was clicked."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self, *, page_size: int, id: str | None = None) -> None:  # noqa: A002 - as Textual calls it
        super().__init__(id=id)
        self.page_size = page_size
        self.heads: Sequence[Head] = ()
        self.widths: list[int] = []
        # The widths of the last time, for the first list that has as many columns.
        self.remembered: list[int] = []
        self.sorted_by: dict[str, str] = {}
        self.total, self.exact = 0, True
        self.cursor = self.column = 0
        self.marked: set[int] = set()
        self._pages: OrderedDict[int, Sequence[Row]] = OrderedDict()
        self._wanted: set[int] = set()
        self._range_from: int | None = None

    # -- what it shows

    def reset(self, heads: Sequence[Head], total: int, cursor: int = 0) -> None:
        """Show another list, of which nothing is there yet; columns that stay keep their widths."""
        if [head.key for head in heads] != [head.key for head in self.heads]:
            self.widths = []
            self.column = min(self.column, max(len(heads) - 1, 0))
        self.heads, self._range_from = heads, None
        self._pages.clear()
        self._wanted.clear()
        self.set_total(total, exact=self.exact)
        self.move_to(cursor)
        self.refresh()

    def set_total(self, total: int, *, exact: bool) -> None:
        """Say how many rows there are, as far as it is known."""
        self.total, self.exact = total, exact
        self._resize_content()
        if self.cursor >= total:
            self.move_to(max(total - 1, 0))

    def put(self, at: int, rows: Sequence[Row]) -> None:
        """Take a page."""
        self._wanted.discard(at)
        self._pages[at] = rows
        while len(self._pages) > KEPT_PAGES:
            self._pages.popitem(last=False)
        if not self.widths:
            kept, self.remembered = self.remembered, []
            self.widths = kept if len(kept) == len(self.heads) else widths(self.heads, rows)
            self._resize_content()
        self.refresh()
        if at == self.cursor // self.page_size:
            self.post_message(self.Moved())

    def row(self, place: int) -> Row | None:
        """The row at a place; None where there is none, or it is not there yet."""
        at, offset = divmod(place, self.page_size)
        page = self._pages.get(at)
        if page is None:
            if 0 <= place < self.total and at not in self._wanted:
                self._wanted.add(at)
                self.post_message(self.PageWanted(at))
            return None
        self._pages.move_to_end(at)
        return page[offset] if offset < len(page) else None

    def is_near(self, at: int) -> bool:
        """Whether a page is in sight, or beside what is."""
        top = self.scroll_offset.y // self.page_size
        return top - 1 <= at <= (self.scroll_offset.y + self.size.height) // self.page_size + 1

    def forget(self, at: int) -> None:
        """A page that was wanted does not come; it is asked for again when it is to be shown."""
        self._wanted.discard(at)

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.row(self.cursor) if self.total else None

    def _resize_content(self) -> None:
        self.virtual_size = Size(self._start_of(len(self.widths)), self.total + 1)

    # -- painting

    def render_line(self, y: int) -> Strip:
        """A line of the table: the head, a row, or nothing; its first columns stay where the others move."""
        left, top = self.scroll_offset
        width = self.size.width
        segments, rest = self._head() if y == 0 else self._line(top + y - 1)
        strip, fixed = Strip(segments), self._start_of(self._frozen)
        moving = strip.crop_extend(fixed + left, max(left + width, fixed + left), rest)
        return Strip.join([strip.crop(0, fixed), moving]).crop_extend(0, width, rest)

    @property
    def _frozen(self) -> int:
        """How many columns stay in sight: those that tell which record it is, if they leave room for others."""
        names = 2 if self.heads and self.heads[0].key == "id" else 1
        return names if self._start_of(names) * 2 <= self.size.width else 0

    def _start_of(self, column: int) -> int:
        """How far from the left a column begins."""
        return GUTTER + sum(self.widths[:column]) + GAP * column

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"table--{name}", partial=True)

    def _head(self) -> tuple[list[Segment], Style]:
        style = self.rich_style + self._style("head")
        segments = [Segment(" " * GUTTER, style)]
        for at, (head, width) in enumerate(zip(self.heads, self.widths, strict=False)):
            label = head.label + self.sorted_by.get(head.key, "")
            chosen = style + Style(underline=True) if at == self.column and self.has_focus else style
            segments += cell(label, width, head, (style, chosen))
        return segments, style

    def _line(self, place: int) -> tuple[list[Segment], Style]:
        """A row, and in which style the line goes on after it."""
        base = self.rich_style
        if place >= self.total:
            return [], base
        row = self.row(place)
        here, marked = place == self.cursor, self._is_marked(place, row)
        style = base + self._style("marked") if marked else base
        if here:
            style += self._style("cursor")
        gutter = _BOTH if here and marked else _CURSOR if here else _MARK if marked else "  "
        if row is None:
            return [Segment(gutter, style), Segment("…", base + self._style("quiet"))], style
        segments = [Segment(gutter, style)]
        for at, (head, width, text) in enumerate(zip(self.heads, self.widths, row.cells, strict=False)):
            shown = style + self._style("cell") if here and at == self.column and self.has_focus else style
            segments += cell(text, width, head, (style, shown))
        return segments, style

    def _is_marked(self, place: int, row: Row | None) -> bool:
        if row is not None and row.number in self.marked:
            return True
        start = self._range_from
        return start is not None and min(start, self.cursor) <= place <= max(start, self.cursor)

    def _repaint(self, *places: int) -> None:
        top = self.scroll_offset.y
        for place in places:
            self.refresh(Region(0, place - top + 1, self.size.width, 1))

    # -- moving

    def move_to(self, place: int, *, centre: bool = False) -> None:
        """Put the cursor on a row, and the row into sight."""
        before, self.cursor = self.cursor, max(0, min(place, self.total - 1))
        height = max(self.size.height - 1, 1)
        top = self.scroll_offset.y
        if centre:
            self.scroll_to(y=max(self.cursor - height // 2, 0), animate=False)
        elif self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False)
        elif self.cursor >= top + height:
            self.scroll_to(y=self.cursor - height + 1, animate=False)
        if self._range_from is not None:
            self.refresh()
        self._repaint(before, self.cursor)
        self.post_message(self.Moved())

    def move_column(self, step: int) -> None:
        """Put the cursor on another column, and it into sight."""
        self.column = max(0, min(self.column + step, len(self.heads) - 1))
        fixed = self._start_of(self._frozen)
        start, end = (self._start_of(column) - fixed for column in (self.column, self.column + 1))
        left, room = self.scroll_offset.x, self.size.width - fixed
        if self.column >= self._frozen:
            if start < left:
                self.scroll_to(x=start, animate=False)
            elif end > left + room:
                starts = (self._start_of(column) - fixed for column in range(self._frozen, len(self.widths)))
                self.scroll_to(x=next((at for at in starts if at >= end - room), start), animate=False)
        self.refresh()

    def _count(self, usual: int = 1) -> int:
        take = getattr(self.screen, "take_count", None)
        return int(take(usual)) if take is not None else usual

    def action_down(self) -> None:
        """A row down, or as many as were said."""
        self.move_to(self.cursor + self._count())

    def action_up(self) -> None:
        """A row up."""
        self.move_to(self.cursor - self._count())

    def action_left(self) -> None:
        """A column to the left."""
        self.move_column(-self._count())

    def action_right(self) -> None:
        """A column to the right."""
        self.move_column(self._count())

    def action_page_down(self) -> None:
        """A page down."""
        self.move_to(self.cursor + self._count() * max(self.size.height - 2, 1))

    def action_page_up(self) -> None:
        """A page up."""
        self.move_to(self.cursor - self._count() * max(self.size.height - 2, 1))

    def action_half_down(self) -> None:
        """Half a page down."""
        self.move_to(self.cursor + self._count() * max(self.size.height // 2, 1))

    def action_half_up(self) -> None:
        """Half a page up."""
        self.move_to(self.cursor - self._count() * max(self.size.height // 2, 1))

    def action_top(self) -> None:
        """The first row, or the one of the number that was said."""
        self.move_to(self._count(1) - 1)

    def action_bottom(self) -> None:
        """The last row, or the one of the number that was said."""
        self.move_to(self._count(self.total) - 1)

    def action_centre(self) -> None:
        """The row of the cursor in the middle."""
        self.move_to(self.cursor, centre=True)

    # -- selecting

    def action_mark(self) -> None:
        """Select the row, or take it out of the selection; a range that was begun is selected."""
        if self._range_from is not None:
            self.end_range()
            return
        for _time in range(self._count()):
            row = self.current
            if row is not None:
                self.marked ^= {row.number}
            if self.cursor + 1 >= self.total:
                break
            self.move_to(self.cursor + 1)
        self.refresh()
        self.post_message(self.Moved())

    def action_range(self) -> None:
        """Begin a range at the cursor, or select the one that was begun."""
        if self._range_from is None:
            self._range_from = self.cursor
            self._repaint(self.cursor)
            self.post_message(self.Moved())
        else:
            self.end_range()

    def end_range(self) -> None:
        """Let the rows of the range be selected; not all of them may be there."""
        start, self._range_from = self._range_from, None
        if start is not None:
            self.post_message(self.RangeEnded(min(start, self.cursor), max(start, self.cursor)))
        self.refresh()

    def mark(self, numbers: Iterable[int]) -> None:
        """Select records besides those that are selected."""
        self.marked.update(numbers)
        self.refresh()
        self.post_message(self.Moved())

    def unmark(self) -> bool:
        """Select nothing; gives whether anything was selected."""
        had = bool(self.marked) or self._range_from is not None
        self.marked, self._range_from = set(), None
        self.refresh()
        self.post_message(self.Moved())
        return had

    # -- columns

    def action_narrower(self) -> None:
        """Make the column narrower."""
        self._widen(-2)

    def action_wider(self) -> None:
        """Make the column wider."""
        self._widen(2)

    def _widen(self, step: int) -> None:
        if self.column < len(self.widths):
            wanted = self.widths[self.column] + step * self._count()
            self.widths[self.column] = max(NARROWEST, min(wanted, WIDEST))
            self._resize_content()
            self.refresh()

    # -- the mouse

    def column_at(self, x: int) -> int | None:
        """The column at a distance from the left edge."""
        at = x if x < self._start_of(self._frozen) else x + self.scroll_offset.x
        found = (
            column for column in range(len(self.widths)) if self._start_of(column) <= at < self._start_of(column + 1)
        )
        return next(found, None)

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked; on a head, say so; a second click opens."""
        column = self.column_at(event.x)
        if event.y == 0:
            if column is not None:
                self.post_message(self.HeadClicked(column))
            return
        place = self.scroll_offset.y + event.y - 1
        if place >= self.total:
            return
        if column is not None:
            self.column = column
        self.move_to(place)
        self.refresh()
        if event.chain > 1:
            self.post_message(self.Opened())
