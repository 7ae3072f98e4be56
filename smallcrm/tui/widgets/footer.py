"""The last two lines of a screen: where one is, and what can be done there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from smallcrm.text import display_width, safe_text, truncate
from smallcrm.tui import actions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smallcrm.tui.actions import Action

MOST_HINTS = 6
_NAMES = {
    "question_mark": "?", "slash": "/", "colon": ":", "space": "space", "escape": "esc", "less_than_sign": "<",
    "greater_than_sign": ">", "left_square_bracket": "[", "right_square_bracket": "]", "pagedown": "pgdn",
    "pageup": "pgup",
}  # fmt: skip


def key_name(keys: str) -> str:
    """A key, or several one after the other, as they are shown: `ctrl+k` is `^k`."""
    shown = []
    for key in keys.split():
        name = _NAMES.get(key, key)
        shown.append("^" + name.removeprefix("ctrl+") if name.startswith("ctrl+") else name)
    return " ".join(shown)


class Footer(Static):
    """A line of the most useful keys, or of what may follow the key that was pressed."""

    DEFAULT_CSS = """
    Footer { height: 1; background: $panel; color: $foreground 80%; padding: 0 1; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False, id="footer")

    def show_hints(self, owners: Sequence[str]) -> None:
        """Show what can be done here."""
        found = [action for owner in owners for action in actions.of(owner) if action.hint]
        found.sort(key=lambda action: action.hint)
        self._show([(action.keys.split(",")[0], action.label) for action in found[:MOST_HINTS]])

    def show_following(self, pending: str, following: Mapping[str, Action]) -> None:
        """Show what was begun, and what may come next."""
        self._show([("…" + pending, ""), *((key, action.label) for key, action in following.items())])

    def _show(self, hints: Sequence[tuple[str, str]]) -> None:
        parts: list[tuple[str, str]] = []
        room = max(self.size.width - 2, 20)
        for key, label in hints:
            shown = key_name(key)
            needed = display_width(shown) + 1 + display_width(label) + 2
            if needed > room:
                break
            room -= needed
            parts += [(shown, "bold $primary"), (f" {label}  ", "")]
        self.update(Content.assemble(*parts))


class Status(Static):
    """A line of what is shown: how much of what, by which filter, in which order; and what happened last."""

    DEFAULT_CSS = """
    Status { height: 1; background: $background; color: $foreground 80%; padding: 0 1; }
    Status.-error { color: $error; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False, id="status")

    def tell(self, text: str, *, error: bool = False) -> None:
        """Show a line; an error is marked by a word as well as by its colour."""
        self.set_class(error, "-error")
        shown = safe_text(f"Error: {text}" if error else text)
        self.update(Content(truncate(shown, max(self.size.width - 2, 20))))
