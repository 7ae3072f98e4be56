"""Contacts, with their e-mail addresses, phones and places of work."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.models.base import Record
from smallcrm.models.company import Company


class Contact(Record):
    """A person; `name` is how the names read together, `name_key` its folded form for sorting."""

    name = pw.TextField()
    name_key = pw.TextField()
    prefix = pw.TextField(null=True)
    first_name = pw.TextField(null=True)
    middle_name = pw.TextField(null=True)
    last_name = pw.TextField(null=True)
    suffix = pw.TextField(null=True)
    nickname = pw.TextField(null=True)
    title = pw.TextField(null=True)
    department = pw.TextField(null=True)
    lifecycle = pw.TextField(null=True)
    birthday = pw.TextField(null=True)
    website = pw.TextField(null=True)
    street = pw.TextField(null=True)
    city = pw.TextField(null=True)
    region = pw.TextField(null=True)
    postal_code = pw.TextField(null=True)
    country = pw.TextField(null=True)
    description = pw.TextField(null=True)
    source = pw.TextField(null=True)
    opt_out = pw.IntegerField(default=0)

    class Meta:
        keys = (Key(("tenant_id", "state", "name_key", "id")),)


class ContactEmail(TenantModel):
    """An e-mail address as typed, with its key; unique among live contacts, secondary addresses included."""

    contact = pw.ForeignKeyField(Contact)
    address = pw.TextField()
    address_key = pw.TextField()
    label = pw.TextField(null=True)
    is_primary = pw.IntegerField()
    live = pw.IntegerField(null=True)

    class Meta:
        keys = (Key(("tenant_id", "address_key", "live"), unique=True), Key(("tenant_id", "contact_id")))


class ContactPhone(TenantModel):
    """A phone number of a contact; `digits` is its E.164 form where the country is known."""

    contact = pw.ForeignKeyField(Contact)
    number = pw.TextField()
    digits = pw.TextField(null=True)
    label = pw.TextField(null=True)
    is_primary = pw.IntegerField()

    class Meta:
        keys = (Key(("tenant_id", "contact_id")),)


class ContactCompany(TenantModel):
    """Where a contact works or worked: at most one place is primary, and an ended one keeps its history."""

    contact = pw.ForeignKeyField(Contact)
    company = pw.ForeignKeyField(Company)
    role = pw.TextField(null=True)
    is_primary = pw.IntegerField()
    ended = pw.TextField(null=True)

    class Meta:
        keys = (Key(("tenant_id", "contact_id")), Key(("tenant_id", "company_id")))
