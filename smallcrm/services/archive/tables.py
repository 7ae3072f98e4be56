"""The files of an archive: one for each table of customer data, with the columns that are not worked out from others.

The columns come from the models, so that a new one is in the archive without anybody thinking of it; a new table has to
be named here, and a test fails until it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import peewee as pw

from smallcrm.db.ids import PackedField
from smallcrm.models import all_models
from smallcrm.models.base import InstantField
from smallcrm.services import nouns as _registered  # noqa: F401 - an archive holds the records of every noun
from smallcrm.services import tickets
from smallcrm.services.accounts.access import Role
from smallcrm.services.archive import cells
from smallcrm.services.records import schema
from smallcrm.services.records.schema import Kind
from smallcrm.services.values import spans

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smallcrm.services.archive.cells import Cell
    from smallcrm.services.records.schema import Noun

CHANGES = "change"
VALUES = "custom_value"
FILES: Mapping[str, str] = {
    "member": "members.csv",
    "operation": "operations.csv",
    CHANGES: "changes.csv",
    "company": "companies.csv",
    "company_domain": "company_domains.csv",
    "company_phone": "company_phones.csv",
    "contact": "contacts.csv",
    "contact_email": "contact_emails.csv",
    "contact_phone": "contact_phones.csv",
    "contact_company": "contact_companies.csv",
    "pipeline": "pipelines.csv",
    "stage": "stages.csv",
    "deal": "deals.csv",
    "deal_contact": "deal_contacts.csv",
    "deal_stage": "deal_stages.csv",
    "activity": "activities.csv",
    "activity_link": "activity_links.csv",
    "activity_reminder": "activity_reminders.csv",
    "ticket": "tickets.csv",
    "ticket_watcher": "ticket_watchers.csv",
    "ticket_status": "ticket_statuses.csv",
    "ticket_reply": "ticket_replies.csv",
    "comment": "comments.csv",
    "comment_mention": "comment_mentions.csv",
    "custom_field": "custom_fields.csv",
    "field_option": "custom_field_options.csv",
    VALUES: "custom_values.csv",
    "saved_view": "views.csv",
    "saved_mapping": "mappings.csv",
    "tag": "tags.csv",
    "tagging": "taggings.csv",
    "external_id": "external_ids.csv",
}
"""The file of each table."""
APART = frozenset({"workspace", "counter", "search_token"})
"""What is no file: the workspace and its counters stand in the manifest, the index is made anew."""
DERIVED: Mapping[str, frozenset[str]] = {
    "member": frozenset({"name_key", "email_key"}),
    "contact": frozenset({"name", "name_key"}),
    "contact_email": frozenset({"address_key", "live"}),
    "contact_phone": frozenset({"digits"}),
    "company_phone": frozenset({"digits"}),
    "company_domain": frozenset({"live"}),
    "comment": frozenset({"name", "name_key"}),
    "ticket": frozenset({"name_key", "priority_rank"}),
    "external_id": frozenset({"live"}),
    "tag": frozenset({"name_key"}),
    VALUES: frozenset({"text", "key", "number", "instant", "target_id", "mark", "live"}),
}
"""The columns of a table that follow from its others; of a noun without an entry, the key by which it is sorted."""
_NAMED = frozenset({"name_key"})
_CHANGES = ("create", "update", "trash", "restore", "hide", "unhide", "purge")
_BOOLEANS = frozenset({
    ("member", "active"), ("member", "placeholder"), ("field_option", "archived"), ("contact_email", "is_primary"),
    ("contact_phone", "is_primary"), ("contact_company", "is_primary"), ("company_domain", "is_primary"),
    ("company_phone", "is_primary"), ("deal_contact", "is_primary"),
})  # fmt: skip
_LOGGED = frozenset({("deal_stage", "at"), ("ticket_status", "at"), ("ticket_reply", "at")})
# What may be gone by now, and is only told; all else has to be in the archive.
_LOOSE = frozenset({
    ("deal_stage", "stage_id"), ("ticket_reply", "comment_id"), ("change", "record_id"), ("change", "last_id"),
    ("operation", "undoes"), ("operation", "undone_by"),
})  # fmt: skip


class Column(NamedTuple):
    """A column of a file: its name, its cell, whether it may be empty, and the table or the column that it refers to.

    `target`: the table with the row that it names; `named_by`: the column of its own row with the noun of that row.
    """

    name: str
    cell: Cell
    null: bool = False
    target: str = ""
    named_by: str = ""


@dataclass(frozen=True)
class Table:
    """One file of an archive."""

    name: str
    model: Any

    @property
    def file(self) -> str:
        """The name of its file."""
        return FILES[self.name]

    @cached_property
    def noun(self) -> Noun | None:
        """The noun whose records are its rows."""
        return next((noun for noun in schema.nouns().values() if noun.model is self.model), None)

    @property
    def counter(self) -> str:
        """The name under which its numbers are counted."""
        return self.name if self.noun is None else self.noun.name

    @cached_property
    def derived(self) -> frozenset[str]:
        """The columns that are worked out anew."""
        return DERIVED.get(self.name, _NAMED if self.noun is not None else frozenset())

    @cached_property
    def stored(self) -> tuple[str, ...]:
        """The columns of the table that a row of the file fills, in its order."""
        names = [field.column_name for field in self.model._meta.sorted_fields]
        return tuple(name for name in names if name != "tenant_id" and name not in self.derived)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the file."""
        if self.name == VALUES:
            return (*(self._column(name) for name in self.stored), *VALUE_COLUMNS)
        return tuple(self._column(name) for name in self.stored)

    @cached_property
    def references(self) -> tuple[Column, ...]:
        """The columns that name rows which have to be there."""
        return tuple(column for column in self.columns if column.target or column.named_by)

    @property
    def unique(self) -> str:
        """The column whose values only one row may have; nothing where several rows may be alike in all of them."""
        keys = [name for key in self.model._meta.keys if key.unique for name in key.columns if name != "live"]
        # What is compared is worked out from what stands in the file.
        return {"mark": "value"}.get(keys[-1], keys[-1].removesuffix("_key")) if keys else ""

    @cached_property
    def amounts(self) -> tuple[tuple[int, int], ...]:
        """Where an amount stands among the columns, and where its currency."""
        at = {column.name: place for place, column in enumerate(self.columns)}
        pairs = ((name, f"{name.removesuffix('_amount')}_currency") for name in at if name.endswith("_amount"))
        return tuple((at[amount], at[currency]) for amount, currency in pairs if currency in at)

    def _column(self, name: str) -> Column:
        field = self.model._meta.columns[name]
        target, named_by = self._referred(field)
        return Column(name, self._cell(field), field.null, target, named_by)

    def _referred(self, field: Any) -> tuple[str, str]:
        """The table that a column refers to, or the column that says which."""
        name, names = field.column_name, self.model._meta.columns
        if (self.name, name) in _LOOSE:
            return "", ""
        if isinstance(field, pw.ForeignKeyField):
            return field.rel_model._meta.table_name, ""
        if not isinstance(field, PackedField):
            return "", ""
        if name in ("owner_id", "member_id"):
            return "member", ""
        return "", next(other for other in ("object", "record_object") if other in names)

    def _cell(self, field: Any) -> Cell:
        place = (self.name, field.column_name)
        if field.primary_key or isinstance(field, PackedField | pw.ForeignKeyField):
            return cells.NUMBER
        if isinstance(field, InstantField) or place in _LOGGED:
            return cells.INSTANT
        if place in _BOOLEANS:
            return cells.FLAG
        return _special().get(place) or self._of_field(field.column_name) or _plain(field)

    def _of_field(self, name: str) -> Cell | None:
        """The cell of a column by the field of the noun that it holds."""
        if self.noun is not None and name in ("state", "version"):
            return cells.STATE if name == "state" else cells.VERSION
        for field in self.noun.builtin if self.noun is not None else ():
            if name in field.columns:
                if field.kind is Kind.SELECT:
                    return cells.choice(field.choices)
                if field.kind is Kind.MONEY:
                    return cells.CURRENCY if name == field.columns[1] else cells.AMOUNT
                return _OF_KIND.get(field.kind)
        return None


def _plain(field: Any) -> Cell:
    return cells.TEXT if isinstance(field, pw.TextField) else cells.WHOLE


_OF_KIND = {
    Kind.DATE: cells.DATE, Kind.DUE: cells.DUE, Kind.INSTANT: cells.INSTANT, Kind.BOOLEAN: cells.FLAG,
    Kind.PERCENT: cells.PERCENT,
}  # fmt: skip
VALUE_COLUMNS = (Column("value", cells.TEXT), Column("currency", cells.CURRENCY, null=True))
"""The value of a custom field, however it is stored."""


@cache
def _special() -> Mapping[tuple[str, str], Cell]:
    """The cells of columns that neither their type nor a field tells."""
    noun, record = cells.choice(frozenset(schema.nouns())), cells.choice(frozenset(schema.record_nouns()))
    return {
        ("member", "role"): cells.choice(frozenset(map(str, Role))),
        ("change", "object"): noun,
        ("change", "kind"): cells.choice(_CHANGES),
        ("change", "fields"): cells.JSON,
        ("contact_company", "ended"): cells.DATE,
        ("ticket_status", "status"): cells.choice(tickets.STATUSES),
        ("ticket_reply", "side"): cells.choice((tickets.ANSWER, tickets.CUSTOMER)),
        ("activity_link", "object"): noun,
        ("activity_reminder", "minutes"): cells.span(spans.MAX_MINUTES),
        ("comment", "record_object"): record,
        ("custom_field", "object"): record,
        ("custom_field", "target"): record,
        ("custom_field", "archived"): cells.FLAG,
        (VALUES, "object"): cells.Cell(_code, _name),
        ("saved_view", "object"): record,
        ("saved_mapping", "object"): record,
        ("tagging", "object"): record,
        ("external_id", "object"): record,
    }


def _code(cell: str) -> int:
    found = schema.nouns().get(cell)
    if found is None:
        raise cells.Unfit("there is no such kind of record")
    return found.code


def _name(code: int) -> str:
    return next(noun.name for noun in schema.nouns().values() if noun.code == code)


@cache
def tables() -> tuple[Table, ...]:
    """Every file of an archive, those first that others refer to."""
    names = {model._meta.table_name: model for model in all_models()}
    found = [Table(name, model) for name, model in names.items() if name not in APART]
    # What may refer to records of any noun comes after all of them, and what is part of that after it.
    late = {table.name for table in found if any(column.named_by for column in table.columns)}
    late |= {table.name for table in found if any(column.target in late for column in table.columns)}
    return tuple(sorted(found, key=lambda table: table.name in late))
