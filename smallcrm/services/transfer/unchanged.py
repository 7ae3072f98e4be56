"""Rows that tell nothing new about a record we know: found set-based, so that the same file again costs little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm.models.contact import ContactCompany
from smallcrm.models.external_id import ExternalId
from smallcrm.services.records import documents
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer import custom_rows
from smallcrm.services.transfer.references import find_owners
from smallcrm.services.transfer.staging import KNOWN, Stage, Verdict, column, staged

if TYPE_CHECKING:
    from collections.abc import Iterator


def mark_unchanged(stage: Stage) -> None:
    """Give the rows whose record holds all they say already the verdict UNCHANGED."""
    rows = stage.rows
    known = (rows.verdict == Verdict.UPDATE) & rows.first.is_null()
    if KNOWN not in stage.seen:
        return
    find_owners(stage)
    told = known
    custom_rows.find_members(stage)
    for condition in (_plain(stage), *_lists(stage), *_references(stage), *custom_rows.same(stage)):
        told &= condition
    rows.update({rows.verdict: Verdict.UNCHANGED}).where(told).execute()


def _plain(stage: Stage) -> Any:
    """The record's own columns hold what the row has in them."""
    noun, rows = stage.bulk.noun, stage.rows
    model = noun.model
    same = model.select(model.id).where(model.id == rows.target)
    for field in documents.plain_fields(noun):
        for name in field.columns:
            if field.derived or name not in stage.columns:
                continue
            said, held = stage.own(name), model._meta.columns[name]
            equal = said.is_null() | (held == said)
            # An opt-out is never lifted, so that "no" says nothing.
            same = same.where(equal | (said == 0) if field.kind is Kind.BOOLEAN else equal)
    if "owner_ref" in stage.columns:
        owner, owners = stage.own("owner_ref"), stage.owners
        mine = owners.select(owners.target).where(owners.ref == owner)
        same = same.where(owner.is_null() | (model.owner_id == mine))
    return fn.EXISTS(same)


def _lists(stage: Stage) -> Iterator[Any]:
    """The record has the addresses or domains, the phones and the external id of the row, and the row has no tags."""
    rows, keys, phones, tags, bulk = stage.rows, stage.keys, stage.phones, stage.tags, stage.bulk
    if staged(keys):
        foreign = (keys.holder != rows.target) | (keys.holder.is_null() & keys.taken.is_null())
        yield ~fn.EXISTS(keys.select(keys.seq).where(keys.row == rows.seq, foreign))
    if staged(phones):
        parent = bulk.phones._meta.columns[bulk.parent]
        has = bulk.phones.select(bulk.phones.id).where(parent == rows.target, bulk.phones.number == phones.number)
        yield ~fn.EXISTS(phones.select(phones.seq).where(phones.row == rows.seq, ~fn.EXISTS(has)))
    if staged(tags):
        yield ~fn.EXISTS(tags.select(tags.seq).where(tags.row == rows.seq))
    named = ExternalId.select(ExternalId.id).where(
        ExternalId.object == bulk.noun.name,
        ExternalId.source == stage.source,
        ExternalId.key == rows.ext,
        ExternalId.record_id == rows.target,
        ExternalId.live == 1,
    )
    yield rows.ext.is_null() | fn.EXISTS(named)


def _references(stage: Stage) -> Iterator[Any]:
    """The contact is at the company of the row; a company of the row names no parent."""
    rows, links = stage.rows, stage.companies
    if stage.bulk.linked and staged(links):
        target = links.select(links.target).where(links.seq == rows.link)
        place = ContactCompany.select(ContactCompany.id).where(
            ContactCompany.contact == rows.target, ContactCompany.company == target
        )
        yield rows.link.is_null() | fn.EXISTS(place)
    for name in ("parent_ref", "parent_name"):
        if name in stage.columns:
            yield getattr(stage.rows, column(name)).is_null()
