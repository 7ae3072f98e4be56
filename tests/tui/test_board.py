"""The board on the screen: cards are moved from lane to lane, whatever is on them and however small the screen is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services import deals
from smallcrm.services.deals import DEAL
from smallcrm.services.records import editing, store
from smallcrm.services.records.editing import Edit
from smallcrm.tui.screens import boards
from smallcrm.tui.screens.board import Board
from smallcrm.tui.screens.records import Records
from smallcrm.tui.widgets.lanes import HEAD, Lanes
from smallcrm.tui.widgets.prompt import Prompt
from tests.tui.driving import Driver, drive

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.tui.app import SmallCRM

    Opening = Callable[..., SmallCRM]

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)

EVIL = "[red]A[/]\x1b[31m\u202e\nB"


async def stages(on: Driver, *numbers: int) -> list[str]:
    """In which lane each deal is by now, as the database says it."""

    def job(_session: Any) -> list[int]:
        return [store.get(DEAL, number)["stage"] & 0xFFFF for number in numbers]

    names = {int(lane.key): lane.title for lane in on.lanes.lanes}
    return [names[number] for number in await on.write(job)]


async def add(on: Driver, *names: str, **said: str) -> None:
    """More deals, which the board shows once it has looked."""
    await on.add_deals(*names, **said)
    await on.press("ctrl+l")
    await on.until(lambda: {card.title for lane in on.lanes.lanes for card in lane.cards}.issuperset(names))


def titles(on: Driver, at: int) -> list[str]:
    """What is on the cards of a lane."""
    return [card.title for card in on.lanes.lanes[at].cards]


def test_a_card_says_what_it_is_worth_and_whose(opening: Opening) -> None:
    """The lane counts and adds; each currency by itself."""

    async def script(on: Driver) -> None:
        await on.board()
        await add(on, "Shed", amount="70USD")
        shown = on.text()
        for told in ("Lead", "2│", "1200.00 EUR + 70.00 USD", "▸ Roof", "Acme", "today"):
            assert told in shown
        assert "deal 1  ·  Roof  ·  Acme  ·  1200.00 EUR  ·  Lead since today" in on.status

    drive(opening(), script, size=(200, 50))


def test_cards_move_on_by_as_many_lanes_as_are_said(opening: Opening) -> None:
    """The cursor goes with them, at once; there is no lane beside the last."""

    async def script(on: Driver) -> None:
        await on.board()
        await on.press("2", "L")
        await on.press("L")
        await on.until(lambda: on.lanes.at == 3 and titles(on, 3) == ["Roof"] and on.lanes.lanes[3].total)
        assert await stages(on, 1) == ["Negotiation"]
        await on.press("9", "H", "H")
        await on.until(lambda: "no lane further to the left" in on.status)
        assert await stages(on, 1) == ["Lead"]
        assert on.app.done[-1] == "smallcrm deal move 1 1"

    drive(opening(), script)


def test_a_lost_deal_needs_a_reason(opening: Opening) -> None:
    """Asked for before anything is moved; without one nothing is."""

    async def script(on: Driver) -> None:
        await on.board()
        await on.press("5", "L")
        await on.until(lambda: on.app.screen.query_one(Prompt).is_open and "Why was deal 1 lost?" in on.text())
        await on.press("escape")
        await on.press("5", "L")
        await on.press("enter")
        await on.until(lambda: "needs a reason" in on.status)
        assert await stages(on, 1) == ["Lead"]
        await on.press("5", "L")
        await on.type("price")
        await on.press("enter")
        await on.until(lambda: "Moved 1 deal to Lost" in on.status)
        assert await stages(on, 1) == ["Lost"]
        assert (await on.write(lambda _session: store.get(DEAL, 1)))["lost_reason"] == "price"
        assert on.app.done[-1] == "smallcrm deal edit 1 --set stage=6 --set lost_reason=price"
        await on.press("u")
        await on.until(lambda: titles(on, 0) == ["Roof"])

    drive(opening(), script)


def test_every_marked_card_moves_and_comes_back_with_one_undo(opening: Opening) -> None:
    """To the lane beside the cursor, wherever they were."""

    async def script(on: Driver) -> None:
        await on.board()
        await add(on, "Shed", "Door")
        await on.write(lambda _session: deals.move([3], "Proposal"))
        await on.press("ctrl+l")
        await on.until(lambda: titles(on, 2) == ["Door"])
        await on.press("g", "g", "space", "2", "l", "space", "h", "L")
        await on.until(lambda: "Moved 1 deal to Proposal" in on.status or "Moved 2 deals" in on.status)
        assert await stages(on, 1, 2, 3) == ["Proposal", "Lead", "Proposal"]
        await on.press("u")
        await on.until(lambda: titles(on, 0) == ["Roof", "Shed"] and titles(on, 2) == ["Door"])
        assert on.lanes.marked == {1, 3}

    drive(opening(), script)


def test_what_cannot_be_moved_is_told_and_stays(opening: Opening) -> None:
    """A deal that somebody else has thrown away meanwhile."""

    async def script(on: Driver) -> None:
        await on.board()
        await on.write(lambda _session: editing.trash_many(DEAL, [1]))
        await on.press("L")
        await on.until(lambda: "Error" in on.status and not any(lane.cards for lane in on.lanes.lanes))
        assert on.app.done == []

    drive(opening(), script)


def test_a_ticket_moves_from_status_to_status(opening: Opening) -> None:
    """With its urgency told; and back."""

    async def script(on: Driver) -> None:
        await on.board()
        await on.press("tab")
        await on.until(lambda: "1 normal" in on.text() and titles(on, 0) == ["It leaks"])
        await on.press("3", "L")
        await on.until(lambda: "Moved 1 ticket to Closed" in on.status and titles(on, 3) == ["It leaks"])
        assert on.app.done[-1] == "smallcrm ticket edit 1 --set status=closed"
        await on.press("u")
        await on.until(lambda: titles(on, 0) == ["It leaks"])
        await on.press("enter")
        await on.until(lambda: isinstance(on.app.screen, Records) and on.screen.noun.name == "ticket")

    drive(opening(), script)


def test_what_is_stored_is_shown_and_never_obeyed(opening: Opening) -> None:
    """On the card, in the line below, and in what is asked."""

    async def script(on: Driver) -> None:
        await on.board()
        await on.write(lambda session: editing.edit_many(DEAL, [1], Edit({"name": EVIL}), session.locale))
        await on.press("ctrl+l")
        await on.until(lambda: "[red]A[/]␛[31m" in on.text())
        assert "\x1b" not in on.text()
        assert "\u202e" not in on.text()
        assert "[red]A[/]␛[31m⟨U+202E⟩ B" in on.status

    drive(opening(), script)


@pytest.mark.parametrize("size", [(60, 15), (80, 24), (200, 50), (24, 8), (10, 4)])
def test_it_is_of_use_on_any_screen(opening: Opening, size: tuple[int, int]) -> None:
    """The lane of the cursor is always in sight, with its name and the card."""

    async def script(on: Driver) -> None:
        await on.board()
        await on.resize(*size)
        for at, lane in enumerate([*on.lanes.lanes]):
            assert on.lanes.at in on.lanes.seen
            if size >= (24, 8):
                assert lane.title in on.text()
            await on.press("l")
            await on.until(partial(lambda to: on.lanes.at == to, min(at + 1, 5)))
        await on.press("9", "h")
        if size >= (24, 8):
            await on.until(lambda: "▸ Roof" in on.text())

    drive(opening(), script)


def test_the_mouse_selects_and_drags(opening: Opening) -> None:
    """A click puts the cursor on a card, two open it; a card that is dragged to another lane moves there."""

    async def script(on: Driver) -> None:
        await on.board()
        await add(on, "Shed")
        await on.click(Lanes, offset=(4, HEAD + 5))
        await on.until(lambda: on.lanes.current and on.lanes.current.title == "Shed")
        await on.mouse_down(Lanes, offset=(4, HEAD))
        await on.mouse_up(Lanes, offset=(4 + on.lanes.size.width // 5, HEAD + 9))
        await on.until(lambda: titles(on, 1) == ["Roof"] and "Moved 1 deal to Qualified" in on.status)
        assert await stages(on, 1, 2) == ["Qualified", "Lead"]
        await on.click(Lanes, offset=(4, HEAD), times=2)
        await on.until(lambda: isinstance(on.app.screen, Records) and on.table.current and on.table.current.number == 2)

    drive(opening(), script)


def test_an_empty_board_is_told_and_nothing_moves(opening: Opening) -> None:
    """There is nothing to move, to mark or to open."""

    async def script(on: Driver) -> None:
        await on.write(lambda _session: editing.trash_many(DEAL, [1]))
        await on.board()
        await on.until(lambda: on.status == "0 deals")
        await on.press("L")
        await on.until(lambda: "no card here" in on.status)
        await on.press("space", "enter", "G", "g", "g", "j", "l", "9", "l")
        await on.until(lambda: on.lanes.at == 5)
        assert isinstance(on.app.screen, Board)

    drive(opening(), script)


def test_it_shows_what_another_program_wrote(opening: Opening) -> None:
    """By itself, with the cursor where it was."""

    async def script(on: Driver) -> None:
        await on.board()
        await on.write(lambda session: editing.add(DEAL, Edit({"name": "Shed"}), session.locale))
        on.app.look()
        await on.until(lambda: titles(on, 0) == ["Roof", "Shed"])
        assert on.lanes.current
        assert on.lanes.current.title == "Roof"

    drive(opening(), script)


def test_a_card_stays_under_the_cursor_in_a_lane_that_is_too_long(
    opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that what is moved on next is the same card again."""
    monkeypatch.setattr(boards, "MOST", 2)

    async def script(on: Driver) -> None:
        await on.add_deals("A", "B", "C")
        await on.write(lambda _session: deals.move([2, 3, 4], "Qualified"))
        await on.board()
        await on.press("L")
        await on.until(lambda: titles(on, 1) == ["A", "B", "Roof"] and "Moved 1 deal" in on.status)
        assert on.lanes.current
        assert on.lanes.current.title == "Roof"
        await on.press("L")
        await on.until(lambda: titles(on, 2) == ["Roof"] and on.lanes.lanes[2].total)
        assert await stages(on, 1) == ["Proposal"]

    drive(opening(), script)
