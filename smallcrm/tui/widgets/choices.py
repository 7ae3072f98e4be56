"""A line of things of which one is looked at: the nouns, the views of a list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from smallcrm.text import display_width, safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events


class Choices(Static):
    """Names side by side; the one that counts stands between brackets, and a click chooses another."""

    DEFAULT_CSS = """
    Choices { height: 1; background: $panel; color: $foreground 75%; }
    """

    class Chosen(Message):
        """Another was chosen."""

        def __init__(self, bar: Choices, key: str) -> None:
            super().__init__()
            self.bar, self.key = bar, key

        @property
        def control(self) -> Choices:
            """The line in which it was chosen."""
            return self.bar

    def __init__(self, id: str) -> None:  # noqa: A002 - as Textual calls it
        super().__init__("", markup=False, id=id)
        self._spans: list[tuple[int, int, str]] = []

    def show(self, items: Sequence[tuple[str, str]], current: str, head: str = "") -> None:
        """Show names by their keys."""
        parts: list[tuple[str, str]] = [(f" {safe_text(head)} ", "bold $accent")] if head else []
        at, self._spans = sum(display_width(text) for text, _style in parts), []
        for key, label in items:
            shown = f"[{safe_text(label)}]" if key == current else f" {safe_text(label)} "
            parts.append((shown, "bold $primary" if key == current else ""))
            self._spans.append((at, at + display_width(shown), key))
            at += display_width(shown)
        self.update(Content.assemble(*parts))

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        for start, end, key in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(self, key))
