"""The queue: the tickets that are not closed, in the order in which they want work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm import clock
from smallcrm.models.base import State
from smallcrm.models.ticket import Ticket
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import documents
from smallcrm.services.tickets import NEW, OPEN, TICKET, WAITING

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Values

COLUMNS = ("id", "subject", "status", "priority", "created_at", "waiting_until", "requester", "company", "assignee")


class Asked(NamedTuple):
    """Whose tickets, and how many at most: 0 is all. Both `mine` and `unassigned` give those of either kind."""

    mine: bool = False
    unassigned: bool = False
    limit: int = 0


def queue(asked: Asked, zone: str) -> list[Values]:
    """The most urgent first, the oldest of them before; those that wait come last, until their day has come."""
    member = require(Verb.READ).member_id
    today = clock.today(zone).isoformat()
    waiting = (Ticket.status == WAITING) & (Ticket.waiting_until.is_null() | (Ticket.waiting_until > today))
    due = (Ticket.status == WAITING) & (Ticket.waiting_until <= today)
    ids: list[int] = []
    for some in (Ticket.status.in_([NEW, OPEN]) | due, waiting):
        query = Ticket.select(Ticket.id).where(Ticket.state == State.LIVE, some)
        if asked.mine or asked.unassigned:
            query = query.where(_whose(member if asked.mine else None, unassigned=asked.unassigned))
        query = query.order_by(Ticket.priority_rank.desc(), Ticket.created_at, Ticket.id)
        if asked.limit:
            query = query.limit(asked.limit - len(ids))
        rows: Any = query.tuples()
        ids += [row[0] for row in rows]
    found = documents.load(TICKET, ids)
    return [found[ticket] for ticket in ids]


def _whose(member: int | None, *, unassigned: bool) -> Any:
    mine, nobodys = Ticket.owner_id == member, Ticket.owner_id.is_null()
    if member is None:
        return nobodys
    return mine | nobodys if unassigned else mine
