"""The first page: what is due, who waits, what has no next step, what it comes to, and what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual import on, work
from textual.containers import VerticalScroll

from smallcrm.tui.actions import bindings
from smallcrm.tui.screens import overview
from smallcrm.tui.screens.base import Base
from smallcrm.tui.screens.places import HOME, PLACES
from smallcrm.tui.widgets.blocks import Block
from smallcrm.tui.widgets.choices import Choices

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Page(VerticalScroll, can_focus=False):
    """The blocks, below each other or side by side."""


class Home(Base):
    """Blocks of short lists; a row leads to its record."""

    BINDINGS: ClassVar = bindings("home")
    owners: ClassVar = ("home", "blocks", "app")
    DEFAULT_CSS = """
    Home Page { height: 1fr; }
    Home.-medium Page { layout: grid; grid-size: 2; grid-rows: 1fr; grid-gutter: 0 1; }
    Home.-wide Page { layout: grid; grid-size: 3; grid-rows: 1fr; grid-gutter: 0 1; }
    Home.-medium Block, Home.-wide Block { height: 1fr; }
    Home.-medium #changes, Home.-wide #changes { column-span: 2; }
    """

    def compose(self) -> ComposeResult:
        """Where one can be, the blocks and what is at the foot."""
        yield Choices(id="nouns")
        with Page():
            for key, title, empty in overview.BLOCKS:
                yield Block(key, title, empty)
        yield from self.feet()

    @property
    def blocks(self) -> list[Block]:
        """The blocks in their order."""
        return list(self.query(Block))

    @property
    def block(self) -> Block:
        """The block that has the focus, or had it last."""
        return self.focused if isinstance(self.focused, Block) else self.blocks[0]

    def namespace(self, owner: str) -> Any:
        """Whose methods are the actions of an owner."""
        return self.block if owner == "blocks" else super().namespace(owner)

    def on_mount(self) -> None:
        """Show the page."""
        self.query_one("#nouns", Choices).show(PLACES, HOME, head="smallCRM")
        self.blocks[0].focus()
        self.load()
        self.show_hints()

    @work(exclusive=True, group="home", exit_on_error=False)
    async def load(self) -> None:
        """Read all of it, in one job."""
        with self.told():
            found = await self.ask(overview.read)
            for block in self.blocks:
                block.show(*found[block.id or ""])

    def read_again(self) -> None:
        """Read the page again."""
        self.load()

    @on(Block.Moved)
    def _moved(self) -> None:
        self.retell()

    def retell(self) -> None:
        """Show all that the row under the cursor says."""
        row = self.block.current
        self.tell("" if row is None else row.told)

    @on(Block.Passed)
    def _passed(self, event: Block.Passed) -> None:
        self._step(event.step, whole=False)

    def _step(self, step: int, *, whole: bool = True) -> None:
        """Go some blocks on; not `whole`: row by row, and not around the ends."""
        blocks = self.blocks
        at = blocks.index(self.block) + step
        if whole or 0 <= at < len(blocks):
            block = blocks[at % len(blocks)]
            if not whole:
                block.go(0 if step > 0 else len(block.rows) - 1)
            block.focus()

    # -- what can be done

    def action_open(self) -> None:
        """Go to the record, or to the stage on its board."""
        row = self.block.current
        if row is not None and row.goes is not None:
            self.crm.go(*row.goes)
        elif row is not None:
            self.announce("There is no record to show of this.", error=True)

    @on(Block.Opened)
    def _opened(self) -> None:
        self.action_open()

    def action_next(self) -> None:
        """Go to the next block."""
        self._step(self.take_count())

    def action_previous(self) -> None:
        """Go to the block before."""
        self._step(-self.take_count())

    def action_reload(self) -> None:
        """Read everything again."""
        self.load()
