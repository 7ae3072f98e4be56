"""The board of tickets: every status, what wants work first, and moving from one to another."""

from __future__ import annotations

from datetime import timedelta

import pytest

from smallcrm import clock
from smallcrm.errors import ValidationError
from smallcrm.services import ticket_board, tickets
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import editing, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.tickets import STATUSES, TICKET
from tests.conftest import FROZEN_AT
from tests.support.cast import EUR

pytestmark = pytest.mark.usefixtures("mara")


def add(subject: str = "It leaks", **said: str) -> None:
    """A new ticket."""
    editing.add(TICKET, Edit({"subject": subject, **said}), EUR)


def lanes() -> dict[str, ticket_board.Lane]:
    """The board by status."""
    return {lane.status: lane for lane in ticket_board.board(most=2)}


def test_it_shows_every_status() -> None:
    """The empty ones too."""
    assert [(status, lane.tickets, lane.cards) for status, lane in lanes().items()] == [
        (status, 0, ()) for status in STATUSES
    ]


def test_the_most_urgent_come_first_and_of_what_is_closed_the_newest() -> None:
    """As many as are asked for; all of them are counted."""
    editing.add(CONTACT, Edit({"emails": "ann@acme.com"}), EUR)
    with clock.frozen(FROZEN_AT):
        add(requester="ann@acme.com")
        add("Fire", priority="urgent")
        add("Later", priority="low")
    with clock.frozen(FROZEN_AT + timedelta(days=2, hours=1)):
        new = lanes()["new"]
        assert [(card.subject, card.priority, card.days, card.requester) for card in new.cards] == [
            ("Fire", "urgent", 2, ""), ("It leaks", "normal", 2, "ann@acme.com"),
        ]  # fmt: skip
        assert (new.tickets, list(new.priorities.items())) == (3, [("urgent", 1), ("normal", 1), ("low", 1)])
        with_last = ticket_board.board(most=2, also=[3, 1])[0]
        assert [card.subject for card in with_last.cards] == ["Fire", "It leaks", "Later"]
        tickets.close([1])
    with clock.frozen(FROZEN_AT + timedelta(days=3, hours=1)):
        tickets.close([3])
        assert [(card.number, card.days) for card in lanes()["closed"].cards] == [(3, 0), (1, 1)]


def test_what_has_waited_until_its_day_is_due() -> None:
    """On that day in the zone of the workspace."""
    with clock.frozen(FROZEN_AT):
        add()
        tickets.wait([1], "+2d")
        assert not lanes()["waiting"].cards[0].due
    with clock.frozen(FROZEN_AT + timedelta(days=2)):
        assert lanes()["waiting"].cards[0].due


def test_tickets_move_to_any_status_as_one_operation() -> None:
    """One undo takes all of it back; a day until which one waited is forgotten."""
    add()
    add()
    tickets.wait([1], "+2d")
    moved = tickets.move([1, 2], "open")
    assert (moved.changed, lanes()["open"].tickets, lanes()["waiting"].tickets) == ([1, 2], 2, 0)
    undo.undo()
    assert (lanes()["new"].tickets, lanes()["waiting"].tickets) == (1, 1)
    with pytest.raises(ValidationError):
        tickets.move([1], "away")
