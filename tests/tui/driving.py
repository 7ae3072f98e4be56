"""The program on a screen in memory, driven by keys."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import Static

from smallcrm.services.deals import DEAL
from smallcrm.services.records import editing
from smallcrm.services.records.editing import Edit
from smallcrm.tui.edge import ask
from smallcrm.tui.screens.board import Board
from smallcrm.tui.screens.home import Home
from smallcrm.tui.screens.records import Records
from smallcrm.tui.widgets.blocks import Block
from smallcrm.tui.widgets.lanes import Lanes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    from smallcrm.services.workspaces import Session
    from smallcrm.tui.app import SmallCRM
    from smallcrm.tui.widgets.table import Table

# How often it is looked whether something is so; what never becomes so fails after that.
LOOKS = 1_000


class Driver:
    """Presses keys, and waits until something is so."""

    def __init__(self, app: SmallCRM, pilot: Pilot[Any]) -> None:
        self.app, self._pilot = app, pilot

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        await self._pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Type a text."""
        await self._pilot.press(*text)

    async def click(self, *args: Any, **options: Any) -> None:
        """Click somewhere."""
        await self._pilot.click(*args, **options)

    async def mouse_down(self, *args: Any, **options: Any) -> None:
        """Press the button of the mouse somewhere."""
        await self._pilot.mouse_down(*args, **options)

    async def mouse_up(self, *args: Any, **options: Any) -> None:
        """Let the button of the mouse go somewhere."""
        await self._pilot.mouse_up(*args, **options)

    async def resize(self, width: int, height: int) -> None:
        """Make the terminal another size."""
        await self._pilot.resize_terminal(width, height)

    async def until(self, so: Callable[[], object]) -> None:
        """Wait until something is so; what is not there yet is not so."""
        for _look in range(LOOKS):
            with suppress(NoMatches):
                if so():
                    return
            await self._pilot.pause(0.01)
        raise AssertionError(f"It never came to this; the screen:\n{self.text()}")

    @property
    def screen(self) -> Records:
        """The list that is shown."""
        return cast("Records", self.app.screen)

    @property
    def table(self) -> Table:
        """Its table."""
        return self.screen.table

    @property
    def on_board(self) -> bool:
        """Whether a board is shown."""
        return isinstance(self.app.screen, Board)

    @property
    def lanes(self) -> Lanes:
        """The lanes of the board that is shown."""
        return self.app.screen.query_one(Lanes)

    def block(self, key: str) -> Block:
        """A block of the first page."""
        return self.app.screen.query_one(f"#{key}", Block)

    async def home(self) -> None:
        """Go to the first page, and wait until it is there."""
        await self.press("g", "h")
        await self.until(lambda: isinstance(self.app.screen, Home) and self.block("worth").rows)

    async def board(self) -> None:
        """Go to the board of the deals, and wait until it is there."""
        await self.press("g", "b")
        await self.until(lambda: self.on_board and self.lanes.lanes)

    async def write(self, job: Callable[[Session], Any]) -> Any:
        """Do a job at the desk, beside the screen."""
        return await ask(self.app.desk, job, writes=True)

    async def add_deals(self, *names: str, **said: str) -> None:
        """Make deals, beside the screen."""

        def job(session: Session) -> None:
            for name in names:
                editing.add(DEAL, Edit({"name": name, **said}), session.locale)

        await self.write(job)

    @property
    def status(self) -> str:
        """The line that tells."""
        return self.said("#status")

    def said(self, selector: str) -> str:
        """What a text on the screen says."""
        content = self.app.screen.query_one(selector, Static).content
        return content.plain if isinstance(content, Content) else str(content)

    def text(self) -> str:
        """All that stands on the screen."""
        compositor = self.app.screen._compositor
        return "\n".join(strip.text.rstrip() for strip in compositor.render_strips())

    async def ready(self) -> None:
        """Wait until the list is there."""
        await self.until(lambda: isinstance(self.app.screen, Records) and self.table.total and self.table.current)


def drive(
    app: SmallCRM,
    script: Callable[[Driver], Awaitable[None]],
    size: tuple[int, int] = (120, 40),
    *,
    ready: bool = True,
) -> None:
    """Run a script on the program, once its first list is there, or at once."""

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            driver = Driver(app, pilot)
            if ready:
                await driver.ready()
            await script(driver)

    asyncio.run(run())
