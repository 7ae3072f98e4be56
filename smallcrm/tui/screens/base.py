"""What every screen has: counts and keys one after the other, one line to type in, and two that tell."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import on, work
from textual.screen import Screen

from smallcrm.errors import Interrupted, SmallCRMError
from smallcrm.tui import actions, running
from smallcrm.tui.edge import Faulted, Minding, ask, sentence_of
from smallcrm.tui.keys import Keys
from smallcrm.tui.screens.page import Page
from smallcrm.tui.widgets.choices import Choices
from smallcrm.tui.widgets.footer import Footer, Status
from smallcrm.tui.widgets.prompt import Prompt, Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual import events
    from textual.app import ComposeResult
    from textual.widget import Widget

    from smallcrm.services.workspaces import Session
    from smallcrm.tui.edge import Program
    from smallcrm.tui.memory import Memory

T = TypeVar("T")


class Base(Minding, Screen[None]):
    """A screen over the open workspace. `owners` are those whose actions can be done on it, what is nearest first."""

    owners: ClassVar[tuple[str, ...]] = ("app",)
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual has it
        (0, "-narrow"),
        (100, "-medium"),
        (160, "-wide"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.keys = Keys(actions.chords(self.owners))
        self.stale = False
        self._news: tuple[str, bool] | None = None
        self._past: dict[str, list[str]] = {}
        self._focus_before: Widget | None = None

    @property
    def crm(self) -> Program:
        """The program."""
        return cast("Program", self.app)

    def feet(self) -> ComposeResult:
        """What stands at the foot of the screen."""
        yield Prompt()
        yield Status()
        yield Footer()

    # -- the desk

    async def ask(self, job: Callable[[Session], T], *, writes: bool = False) -> T:
        """The answer to a job at the desk."""
        return await ask(self.crm.desk, job, writes=writes)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Tell an error that a user can do something about in the status line; nothing of what was stopped."""
        try:
            yield
        except Interrupted:
            pass
        except SmallCRMError as error:
            self.announce(sentence_of(error), error=True)

    def tell(self, text: str, *, error: bool = False) -> None:
        """Show a line at the foot, once what was announced has been read."""
        news, wrong = self._news or (text, error)
        self.query_one(Status).tell(news, error=wrong)

    def announce(self, text: str, *, error: bool = False) -> None:
        """Show a line at the foot that stays until the next key."""
        self._news = text, error
        self.tell(text, error=error)

    @on(Faulted)
    def _faulted(self, event: Faulted) -> None:
        self.announce(sentence_of(event.error), error=True)

    def remember(self, memory: Memory) -> None:
        """Keep what is to be as it is the next time."""

    def retell(self) -> None:
        """Show at the foot what is there to be told."""
        self.tell("")

    # -- what is shown

    def read_again(self) -> None:
        """Read again what is shown."""

    def about(self, noun: str) -> None:
        """Show what there is of a noun, where the screen shows several."""

    def find(self, number: int) -> None:
        """Put the cursor on what has that number here."""

    def freshen(self) -> None:
        """Read again what another program, or another screen, has changed; not while somebody types."""
        if self.stale and not self.query_one(Prompt).is_open:
            self.stale = False
            self.read_again()

    def on_screen_resume(self) -> None:
        """Show what is there by now."""
        self.freshen()

    @on(Choices.Chosen, "#nouns")
    def _place_chosen(self, event: Choices.Chosen) -> None:
        self.crm.go(event.key)

    # -- asking

    def question(self, name: str, label: str, value: str = "", complete: Any = None, *, live: bool = False) -> None:
        """Ask something in the line at the foot; `answer_NAME` is called with the answer."""
        past = self._past.setdefault(name, [])
        self._focus_before = self.focused
        self.query_one(Prompt).ask(Question(name, label, value, complete, live, past))

    @on(Prompt.Answered)
    async def _answered(self, event: Prompt.Answered) -> None:
        past = self._past.setdefault(event.name, [])
        if event.text and event.text not in past[-1:]:
            past.append(event.text)
        self._resume()
        await getattr(self, f"answer_{event.name}")(event.text)

    @on(Prompt.Left)
    def _left(self, event: Prompt.Left) -> None:
        self._resume()
        self.left(event.name)

    def _resume(self) -> None:
        """Put the focus where it was before something was asked."""
        self.set_focus(self._focus_before)
        self.show_hints()

    def left(self, name: str) -> None:
        """A question of that name got no answer."""

    def ask_command(self) -> None:
        """Ask for a command of the command line."""
        self.question("command", ":", "", self.crm.shell.complete)

    async def answer_command(self, line: str) -> None:
        """Run the command."""
        try:
            words = running.words_of(line)
        except ValueError as error:
            self.announce(f"{error}: {line}", error=True)
            return
        if words:
            self._run(line, words)

    @work(exclusive=True, group="command", exit_on_error=False)
    async def _run(self, line: str, words: list[str]) -> None:
        self.tell(f"Running: {line}")
        said = await self.crm.shell.run(words, max(self.size.width - 8, 40))
        self.retell()
        lines = said.text.splitlines()
        if len(lines) > 1:
            self.app.push_screen(Page(f"smallcrm {' '.join(words)}", said.text))
        else:
            self.announce(lines[0] if lines else "Done.", error=not said.done)

    # -- keys

    def take_count(self, usual: int = 1) -> int:
        """The number that was typed before a key."""
        if self.keys.pending:
            self.call_later(self.show_hints)
        return self.keys.take_count(usual)

    def namespace(self, owner: str) -> Any:
        """Whose methods are the actions of an owner."""
        return self.app if owner == "app" else self

    async def do(self, action: actions.Action) -> None:
        """Do an action here."""
        await self.app.run_action(action.method, self.namespace(action.owner))

    async def on_key(self, event: events.Key) -> None:
        """Take a key that nobody has taken: it may be part of something."""
        if self.query_one(Prompt).is_open:
            return
        self._news = None
        if event.key == "escape" and self.keys.clear():
            event.stop()
        else:
            step = self.keys.feed(event.key)
            if step.taken:
                event.stop()
            if step.action is not None:
                await self.do(step.action)
        self.show_hints()

    def show_hints(self) -> None:
        """Show in the last line what can be done, or what may follow."""
        footer = self.query_one(Footer)
        if self.keys.pending:
            footer.show_following(self.keys.pending, self.keys.following)
        else:
            footer.show_hints(self.owners)

    def on_resize(self) -> None:
        """Fit what is at the foot."""
        self.call_after_refresh(self.show_hints)
