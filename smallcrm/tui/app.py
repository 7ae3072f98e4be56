"""The program in the terminal: it owns the desk, the screens and what can be done everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.app import App

from smallcrm.errors import SmallCRMError
from smallcrm.tui.actions import Action, bindings, of
from smallcrm.tui.edge import Minding, ask, sentence_of
from smallcrm.tui.memory import FILE, Memory
from smallcrm.tui.running import Shell
from smallcrm.tui.screens.base import Base
from smallcrm.tui.screens.chooser import Choice, Chooser, ranked
from smallcrm.tui.screens.places import BOARD, HOME, NOUNS
from smallcrm.tui.screens.records import Records
from smallcrm.tui.theme import THEMES
from smallcrm.tui.widgets.footer import key_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from smallcrm.services.desk import Desk
    from smallcrm.services.records.undo import Outcome
    from smallcrm.services.searching import Found
    from smallcrm.services.workspaces import Session, WorkspaceInfo

# How often it is looked whether another program has written, in seconds.
_LOOK = 1.0


class SmallCRM(Minding, App[None]):
    """A workspace on the screen, which is open at the desk; commands are run by `shell`.

    `done` are commands that do what was done.
    """

    BINDINGS: ClassVar = bindings("app")
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    * { scrollbar-size-vertical: 1; scrollbar-size-horizontal: 1; }
    Table { scrollbar-size-horizontal: 0; }
    """

    def __init__(
        self, desk: Desk, workspace: WorkspaceInfo, shell: Shell, start: str = "contact", memory: Memory | None = None
    ) -> None:
        super().__init__()
        self.desk, self.shell, self.memory = desk, shell, memory or Memory()
        self.zone, self.title, self.done = workspace.zone, workspace.name, list[str]()
        self._start = start
        self._places: dict[str, Base] = {}
        self._newest: int | None = None
        for theme in THEMES:
            self.register_theme(theme)
        remembered = self.memory.text("theme")
        self.theme = remembered if remembered in [theme.name for theme in THEMES] else THEMES[0].name

    @property
    def fault(self) -> Exception | None:
        """The mistake of the program that ended it; None where it was left."""
        return self._exception

    def on_mount(self) -> None:
        """Show what is to be seen first."""
        self.look()
        self.push_screen(self._place(self._start))
        self.set_interval(_LOOK, self.look)

    def on_unmount(self) -> None:
        """Let the desk end what it has begun, and remember what is to be as it is the next time."""
        self.desk.close()
        self.memory.keep("theme", self.theme)
        for place in self._places.values():
            place.remember(self.memory)
        self.memory.save()

    def _place(self, name: str) -> Base:
        if name not in self._places:
            self._places[name] = _screen(name)
            # What is not installed is taken apart when another is shown instead of it.
            self.install_screen(self._places[name], name)
        return self._places[name]

    def _fatal_error(self) -> None:
        """End where the program has made a mistake; it is told without what it was about, once the screen is left."""
        self._close_messages_no_wait()

    def go(self, place: str, number: int | None = None) -> None:
        """Show one of the places, with the cursor on a record."""
        screen = self._place(place)
        if self.screen is not screen:
            self.switch_screen(screen)
        if number is not None:
            screen.call_later(screen.find, number)

    @work(exclusive=True, group="look", exit_on_error=False)
    async def look(self) -> None:
        """Read again what is shown, where anything was written since."""
        try:
            newest = await ask(self.desk, _newest_change)
        except SmallCRMError as error:
            self._tell(sentence_of(error), error=True)
            return
        before, self._newest = self._newest, newest
        if before not in (None, newest):
            for screen in self._places.values():
                screen.stale = True
            if isinstance(self.screen, Base):
                self.screen.freshen()

    def _tell(self, text: str, *, error: bool = False) -> None:
        if isinstance(self.screen, Base):
            self.screen.announce(text, error=error)

    # -- what can be done everywhere

    @work(exclusive=True, group="actions", exit_on_error=False)
    async def action_help(self) -> None:
        """Show what the keys do here, and do what is chosen."""
        screen = self.screen
        if isinstance(screen, Base):
            owners = [owner for owner in screen.owners if owner != "app"] or ["app"]
            await self._choose_action("Keys", screen, owners)

    @work(exclusive=True, group="actions", exit_on_error=False)
    async def action_palette(self) -> None:
        """Show everything that can be done, and do what is chosen."""
        screen = self.screen
        if isinstance(screen, Base):
            await self._choose_action("All actions", screen, list(screen.owners))

    async def _choose_action(self, title: str, screen: Base, owners: list[str]) -> None:
        known = [action for owner in owners for action in of(owner)]

        async def find(typed: str) -> list[Choice[Action]]:
            found = ranked(typed, [(f"{action.label} {action.keys}", action) for action in known])
            return [Choice(one.label, "  ".join(map(key_name, one.keys.split(","))), one) for one in found]

        chosen = await self.push_screen_wait(Chooser(title, find))
        if chosen is not None:
            await screen.do(chosen)

    @work(exclusive=True, group="actions", exit_on_error=False)
    async def action_search(self) -> None:
        """Look for records of every kind by the words in them, and go to the one that is chosen."""

        async def find(typed: str) -> list[Choice[tuple[str, int]]]:
            if not typed.strip():
                return []
            found = await ask(self.desk, lambda _session: _found(typed))
            return [Choice(one.title, f"{one.noun} {one.number}", (one.noun, one.number)) for one in found]

        chosen = await self.push_screen_wait(Chooser("Search everything", find))
        if chosen is not None:
            self.go(*chosen)

    def action_command(self) -> None:
        """Type a command of the command line."""
        if isinstance(self.screen, Base):
            self.screen.ask_command()

    def action_undo(self) -> None:
        """Take back the newest operation."""
        self._take_back(_undo, "Undid", "smallcrm undo")

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._take_back(_redo, "Did again", "smallcrm redo")

    @work(group="undo", exit_on_error=False)
    async def _take_back(self, take: Callable[[Session], Outcome], done: str, command: str) -> None:
        try:
            outcome = await ask(self.desk, take, writes=True)
        except SmallCRMError as error:
            self._tell(sentence_of(error), error=True)
            return
        self.done.append(command)
        left = f" Left as it is: {'; '.join(outcome.left[:2])}" if outcome.left else ""
        self._tell(f"{done}: {outcome.summary}.{left}", error=bool(outcome.left))
        self.look()

    def action_go_home(self) -> None:
        """Show the first page."""
        self.go(HOME)

    def action_go_companies(self) -> None:
        """Show the companies."""
        self.go(NOUNS[0])

    def action_go_contacts(self) -> None:
        """Show the contacts."""
        self.go(NOUNS[1])

    def action_go_deals(self) -> None:
        """Show the deals."""
        self.go(NOUNS[2])

    def action_go_tickets(self) -> None:
        """Show the tickets."""
        self.go(NOUNS[3])

    def action_go_activities(self) -> None:
        """Show the activities."""
        self.go(NOUNS[4])

    def action_go_board(self) -> None:
        """Show the board: of the tickets where they were looked at, and else of the deals."""
        before, board = self.screen, self._place(BOARD)
        self.go(BOARD)
        if isinstance(before, Records):
            board.about(before.noun.name)

    def action_themes(self) -> None:
        """Show everything in the next of our colours."""
        names = [theme.name for theme in THEMES]
        self.theme = names[(names.index(self.theme) + 1) % len(names)] if self.theme in names else names[0]

    def action_close(self) -> None:
        """Leave the program."""
        self.exit()


def show(
    desk: Desk, workspace: WorkspaceInfo, environment: Mapping[str, str], options: Sequence[str], start: str
) -> None:
    """Show a workspace on the screen until the user leaves it."""
    home = environment.get("SMALLCRM_HOME")
    memory = Memory(Path(home) / FILE if home else None)
    app = SmallCRM(desk, workspace, Shell(environment, options), start, memory)
    app.run()
    if app.fault is not None:
        raise app.fault


def _screen(place: str) -> Base:
    """The screen of a place."""
    if place == BOARD:
        from smallcrm.tui.screens.board import Board

        return Board()
    if place == HOME:
        from smallcrm.tui.screens.home import Home

        return Home()
    return Records(place)


# What is imported in these is not needed to show the first list.


def _newest_change(_session: Session) -> int:
    from smallcrm.services.records.logbook import newest_change

    return newest_change()


def _found(typed: str) -> list[Found]:
    from smallcrm.services.searching import search

    return search([typed], only=NOUNS, limit=20).found


def _undo(_session: Session) -> Outcome:
    from smallcrm.services.records.undo import undo

    return undo()


def _redo(_session: Session) -> Outcome:
    from smallcrm.services.records.undo import redo

    return redo()
