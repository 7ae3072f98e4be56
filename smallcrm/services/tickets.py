"""Tickets: their fields, the rules of their status, and assigning, waiting, closing and reopening them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm import clock
from smallcrm.db.ids import number_of
from smallcrm.db.search import prepared
from smallcrm.errors import ValidationError
from smallcrm.models.base import State
from smallcrm.models.comment import Comment
from smallcrm.models.company import Company
from smallcrm.models.contact import ContactCompany
from smallcrm.models.external_id import ExternalId
from smallcrm.models.ticket import Ticket, TicketReply, TicketStatus, TicketWatcher
from smallcrm.services import coming
from smallcrm.services import contacts as _contacts  # noqa: F401 - they are registered first
from smallcrm.services import deals as _deals  # noqa: F401 - and so are these, which lists show before
from smallcrm.services.accounts.access import actor
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Field, Kind, Noun, Values, register
from smallcrm.services.records.tagging import TagPart
from smallcrm.services.values.locale import Locale
from smallcrm.services.zone import workspace_zone
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from smallcrm.services.records.editing import Outcome

NEW, OPEN, WAITING, CLOSED = STATUSES = ("new", "open", "waiting", "closed")
PRIORITIES = ("low", "normal", "high", "urgent")
"""From the least urgent on, which is their order in a list too."""
NORMAL = "normal"
TYPES = ("question", "incident", "problem")
ANSWER, CUSTOMER = "answer", "customer"
"""The two sides of what is said in public."""

FIELDS = (
    Field("subject", "Subject", column="name"),
    Field("status", "Status", Kind.SELECT, choices=STATUSES),
    Field("status_label", "Status label", help="the workspace's own word for it, until the status changes"),
    Field("priority", "Priority", Kind.SELECT, choices=PRIORITIES),
    Field("type", "Type", Kind.SELECT, choices=TYPES),
    Field("channel", "Channel", help="how it came in, such as mail or phone"),
    Field("requester", "Requester", Kind.RECORD, target="contact", help="who asked"),
    Field("company", "Company", Kind.RECORD, target="company", help="else the requester's"),
    Field("assignee", "Assignee", Kind.MEMBER, column="owner"),
    Field("watchers", "Watchers", Kind.MEMBERS, help="members who follow it"),
    Field("waiting_until", "Waiting until", Kind.DATE, help="the day on which it is open again"),
    Field("first_response", "First response", Kind.INSTANT, computed=True, help="when it was first answered in public"),
    Field("closed_at", "Closed", Kind.INSTANT, internal=True),
    Field("reopened", "Reopened", Kind.INTEGER, computed=True, help="how often"),
    coming.NEXT,
    Field("description", "Description", Kind.LONG_TEXT),
    Field("source", "Source", help="where the ticket came from"),
    Field("tags", "Tags", Kind.TAGS),
    Field("external_ids", "External ids", Kind.EXTERNAL_IDS, help="source:key, as other systems name it"),
    Field("status_log", "Statuses", Kind.LOG, internal=True, help="when it came into each status"),
    Field("replies", "Replies", Kind.LOG, internal=True, help="when each side spoke in public"),
)

PARTS = (
    RowPart(
        "watchers", TicketWatcher, "ticket_id", {"member": "member_id"},
        singular="watcher", shown="member", read=number_of,
    ),
    RowPart(
        "external_ids", ExternalId, "record_id", {"source": "source", "key": "key"}, fixed={"object": "ticket"},
        live="key", within="source", singular="external id", shown="key",
    ),
    TagPart("ticket"),
    RowPart(
        "status_log", TicketStatus, "ticket_id", {"status": "status", "at": "at", "member": "member_id"},
        singular="status", shown="at", read=clock.from_micros,
    ),
    RowPart(
        "replies", TicketReply, "ticket_id",
        {"side": "side", "comment": "comment_id", "at": "at", "member": "member_id"},
        singular="reply", shown="comment", read=number_of,
    ),
)  # fmt: skip


def clean(values: Values, before: Values) -> Values:
    """The values of a new or changed ticket as they are stored; raises ValidationError."""
    from smallcrm.services.records import cleaning

    cleaned = cleaning.clean_values(TICKET, values, before)
    if before and "status" in cleaned and cleaned["status"] is None:
        raise ValidationError("A ticket always has a status.", field="status", hint="--set status=open")
    for key, usual in (("status", NEW), ("priority", NORMAL)):
        if {**before, **cleaned}.get(key) is None:
            cleaned[key] = usual
    if cleaned.get("status", before.get("status")) != before.get("status"):
        _enter(cleaned, before)
    asked = cleaned.get("requester")
    if asked is not None and asked != before.get("requester") and "company" not in cleaned:
        cleaned["company"] = before.get("company") or _company_of(asked)
    check({**before, **cleaned}, cleaned)
    return cleaned


def _enter(cleaned: Values, before: Values) -> None:
    """What follows from a new status: an entry of the log, the time of closing, no day and no word of the old one."""
    log = list(before.get("status_log") or [])
    # Later than the entry before it, even where the clock stands still, so that the last one is the status it has.
    at = max([clock.micros(clock.now()), *(entry["at"] + 1 for entry in log)])
    cleaned["status_log"] = [*log, {"status": cleaned["status"], "at": at, "member": actor().member_id}]
    cleaned["closed_at"] = at if cleaned["status"] == CLOSED else None
    for key in ("waiting_until", "status_label"):
        cleaned.setdefault(key, None)


def _company_of(contact: int) -> int | None:
    """The live company that is a contact's primary one."""
    query = ContactCompany.select(ContactCompany.company).join(Company)
    mine = (ContactCompany.contact == contact) & (ContactCompany.is_primary == 1) & (Company.state == State.LIVE)
    row = query.where(mine).tuples().first()
    return None if row is None else int(row[0])


def check(document: Values, keys: Collection[str]) -> None:
    """Refuse a ticket without a subject, and one whose status, times and logs do not belong together."""
    if not document.get("subject"):
        raise ValidationError("A ticket needs a subject.", field="subject")
    if {"status", "status_log", "closed_at", "waiting_until"}.intersection(keys):
        _check_status(document)
    if "replies" in keys and document.get("id") is not None:
        _check_replies(document)


def _check_status(document: Values) -> None:
    status = document["status"]
    if max(document["status_log"], key=_entered, default={"status": None})["status"] != status:
        raise ValidationError("The status has been changed since.", field="status")
    if (status == CLOSED) != (document.get("closed_at") is not None):
        raise ValidationError("The status and the time of closing do not belong together.", field="status")
    if status != WAITING and document.get("waiting_until"):
        sentence = "Only a waiting ticket waits until a day."
        raise ValidationError(sentence, field="waiting_until", hint="smallcrm ticket wait ID --until DATE")


def _check_replies(document: Values) -> None:
    """What was said in public stays said, as long as it is there to be read or restored."""
    mine = (Comment.record_object == "ticket") & (Comment.record_id == document["id"])
    said: Any = Comment.select(Comment.id).where(mine, Comment.public == 1, Comment.state != State.UNDONE).tuples()
    known = {entry["comment"] for entry in document["replies"]}
    for (comment,) in said:
        if comment not in known:
            raise ValidationError(f"Comment {number_of(comment)} stands, and so does its reply.", field="replies")


def _entered(entry: Values) -> int:
    return int(entry["at"])


def compute(documents: Sequence[Values], keys: Collection[str]) -> None:
    """Say of each ticket when it was first answered, and how often it was reopened."""
    if "next_activity" in keys:
        coming.tell("ticket", documents)
    ids = [document["id"] for document in documents]
    logs, replies = (
        TICKET.part(part).load(ids) if key in keys else {}
        for key, part in (("reopened", "status_log"), ("first_response", "replies"))
    )
    for document in documents:
        answers = [entry["at"] for entry in replies.get(document["id"], []) if entry["side"] == ANSWER]
        document["first_response"] = min(answers, default=None)
        log = sorted(logs.get(document["id"], []), key=_entered)
        document["reopened"] = sum(entry["status"] == CLOSED for entry in log[:-1])


def first_response_sql(row: Any) -> Any:
    """When the tickets of `row` were first answered in public."""
    replies = TicketReply.alias()
    first = replies.select(pw.fn.MIN(replies.at)).where(replies.ticket == row.id, replies.side == ANSWER)
    # A query inside a list has an order and a comparison like any value.
    return pw.NodeList((first,))


def reopened_sql(row: Any) -> Any:
    """How often the tickets of `row` were reopened: how often they were closed, but for now."""
    log = TicketStatus.alias()
    closed = log.select(pw.fn.COUNT(log.id)).where(log.ticket == row.id, log.status == CLOSED)
    return pw.NodeList((closed,)) - pw.Case(None, ((row.status == CLOSED, 1),), 0)


def derive(document: Values) -> dict[str, Any]:
    """The columns that follow from the fields."""
    rank = PRIORITIES.index(document["priority"])
    return {"name_key": sort_key(document["subject"]), "priority_rank": rank}


def search_text(document: Values) -> tuple[str, str]:
    """The folded words a ticket is found by: its subject, and the rest."""
    rest = [document.get(key) or "" for key in ("description", "channel", "source", "status_label")]
    return prepared(document["subject"]), prepared(" ".join(rest))


TICKET = register(
    Noun(
        name="ticket",
        plural="tickets",
        code=6,
        model=Ticket,
        builtin=FIELDS,
        parts=PARTS,
        clean=clean,
        derive=derive,
        search_text=search_text,
        found_by=(),
        default_columns=("id", "subject", "status", "priority", "requester", "company", "assignee", "created_at"),
        check=check,
        compute=compute,
        together=dict.fromkeys(("status_log", "closed_at", "waiting_until", "status_label"), "status"),
        formulas={
            "first_response": first_response_sql,
            "reopened": reopened_sql,
            "next_activity": coming.next_sql("ticket"),
        },
    )
)


# -- the verbs


def assign(numbers: Sequence[int], member: str, *, dry_run: bool = False) -> Outcome:
    """Give tickets to a member, named by address, by name or as `me`."""
    from smallcrm.services.records.parsing import find_member

    assignee = find_member(member)
    return _change(numbers, "Assign", lambda _ticket: {"assignee": assignee}, dry_run=dry_run)


def wait(numbers: Sequence[int], until: str | None = None, *, dry_run: bool = False) -> Outcome:
    """Let tickets wait: until a day, or for the customer where none is named; raises ValidationError for a past day."""
    day = _waiting_day(until or "")
    waiting = {"status": WAITING, "waiting_until": day}
    outcome = _change(numbers, "Let wait", lambda _ticket: dict(waiting), dry_run=dry_run)
    outcome.to = [] if day is None else [day]
    return outcome


def _waiting_day(until: str) -> str | None:
    """The day until which a ticket waits, as it is stored; None where it waits for the customer."""
    from smallcrm.services.records.parsing import parse

    zone = workspace_zone()
    day: str | None = parse(TICKET.by_key["waiting_until"], until, Locale(zone=zone.key))
    if day is not None and day < clock.now().astimezone(zone).date().isoformat():
        raise ValidationError(
            f"{day} is past, and a ticket waits for a day to come.", field="waiting_until", hint="--until tomorrow"
        )
    return day


def move(numbers: Sequence[int], status: str, *, dry_run: bool = False) -> Outcome:
    """Give tickets a status, whatever they had; one that comes to wait does so for the customer."""
    return _change(numbers, "Move", lambda _ticket: {"status": status}, dry_run=dry_run)


def close(numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Close tickets."""
    return _change(numbers, "Close", lambda _ticket: {"status": CLOSED}, dry_run=dry_run)


def reopen(numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Open tickets again that were closed or are waiting; what is new or open stays as it is."""

    def change(ticket: Values) -> Values:
        return {"status": OPEN} if ticket["status"] in (WAITING, CLOSED) else {}

    return _change(numbers, "Reopen", change, dry_run=dry_run)


def _change(numbers: Sequence[int], verb: str, change: Callable[[Values], Values], *, dry_run: bool) -> Outcome:
    from smallcrm.services.records.editing import change_many

    return change_many(TICKET, numbers, verb, change, dry_run=dry_run)
