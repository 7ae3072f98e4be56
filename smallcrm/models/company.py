"""Companies, with their domains and phones."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.models.base import Record


class Company(Record):
    """An organisation; `name_key` is its folded name for sorting and matching."""

    name = pw.TextField()
    name_key = pw.TextField()
    website = pw.TextField(null=True)
    industry = pw.TextField(null=True)
    employees = pw.BigIntegerField(null=True)
    revenue_amount = pw.BigIntegerField(null=True)
    revenue_currency = pw.TextField(null=True)
    street = pw.TextField(null=True)
    city = pw.TextField(null=True)
    region = pw.TextField(null=True)
    postal_code = pw.TextField(null=True)
    country = pw.TextField(null=True)
    description = pw.TextField(null=True)
    parent = pw.ForeignKeyField("self", null=True)

    class Meta:
        keys = (Key(("tenant_id", "state", "name_key", "id")),)


class CompanyDomain(TenantModel):
    """A host name that belongs to a company; unique among live companies of the workspace."""

    company = pw.ForeignKeyField(Company)
    domain = pw.TextField()
    is_primary = pw.IntegerField()
    live = pw.IntegerField(null=True)

    class Meta:
        # NULLs never equal each other: `live` is 1 or NULL, so only live rows clash, and one index finds both.
        keys = (Key(("tenant_id", "domain", "live"), unique=True), Key(("tenant_id", "company_id")))


class CompanyPhone(TenantModel):
    """A phone number of a company; `digits` is its E.164 form where the country is known."""

    company = pw.ForeignKeyField(Company)
    number = pw.TextField()
    digits = pw.TextField(null=True)
    label = pw.TextField(null=True)
    is_primary = pw.IntegerField()

    class Meta:
        keys = (Key(("tenant_id", "company_id")),)
