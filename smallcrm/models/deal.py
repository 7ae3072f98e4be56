"""Deals, with their contacts and the log of the stages they were in."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.db.ids import PackedField
from smallcrm.models.base import InstantField, Record
from smallcrm.models.company import Company
from smallcrm.models.contact import Contact
from smallcrm.models.pipeline import Pipeline, Stage


class Deal(Record):
    """A chance to sell; `probability` is what somebody says against the stage's own, NULL where nobody does."""

    name = pw.TextField()
    name_key = pw.TextField()
    pipeline = pw.ForeignKeyField(Pipeline)
    stage = pw.ForeignKeyField(Stage)
    amount_amount = pw.BigIntegerField(null=True)
    amount_currency = pw.TextField(null=True)
    probability = pw.BigIntegerField(null=True)
    expected_close = pw.TextField(null=True)
    closed_at = InstantField(null=True)
    lost_reason = pw.TextField(null=True)
    company = pw.ForeignKeyField(Company, null=True)
    source = pw.TextField(null=True)
    description = pw.TextField(null=True)

    class Meta:
        keys = (
            Key(("tenant_id", "state", "name_key", "id")),
            Key(("tenant_id", "stage_id")),
            Key(("tenant_id", "pipeline_id")),
            Key(("tenant_id", "company_id")),
        )


class DealContact(TenantModel):
    """A person who has to do with a deal, and as what; one is the primary one."""

    deal = pw.ForeignKeyField(Deal)
    contact = pw.ForeignKeyField(Contact)
    role = pw.TextField(null=True)
    is_primary = pw.IntegerField()

    class Meta:
        keys = (Key(("tenant_id", "deal_id")), Key(("tenant_id", "contact_id")))


class DealStage(TenantModel):
    """When a deal came into a stage, and who moved it there; the stage may be gone by now, so it is no reference."""

    deal = pw.ForeignKeyField(Deal)
    stage_id = PackedField()
    at = pw.BigIntegerField()
    member_id = PackedField()

    class Meta:
        keys = (Key(("tenant_id", "deal_id")), Key(("tenant_id", "stage_id")))
