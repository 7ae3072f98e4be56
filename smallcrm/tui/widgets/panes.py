"""The panes beside a list: all that is known of a record, and what happened to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from smallcrm.services.values.reading import reader
from smallcrm.text import display_width, pad, safe_text, truncate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from smallcrm.services.details import Line
    from smallcrm.services.timeline import Moment


# How wide the names of fields may be beside their values.
_LABELS = 16


class Pane(VerticalScroll, can_focus=True):
    """A text that is read, with a title."""

    BINDINGS: ClassVar = [("j", "scroll_down", "Down"), ("k", "scroll_up", "Up")]
    DEFAULT_CSS = """
    Pane { background: $surface; border-left: solid $border; padding: 0 1; }
    Pane:focus { border-left: thick $primary; }
    """

    def __init__(self, id: str) -> None:  # noqa: A002 - as Textual calls it
        super().__init__(id=id)

    def compose(self) -> ComposeResult:
        """The text."""
        yield Static("", markup=False)

    def show(self, content: Content) -> None:
        """Show a text from its beginning."""
        self.query_one(Static).update(content)
        self.scroll_home(animate=False)


def details_text(title: str, lines: Sequence[Line], zone: str) -> Content:
    """All that is known of a record."""
    read = reader(zone)
    parts: list[tuple[str, str]] = [(safe_text(title) + "\n", "bold $primary")]
    labels = [safe_text(line.label) for line in lines]
    room = min(max(map(display_width, labels), default=0), _LABELS)
    for line, label in zip(lines, labels, strict=True):
        value = safe_text(read(line.value), multiline=True).replace("\n", "\n" + " " * (room + 2))
        parts += [(f"\n{pad(truncate(label, room), room)}  ", "$accent"), (value, "")]
    return Content.assemble(*parts)


def timeline_text(moments: Sequence[Moment], zone: str) -> Content:
    """What happened to a record."""
    read = reader(zone)
    parts: list[tuple[str, str]] = [("Timeline\n", "bold $primary")]
    for moment in moments:
        when = read(moment.at) if moment.at is not None else "no date"
        who = f", {safe_text(moment.who)}" if moment.who else ""
        parts.append((f"\n{when}  ", "$accent"))
        parts.append((f"{safe_text(moment.kind)}{who}", "bold"))
        parts.append(("\n  " + safe_text(moment.text, multiline=True).replace("\n", "\n  "), ""))
    return Content.assemble(*parts)
