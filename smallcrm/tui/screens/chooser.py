"""A list to choose from by typing: every action with its keys, or the records of the workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, NamedTuple, TypeVar

from textual import on, work
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from smallcrm.errors import SmallCRMError
from smallcrm.text import display_width, fold, safe_text
from smallcrm.tui.edge import Minding, sentence_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Sequence

    from textual.app import ComposeResult

T = TypeVar("T")


class Choice(NamedTuple, Generic[T]):
    """One of several: what it is called, what is told beside it, and what it is."""

    label: str
    beside: str
    value: T


class Chooser(Minding, ModalScreen[T | None]):
    """Gives what was chosen, or None. `find` gives what there is for what is typed."""

    BINDINGS: ClassVar = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("down,ctrl+n", "move(1)", "Next", show=False, priority=True),
        Binding("up,ctrl+p", "move(-1)", "Previous", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Chooser { align: center top; background: $background 60%; }
    Chooser > Vertical {
        width: 80%; max-width: 100; height: auto; max-height: 80%; margin-top: 2; background: $panel;
        border: round $primary;
    }
    Chooser Label { padding: 0 1; color: $primary; text-style: bold; }
    Chooser Input, Chooser Input:focus { border: none; height: 1; padding: 0 1; background: $surface; }
    Chooser OptionList { height: auto; max-height: 20; border: none; background: $panel; padding: 0 1; }
    """

    def __init__(self, title: str, find: Callable[[str], Awaitable[Sequence[Choice[T]]]]) -> None:
        super().__init__()
        self._title, self._find = title, find
        self._shown: list[T] = []

    def compose(self) -> ComposeResult:
        """A title, a line to type in, and what there is."""
        with Vertical():
            yield Label(Content(safe_text(self._title)))
            line = Input()
            line.cursor_blink = False
            yield line
            yield OptionList(markup=False)

    def on_mount(self) -> None:
        """Show what there is for nothing."""
        self.query_one(Input).focus()
        self._look_up("")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._look_up(event.value)

    @work(exclusive=True, group="find", exit_on_error=False)
    async def _look_up(self, typed: str) -> None:
        offers = self.query_one(OptionList)
        try:
            found = await self._find(typed)
        except SmallCRMError as error:
            self._shown = []
            offers.clear_options()
            offers.add_option(Option(Content(sentence_of(error)), disabled=True))
            return
        width = max(offers.size.width - 4, 30)
        self._shown = [choice.value for choice in found]
        offers.clear_options()
        offers.add_options([Option(_line(choice, width)) for choice in found])
        offers.highlighted = 0 if found else None

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._choose()

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self._choose()

    def _choose(self) -> None:
        at = self.query_one(OptionList).highlighted
        if at is not None and at < len(self._shown):
            self.dismiss(self._shown[at])

    def action_leave(self) -> None:
        """Choose nothing."""
        self.dismiss(None)

    def action_move(self, step: int) -> None:
        """Go to the next, or the one before."""
        offers = self.query_one(OptionList)
        if self._shown:
            offers.highlighted = ((offers.highlighted or 0) + step) % len(self._shown)


def _line(choice: Choice[T], width: int) -> Content:
    label, beside = safe_text(choice.label), safe_text(choice.beside)
    gap = max(width - display_width(label) - display_width(beside), 2)
    return Content.assemble((label, ""), (" " * gap, ""), (beside, "bold $accent"))


def ranked(typed: str, items: Iterable[tuple[str, T]]) -> list[T]:
    """Those of the items whose text has all letters of what is typed in their order, what fits best first."""
    wanted = fold(typed).replace(" ", "")
    found = [(score, at, item) for at, (text, item) in enumerate(items) if (score := _score(wanted, fold(text))) >= 0]
    return [item for _score, _at, item in sorted(found, key=lambda one: one[:2])]


def _score(wanted: str, text: str) -> int:
    """How far apart the letters stand, 0 for side by side at the start; -1 where they do not all occur."""
    if wanted in text.replace(" ", ""):
        return text.replace(" ", "").index(wanted)
    at, apart = -1, 100
    for letter in wanted:
        found = text.find(letter, at + 1)
        if found < 0:
            return -1
        apart += found - at - 1
        at = found
    return apart
