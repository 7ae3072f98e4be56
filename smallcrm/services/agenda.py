"""The agenda: what is open, by the day on which it is due; and what was done last and is due next with a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import UsageError
from smallcrm.models.activity import Activity, ActivityLink
from smallcrm.models.base import State
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.records import documents
from smallcrm.services.timing import DONE, OPEN
from smallcrm.services.values import due
from smallcrm.services.zone import workspace_zone

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from smallcrm.services.records.schema import Noun, Values

MOST_DAYS = 3660
UNPLANNED = "unplanned"


@dataclass(frozen=True)
class Entry:
    """One line of the agenda: overdue, today, planned or unplanned; the day; the activity; and the time of day."""

    section: str
    day: date | None
    activity: Values
    time: str | None = None


@dataclass(frozen=True)
class Agenda:
    """The entries in order, and whether there are more."""

    entries: list[Entry]
    today: date
    cut: bool


def agenda(days: int = 7, member: int | None = None, limit: int = 500) -> Agenda:
    """What is open: overdue, today, in the days after it, and without a day; of one member, or of all.

    `limit` is the most of what is due and of what is not; 0 is all.
    """
    require(Verb.READ)
    if not 0 <= days <= MOST_DAYS:
        raise UsageError(f"--days is a number from 0 to {MOST_DAYS:,}.", hint="smallcrm activity agenda --days 14")
    zone = workspace_zone()
    today = clock.now().astimezone(zone).date()
    last = today + timedelta(days=days)
    planned, more = _open(member, limit, Activity.due < due.after(last), Activity.due)
    unplanned, others = _open(member, limit, Activity.due.is_null())
    found = [(due.day_of(document["due"], zone), document) for document in planned]
    # A date comes before the times of its day.
    found.sort(key=lambda pair: (pair[0], due.has_time(pair[1]["due"]), pair[1]["due"], pair[1]["id"]))
    # What is overdue since this morning comes before the rest of today.
    found.sort(key=lambda pair: pair[1]["timing"] != due.OVERDUE)
    entries = [
        Entry(document["timing"], day, document, _time_of(document["due"], zone))
        for day, document in found
        if day <= last
    ]
    entries += [Entry(UNPLANNED, None, document) for document in unplanned]
    return Agenda(entries, today, more or others)


def _time_of(due_text: str, zone: ZoneInfo) -> str | None:
    """The time of day at which something is due, if it has one."""
    return f"{due.instant_of(due_text, zone).astimezone(zone):%H:%M}" if due.has_time(due_text) else None


def _open(member: int | None, limit: int, *which: Any) -> tuple[list[Values], bool]:
    """Open activities in the order in which they are due, at most so many, and whether there are more."""
    condition, *order = which
    query = Activity.select(*documents.selected_columns(ACTIVITY))
    query = query.where(Activity.state == State.LIVE, Activity.status == OPEN, condition)
    if member is not None:
        query = query.where(Activity.owner_id == member)
    query = query.order_by(*order, Activity.id)
    rows = documents.fetch(query.limit(limit + 1) if limit else query)
    found = [documents.read_row(ACTIVITY, row) for row in (rows[:limit] if limit else rows)]
    for start in range(0, len(found), documents.CHUNK):
        documents.add_parts(ACTIVITY, found[start : start + documents.CHUNK])
    return found, bool(limit) and len(rows) > limit


@dataclass(frozen=True)
class Mention:
    """An activity with a record: its number, kind and subject; when it was done, or the day or instant it is due."""

    number: int
    kind: str
    subject: str
    done_at: datetime | None = None
    due_at: date | datetime | None = None


def last_and_next(noun: Noun, number: int) -> tuple[Mention | None, Mention | None]:
    """What was done last with a record, and what is due next with it or overdue; a query each."""
    require(Verb.READ)
    mine = (ActivityLink.object == noun.name) & (ActivityLink.record_id == own_id(number))
    columns = (Activity.id, Activity.kind, Activity.name, Activity.done_at, Activity.due)
    query = Activity.select(*columns).join(ActivityLink, on=(ActivityLink.activity == Activity.id))
    query = query.where(mine, Activity.state == State.LIVE)
    last: Any = query.where(Activity.status == DONE).order_by(Activity.done_at.desc(), Activity.id.desc())
    coming: Any = query.where(Activity.status == OPEN, Activity.due.is_null(is_null=False))
    done, planned = last.tuples().first(), coming.order_by(Activity.due, Activity.id).tuples().first()
    return (
        None if done is None else Mention(number_of(done[0]), done[1], done[2], done_at=done[3]),
        None
        if planned is None
        else Mention(number_of(planned[0]), planned[1], planned[2], due_at=due.when(planned[4])),
    )
