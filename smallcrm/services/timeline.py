"""The timeline of a record: what was said, done, planned and changed, the newest first."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.ids import number_of, own_id
from smallcrm.models.activity import Activity, ActivityLink
from smallcrm.models.base import State
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import changes
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.showing import readable
from smallcrm.services.timing import DONE
from smallcrm.services.values import due
from smallcrm.services.values.reading import reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.records.changes import Shown
    from smallcrm.services.records.schema import Noun


class Moment(NamedTuple):
    """One thing that happened or is planned: when, what kind of thing, who, and what as a text of one or more lines."""

    at: datetime | date | None
    kind: str
    who: str
    text: str


def timeline(noun: Noun, number: int, zone: str, limit: int = 100) -> list[Moment]:
    """The newest moments of a record; what is planned comes before what was."""
    require(Verb.READ)
    found = [*_said(noun, number, limit), *_activities(noun, number, limit), *_changed(noun, number, zone)]
    return sorted(found, key=_when, reverse=True)[:limit]


def _when(moment: Moment) -> datetime:
    """When a moment is, to be compared; what has no time of its own is still to come."""
    at = moment.at
    if at is None:
        return datetime.max.replace(tzinfo=UTC)
    if isinstance(at, datetime):
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    return datetime.combine(at, time(), UTC)


def _said(noun: Noun, number: int, limit: int) -> Iterator[Moment]:
    from smallcrm.services import comments
    from smallcrm.services.records.presenting import present
    from smallcrm.services.records.schema import record_nouns

    if noun.name not in record_nouns():
        return
    keys = ("created_at", "author", "contact", "public", "body")
    for one in present(comments.COMMENT, comments.newest(noun, number, limit), keys):
        who = (one["contact"] or one["author"])["name"]
        kind = "public comment" if one["public"] else "comment"
        yield Moment(datetime.fromisoformat(one["created_at"]), kind, who, one["body"])


def _activities(noun: Noun, number: int, limit: int) -> Iterator[Moment]:
    mine = (ActivityLink.object == noun.name) & (ActivityLink.record_id == own_id(number))
    columns = (Activity.id, Activity.kind, Activity.name, Activity.status, Activity.done_at, Activity.due)
    query = Activity.select(*columns).join(ActivityLink, on=(ActivityLink.activity == Activity.id))
    query = query.where(mine, Activity.state == State.LIVE).order_by(Activity.id.desc()).limit(limit)
    rows: Any = query.tuples()
    for record, kind, subject, status, done_at, planned in rows:
        when = done_at if status == DONE else due.when(planned)
        yield Moment(when, f"{kind}, {status}", "", f"{subject} (activity {number_of(record)})")


def _changed(noun: Noun, number: int, zone: str) -> Iterator[Moment]:
    for entry, shown in changes.history(noun, number):
        what = changes.WORDS.get(entry.kind, entry.kind) + (", undone since" if entry.undone else "")
        told = [_change(one, zone) for one in shown if one.field.kind is not Kind.LOG and entry.kind == "update"]
        yield Moment(entry.at, what, entry.member, "\n".join(told) or entry.summary)


def _change(one: Shown, zone: str) -> str:
    read = reader(zone)
    before, after = (read(readable(one.field, value)) for value in (one.before, one.after))
    return f"{one.field.label}: {before or '—'} → {after or '—'}"
