"""The first page: what is shown in its blocks, and where its rows lead."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from smallcrm.services.activities import ACTIVITY
from smallcrm.services.deals import DEAL
from smallcrm.services.desk import Desk
from smallcrm.services.home import has_records
from smallcrm.services.pipelines import PIPELINE, STAGE
from smallcrm.services.records import editing
from smallcrm.services.records.editing import Edit
from smallcrm.services.tickets import TICKET
from smallcrm.services.workspaces import open_session
from smallcrm.tui.app import SmallCRM
from smallcrm.tui.running import Shell
from smallcrm.tui.screens.board import Board
from smallcrm.tui.screens.home import Home
from smallcrm.tui.screens.overview import BLOCKS
from smallcrm.tui.screens.records import Records
from smallcrm.tui.widgets.blocks import Block
from tests.support.cast import ADAM, EUR, MARA, STAN
from tests.support.world import a_world
from tests.tui.driving import Driver, drive

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.config import Settings
    from smallcrm.services.records.schema import Noun
    from smallcrm.services.workspaces import Session
    from tests.conftest import EngineUrl

    Opening = Callable[..., SmallCRM]

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)

EVIL = "[red]A[/]\x1b[31m\u202eB"


async def add(on: Driver, noun: Noun, **said: str) -> None:
    """One more record."""

    def job(session: Session) -> None:
        editing.add(noun, Edit(said), session.locale)

    await on.write(job)


def rows(on: Driver, key: str) -> list[tuple[str, str, str]]:
    """What the rows of a block say."""
    return [(row.lead, row.text, row.beside.strip()) for row in on.block(key).rows]


def test_every_block_says_what_there_is(opening: Opening) -> None:
    """With how many there are; an open deal whose step is planned is none without one."""

    async def script(on: Driver) -> None:
        await add(on, ACTIVITY, subject="Write to Bob", kind="task", due="-3d")
        await add(on, ACTIVITY, subject="Meet Ann", kind="meeting", due="today", links="deal:1")
        await add(on, ACTIVITY, subject="Much later", kind="task", due="+9d")
        await add(on, TICKET, subject="Fire", priority="urgent", requester="p0@acme.com")
        await add(on, TICKET, subject="Over", status="closed")
        await on.add_deals("Shed", "Wall", amount="300")
        await on.home()
        assert rows(on, "activities") == [("3 d late", "Write to Bob", "task"), ("today", "Meet Ann", "meeting")]
        assert rows(on, "tickets") == [("urgent today", "Fire", "Person 000"), ("normal today", "It leaks", "")]
        assert rows(on, "deals") == [("Lead", "Shed", "300.00 EUR"), ("Lead", "Wall", "300.00 EUR")]
        assert rows(on, "worth") == [
            ("Lead", "", "3 deals, 1800.00 EUR"), ("Qualified", "", "0 deals"), ("Proposal", "", "0 deals"),
            ("Negotiation", "", "0 deals"),
        ]  # fmt: skip
        assert rows(on, "changes")[0][1:] == ("Add deal 3 Wall", MARA.name)
        assert [on.block(key).told for key in ("activities", "tickets", "deals")] == ["2", "2", "2"]
        assert "██" in on.text()

    drive(opening(), script)


def test_rows_lead_to_their_records(opening: Opening) -> None:
    """To the first that was changed, too; that of a stage to its lane on the board."""

    async def script(on: Driver) -> None:
        await on.add_deals("Shed", amount="5")
        await on.home()
        await on.press("tab", "tab", "j", "enter")
        await on.until(lambda: isinstance(on.app.screen, Records) and on.table.current and on.table.current.number == 2)
        await on.home()
        await on.press("tab", "2", "j", "enter")
        await on.until(lambda: isinstance(on.app.screen, Board) and on.lanes.lane and on.lanes.lane.title == "Proposal")
        await on.home()
        await on.press("shift+tab", "shift+tab", "tab", "enter")
        await on.until(lambda: isinstance(on.app.screen, Records) and on.table.current)
        assert on.screen.noun.name == "deal"

    drive(opening(), script)


def test_the_bars_of_each_currency_are_by_themselves(opening: Opening) -> None:
    """And those of another one look otherwise; several pipelines name theirs."""

    async def script(on: Driver) -> None:
        await on.add_deals("Shed", amount="100USD")
        await on.add_deals("Wall")
        await on.home()
        assert rows(on, "worth")[:3] == [
            ("Lead", "", "1 deal without amount"), ("Lead", "", "1 deal, 1200.00 EUR"),
            ("Lead", "", "1 deal, 100.00 USD"),
        ]  # fmt: skip
        shown = [row.share for row in on.block("worth").rows[:3]]
        assert shown == [0, 1, 1]
        assert "▒▒" in on.text()

    drive(opening(), script)


def test_stages_of_several_pipelines_say_whose_they_are(settings: Settings, engine_url: EngineUrl) -> None:
    """And their rows lead to the right board."""
    with a_world(settings, engine_url) as world, world.acts(ADAM):
        editing.add(PIPELINE, Edit({"name": "Partners"}), EUR)
        editing.add(STAGE, Edit({"name": "Talk", "pipeline": "Partners", "probability": "5"}), EUR)
        editing.add(DEAL, Edit({"name": "Both"}), EUR)

    async def script(on: Driver) -> None:
        await on.until(lambda: on.block("worth").rows)
        assert [lead for lead, _text, _beside in rows(on, "worth")][-1] == "Partners: Talk"
        on.block("worth").focus()
        await on.press("G", "enter")
        await on.until(lambda: isinstance(on.app.screen, Board) and "[Partners]" in on.text())
        assert on.lanes.lane
        assert on.lanes.lane.title == "Talk"

    drive(program(world.settings, world.north, ADAM.email), script, ready=False)


def program(settings: Settings, number: int, member: str, place: str = "north") -> SmallCRM:
    """The program on a workspace, at its first page."""
    slug = f"{place}-{number}"
    desk = Desk(partial(open_session, settings, slug, member, "tui"))
    desk.start()
    return SmallCRM(desk, desk.ask(lambda session: session.workspace).answer.result(), Shell(), "home")


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (120, 30), (200, 50), (20, 6)])
def test_an_empty_workspace_says_so(settings: Settings, engine_url: EngineUrl, size: tuple[int, int]) -> None:
    """In every block that has room; every key does nothing there, and nothing is amiss."""
    with a_world(settings, engine_url) as world, world.acts(STAN):
        assert not has_records()

    async def script(on: Driver) -> None:
        await on.until(lambda: isinstance(on.app.screen, Home) and on.block("worth").rows)
        assert len(on.app.screen.query(Block)) == len(BLOCKS)
        await on.press(
            "j", "k", "G", "g", "g", "enter", "tab", "enter", "tab", "j", "j", "l", "h", "9", "k", "9", "tab"
        )
        if size >= (60, 15):
            on.block("activities").focus()
            await on.until(lambda: "Nothing is due today." in on.text() and "No ticket is open." in on.text())

    drive(program(world.settings, world.south, STAN.email, "south"), script, size=size, ready=False)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50)])
def test_it_can_be_walked_row_by_row_on_any_screen(opening: Opening, size: tuple[int, int]) -> None:
    """From block to block, and the cursor is always in sight."""

    async def script(on: Driver) -> None:
        await on.add_deals(*(f"Deal {at}" for at in range(30)))
        await on.home()
        await on.resize(*size)
        seen = set()
        for _step in range(60):
            await on.press("j")
            await on.until(lambda: "▸ " in on.text())
            home = on.app.screen
            assert isinstance(home, Home)
            seen.add(home.block.id)
        assert seen >= {"tickets", "deals", "worth", "changes"}
        assert on.block("deals").told == "31"
        await on.press(*("k" for _step in range(60)))
        await on.until(lambda: on.block("activities").has_focus)

    drive(opening(), script)


def test_what_is_stored_is_shown_and_never_obeyed(opening: Opening) -> None:
    """In every block, and in the line below."""

    async def script(on: Driver) -> None:
        await add(on, ACTIVITY, subject=EVIL, kind="call", due="today")
        await add(on, TICKET, subject=EVIL, priority="urgent")
        await on.add_deals(EVIL)
        await on.home()
        await on.until(lambda: "[red]A[/]␛[31m⟨U+202E⟩B" in on.status)
        for key in ("activities", "tickets", "deals", "changes"):
            assert any("[red]A[/]␛[31m⟨U+202E⟩B" in row.text for row in on.block(key).rows), key
        assert "\x1b" not in on.text()
        assert "\u202e" not in on.text()

    drive(opening(), script)


def test_it_shows_what_another_program_wrote(opening: Opening) -> None:
    """By itself, with the cursor on what it was on."""

    async def script(on: Driver) -> None:
        await on.home()
        await on.press("tab")
        await add(on, TICKET, subject="Fire", priority="urgent")
        on.app.look()
        await on.until(lambda: len(on.block("tickets").rows) == 2)
        row = on.block("tickets").current
        assert row is not None
        assert row.text == "It leaks"

    drive(opening(), script)


def test_the_mouse_opens_a_row(opening: Opening) -> None:
    """A click puts the cursor there, two open it."""

    async def script(on: Driver) -> None:
        await on.home()
        await on.click("#worth", offset=(5, 2))
        await on.until(lambda: on.block("worth").has_focus and on.block("worth").cursor == 1)
        await on.click("#tickets", offset=(5, 1), times=2)
        await on.until(lambda: isinstance(on.app.screen, Records) and on.table.current)
        assert on.screen.noun.name == "ticket"

    drive(opening(), script)
