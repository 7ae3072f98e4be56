"""What goes wrong while the screen is open: it is told, or ends the program; nothing is lost without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.errors import DatabaseUnavailable
from smallcrm.tui.screens.records import Records
from tests.tui.driving import Driver, drive

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.tui.app import SmallCRM

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def test_a_database_that_is_lost_is_told(opening: Callable[[], SmallCRM], monkeypatch: pytest.MonkeyPatch) -> None:
    """In the line at the foot; and what can be read again is shown again."""

    async def script(on: Driver) -> None:
        def lost(*_given: object) -> None:
            raise DatabaseUnavailable("It went away.")

        with monkeypatch.context() as gone:
            gone.setattr("smallcrm.tui.screens.records._read_list", lost)
            await on.press("ctrl+l")
            await on.until(lambda: on.status == "Error: It went away.")
        await on.press("ctrl+l")
        await on.until(lambda: on.status == "450 contacts")
        assert on.table.current is not None

    drive(opening(), script)


def test_a_mistake_of_the_program_ends_it(opening: Callable[[], SmallCRM], monkeypatch: pytest.MonkeyPatch) -> None:
    """And is known to whoever has started it, though it happened in a worker."""
    app = opening()

    async def script(on: Driver) -> None:
        def wrong(*_given: object) -> None:
            raise KeyError("a mistake")

        monkeypatch.setattr("smallcrm.tui.screens.records._read_list", wrong)
        await on.press("ctrl+l")
        await on.until(lambda: on.app.fault is not None)

    with pytest.raises(KeyError, match="a mistake"):
        drive(app, script)
    assert isinstance(app.fault, KeyError)


def test_what_another_program_writes_is_shown(opening: Callable[[], SmallCRM]) -> None:
    """Within a look or two, with the cursor on the record on which it was."""

    async def script(on: Driver) -> None:
        await on.press("5", "j")
        await on.until(lambda: on.table.cursor == 5)
        said = await on.app.shell.run(["contact", "delete", "2", "--yes"], 80)
        assert said.done, said.text
        await on.until(lambda: on.table.total == 449)
        assert on.table.current
        assert (on.table.cursor, on.table.current.number) == (4, 6)

    drive(opening(), script)


def test_a_storm_of_sizes_does_no_harm(opening: Callable[[], SmallCRM]) -> None:
    """Down to what hardly shows anything, and back."""

    async def script(on: Driver) -> None:
        for width, height in ((60, 15), (200, 50), (20, 5), (1, 1), (300, 80), (80, 24)) * 3:
            await on.resize(width, height)
            await on.press("j")
        await on.resize(120, 40)
        await on.until(lambda: on.table.cursor == 18 and "Person 018" in on.text())
        assert isinstance(on.app.screen, Records)

    drive(opening(), script)


def test_another_program_takes_back_what_was_done_here(opening: Callable[[], SmallCRM]) -> None:
    """The journal is one: what the command line undoes is undone on the screen."""

    async def script(on: Driver) -> None:
        await on.press("x")
        await on.until(lambda: on.table.total == 449)
        said = await on.app.shell.run(["undo"], 80)
        assert said.done, said.text
        await on.until(lambda: on.table.total == 450)

    drive(opening(), script)


def test_a_question_stays_about_the_record_it_was_asked_of(opening: Callable[[], SmallCRM]) -> None:
    """Though the mouse puts the cursor elsewhere before it is answered."""

    async def script(on: Driver) -> None:
        for key, text, done in (
            ("t", "vip", "contact edit 1 --append tags=vip"),
            ("c", "Tea", "contact comment 1 Tea"),
        ):
            on.table.move_to(0)
            await on.press(key)
            await on.type(text)
            on.table.move_to(3)
            await on.press("enter")
            await on.until(lambda: on.app.done[-1:] == [f"smallcrm {done}"])  # noqa: B023 - it is awaited here
        assert len(on.app.done) == 2

    drive(opening(), script)
