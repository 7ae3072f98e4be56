"""A text to be read: what a command said."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from smallcrm.text import safe_text

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Page(ModalScreen[None]):
    """Shows a text over what was there before."""

    BINDINGS: ClassVar = [
        Binding("escape,q,enter", "leave", "Leave", show=False),
        Binding("j,down", "scroll(1)", "Down", show=False),
        Binding("k,up", "scroll(-1)", "Up", show=False),
        Binding("space,pagedown,ctrl+d", "scroll(15)", "Page down", show=False),
        Binding("b,pageup,ctrl+u", "scroll(-15)", "Page up", show=False),
    ]
    DEFAULT_CSS = """
    Page { align: center middle; background: $background 60%; }
    Page > Vertical { width: 94%; height: auto; max-height: 90%; background: $panel; border: round $primary; }
    Page Label { padding: 0 1; color: $primary; text-style: bold; }
    Page VerticalScroll { height: auto; max-height: 100%; padding: 0 1; background: $surface; }
    """

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title, self._text = title, text

    def compose(self) -> ComposeResult:
        """The title and the text."""
        with Vertical():
            yield Label(Content(safe_text(self._title)))
            with VerticalScroll():
                yield Static(Content(safe_text(self._text, multiline=True)))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()

    def action_scroll(self, step: int) -> None:
        """Read on, or back."""
        self.query_one(VerticalScroll).scroll_relative(y=step, animate=False)
