"""Activities: their fields, their rules, and doing, canceling and reopening them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.ids import number_of
from smallcrm.db.search import prepared
from smallcrm.errors import ValidationError
from smallcrm.models.activity import Activity, ActivityLink, ActivityReminder
from smallcrm.models.external_id import ExternalId
from smallcrm.services import companies as _companies  # noqa: F401 - what one can be about is registered first
from smallcrm.services import contacts as _contacts  # noqa: F401
from smallcrm.services import deals as _deals  # noqa: F401
from smallcrm.services.accounts.access import actor
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Field, Kind, Noun, Values, register
from smallcrm.services.records.tagging import TagPart
from smallcrm.services.timing import CANCELED, DONE, OPEN, STATUSES, timing_sql
from smallcrm.services.values import due
from smallcrm.services.values.spans import span_text
from smallcrm.services.zone import workspace_zone
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from zoneinfo import ZoneInfo

    from smallcrm.services.records.editing import Outcome

CALL, MEETING, EMAIL, TASK, NOTE = KINDS = ("call", "meeting", "email", "task", "note")
DIRECTED = (CALL, EMAIL)

FIELDS = (
    Field("subject", "Subject", column="name"),
    Field("kind", "Kind", Kind.SELECT, choices=KINDS, help="a task where nothing is said"),
    Field("direction", "Direction", Kind.SELECT, choices=("in", "out"), help="of a call or an e-mail"),
    Field("due", "Due", Kind.DUE, help="a day or a time: 2026-03-31, fri, +2w, eom, fri 14:00, +2h"),
    Field("timing", "Timing", Kind.SELECT, choices=due.TIMINGS, computed=True, help="of what is open and due"),
    Field("duration", "Duration", Kind.INTEGER, help="in minutes"),
    Field("place", "Place"),
    Field("description", "Description", Kind.LONG_TEXT),
    Field("status", "Status", Kind.SELECT, choices=STATUSES),
    Field("done_at", "Done", Kind.INSTANT, internal=True, help="when it was done"),
    Field("outcome", "Outcome", help="what came of it"),
    Field("links", "With", Kind.RECORDS, word="with", help="what it is about, as in contact:42"),
    Field("reminders", "Reminders", Kind.REMINDERS, help="how long before it is due: 30m, 2h, 1d"),
    Field("remind_at", "Next reminder", Kind.INSTANT, computed=True, help="of what is open and due"),
    Field("owner", "Owner", Kind.MEMBER, help="who adds it, where nothing is said"),
    Field("tags", "Tags", Kind.TAGS),
    Field("external_ids", "External ids", Kind.EXTERNAL_IDS, help="source:key, as other systems name it"),
)

_REMINDERS = RowPart(
    "reminders", ActivityReminder, "activity_id", {"minutes": "minutes", "sent_at": "sent_at"},
    singular="reminder", shown="minutes", read=span_text,
)  # fmt: skip
PARTS = (
    RowPart(
        "links", ActivityLink, "activity_id", {"object": "object", "record": "record_id"}, within="object",
        singular="link", shown="record", read=number_of,
    ),
    _REMINDERS,
    RowPart(
        "external_ids", ExternalId, "record_id", {"source": "source", "key": "key"}, fixed={"object": "activity"},
        live="key", within="source", singular="external id", shown="key",
    ),
    TagPart("activity"),
)  # fmt: skip


def clean(values: Values, before: Values) -> Values:
    """The values of a new or changed activity as they are stored; raises ValidationError."""
    from smallcrm.services.records import cleaning

    cleaned = cleaning.clean_values(ACTIVITY, values, before)
    after = {**before, **cleaned}
    cleaned["kind"] = after["kind"] = after.get("kind") or TASK
    becomes_note = after["kind"] == NOTE and before.get("kind") != NOTE and "status" not in values
    if not after.get("status") or becomes_note:
        cleaned["status"] = after["status"] = _usual(after)
    if after["status"] != before.get("status"):
        cleaned["done_at"] = clock.micros(clock.now()) if after["status"] == DONE else None
    if not before and "owner" not in cleaned:
        cleaned["owner"] = actor().member_id
    if cleaned.get("reminders"):
        if not after.get("due"):
            told = "A reminder counts from when an activity is due, and this one is not due."
            raise ValidationError(told, field="reminders", hint="--due DATE")
        cleaned["reminders"] = _still_sent(cleaned["reminders"], before.get("reminders") or [])
    check({**before, **cleaned}, cleaned)
    return cleaned


def _usual(document: Values) -> str:
    """Whether it is to be done where nothing is said: a task is, and what is due; the rest tells what has happened."""
    if document["kind"] == NOTE:
        return DONE
    return OPEN if document["kind"] == TASK or document.get("due") else DONE


def _still_sent(reminders: list[Values], before: list[Values]) -> list[Values]:
    """The reminders, each with the time at which it was sent: nobody can set that."""
    sent = {reminder["minutes"]: reminder for reminder in before}
    return [sent.get(reminder["minutes"], reminder) for reminder in reminders]


def check(document: Values, keys: Collection[str]) -> None:
    """Refuse an activity without a subject, and one whose kind, due, direction, status and time do not go together."""
    if not document.get("subject"):
        raise ValidationError("An activity needs a subject.", field="subject")
    kind, status = document["kind"], document["status"]
    if kind == NOTE and document.get("due"):
        field = "due" if "due" in keys else "kind"
        raise ValidationError("A note is not due.", field=field, hint="--clear due, or --set kind=task")
    if kind == NOTE and status != DONE:
        field = "status" if "status" in keys else "kind"
        raise ValidationError("A note is neither open nor canceled.", field=field, hint="--set kind=task")
    if kind not in DIRECTED and document.get("direction"):
        field = "direction" if "direction" in keys else "kind"
        raise ValidationError("Only a call or an e-mail has a direction.", field=field, hint="--clear direction")
    if (status == DONE) != (document.get("done_at") is not None):
        raise ValidationError("The status and the time when it was done do not belong together.", field="status")


def compute(documents: Sequence[Values], keys: Collection[str]) -> None:
    """Say of each activity whether it is overdue, and when it is called to mind next."""
    for document in documents:
        document["timing"] = document["remind_at"] = None
    waiting = [document for document in documents if document["status"] == OPEN and document["due"]]
    if not waiting:
        return
    zone, now = workspace_zone(), clock.now()
    reminders = _REMINDERS.load([document["id"] for document in waiting]) if "remind_at" in keys else {}
    for document in waiting:
        document["timing"] = due.timing(document["due"], now, zone)
        document["remind_at"] = _next_reminder(document["due"], reminders.get(document["id"], []), zone)


def _next_reminder(due_text: str, reminders: Sequence[Values], zone: ZoneInfo) -> int | None:
    """The first reminder that was not sent; one that was sent before it was time is to be sent again: it was moved."""
    begins = clock.micros(due.instant_of(due_text, zone))
    times = [(begins - reminder["minutes"] * 60_000_000, reminder.get("sent_at")) for reminder in reminders]
    return min((at for at, sent in times if sent is None or sent < at), default=None)


def derive(document: Values) -> dict[str, Any]:
    """The columns that follow from the fields."""
    return {"name_key": sort_key(document["subject"])}


def search_text(document: Values) -> tuple[str, str]:
    """The folded words an activity is found by: its subject, and the rest."""
    rest = [document.get("place") or "", document.get("outcome") or ""]
    return prepared(document["subject"]), prepared(" ".join(rest))


ACTIVITY = register(
    Noun(
        name="activity",
        plural="activities",
        code=7,
        model=Activity,
        builtin=FIELDS,
        parts=PARTS,
        clean=clean,
        derive=derive,
        search_text=search_text,
        found_by=(),
        default_columns=("id", "kind", "subject", "status", "due", "timing", "links", "owner"),
        check=check,
        compute=compute,
        together={"done_at": "status"},
        formulas={"timing": timing_sql},
    )
)


# -- the verbs


def done(numbers: Sequence[int], outcome: str | None = None, *, dry_run: bool = False) -> Outcome:
    """Mark activities as done, and say what came of them."""
    said: Values = {"status": DONE} if outcome is None else {"status": DONE, "outcome": outcome}
    return _change(numbers, "Complete", lambda _document: dict(said), dry_run=dry_run)


def cancel(numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Mark activities as canceled: they are not to be done any more."""
    return _change(numbers, "Cancel", lambda _document: {"status": CANCELED}, dry_run=dry_run)


def reopen(numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Open activities again that were done or canceled."""
    return _change(numbers, "Reopen", lambda _document: {"status": OPEN}, dry_run=dry_run)


def _change(numbers: Sequence[int], verb: str, change: Callable[[Values], Values], *, dry_run: bool) -> Outcome:
    from smallcrm.services.records.editing import change_many

    return change_many(ACTIVITY, numbers, verb, change, dry_run=dry_run)
