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
        self._items: Sequence[tuple[str, str]] = ()
        self._current = self._head = ""
        self._spans: list[tuple[int, int, str]] = []

    def show(self, items: Sequence[tuple[str, str]], current: str, head: str = "") -> None:
        """Show names by their keys."""
        self._items, self._current, self._head = items, current, head
        self._paint()

    def on_resize(self) -> None:
        """Make use of the room."""
        self._paint()

    def _paint(self) -> None:
        """Show what there is; where the room is short, without the head and with one space between two names."""
        labels = [safe_text(label) for _key, label in self._items]
        head = f" {safe_text(self._head)} " if self._head else ""
        needed = display_width(head) + sum(display_width(label) + 2 for label in labels)
        tight = 0 < self.size.width < needed
        parts: list[tuple[str, str]] = [(head, "bold $accent")] if head and not tight else []
        at, self._spans = sum(display_width(text) for text, _style in parts), []
        before = False
        for (key, _label), label in zip(self._items, labels, strict=True):
            here = key == self._current
            left, right = ("[", "]") if here else (" ", " ")
            shown = ("]" if before and tight else left) + label + ("" if tight else right)
            parts.append((shown, "bold $primary" if here else ""))
            self._spans.append((at, at + display_width(shown), key))
            at, before = at + display_width(shown), here
        if tight and before:
            parts.append(("]", "bold $primary"))
        self.update(Content.assemble(*parts))

    def on_click(self, event: events.Click) -> None:
        """Choose what was clicked."""
        for start, end, key in self._spans:
            if start <= event.x < end:
                self.post_message(self.Chosen(self, key))
