"""The registry of all that can be done, and each of it done once by its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.services import deals
from smallcrm.tui import actions
from smallcrm.tui.app import SmallCRM
from smallcrm.tui.screens.board import Board
from smallcrm.tui.screens.chooser import Chooser
from smallcrm.tui.screens.confirm import Confirm
from smallcrm.tui.screens.home import Home
from smallcrm.tui.screens.page import Page
from smallcrm.tui.screens.records import Records
from smallcrm.tui.widgets.blocks import Block
from smallcrm.tui.widgets.footer import MOST_HINTS, Footer
from smallcrm.tui.widgets.lanes import Lanes
from smallcrm.tui.widgets.panes import Pane
from smallcrm.tui.widgets.prompt import Prompt
from smallcrm.tui.widgets.table import Table
from tests.tui.driving import Driver, drive

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from smallcrm.tui.screens.base import Base

    Script = Callable[[Driver], Awaitable[None]]

OWNERS = {
    "app": SmallCRM, "table": Table, "records": Records, "lanes": Lanes, "board": Board, "blocks": Block, "home": Home,
}  # fmt: skip
SCREENS = (Records, Board, Home)
SCRIPTS: dict[str, Script] = {}


def does(name: str) -> Callable[[Script], Script]:
    """Say that a script does an action."""

    def note(script: Script) -> Script:
        assert SCRIPTS.setdefault(name, script) is script
        return script

    return note


def test_every_action_has_a_method() -> None:
    """In the class that takes its keys."""
    for action in actions.ACTIONS:
        assert callable(getattr(OWNERS[action.owner], f"action_{action.method}", None)), action.name


@pytest.mark.parametrize("screen", SCREENS)
def test_no_key_means_two_things(screen: type[Base]) -> None:
    """Neither alone nor as the first of several, on any screen."""
    there = [action for owner in screen.owners for action in actions.of(owner)]
    keys = [key for action in there for key in action.single]
    assert len(keys) == len(set(keys))
    chords = [keys for action in there for keys in action.chords]
    assert len(chords) == len(set(chords))
    assert {first for first, *_rest in chords}.isdisjoint(keys)
    assert not any(key.isdigit() for key in keys)


def test_every_owner_is_on_a_screen() -> None:
    """So that no action is out of reach, nor its keys unproved."""
    assert {owner for screen in SCREENS for owner in screen.owners} == set(OWNERS)


def test_every_action_is_done_by_a_test() -> None:
    """The registry and the scripts below are the same."""
    assert set(SCRIPTS) == set(actions.BY_NAME)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", list(actions.BY_NAME))
def test_its_keys_do_it(opening: Callable[..., SmallCRM], name: str) -> None:
    """Each in the list of contacts; whatever it does, the program makes no mistake over it."""
    app = opening()
    drive(app, SCRIPTS[name])
    assert app.fault is None


def prompt(driver: Driver) -> Prompt:
    """The line at the foot."""
    return driver.screen.query_one(Prompt)


@does("app.help")
async def _help(on: Driver) -> None:
    await on.press("question_mark")
    await on.until(lambda: isinstance(on.app.screen, Chooser) and "Half a page down" in on.text())
    await on.type("lastrow")
    await on.until(lambda: "First row" not in on.text())
    await on.press("enter")
    await on.until(lambda: on.screen is on.app.screen and on.table.cursor == on.table.total - 1)


@does("app.palette")
async def _palette(on: Driver) -> None:
    await on.press("ctrl+p")
    await on.until(lambda: isinstance(on.app.screen, Chooser))
    await on.type("go to deals")
    await on.press("enter")
    await on.until(lambda: isinstance(on.app.screen, Records) and on.screen.noun.name == "deal")


@does("app.command")
async def _command(on: Driver) -> None:
    await on.press("colon")
    await on.type("contact count")
    await on.press("enter")
    await on.until(lambda: on.app.screen is on.screen and on.status == "450")
    await on.press("colon")
    await on.type("contact list --limit 3")
    await on.press("enter")
    await on.until(lambda: isinstance(on.app.screen, Page) and "Person 002" in on.text())
    await on.press("escape")
    await on.until(lambda: isinstance(on.app.screen, Records))
    await on.press("colon")
    await on.type("contact frob")
    await on.press("enter")
    await on.until(lambda: "No such command" in on.text())


@does("app.search")
async def _search(on: Driver) -> None:
    await on.press("ctrl+k")
    await on.until(lambda: isinstance(on.app.screen, Chooser))
    await on.type("roof")
    await on.until(lambda: "deal 1" in on.text())
    await on.press("enter")
    await on.until(lambda: isinstance(on.app.screen, Records) and on.screen.noun.name == "deal")


@does("app.undo")
async def _undo(on: Driver) -> None:
    await on.press("x")
    await on.until(lambda: on.table.total == 449)
    await on.press("u")
    await on.until(lambda: on.table.total == 450 and "Undid" in on.status)


@does("app.redo")
async def _redo(on: Driver) -> None:
    await _undo(on)
    await on.press("ctrl+r")
    await on.until(lambda: on.table.total == 449 and "Did again" in on.status)


def _goes(name: str, keys: str, noun: str) -> None:
    @does(name)
    async def go(on: Driver) -> None:
        await on.press(*keys.split())
        await on.until(lambda: on.screen.noun.name == noun and on.table.total)
        assert on.table.current


_goes("app.go_companies", "g o", "company")
_goes("app.go_deals", "f4", "deal")
_goes("app.go_tickets", "g t", "ticket")
_goes("app.go_activities", "g a", "activity")


@does("app.go_contacts")
async def _contacts(on: Driver) -> None:
    await on.press("g", "d")
    await on.until(lambda: on.screen.noun.name == "deal")
    await on.press("g", "c")
    await on.until(lambda: on.screen.noun.name == "contact")


@does("app.go_home")
async def _go_home(on: Driver) -> None:
    await on.press("f8")
    await on.until(lambda: isinstance(on.app.screen, Home) and "[Home]" in on.text() and "It leaks" in on.text())


@does("app.go_board")
async def _board(on: Driver) -> None:
    """Of the deals, and of the tickets where they were looked at; a list is there again after it."""
    await on.press("g", "b")
    await on.until(lambda: on.lanes.current and on.lanes.current.title == "Roof")
    await on.press("g", "t")
    await on.until(lambda: isinstance(on.app.screen, Records) and on.screen.noun.name == "ticket" and on.table.total)
    await on.press("g", "b")
    await on.until(lambda: on.on_board and on.lanes.current and on.lanes.current.title == "It leaks")
    await on.press("g", "c")
    await on.until(lambda: isinstance(on.app.screen, Records) and on.table.current)
    await on.press("j")
    await on.until(lambda: on.table.cursor == 1)


@does("app.themes")
async def _themes(on: Driver) -> None:
    seen = {on.app.theme}
    for _theme in range(4):
        await on.press("ctrl+t")
        seen.add(on.app.theme)
    assert len(seen) == 4


@does("app.close")
async def _close(on: Driver) -> None:
    await on.press("q")
    await on.until(lambda: not on.app.is_running or on.app._exit)


def _moves(name: str, keys: str, start: int, end: int) -> None:
    @does(name)
    async def move(on: Driver) -> None:
        on.table.move_to(start)
        await on.press(*keys.split())
        await on.until(lambda: on.table.cursor == end)


_moves("table.down", "3 j", 0, 3)
_moves("table.up", "k", 7, 6)
_moves("table.top", "g g", 300, 0)
_moves("table.bottom", "G", 0, 449)


def _pages(name: str, key: str, sign: int) -> None:
    @does(name)
    async def page(on: Driver) -> None:
        on.table.move_to(200)
        await on.press(key)
        await on.until(lambda: (on.table.cursor - 200) * sign > 5)
        await on.until(lambda: on.table.current)


_pages("table.page_down", "pagedown", 1)
_pages("table.page_up", "ctrl+b", -1)
_pages("table.half_down", "ctrl+d", 1)
_pages("table.half_up", "ctrl+u", -1)


@does("table.left")
async def _left(on: Driver) -> None:
    await on.press("3", "l", "h")
    await on.until(lambda: on.table.column == 2)


@does("table.right")
async def _right(on: Driver) -> None:
    await on.press("9", "l")
    await on.until(lambda: on.table.column == len(on.table.heads) - 1)


@does("table.centre")
async def _centre(on: Driver) -> None:
    await on.press("1", "0", "0", "j", "z", "z")
    await on.until(lambda: abs(on.table.scroll_offset.y + on.table.size.height // 2 - 100) < 3)


@does("table.mark")
async def _mark(on: Driver) -> None:
    await on.press("3", "space")
    await on.until(lambda: on.table.marked == {1, 2, 3} and "3 selected" in on.status)
    await on.press("k", "space")
    await on.until(lambda: on.table.marked == {1, 2})


@does("table.range")
async def _range(on: Driver) -> None:
    """Over a page that is not there, and back."""
    await on.press("j", "v", "4", "2", "0", "j", "v")
    await on.until(lambda: on.table.marked == set(range(2, 423)))


@does("table.narrower")
async def _narrower(on: Driver) -> None:
    before = on.table.widths[0]
    await on.press("less_than_sign")
    await on.until(lambda: on.table.widths[0] < before or before == 3)


@does("table.wider")
async def _wider(on: Driver) -> None:
    before = on.table.widths[0]
    await on.press("2", "greater_than_sign")
    await on.until(lambda: on.table.widths[0] == before + 4)


@does("records.filter")
async def _filter(on: Driver) -> None:
    """It counts while it is typed; what was typed is forgotten where one leaves."""
    await on.press("slash")
    await on.type("city:Rome")
    await on.until(lambda: on.table.total == 3)
    await on.press("escape")
    await on.until(lambda: on.table.total == 450)
    await on.press("slash")
    await on.type("city:Rome")
    await on.press("enter")
    await on.until(lambda: on.table.total == 3 and not prompt(on).is_open and "filter city:Rome" in on.status)


@does("records.every")
async def _every(on: Driver) -> None:
    await on.press("V")
    await on.until(lambda: len(on.table.marked) == 450)


@does("records.none")
async def _none(on: Driver) -> None:
    await on.press("space")
    await _filter(on)
    await on.press("escape")
    await on.until(lambda: not on.table.marked)
    await on.press("escape")
    await on.until(lambda: on.table.total == 450)


@does("records.open")
async def _open(on: Driver) -> None:
    await on.resize(80, 24)
    await on.press("enter")
    await on.until(lambda: "p0@acme.com" in on.said("#details Static"))
    await on.press("escape")
    await on.until(lambda: on.table.display and on.table.has_focus)


@does("records.edit")
async def _edit(on: Driver) -> None:
    """One at once; several after a look at what would happen."""
    at = [head.key for head in on.table.heads].index("title")
    await on.press(*str(at), "l", "e")
    await on.until(lambda: prompt(on).is_open)
    await on.type("Boss")
    await on.press("enter")
    await on.until(lambda: on.table.current and on.table.current.cells[at] == "Boss")
    assert "u takes it back" in on.status
    await on.press("2", "space", "e")
    await on.until(lambda: prompt(on).is_open)
    await on.type("Chief")
    await on.press("enter")
    await on.until(lambda: isinstance(on.app.screen, Confirm) and "Boss → Chief" in on.text())
    await on.press("y")
    await on.until(lambda: isinstance(on.app.screen, Records) and "Changed 2 contacts" in on.status)


@does("records.add")
async def _add(on: Driver) -> None:
    await on.press("a")
    await on.type("Person 449")
    await on.until(lambda: "is there already: contact 450" in on.text())
    await on.press("enter")
    await on.until(lambda: on.table.total == 451 and on.table.cursor == 450)


@does("records.trash")
async def _trash(on: Driver) -> None:
    """One at once, several when it was said; whoever says no keeps them."""
    await on.press("2", "space", "x")
    await on.until(lambda: isinstance(on.app.screen, Confirm) and "2  Person 001" in on.text())
    await on.press("n")
    await on.until(lambda: isinstance(on.app.screen, Records))
    assert on.table.total == 450
    await on.press("x")
    await on.until(lambda: isinstance(on.app.screen, Confirm))
    await on.press("y")
    await on.until(lambda: isinstance(on.app.screen, Records) and on.table.total == 448)


@does("records.tag")
async def _tag(on: Driver) -> None:
    await on.press("2", "space", "t")
    await on.type("vip")
    await on.press("enter")
    await on.until(lambda: "Tagged 2 contacts" in on.status)
    await on.press("escape", "g", "g")
    await on.until(lambda: "vip" in on.said("#details Static"))


@does("records.comment")
async def _comment(on: Driver) -> None:
    await on.resize(200, 50)
    await on.press("c")
    await on.type("Likes tea")
    await on.press("enter")
    await on.until(lambda: "Likes tea" in on.said("#timeline Static"))


@does("records.sort")
async def _sort(on: Driver) -> None:
    await on.press("l", "o", "o", "g", "g")
    await on.until(lambda: on.table.current and on.table.current.cells[1] == "Person 449")
    await on.until(lambda: "Name ▼" in on.text())


@does("records.sort_more")
async def _sort_more(on: Driver) -> None:
    await on.press("5", "l", "o")
    await on.until(lambda: "by title" in on.status)
    await on.press("4", "h", "O")
    await on.until(lambda: "by title,name" in on.status)
    await on.press("O")
    await on.until(lambda: "by title,-name" in on.status and "Name ▼2" in on.text())


@does("records.next_view")
async def _next_view(on: Driver) -> None:
    await on.until(lambda: "Romans" in on.text())
    await on.press("right_square_bracket")
    await on.until(lambda: on.table.total == 3 and "[Romans]" in on.text())


@does("records.previous_view")
async def _previous_view(on: Driver) -> None:
    await _next_view(on)
    await on.press("left_square_bracket")
    await on.until(lambda: on.table.total == 450)


@does("records.panes")
async def _panes(on: Driver) -> None:
    await on.press("tab")
    await on.until(lambda: isinstance(on.app.focused, Pane))


@does("records.reload")
async def _reload(on: Driver) -> None:
    await on.press("ctrl+l")
    await on.until(lambda: on.table.current)


def _copies(name: str, keys: str, *told: str) -> None:
    @does(name)
    async def copy(on: Driver) -> None:
        await on.press("space", *keys.split())
        await on.until(lambda: all(one in on.app.clipboard for one in told))


_copies("records.copy_command", "y c", "smallcrm contact show 1")
_copies("records.copy_csv", "y v", "Id,Name", "p0@acme.com")
_copies("records.copy_json", "y j", '"name": "Person 000"')
_copies("records.copy_markdown", "y m", "| Id | Name |", "| 1 | Person 000 |")


@does("records.copy_done")
async def _copy_done(on: Driver) -> None:
    await on.press("y", "y")
    await on.until(lambda: "Nothing was done yet" in on.status)
    await on.press("x")
    await on.until(lambda: on.table.total == 449)
    await on.press("y", "y")
    await on.until(lambda: on.app.clipboard == "smallcrm contact delete 1")


async def _many_cards(on: Driver) -> None:
    """The board, with three deals in its first lane and two in the second."""
    await on.board()
    await on.add_deals("Door", "Shed", "Wall", "Yard")
    await on.write(lambda _session: deals.move([4, 5], "Qualified"))
    await on.press("ctrl+l")
    await on.until(lambda: [lane.size for lane in on.lanes.lanes[:2]] == [3, 2])


def _walks(name: str, keys: str, title: str) -> None:
    @does(name)
    async def walk(on: Driver) -> None:
        await _many_cards(on)
        await on.press("g", "g", *keys.split())
        await on.until(lambda: on.lanes.current and on.lanes.current.title == title)


_walks("lanes.down", "2 j", "Shed")
_walks("lanes.up", "2 j k", "Door")
_walks("lanes.right", "l", "Wall")
_walks("lanes.left", "l j h", "Roof")
_walks("lanes.bottom", "G", "Shed")
_walks("lanes.top", "G g g", "Roof")
_walks("lanes.page_down", "pagedown", "Shed")
_walks("lanes.page_up", "G pageup", "Roof")


@does("lanes.mark")
async def _mark_cards(on: Driver) -> None:
    await _many_cards(on)
    await on.press("g", "g", "2", "space")
    await on.until(lambda: on.lanes.marked == {1, 2} and "2 selected" in on.status)


@does("board.none")
async def _no_cards(on: Driver) -> None:
    await _mark_cards(on)
    await on.press("escape")
    await on.until(lambda: not on.lanes.marked)


@does("board.move_right")
async def _move_right(on: Driver) -> None:
    """All that is selected, as one operation."""
    await _mark_cards(on)
    await on.press("L")
    await on.until(lambda: [lane.size for lane in on.lanes.lanes[:2]] == [1, 4] and "Moved 2 deals" in on.status)
    await on.press("u")
    await on.until(lambda: [lane.size for lane in on.lanes.lanes[:2]] == [3, 2] and "Undid" in on.status)


@does("board.move_left")
async def _move_left(on: Driver) -> None:
    await _many_cards(on)
    await on.press("l", "g", "g", "H")
    await on.until(lambda: "Moved 1 deal to Lead" in on.status and on.lanes.at == 0 and on.lanes.lanes[0].size == 4)
    assert on.lanes.current
    assert on.lanes.current.title == "Wall"


@does("board.open")
async def _open_card(on: Driver) -> None:
    await _many_cards(on)
    await on.press("g", "g", "j", "enter")
    await on.until(lambda: isinstance(on.app.screen, Records) and on.table.current and on.table.current.number == 2)
    assert on.screen.noun.name == "deal"


@does("board.next")
async def _next_board(on: Driver) -> None:
    await on.board()
    await on.press("tab")
    await on.until(lambda: "[Tickets]" in on.text() and on.lanes.current and on.lanes.current.title == "It leaks")


@does("board.previous")
async def _previous_board(on: Driver) -> None:
    await _next_board(on)
    await on.press("left_square_bracket")
    await on.until(lambda: "[Sales]" in on.text() and on.lanes.lane and on.lanes.lane.title == "Lead")


@does("board.reload")
async def _reload_board(on: Driver) -> None:
    await _many_cards(on)


def _goes_through(name: str, keys: str, block: str, row: int) -> None:
    @does(name)
    async def walk(on: Driver) -> None:
        await on.home()
        await on.press(*keys.split())
        await on.until(lambda: on.block(block).has_focus and on.block(block).cursor == row)


_goes_through("home.next", "tab tab tab", "worth", 0)
_goes_through("home.previous", "shift+tab", "changes", 0)
_goes_through("blocks.down", "tab tab tab 2 j", "worth", 2)
_goes_through("blocks.up", "tab tab tab 3 j k", "worth", 2)
_goes_through("blocks.bottom", "tab tab tab G", "worth", 3)
_goes_through("blocks.top", "tab tab tab G g g", "worth", 0)


@does("home.open")
async def _open_row(on: Driver) -> None:
    await on.home()
    await on.press("tab", "enter")
    await on.until(lambda: isinstance(on.app.screen, Records) and on.screen.noun.name == "ticket" and on.table.current)


@does("home.reload")
async def _reload_home(on: Driver) -> None:
    await on.home()
    await on.add_deals("Shed")
    await on.press("ctrl+l")
    await on.until(lambda: "Shed" in on.text())


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_footer_shows_six_keys_at_most(opening: Callable[..., SmallCRM], width: int) -> None:
    """As many as there is room for; a key that begins something shows what may follow."""

    async def script(on: Driver) -> None:
        hints = on.said("#footer")
        there = [action for owner in on.screen.owners for action in actions.of(owner)]
        shown = [action for action in there if action.hint and action.label in hints]
        assert 0 < len(shown) <= MOST_HINTS
        assert len(hints) <= width
        await on.press("g")
        await on.until(lambda: "Go to" in on.said("#footer"))
        await on.press("escape")
        await on.until(lambda: on.said("#footer") == hints)
        assert on.app.screen.query_one(Footer)

    drive(opening(), script, size=(width, 24))
