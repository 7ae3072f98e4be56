"""What a person sees first: what is due, who waits, which deals have no next step, what there is, what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm import clock
from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.company import Company
from smallcrm.models.contact import Contact
from smallcrm.models.deal import Deal as DealRow
from smallcrm.models.pipeline import Pipeline, Stage
from smallcrm.services import agenda, pipelines, queue, weighing
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.deals import DEAL
from smallcrm.services.records import logbook, schema, store
from smallcrm.services.records.documents import fetch
from smallcrm.services.records.presenting import called
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.tickets import CLOSED, TICKET
from smallcrm.services.values import due

if TYPE_CHECKING:
    from datetime import date, datetime

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.workspaces import Session

STEPLESS = "next_activity:empty is:open"
_DUE = f"timing:{due.OVERDUE} OR timing:{due.TODAY}"
_NOTHING = {weighing.NO_AMOUNT: weighing.Total(0, 0, 0)}


class Count(NamedTuple):
    """How many there are; `more`: at least so many."""

    number: int
    more: bool


class Activity(NamedTuple):
    """What is due: for how many days it has been, and the time of day if it has one; 0 days and `late` is earlier."""

    number: int
    subject: str
    kind: str
    days: int
    time: str | None
    late: bool


class Ticket(NamedTuple):
    """A ticket that is not closed, and for how many whole days it has been there."""

    number: int
    subject: str
    who: str
    priority: str
    days: int


class Deal(NamedTuple):
    """An open deal, and where it stands."""

    number: int
    name: str
    stage: str
    amount: dict[str, Any] | None


class Worth(NamedTuple):
    """What the deals of an open stage come to in one currency, and which part that is of the most of any stage."""

    stage: int
    name: str
    pipeline: str
    deals: int
    currency: str
    amount: int
    share: float


class Change(NamedTuple):
    """What somebody did, and the first record that it changed, if there is one to look at."""

    at: datetime
    member: str
    summary: str
    undone: bool
    record: tuple[str, int] | None


class Home(NamedTuple):
    """All of it; of each the first, and how many there are."""

    activities: list[Activity]
    activity_count: Count
    tickets: list[Ticket]
    ticket_count: Count
    deals: list[Deal]
    deal_count: Count
    worth: list[Worth]
    changes: list[Change]


def has_records() -> bool:
    """Whether there is any record to look at."""
    require(Verb.READ)
    models = (noun.model for noun in schema.record_nouns().values())
    return any(model.select(model.id).where(model.state == State.LIVE).limit(1).exists() for model in models)


def home(session: Session, most: int, cap: int) -> Home:
    """What there is now: of each `most`, and counted to `cap`."""
    zone = session.workspace.zone
    place = Place(session.workspace.currency, zone)
    today = clock.today(zone)
    return Home(
        _activities(today, most),
        _count(ACTIVITY, _DUE, place, cap),
        _tickets(zone, most),
        _count(TICKET, f"-status:{CLOSED}", place, cap),
        _deals(place, most),
        _count(DEAL, STEPLESS, place, cap),
        worth(),
        _changes(most),
    )


def _count(noun: Noun, text: str, place: Place, cap: int) -> Count:
    number = store.count(noun, cap=cap, where=Filter(noun, [text], place))
    return Count(number, number >= cap)


def _activities(today: date, most: int) -> list[Activity]:
    found = agenda.agenda(days=0, limit=most).entries
    return [
        Activity(
            number_of(entry.activity["id"]),
            entry.activity["subject"],
            entry.activity["kind"],
            (today - entry.day).days,
            entry.time,
            entry.section == due.OVERDUE,
        )
        for entry in found
        if entry.day is not None
    ]


def _tickets(zone: str, most: int) -> list[Ticket]:
    found = queue.queue(queue.Asked(limit=most), zone)
    people = called(Contact, {ticket["requester"] for ticket in found if ticket["requester"]})
    companies = called(Company, {ticket["company"] for ticket in found if ticket["company"]})
    now = clock.now()
    return [
        Ticket(
            number_of(ticket["id"]),
            ticket["subject"],
            people.get(ticket["requester"]) or companies.get(ticket["company"], ""),
            ticket["priority"],
            max(0, (now - ticket["created_at"]).days),
        )
        for ticket in found
    ]


def _deals(place: Place, most: int) -> list[Deal]:
    """The oldest first."""
    listing = store.Listing(limit=most, parts=frozenset(), where=Filter(DEAL, [STEPLESS], place))
    found = store.page(DEAL, listing).records
    stages = called(Stage, {deal["stage"] for deal in found})
    return [Deal(number_of(deal["id"]), deal["name"], stages[deal["stage"]], deal["amount"]) for deal in found]


def worth() -> list[Worth]:
    """Every open stage of every pipeline, also one without deals; a line for each currency."""
    require(Verb.READ)
    rows = fetch(Pipeline.select(Pipeline.id, Pipeline.name).where(Pipeline.state == State.LIVE).order_by(Pipeline.id))
    stages = [(row[1], stage) for row in rows for stage in pipelines.stages_of(row[0]) if stage.kind == pipelines.OPEN]
    sums = weighing.totals(DealRow.stage.in_([stage.id for _name, stage in stages])) if stages else {}
    largest: dict[str, int] = {}
    for _deals_of, totals in sums.values():
        for code, total in totals.items():
            largest[code] = max(largest.get(code, 1), total.amount)
    found = []
    for pipeline, stage in stages:
        _deals_in, totals = sums.get(stage.id, (0, _NOTHING))
        for code, total in sorted(totals.items()):
            share = total.amount / largest.get(code, 1)
            found.append(Worth(number_of(stage.id), stage.name, pipeline, total.deals, code, total.amount, share))
    return found


def _changes(most: int) -> list[Change]:
    found = logbook.log(most)
    records = logbook.first_records([entry.operation for entry in found], list(schema.record_nouns()))
    return [
        Change(entry.at, entry.member, entry.summary, entry.undone, records.get(entry.operation)) for entry in found
    ]
