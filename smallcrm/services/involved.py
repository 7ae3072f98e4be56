"""The deals and tickets that a company or a contact has to do with: what is open first, and then the newest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.ids import number_of, own_id
from smallcrm.models.base import State
from smallcrm.models.deal import Deal, DealContact
from smallcrm.models.pipeline import Stage
from smallcrm.models.ticket import Ticket
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.pipelines import OPEN
from smallcrm.services.tickets import CLOSED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smallcrm.services.records.schema import Noun


@dataclass(frozen=True)
class Involved:
    """A deal or a ticket: its number, its name, and the stage or the status it is in."""

    number: int
    title: str
    state: str


def involved(noun: Noun, number: int, most: int) -> Mapping[str, list[Involved]]:
    """At most so many deals and tickets of a record, by noun; none but of companies and contacts."""
    require(Verb.READ)
    if noun.name not in ("company", "contact"):
        return {}
    return {"deal": _deals(noun, own_id(number), most), "ticket": _tickets(noun, own_id(number), most)}


def _deals(noun: Noun, record: int, most: int) -> list[Involved]:
    mine = Deal.company == record
    if noun.name == "contact":
        mine = Deal.id.in_(DealContact.select(DealContact.deal).where(DealContact.contact == record))
    query = Deal.select(Deal.id, Deal.name, Stage.name).join(Stage, on=(Deal.stage == Stage.id))
    return _first(query.where(mine, Deal.state == State.LIVE), Stage.kind == OPEN, Deal.id, most)


def _tickets(noun: Noun, record: int, most: int) -> list[Involved]:
    mine = (Ticket.company if noun.name == "company" else Ticket.requester) == record
    query = Ticket.select(Ticket.id, Ticket.name, Ticket.status)
    return _first(query.where(mine, Ticket.state == State.LIVE), Ticket.status != CLOSED, Ticket.id, most)


def _first(query: Any, is_open: Any, newest: Any, most: int) -> list[Involved]:
    ordered = query.order_by(pw.Case(None, ((is_open, 0),), 1), newest.desc()).limit(most)
    return [Involved(number_of(record), title, state) for record, title, state in ordered.tuples()]
