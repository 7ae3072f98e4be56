"""The queue: what wants work, in its order."""

from __future__ import annotations

import pytest

from smallcrm.db.ids import number_of
from smallcrm.services import tickets
from smallcrm.services.queue import Asked, queue
from smallcrm.services.records import editing
from smallcrm.services.records.editing import Edit
from smallcrm.services.tickets import TICKET
from tests.support.cast import EUR


def add(**values: str) -> int:
    """A new ticket; gives its number."""
    return editing.add(TICKET, Edit({"subject": "Leak", **values}), EUR).changed[0]


def shown(asked: Asked) -> list[int]:
    """The numbers in the queue."""
    return [number_of(one["id"]) for one in queue(asked, "UTC")]


@pytest.mark.usefixtures("mara")
def test_it_puts_the_urgent_first_then_the_old_and_the_waiting_last() -> None:
    """What is closed or in the trash is not in it."""
    normal, urgent, older, waiting, closed, gone = (
        add(), add(priority="urgent"), add(), add(priority="urgent"), add(priority="urgent"), add(priority="urgent"),
    )  # fmt: skip
    tickets.wait([waiting])
    tickets.close([closed])
    editing.trash_many(TICKET, [gone])
    assert shown(Asked()) == [urgent, normal, older, waiting]
    assert shown(Asked(limit=1)) == [urgent]
    assert shown(Asked(limit=3)) == [urgent, normal, older]
    assert shown(Asked(limit=4)) == [urgent, normal, older, waiting]


@pytest.mark.usefixtures("mara")
def test_it_shows_mine_and_what_is_nobodys() -> None:
    """One of them, or both."""
    mine, nobodys, _hers = add(assignee="me"), add(), add(assignee="Adam Admin")
    assert shown(Asked(mine=True)) == [mine]
    assert shown(Asked(unassigned=True)) == [nobodys]
    assert shown(Asked(mine=True, unassigned=True)) == [mine, nobodys]
