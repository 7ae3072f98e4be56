"""The board of tickets: how many have each status, how urgent they are, and those that a person looks at first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm import clock
from smallcrm.db.fence import Ids
from smallcrm.db.ids import number_of, own_id
from smallcrm.models.base import State
from smallcrm.models.company import Company
from smallcrm.models.contact import Contact
from smallcrm.models.ticket import Ticket, TicketStatus
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records.documents import CHUNK, fetch
from smallcrm.services.records.presenting import called
from smallcrm.services.tickets import CLOSED, PRIORITIES, STATUSES, WAITING
from smallcrm.services.zone import workspace_zone

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_DAY = 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class Card:
    """A ticket on the board: who asked, the whole days that it has had its status, and whether it waits no longer."""

    number: int
    subject: str
    requester: str
    priority: str
    days: int
    due: bool


@dataclass(frozen=True)
class Lane:
    """A status: how many tickets have it, how many of each priority, and the first of them."""

    status: str
    tickets: int
    priorities: dict[str, int]
    cards: tuple[Card, ...]


def board(*, most: int, also: Collection[int] = ()) -> list[Lane]:
    """The live tickets by status, `most` of each, and those of `also`.

    The most urgent come first, then the oldest; of those that are closed the newest.
    """
    require(Verb.READ)
    counted: dict[str, dict[str, int]] = {status: {} for status in STATUSES}
    query = Ticket.select(Ticket.status, Ticket.priority, pw.fn.COUNT(Ticket.id)).where(Ticket.state == State.LIVE)
    for status, priority, count in fetch(query.group_by(Ticket.status, Ticket.priority)):
        counted[status][priority] = count
    today = clock.now().astimezone(workspace_zone()).date().isoformat()
    return [
        Lane(status, sum(found.values()), _ranked(found), _cards(_first(status, most, also), today) if found else ())
        for status, found in counted.items()
    ]


def _ranked(counted: dict[str, int]) -> dict[str, int]:
    """The counts of priorities, the most urgent first."""
    return {priority: counted[priority] for priority in reversed(PRIORITIES) if priority in counted}


def _first(status: str, most: int, also: Collection[int]) -> list[Any]:
    order: tuple[Any, ...] = (Ticket.priority_rank.desc(), Ticket.created_at, Ticket.id)
    if status == CLOSED:
        order = (Ticket.closed_at.desc(), Ticket.id.desc())
    columns = (Ticket.id, Ticket.name, Ticket.requester, Ticket.company, Ticket.priority, Ticket.waiting_until)
    query = Ticket.select(*columns, Ticket.status).where(Ticket.state == State.LIVE, Ticket.status == status)
    query = query.order_by(*order)
    first = fetch(query.limit(most))
    if also and len(first) == most:
        known = {row[0] for row in first}
        further = fetch(query.where(Ticket.id.in_(Ids(own_id(number) for number in also))))
        first += [row for row in further if row[0] not in known]
    return first


def _cards(rows: Sequence[Any], today: str) -> tuple[Card, ...]:
    people = called(Contact, {row[2] for row in rows if row[2] is not None})
    companies = called(Company, {row[3] for row in rows if row[3] is not None})
    entered = _entered([row[0] for row in rows])
    now = clock.micros(clock.now())
    return tuple(
        Card(
            number_of(ticket),
            subject,
            people.get(requester) or companies.get(company, ""),
            priority,
            max(0, now - entered.get(ticket, now)) // _DAY,
            status == WAITING and until is not None and until <= today,
        )
        for ticket, subject, requester, company, priority, until, status in rows
    )


def _entered(ids: Sequence[int]) -> dict[int, int]:
    """When each ticket came into the status that it has: the last entry of its log."""
    found: dict[int, int] = {}
    for start in range(0, len(ids), CHUNK):
        query = TicketStatus.select(TicketStatus.ticket, pw.fn.MAX(TicketStatus.at))
        chosen = query.where(TicketStatus.ticket.in_(Ids(ids[start : start + CHUNK]))).group_by(TicketStatus.ticket)
        found.update(dict(fetch(chosen)))
    return found
