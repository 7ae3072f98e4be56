"""A block of a page: a title and a short list, whose rows can be walked and opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.segment import Segment
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from smallcrm.text import display_width
from smallcrm.tui.actions import bindings
from smallcrm.tui.widgets.cards import fit, sides

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style
    from textual import events
    from textual.geometry import Size

TALL = 6
"""So many rows a block takes where it may choose."""
_CURSOR, _NONE = "▸ ", "  "
_GAP = 2
_WIDEST_LEAD = 18
_EIGHTHS = " ▏▎▍▌▋▊▉"


class Row(NamedTuple):
    """A row: what leads, the text and what is beside it, all safe to be shown; where it goes, and a bar for a share.

    `apart`: its share is one of something else than that of the others, and its bar looks otherwise.
    """

    lead: str
    text: str
    beside: str = ""
    told: str = ""
    goes: tuple[str, int] | None = None
    share: float | None = None
    apart: bool = False


class Block(Widget, can_focus=True):
    """Some rows and a cursor on one of them."""

    BINDINGS: ClassVar = bindings("blocks")
    COMPONENT_CLASSES: ClassVar = {"block--title", "block--here", "block--cursor", "block--lead", "block--quiet"}
    DEFAULT_CSS = """
    Block { background: $surface; height: auto; }
    Block > .block--title { background: $panel; color: $primary; text-style: bold; }
    Block > .block--here { background: $panel; color: $accent; text-style: bold underline; }
    Block > .block--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    Block > .block--lead { color: $accent; }
    Block > .block--quiet { color: $foreground 65%; }
    """

    class Moved(Message):
        """The cursor is on another row."""

    class Opened(Message):
        """A row was clicked twice."""

    class Passed(Message):
        """The cursor was to go beyond the first or the last row."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def __init__(self, id: str, title: str, empty: str) -> None:  # noqa: A002 - as Textual calls it
        super().__init__(id=id)
        self.title, self.empty = title, empty
        self.told = ""
        self.rows: Sequence[Row] = ()
        self.cursor = self._top = 0

    def show(self, rows: Sequence[Row], told: str = "") -> None:
        """Show other rows, with the cursor on what it was on, if that is there; `told` is how many there are."""
        row = self.current
        goes = None if row is None else row.goes
        same = (at for at, one in enumerate(rows) if goes is not None and one.goes == goes)
        self.rows, self.told = rows, told
        self.go(next(same, self.cursor))
        self.refresh(layout=True)

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def go(self, place: int) -> None:
        """Put the cursor on a row, and the row into sight."""
        self.cursor = max(0, min(place, len(self.rows) - 1))
        height = max(self.size.height - 1, 1)
        self._top = min(self.cursor, max(self._top, self.cursor - height + 1))
        self.refresh()
        self.post_message(self.Moved())

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - as Textual asks
        """As high as what it has, within limits."""
        return 1 + max(1, min(len(self.rows), TALL))

    # -- painting

    def _style(self, name: str) -> Style:
        return self.rich_style + self.get_component_rich_style(f"block--{name}", partial=True)

    def render_line(self, y: int) -> Strip:
        """A line: the title, a row, or what is said where there is none."""
        width, base = self.size.width, self.rich_style
        place = self._top + y - 1
        if y == 0:
            parts = [Segment(sides(f" {self.title}", f"{self.told} ", width), self._style(self._title_style))]
        elif place < len(self.rows):
            parts = self._row(place, width)
        elif y == 1 and not self.rows:
            parts = [Segment(fit(f"  {self.empty}", width), self._style("quiet"))]
        else:
            parts = []
        return Strip(parts).crop_extend(0, width, base)

    @property
    def _title_style(self) -> str:
        return "here" if self.has_focus else "title"

    def _row(self, place: int, width: int) -> list[Segment]:
        row, here = self.rows[place], place == self.cursor and self.has_focus
        lead = min(max(display_width(one.lead) for one in self.rows), _WIDEST_LEAD, width // 3)
        room = max(width - len(_CURSOR) - lead - _GAP, 0)
        styles = [self._style("cursor")] * 2 if here else [self._style("lead"), self.rich_style]
        if row.share is None:
            text = sides(row.text, row.beside, room)
        else:
            text = _bar(row, max(room - display_width(row.beside) - 1, 0)) + " " + row.beside
        gap = " " * _GAP
        return [
            Segment((_CURSOR if here else _NONE) + fit(row.lead, lead) + gap, styles[0]),
            Segment(fit(text, room), styles[1]),
        ]

    # -- moving

    def _count(self, usual: int = 1) -> int:
        take = getattr(self.screen, "take_count", None)
        return int(take(usual)) if take is not None else usual

    def action_down(self) -> None:
        """A row down; from the last one to the next block."""
        self._step(self._count())

    def action_up(self) -> None:
        """A row up; from the first one to the block before."""
        self._step(-self._count())

    def _step(self, step: int) -> None:
        before = self.cursor
        self.go(self.cursor + step)
        if self.cursor == before:
            self.post_message(self.Passed(1 if step > 0 else -1))

    def action_top(self) -> None:
        """The first row, or the one of the number that was said."""
        self.go(self._count(1) - 1)

    def action_bottom(self) -> None:
        """The last row, or the one of the number that was said."""
        self.go(self._count(max(len(self.rows), 1)) - 1)

    def on_focus(self) -> None:
        """Say which row it is now."""
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.go(self.cursor)

    # -- the mouse

    def on_click(self, event: events.Click) -> None:
        """Put the cursor where it was clicked; a second click opens."""
        place = self._top + event.y - 1
        if event.y > 0 and place < len(self.rows):
            self.go(place)
            if event.chain > 1:
                self.post_message(self.Opened())


def _bar(row: Row, width: int) -> str:
    """A bar of cell blocks, to an eighth of a cell; what is not nothing is to be seen."""
    share = row.share or 0
    eighths = max(round(share * width * 8), 1 if share > 0 else 0)
    whole, rest = divmod(min(eighths, width * 8), 8)
    if row.apart:
        return ("▒" * (whole + (rest > 0))).ljust(width)
    return ("█" * whole + (_EIGHTHS[rest] if rest else "")).ljust(width)
