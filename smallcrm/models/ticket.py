"""Tickets, with their watchers, the log of their status and the log of what was said in public."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.db.ids import PackedField
from smallcrm.models.base import InstantField, Record
from smallcrm.models.company import Company
from smallcrm.models.contact import Contact


class Ticket(Record):
    """A matter that somebody waits for; its owner is the assignee, `priority_rank` the place of its priority."""

    name = pw.TextField()
    name_key = pw.TextField()
    description = pw.TextField(null=True)
    status = pw.TextField()
    status_label = pw.TextField(null=True)
    priority = pw.TextField()
    priority_rank = pw.IntegerField()
    type = pw.TextField(null=True)
    channel = pw.TextField(null=True)
    source = pw.TextField(null=True)
    requester = pw.ForeignKeyField(Contact, null=True)
    company = pw.ForeignKeyField(Company, null=True)
    waiting_until = pw.TextField(null=True)
    closed_at = InstantField(null=True)

    class Meta:
        keys = (
            Key(("tenant_id", "state", "name_key", "id")),
            Key(("tenant_id", "status", "priority_rank", "id")),
            Key(("tenant_id", "requester_id")),
            Key(("tenant_id", "company_id")),
        )


class TicketWatcher(TenantModel):
    """A member who follows a ticket."""

    ticket = pw.ForeignKeyField(Ticket)
    member_id = PackedField()

    class Meta:
        keys = (Key(("tenant_id", "ticket_id")), Key(("tenant_id", "member_id")))


class TicketStatus(TenantModel):
    """When a ticket came into a status, and who brought it there."""

    ticket = pw.ForeignKeyField(Ticket)
    status = pw.TextField()
    at = pw.BigIntegerField()
    member_id = PackedField()

    class Meta:
        keys = (Key(("tenant_id", "ticket_id")),)


class TicketReply(TenantModel):
    """When something was said in public, and by which side; the comment may be gone by now, so it is no reference."""

    ticket = pw.ForeignKeyField(Ticket)
    side = pw.TextField()
    comment_id = PackedField()
    at = pw.BigIntegerField()
    member_id = PackedField()

    class Meta:
        keys = (Key(("tenant_id", "ticket_id")),)
