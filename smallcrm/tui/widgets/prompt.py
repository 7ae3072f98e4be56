"""The one line in which everything is typed: filters, values, commands, words to look for; with what completes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on, work
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, OptionList
from textual.widgets.option_list import Option

from smallcrm.text import safe_text
from smallcrm.tui.edge import Minding

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.app import ComposeResult

    Completer = Callable[[str], Awaitable[Sequence[tuple[str, str]]]]

SHOWN = 8
# So long nothing may be typed before it is completed: an answer costs more than a key.
PAUSE = 0.05


class Question(NamedTuple):
    """What is asked: a name for what the answer is for, the label, what stands there, and what completes it.

    `live`: what is typed counts at once, each key a message. `past`: earlier answers, the newest last.
    """

    name: str
    label: str
    value: str = ""
    complete: Completer | None = None
    live: bool = False
    past: Sequence[str] = ()


class Prompt(Minding, Vertical):
    """A line at the foot of a screen, which is there while something is asked."""

    BINDINGS: ClassVar = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("tab", "complete", "Complete", show=False, priority=True),
        Binding("down,ctrl+n", "choose(1)", "Next", show=False),
        Binding("up,ctrl+p", "choose(-1)", "Previous", show=False, priority=True),
    ]
    DEFAULT_CSS = """
    Prompt { height: auto; display: none; background: $panel; }
    Prompt.-open { display: block; }
    Prompt OptionList { height: auto; max-height: 8; border: none; background: $panel; padding: 0 1; display: none; }
    Prompt OptionList.-some { display: block; }
    Prompt Horizontal { height: 1; }
    Prompt Label { color: $primary; text-style: bold; padding: 0 1; }
    Prompt Input, Prompt Input:focus { border: none; height: 1; padding: 0; background: $panel; }
    """

    class Answered(Message):
        """The answer to a question."""

        def __init__(self, name: str, text: str) -> None:
            super().__init__()
            self.name, self.text = name, text

    class Typed(Message):
        """What has been typed so far, where that counts."""

        def __init__(self, name: str, text: str) -> None:
            super().__init__()
            self.name, self.text = name, text

    class Left(Message):
        """A question that got no answer; what was typed live is to be forgotten."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self) -> None:
        super().__init__(id="prompt")
        self._question: Question | None = None
        self._offered: list[str] = []
        self._past_at = 0

    def compose(self) -> ComposeResult:
        """What completes the line, and the line."""
        yield OptionList(id="offers", markup=False)
        with Horizontal():
            yield Label("", markup=False)
            line = Input(select_on_focus=False)
            line.cursor_blink = False
            yield line

    @property
    def is_open(self) -> bool:
        """Whether something is asked."""
        return self._question is not None

    def ask(self, question: Question) -> None:
        """Ask something; what was asked before is left."""
        if self._question is not None:
            self.action_leave()
        self._question, self._past_at = question, len(question.past)
        self.query_one(Label).update(Content(safe_text(question.label)))
        line = self.query_one(Input)
        line.value = question.value
        line.cursor_position = len(question.value)
        self.add_class("-open")
        line.focus()
        self._look_up(question.value)

    def fail(self, question: Question) -> None:
        """Ask again what could not be done so, with what was typed."""
        self.ask(question)

    def _close(self) -> None:
        self._question = None
        self._offer([])
        self.remove_class("-open")

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._question is None:
            return
        self._look_up(event.value)
        if self._question.live:
            self.post_message(self.Typed(self._question.name, event.value))

    @work(exclusive=True, group="complete", exit_on_error=False)
    async def _look_up(self, typed: str) -> None:
        question = self._question
        if question is None or question.complete is None:
            return
        found = await question.complete(typed)
        if self._question is question:
            self._offer(found[:SHOWN])

    def _offer(self, found: Sequence[tuple[str, str]]) -> None:
        offers = self.query_one(OptionList)
        self._offered = [text for text, _help in found]
        offers.clear_options()
        offers.add_options([Option(_offer_of(text, told)) for text, told in found])
        offers.set_class(bool(found), "-some")
        offers.highlighted = None

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        question = self._question
        offers = self.query_one(OptionList)
        if question is None:
            return
        if offers.highlighted is not None:
            self.action_complete()
            return
        self._close()
        self.post_message(self.Answered(question.name, event.value))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.action_complete()
        self.query_one(Input).focus()

    def action_leave(self) -> None:
        """Give no answer; the first time only what was chosen of the offers is let go."""
        offers, question = self.query_one(OptionList), self._question
        if offers.highlighted is not None:
            offers.highlighted = None
            return
        if question is not None:
            self._close()
            self.post_message(self.Left(question.name))

    def action_complete(self) -> None:
        """Take the offer that is chosen, or else the first."""
        offers, line = self.query_one(OptionList), self.query_one(Input)
        if self._offered:
            line.value = self._offered[offers.highlighted or 0]
            line.cursor_position = len(line.value)
            offers.highlighted = None

    def action_choose(self, step: int) -> None:
        """Choose the next offer, or the one before; where there is none, an earlier answer."""
        offers, question = self.query_one(OptionList), self._question
        if self._offered:
            at = offers.highlighted
            first = 0 if step > 0 else len(self._offered) - 1
            offers.highlighted = first if at is None else (at + step) % len(self._offered)
        elif question is not None and question.past:
            self._past_at = max(0, min(self._past_at + step, len(question.past)))
            line = self.query_one(Input)
            line.value = question.past[self._past_at] if self._past_at < len(question.past) else question.value
            line.cursor_position = len(line.value)


def _offer_of(text: str, told: str) -> Content:
    return Content.assemble((safe_text(text), "bold"), ("  " + safe_text(told) if told else "", "dim"))
