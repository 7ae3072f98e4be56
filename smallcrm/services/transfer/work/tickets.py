"""Rows as tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.tickets import CLOSED, NEW, NORMAL, OPEN
from smallcrm.services.transfer.work import words
from smallcrm.services.transfer.work.draft import Draft, begun, said

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.records.schema import Values
    from smallcrm.services.transfer.work.draft import Named
    from smallcrm.services.transfer.work.rows import Row

_STATES = frozenset(("status", "status:closed", "closed_at"))


def draft(row: Row, named: Named, source: str, now: int, warn: Callable[[str, str, str], None]) -> Draft:
    """The ticket of a row; `warn` hears of words that mean nothing, each with its field and why."""
    values = begun(row, source) | said(row, "subject", "channel", "source", "description")
    status, label = _status(row, warn)
    label = row.get("status_label") or label
    usual: Values = {}
    # A file that says nothing of it, or nothing that is understood, leaves the status alone that tickets have.
    understood = row.said.keys() & _STATES and (not row.get("status") or words.status_of(row.get("status")))
    (values if understood else usual).update(status=status, status_label=label)
    _add_words(values, usual, row, warn)
    if named.contacts:
        values["requester"] = named.contacts[0]
    if named.company is not None:
        values["company"] = named.company
    if named.owner is not None:
        values["assignee"] = named.owner
    who = named.contacts[0] if named.contacts else None
    told = {"requester_id": who, "company_id": named.company, "created_at": row.get("created_at")}
    made = Draft(row, values, usual, told)
    made.tell_apart()
    made.created, made.updated = row.get("created_at"), row.get("updated_at")
    closed = row.get("closed_at")
    made.closed = min(closed, now) if status == CLOSED and closed is not None else None
    made.passed = NEW if status != NEW else None
    return made


def _add_words(values: Values, usual: Values, row: Row, warn: Callable[[str, str, str], None]) -> None:
    """Add the priority and the type; a word that is none of our types becomes a tag, as the file sorts by it."""
    priority, kind = row.get("priority"), row.get("type")
    if priority:
        known = words.priority_of(priority)
        (usual if known is None else values)["priority"] = known or NORMAL
        if known is None:
            warn("priority", priority, f"not a priority that is known; it is taken as {NORMAL}")
    if kind and words.type_of(kind):
        values["type"] = words.type_of(kind)
    elif kind:
        values["tags"] = [*values.get("tags", []), {"name": kind.replace(",", " ")}]


def _status(row: Row, warn: Callable[[str, str, str], None]) -> tuple[str, str | None]:
    """The status of a ticket, and the word for it where that says more."""
    word = row.get("status")
    if not word:
        closed = row.get("status:closed") or row.get("closed_at")
        return (CLOSED if closed else NEW), None
    status = words.status_of(word)
    if status is None:
        warn("status", word, f"not a status that is known; it is taken as {OPEN}, and the word is kept")
    label = None if word.isdigit() or words.key(word) == status else word
    return status or OPEN, label
