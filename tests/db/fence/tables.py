"""The tables of the attacks, buildable on the fence's bases or on plain Peewee's."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import peewee as pw

from smallcrm.db import fence


@dataclass(frozen=True)
class Bases:
    """One base class for each table class."""

    tenant: Any
    account: Any
    usage: Any
    billing: Any
    reference: Any
    outward: Any


@dataclass
class Tables:
    """One set of models over the same table names."""

    Company: Any
    Contact: Any
    Note: Any
    Tag: Any
    Tagging: Any
    Account: Any
    Usage: Any
    Billing: Any
    Reference: Any
    Outward: Any
    tenant: list[Any] = field(init=False)
    closed: list[Any] = field(init=False)
    every: list[Any] = field(init=False)

    def __post_init__(self) -> None:
        self.tenant = [self.Company, self.Contact, self.Note, self.Tag, self.Tagging]
        self.closed = [self.Account, self.Usage, self.Billing]
        self.every = [*self.tenant, *self.closed, self.Reference, self.Outward]


def meta(name: str, *unique: tuple[str, ...]) -> type:
    """A Meta class with a table name and unique keys."""
    return type("Meta", (), {"table_name": name, "indexes": tuple((key, True) for key in unique)})


def model(cls: str, base: Any, table: str, unique: tuple[tuple[str, ...], ...], /, **fields: Any) -> Any:
    """One model class."""
    return type(base)(cls, (base,), {"Meta": meta(table, *unique), "__module__": __name__, **fields})


def build(bases: Bases) -> Tables:
    """The ten models over the given bases."""
    company = model(
        "Company",
        bases.tenant,
        "atk_company",
        (("tenant_id", "email"),),
        name=pw.TextField(),
        email=pw.TextField(null=True),
        size=pw.IntegerField(default=0),
        parent=pw.ForeignKeyField("self", null=True, backref="children"),
    )
    contact = model(
        "Contact",
        bases.tenant,
        "atk_contact",
        (("tenant_id", "email"),),
        name=pw.TextField(),
        email=pw.TextField(null=True),
        bio=pw.TextField(null=True),
        company=pw.ForeignKeyField(company, null=True, backref="contacts"),
    )
    note = model(
        "Note",
        bases.tenant,
        "atk_note",
        (),
        body=pw.TextField(),
        data=pw.JSONField(null=True),
        contact=pw.ForeignKeyField(contact, backref="notes"),
        company=pw.ForeignKeyField(company, null=True, backref="notes"),
    )
    tag = model("Tag", bases.tenant, "atk_tag", (("tenant_id", "label"),), label=pw.TextField())
    tagging = model(
        "Tagging",
        bases.tenant,
        "atk_tagging",
        (("tenant_id", "tag", "contact"),),
        tag=pw.ForeignKeyField(tag, backref="taggings"),
        contact=pw.ForeignKeyField(contact, backref="taggings"),
    )
    return Tables(
        company,
        contact,
        note,
        tag,
        tagging,
        model("Account", bases.account, "atk_account", (), secret=pw.TextField()),
        model("Usage", bases.usage, "atk_usage", (), detail=pw.TextField()),
        model("Billing", bases.billing, "atk_billing", (), detail=pw.TextField()),
        model("Reference", bases.reference, "atk_reference", (), label=pw.TextField()),
        model("Outward", bases.outward, "atk_outward", (), body=pw.TextField()),
    )


def fenced_bases() -> Bases:
    """The fence's own base classes."""
    return Bases(
        fence.TenantModel,
        fence.AccountModel,
        fence.UsageModel,
        fence.BillingModel,
        fence.ReferenceModel,
        fence.OutwardModel,
    )


def plain_bases(database: Any) -> Bases:
    """Stock Peewee bases with the same columns, bound to a stock database."""
    top = type("Meta", (), {"database": database})

    def base(name: str, **owners: Any) -> Any:
        fields = {"id": pw.BigIntegerField(primary_key=True), **owners}
        metaclass: Any = type(pw.Model)
        return metaclass(name, (pw.Model,), {"Meta": top, "__module__": __name__, **fields})

    return Bases(
        base("PlainTenant", tenant_id=pw.BigIntegerField()),
        base("PlainAccount", user_id=pw.BigIntegerField()),
        base("PlainUsage"),
        base("PlainBilling"),
        base("PlainReference"),
        base(
            "PlainOutward",
            tenant_id=pw.BigIntegerField(null=True),
            user_id=pw.BigIntegerField(null=True),
        ),
    )


FENCED = build(fenced_bases())
