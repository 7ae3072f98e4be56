"""Rows that are about a record in the trash: refused, with the record named; nobody wants it a second time."""

from __future__ import annotations

from typing import Any

from peewee import fn

from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.custom import CustomValue
from smallcrm.models.external_id import ExternalId
from smallcrm.services.transfer.rules import By
from smallcrm.services.transfer.staging import Stage, Verdict, column, staged

IN_TRASH = "in the trash"


def refuse_trashed(stage: Stage) -> None:
    """Refuse the rows that no live record but one in the trash has the id, an address or the name of."""
    model = stage.bulk.noun.model
    trashed = model.select(model.id).where(model.state == State.TRASHED)
    if not trashed.limit(1).exists():
        return
    rows, keys, terms = stage.rows, stage.keys, stage.terms
    if not terms.by_id:
        return
    ids = ExternalId.select(fn.MIN(ExternalId.record_id)).where(
        ExternalId.object == stage.bulk.noun.name, ExternalId.source == stage.source, ExternalId.key == rows.ext
    )
    _refuse(stage, ids.where(ExternalId.record_id.in_(trashed)), rows.ext.is_null(False))
    if staged(keys) and terms.by_address:
        columns = stage.bulk.keys._meta.columns
        holder = columns[stage.bulk.parent]
        held = stage.bulk.keys.select(fn.MIN(holder)).where(columns[stage.bulk.key].in_(_values_of(stage)))
        _refuse(stage, held.where(holder.in_(trashed)), fn.EXISTS(keys.select(keys.seq).where(keys.row == rows.seq)))
    if terms.field is not None:
        customs = stage.customs
        mark = customs.select(customs.mark).where(customs.row == rows.seq, customs.field == terms.field.id)
        valued = CustomValue.select(fn.MIN(CustomValue.record_id)).where(
            CustomValue.field == terms.field.id, CustomValue.mark == mark, CustomValue.record_id.in_(trashed)
        )
        _refuse(stage, valued)
    if terms.by is By.NAME or (terms.by is By.USUAL and not stage.bulk.linked):
        named = model.select(fn.MIN(model.id)).where(
            model.state == State.TRASHED, model.name_key == getattr(rows, column("name_key"))
        )
        bare = rows.ext.is_null()
        if terms.by is By.USUAL:
            bare &= ~fn.EXISTS(keys.select(keys.seq).where(keys.row == rows.seq))
        _refuse(stage, named, bare)


def _values_of(stage: Stage) -> Any:
    keys = stage.keys
    return keys.select(keys.value).where(keys.row == stage.rows.seq)


def _refuse(stage: Stage, record: Any, *where: Any) -> None:
    """Refuse the rows that nobody else is known for; `n` says which record it is."""
    rows = stage.rows
    free = (rows.verdict == Verdict.NEW) & rows.target.is_null()
    rows.update({rows.n: record}).where(free, *where).execute()
    known = rows.n.is_null(False)
    rows.update({rows.verdict: Verdict.REJECTED, rows.reason: IN_TRASH}).where(free, known).execute()


def reason_of(stage: Stage, reason: str, number: int | None) -> str:
    """The reason as it is told."""
    if reason != IN_TRASH or number is None:
        return reason
    name, shown = stage.bulk.noun.name, number_of(number)
    return f"{name} {shown}, which it is about, is in the trash (smallcrm {name} restore {shown})"
