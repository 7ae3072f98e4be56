"""What is seen first: of everything the first, how many there are, and what it comes to."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from smallcrm import clock
from smallcrm.services import deals, home
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.home import Count
from smallcrm.services.records import editing, logbook, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.tickets import TICKET
from tests.conftest import FROZEN_AT
from tests.support.cast import EUR

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Noun

pytestmark = pytest.mark.usefixtures("mara")

NORTH: Any = SimpleNamespace(workspace=SimpleNamespace(zone="Europe/Berlin", currency="EUR"))


def add(noun: Noun, **said: str) -> None:
    """A new record."""
    editing.add(noun, Edit(said), EUR)


def seen(most: int = 2, cap: int = 3) -> home.Home:
    """What is seen first."""
    return home.home(cast("Any", NORTH), most, cap)


def test_an_empty_workspace_has_no_records() -> None:
    """Nothing is due and nobody waits; the stages are there."""
    found = seen()
    assert not home.has_records()
    assert (found.activities, found.tickets, found.deals) == ([], [], [])
    assert {one.deals for one in found.worth} == {0}
    add(COMPANY, name="Acme")
    assert home.has_records()
    editing.trash_many(COMPANY, [1])
    assert not home.has_records()


def test_what_is_due_is_told_by_the_day() -> None:
    """What was due this morning is late as well; what is planned or done is not there."""
    with clock.frozen(FROZEN_AT):
        for day in ("2026-03-11", "2026-03-14 08:00", "2026-03-14", "2026-03-14 18:30", "2026-03-15"):
            add(ACTIVITY, subject=day, kind="call", due=day)
        found = seen(most=9, cap=9)
        assert [(one.subject, one.days, one.time, one.late) for one in found.activities] == [
            ("2026-03-11", 3, None, True), ("2026-03-14 08:00", 0, "08:00", True), ("2026-03-14", 0, None, False),
            ("2026-03-14 18:30", 0, "18:30", False),
        ]  # fmt: skip
        assert found.activity_count == Count(4, more=False)
        assert seen().activity_count == Count(3, more=True)
        assert len(seen().activities) == 2


def test_tickets_come_as_in_the_queue() -> None:
    """With who asked, or else the company."""
    with clock.frozen(FROZEN_AT):
        add(CONTACT, emails="ann@acme.com")
        add(COMPANY, name="Acme")
        add(TICKET, subject="Leak", requester="ann@acme.com")
        add(TICKET, subject="Fire", priority="urgent", company="Acme")
        add(TICKET, subject="Over", status="closed")
    with clock.frozen(FROZEN_AT + timedelta(days=3, hours=1)):
        found = seen()
        assert [(one.subject, one.who, one.priority, one.days) for one in found.tickets] == [
            ("Fire", "Acme", "urgent", 3), ("Leak", "ann@acme.com", "normal", 3),
        ]  # fmt: skip
        assert found.ticket_count == Count(2, more=False)


def test_a_deal_with_a_step_or_a_decision_wants_none() -> None:
    """A step that is done is none."""
    for name in ("Roof", "Shed", "Door", "Wall"):
        add(DEAL, name=name, amount="5")
    add(ACTIVITY, subject="Call", kind="call", due="+3d", links="deal:1")
    add(ACTIVITY, subject="Called", kind="call", status="done", links="deal:2")
    deals.win([4])
    found = seen()
    assert [(one.name, one.stage, one.amount) for one in found.deals] == [
        (name, "Lead", {"amount": 500, "currency": "EUR"}) for name in ("Shed", "Door")
    ]
    assert found.deal_count == Count(2, more=False)


def test_shares_are_of_the_most_of_a_currency() -> None:
    """Open deals only, each currency by itself."""
    for stage, amount in (("Lead", "100"), ("Proposal", "200"), ("Proposal", "200"), ("Lead", "7USD"), ("Won", "9000")):
        add(DEAL, name="Deal", stage=stage, amount=amount)
    assert [(one.name, one.deals, one.currency, one.amount, one.share) for one in seen().worth] == [
        ("Lead", 1, "EUR", 10_000, 0.25), ("Lead", 1, "USD", 700, 1.0), ("Qualified", 0, "", 0, 0.0),
        ("Proposal", 2, "EUR", 40_000, 1.0), ("Negotiation", 0, "", 0, 0.0),
    ]  # fmt: skip


def test_a_change_names_the_first_record_that_it_changed() -> None:
    """What was undone is marked; of what changed no record nothing is named."""
    add(DEAL, name="Roof")
    add(DEAL, name="Shed")
    editing.edit_many(DEAL, [2, 1], Edit({"source": "web"}), EUR)
    undo.undo()
    found = seen(most=4).changes
    assert [(one.undone, one.record) for one in found] == [
        (False, ("deal", 1)), (True, ("deal", 2)), (False, ("deal", 2)), (False, ("deal", 1)),
    ]  # fmt: skip
    assert logbook.first_records([3], ("contact",)) == {}
