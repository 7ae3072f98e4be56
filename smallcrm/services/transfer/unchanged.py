"""Rows that tell nothing new about a record we know: found set-based, so that the same file again costs little."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw
from peewee import fn

from smallcrm.models.contact import ContactCompany
from smallcrm.models.custom import CustomValue
from smallcrm.models.external_id import ExternalId
from smallcrm.models.tag import Tagging
from smallcrm.services.records import documents
from smallcrm.services.records.schema import Kind
from smallcrm.services.transfer import custom_rows, further_parts
from smallcrm.services.transfer.blanks import SAID
from smallcrm.services.transfer.references import find_owners
from smallcrm.services.transfer.staging import KNOWN, Stage, Verdict, column, staged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Of more owners than that the rows are compared one by one.
_MOST_IDS = 500


def mark_unchanged(stage: Stage) -> None:
    """Give the rows whose record holds all they say already the verdict UNCHANGED."""
    rows = stage.rows
    known = (rows.verdict == Verdict.UPDATE) & rows.first.is_null() & rows.revived.is_null()
    if KNOWN not in stage.seen:
        return
    unclear = find_owners(stage).unclear
    told = known
    custom_rows.find_members(stage)
    for condition in (
        _plain(stage, unclear[:_MOST_IDS]),
        *_lists(stage),
        *_references(stage),
        *custom_rows.same(stage),
        *further_parts.same(stage),
        *_no_more(stage),
    ):
        told &= condition
    rows.update({rows.verdict: Verdict.UNCHANGED}).where(told).execute()


def _plain(stage: Stage, nameless: Sequence[str]) -> Any:
    """The record's own columns hold what the row has in them; what names nobody says nothing of the owner."""
    noun, rows = stage.bulk.noun, stage.rows
    model, cleared = noun.model, stage.blanks.fields if stage.blanks else ()
    same = model.select(model.id).where(model.id == rows.target)
    for field in documents.plain_fields(noun):
        for name in field.columns:
            if field.derived or name not in stage.columns:
                continue
            said, held = stage.own(name), model._meta.columns[name]
            equal = _silent(stage, said.is_null(), field.key, held.is_null()) | (held == said)
            # An opt-out is never lifted, so that "no" says nothing.
            same = same.where(equal | (said == 0) if field.kind is Kind.BOOLEAN else equal)
    if "owner_ref" in stage.columns:
        owner, owners = stage.own("owner_ref"), stage.owners
        mine = owners.select(owners.target).where(owners.ref == owner)
        nobody = fn.EXISTS(owners.select(owners.ref).where(owners.ref == owner, owners.target.is_null()))
        silent = _silent(stage, owner.is_null(), "owner", model.owner_id.is_null())
        silent |= nobody if "owner" not in cleared else nobody & model.owner_id.is_null()
        silent |= owner.in_(nameless)
        same = same.where(silent | (model.owner_id == mine))
    if "parent" in cleared:
        same = same.where(model.parent_id.is_null())
    return fn.EXISTS(same)


def _silent(stage: Stage, nothing: Any, field: str, empty: Any) -> Any:
    """The row has nothing in a field, and if it leaves it blank on purpose then so has the record."""
    at = None if stage.blanks is None else stage.blanks.at(field)
    if at is None:
        return nothing
    return nothing & (empty | (fn.SUBSTR(stage.rows.blank, at, 1) == SAID))


def _no_more(stage: Stage) -> Iterator[Any]:
    """The record has no more in its lists than the row, where they are to be what the row says."""
    blanks, rows, bulk = stage.blanks, stage.rows, stage.bulk
    if blanks is None:
        return
    parents = {model: model._meta.columns[bulk.parent] for model in (bulk.keys, bulk.phones)}
    for key, table, model in ((bulk.field, stage.keys, bulk.keys), ("phones", stage.phones, bulk.phones)):
        if blanks.at(key) is not None:
            held = model.select(fn.COUNT(model.id)).where(parents[model] == rows.target)
            yield held == table.select(fn.COUNT(table.seq)).where(table.row == rows.seq)
    if blanks.at("tags") is not None:
        yield ~fn.EXISTS(
            Tagging.select(Tagging.id).where(Tagging.object == bulk.noun.name, Tagging.record_id == rows.target)
        )
    if blanks.at("companies") is not None:
        places = ContactCompany.select(fn.COUNT(ContactCompany.id)).where(ContactCompany.contact == rows.target)
        more = stage.places.select(fn.COUNT(stage.places.seq)).where(stage.places.row == rows.seq)
        yield places == more + pw.Case(None, ((rows.link.is_null(), 0),), 1)
    if stage.own_fields:
        mine = CustomValue.field.in_([kept.id for kept in stage.own_fields])
        held = CustomValue.select(fn.COUNT(CustomValue.id)).where(
            CustomValue.object == bulk.noun.code, CustomValue.record_id == rows.target, mine
        )
        customs = stage.customs
        yield held == customs.select(fn.COUNT(customs.seq)).where(customs.row == rows.seq)


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
    yield rows.ext.is_null() | rows.mine.is_null(False) | fn.EXISTS(named)


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
