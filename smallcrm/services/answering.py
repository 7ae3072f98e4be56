"""What a public comment does to its ticket: it counts as a reply, and the customer's word opens the ticket again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm import clock
from smallcrm.models.contact import ContactEmail
from smallcrm.models.workspace import Member
from smallcrm.services.records import documents
from smallcrm.services.tickets import ANSWER, CLOSED, CUSTOMER, OPEN, TICKET, WAITING

if TYPE_CHECKING:
    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Values


def reply(op: Operation, comment: Values) -> None:
    """Note a public comment in the log of its ticket; the first answer is the first response."""
    ticket_id = comment["record"]["record"]
    ticket = documents.load(TICKET, [ticket_id])[ticket_id]
    side = ANSWER if comment["contact"] is None else CUSTOMER
    at = clock.micros(comment["created_at"])
    entry = {"side": side, "comment": comment["id"], "at": at, "member": comment["author"]}
    values: Values = {}
    if side == CUSTOMER and ticket["status"] in (WAITING, CLOSED):
        values = TICKET.clean({"status": OPEN}, ticket)
    op.rewrite(TICKET, ticket, {**values, "replies": [*ticket["replies"], entry]})


def requester_as(member: int, ticket_id: int) -> int | None:
    """The requester of a ticket, where a member is that person: one of the contact's addresses is the member's own."""
    ticket = documents.load_plain(TICKET, [ticket_id]).get(ticket_id)
    row = Member.select(Member.email_key).where(Member.id == member).tuples().first()
    if ticket is None or ticket["requester"] is None or row is None or row[0] is None:
        return None
    theirs = (ContactEmail.contact == ticket["requester"]) & (ContactEmail.address_key == row[0])
    return int(ticket["requester"]) if ContactEmail.select(ContactEmail.id).where(theirs).exists() else None
