"""Lanes of cards side by side, and a cursor on one of them; as many lanes as there is room for, the others beside."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from smallcrm.tui.actions import bindings
from smallcrm.tui.widgets.cards import card_text, fit, sides

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from textual import events

    from smallcrm.tui.widgets.cards import Card, Lane

NARROWEST = 22
HEAD = 3
# Lower than this a card has two lines and no space below it.
_LOW = 18
_SHORT, _LONG = 2, 4
_CURSOR, _MARK, _BOTH, _NEITHER = "▸ ", "● ", "◉ ", "  "


class Lanes(Widget, can_focus=True):
    """Cards in lanes; `marked` are the numbers of those that were selected."""

    BINDINGS: ClassVar = bindings("lanes")
    COMPONENT_CLASSES: ClassVar = {
        "lanes--head", "lanes--here", "lanes--cursor", "lanes--marked", "lanes--quiet", "lanes--sign",
    }  # fmt: skip
    DEFAULT_CSS = """
    Lanes { background: $surface; height: 1fr; }
    Lanes > .lanes--head { background: $panel; color: $primary; text-style: bold; }
    Lanes > .lanes--here { background: $panel; color: $accent; text-style: bold underline; }
    Lanes > .lanes--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
    Lanes > .lanes--marked { color: $accent; text-style: bold; }
    Lanes > .lanes--quiet { color: $foreground 65%; }
    Lanes > .lanes--sign { color: $warning; text-style: bold; }
    """

    class Moved(Message):
        """The cursor is on another card, or on none, or another selection."""

    class Opened(Message):
        """A card was clicked twice."""

    class Dropped(Message):
        """A card was dragged to another lane."""

        def __init__(self, number: int, at: int) -> None:
            super().__init__()
            self.number, self.at = number, at

    def __init__(self) -> None:
        super().__init__()
        self.lanes: list[Lane] = []
        self.at = 0
        self.marked: set[int] = set()
        self._rows: dict[str, int] = {}
        self._tops: dict[str, int] = {}
        self._left = 0
        self._held: tuple[int, int] | None = None

    # -- what it shows

    def show(self, lanes: Sequence[Lane], number: int | None = None) -> None:
        """Show other lanes, with the cursor on a card where it is there, or else where it was."""
        self.lanes = list(lanes)
        known = {card.number for lane in lanes for card in lane.cards}
        self.marked &= known
        place = None if number is None else self.place(number)
        if place is not None:
            self.at, self._rows[self.lanes[place[0]].key] = place[0], place[1]
        self.go(self.at)

    def place(self, number: int) -> tuple[int, int] | None:
        """In which lane a card is, and where in it."""
        found = (
            (at, row)
            for at, lane in enumerate(self.lanes)
            for row, card in enumerate(lane.cards)
            if card.number == number
        )
        return next(found, None)

    @property
    def lane(self) -> Lane | None:
        """The lane of the cursor."""
        return self.lanes[self.at] if self.at < len(self.lanes) else None

    @property
    def row(self) -> int:
        """Where in its lane the cursor is."""
        return 0 if self.lane is None else self._rows.get(self.lane.key, 0)

    @property
    def current(self) -> Card | None:
        """The card under the cursor."""
        lane = self.lane
        return lane.cards[self.row] if lane is not None and self.row < len(lane.cards) else None

    def shift(self, numbers: Collection[int], to: int) -> None:
        """Put cards into another lane at once, before it is written; the cursor goes with them."""
        moved = [card for lane in self.lanes for card in lane.cards if card.number in numbers]
        for at, lane in enumerate(self.lanes):
            kept = [card for card in lane.cards if card.number not in numbers]
            here = [card._replace(days=0, sign="") for card in moved] if at == to else []
            gone = len(lane.cards) - len(kept)
            self.lanes[at] = lane._replace(cards=[*here, *kept], size=lane.size - gone + len(here))
        if moved:
            self._rows[self.lanes[to].key] = 0
        self.go(to)

    def unmark(self) -> bool:
        """Select nothing; gives whether anything was selected."""
        had, self.marked = bool(self.marked), set()
        self._told()
        return had

    # -- the room

    @property
    def across(self) -> int:
        """How many lanes there is room for."""
        return max(1, min(len(self.lanes), (self.size.width + 1) // (NARROWEST + 1)))

    @property
    def seen(self) -> range:
        """The places of the lanes in sight."""
        left = max(0, min(self._left, len(self.lanes) - self.across))
        return range(left, min(left + self.across, len(self.lanes)))

    @property
    def _lines(self) -> int:
        """How many lines a card has."""
        return _SHORT if self.size.height < _LOW else _LONG

    @property
    def _down(self) -> int:
        """How many cards there is room for below each other."""
        return max(1, (self.size.height - HEAD) // self._lines)

    def _widths(self) -> list[int]:
        """How wide each lane in sight is; one cell lies between two."""
        room, across = self.size.width - (self.across - 1), self.across
        return [room // across + (at < room % across) for at in range(across)]

    def _top(self, at: int) -> int:
        lane = self.lanes[at]
        return max(0, min(self._tops.get(lane.key, 0), len(lane.cards) - 1))

    # -- painting

    def render_line(self, y: int) -> Strip:
        """A line of every lane in sight."""
        base = self.rich_style
        parts: list[Segment] = []
        for place, (at, width) in enumerate(zip(self.seen, self._widths(), strict=False)):
            if place:
                parts.append(Segment("│", base + self._style("quiet")))
            parts += self._head(at, y, width) if y < HEAD else self._card_line(at, y - HEAD, width)
        return Strip(parts).crop_extend(0, self.size.width, base)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"lanes--{name}", partial=True)

    def _head(self, at: int, y: int, width: int) -> list[Segment]:
        lane, here = self.lanes[at], at == self.at and self.has_focus
        style = self.rich_style + self._style("here" if here else "head")
        if y == 0:
            more = "◂ " if at == self.seen[0] and at else "  "
            rest = " ▸" if at == self.seen[-1] and at + 1 < len(self.lanes) else ""
            return [Segment(sides(more + lane.title, f"{lane.size:,}{rest}", width), style)]
        if y == 1:
            return [Segment(fit(f"  {lane.total}", width), self.rich_style + self._style("quiet"))]
        top, rows = self._top(at), self._down
        if len(lane.cards) <= rows and lane.size <= len(lane.cards):
            return [Segment("─" * width, self.rich_style + self._style("quiet"))]
        told = f"── {top + 1:,} to {min(top + rows, len(lane.cards)):,} of {lane.size:,} "
        return [Segment(fit(told, width, "─"), self.rich_style + self._style("quiet"))]

    def _card_line(self, at: int, y: int, width: int) -> list[Segment]:
        lane, base = self.lanes[at], self.rich_style
        below, line = divmod(y, self._lines)
        row = self._top(at) + below
        if row >= len(lane.cards):
            return [Segment(" " * width, base)]
        card = lane.cards[row]
        here, marked = at == self.at and row == self._rows.get(lane.key, 0), card.number in self.marked
        style = base + self._style("marked") if marked else base
        low = self._lines == _SHORT
        last = 1 if low else 2
        if line > last:
            return [Segment(" " * width, base)]
        gutter = _NEITHER
        if line == 0:
            gutter = _BOTH if here and marked else _CURSOR if here else _MARK if marked else _NEITHER
        if here:
            style += self._style("cursor") if self.has_focus else Style(underline=line == 0)
        elif line:
            style += self._style("sign" if card.sign and line == last else "quiet")
        return [Segment(gutter + card_text(card, line, width - len(gutter), low=low), style)]

    # -- moving

    def go(self, at: int, row: int | None = None) -> None:
        """Put the cursor on a lane, and on a card of it, and both into sight."""
        self.at = max(0, min(at, len(self.lanes) - 1))
        lane = self.lane
        if lane is not None:
            wanted = self._rows.get(lane.key, 0) if row is None else row
            found = self._rows[lane.key] = max(0, min(wanted, len(lane.cards) - 1))
            top = self._top(self.at)
            self._tops[lane.key] = min(found, max(top, found - self._down + 1))
            self._left = max(min(self._left, self.at), self.at - self.across + 1)
        self._told()

    def _told(self) -> None:
        self.refresh()
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Keep the cursor in sight."""
        self.go(self.at)

    def _count(self, usual: int = 1) -> int:
        take = getattr(self.screen, "take_count", None)
        return int(take(usual)) if take is not None else usual

    def action_down(self) -> None:
        """A card down, or as many as were said."""
        self.go(self.at, self.row + self._count())

    def action_up(self) -> None:
        """A card up."""
        self.go(self.at, self.row - self._count())

    def action_left(self) -> None:
        """A lane to the left."""
        self.go(self.at - self._count())

    def action_right(self) -> None:
        """A lane to the right."""
        self.go(self.at + self._count())

    def action_page_down(self) -> None:
        """As many cards down as are in sight."""
        self.go(self.at, self.row + self._count() * self._down)

    def action_page_up(self) -> None:
        """As many cards up as are in sight."""
        self.go(self.at, self.row - self._count() * self._down)

    def action_top(self) -> None:
        """The first card of the lane, or the one of the number that was said."""
        self.go(self.at, self._count(1) - 1)

    def action_bottom(self) -> None:
        """The last card of the lane, or the one of the number that was said."""
        lane = self.lane
        if lane is not None:
            self.go(self.at, self._count(max(len(lane.cards), 1)) - 1)

    def action_mark(self) -> None:
        """Select the card, or take it out of the selection."""
        for _time in range(self._count()):
            card, row = self.current, self.row
            if card is None:
                break
            self.marked ^= {card.number}
            self.go(self.at, row + 1)
            if self.row == row:
                break
        self._told()

    # -- the mouse

    def lane_at(self, x: int) -> int | None:
        """The place of the lane at a distance from the left edge."""
        start = 0
        for at, width in zip(self.seen, self._widths(), strict=False):
            if start <= x < start + width:
                return at
            start += width + 1
        return None

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the cursor where it was clicked, and take the card into the hand."""
        at = self.lane_at(event.x)
        if at is None:
            return
        row = self._top(at) + (event.y - HEAD) // self._lines
        on_card = event.y >= HEAD and row < len(self.lanes[at].cards)
        self.focus()
        self.go(at, row if on_card else None)
        if on_card:
            self._held = (self.lanes[at].cards[row].number, at)
            self.capture_mouse()

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Put the card down; in another lane it moves there."""
        held, self._held = self._held, None
        self.release_mouse()
        at = self.lane_at(event.x)
        if held is not None and at is not None and at != held[1] and 0 <= event.y < self.size.height:
            self.post_message(self.Dropped(held[0], at))

    def on_click(self, event: events.Click) -> None:
        """A second click on a card opens it."""
        if event.chain > 1 and event.y >= HEAD and self.current is not None:
            self.post_message(self.Opened())

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Show what is further down in the lane."""
        self._roll(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Show what is further up in the lane."""
        self._roll(event, -1)

    def _roll(self, event: events.MouseEvent, step: int) -> None:
        at = self.lane_at(event.x)
        if at is not None:
            last = max(len(self.lanes[at].cards) - self._down, 0)
            self._tops[self.lanes[at].key] = max(0, min(self._top(at) + step, last))
            self.refresh()
