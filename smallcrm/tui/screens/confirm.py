"""A question that is answered by yes or no, with what would happen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from smallcrm.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult


class Confirm(ModalScreen[bool]):
    """Shows what would happen, and gives whether it is to."""

    BINDINGS: ClassVar = [
        Binding("y,enter", "yes", "Yes", show=False),
        Binding("n,escape,q", "no", "No", show=False),
    ]
    DEFAULT_CSS = """
    Confirm { align: center middle; background: $background 60%; }
    Confirm > Vertical {
        width: 80%; max-width: 100; height: auto; max-height: 80%; background: $panel; border: round $warning;
        padding: 0 1;
    }
    Confirm Label { text-style: bold; }
    Confirm VerticalScroll { height: auto; max-height: 20; }
    Confirm .keys { color: $accent; }
    """

    def __init__(self, question: str, lines: Sequence[str]) -> None:
        super().__init__()
        self._question, self._lines = question, lines

    def compose(self) -> ComposeResult:
        """The question, what would happen, and the keys."""
        with Vertical():
            yield Label(Content(safe_text(self._question)))
            with VerticalScroll():
                yield Static(Content("\n".join(safe_text(line) for line in self._lines)))
            yield Label(Content("y: yes    n: no"), classes="keys")

    def action_yes(self) -> None:
        """Do it."""
        self.dismiss(result=True)

    def action_no(self) -> None:
        """Leave it."""
        self.dismiss(result=False)
