"""What makes a custom field unique: the marks on its values, and the records that have the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict
from smallcrm.models.base import State
from smallcrm.models.custom import CustomValue
from smallcrm.services.records.documents import fetch

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Noun

MOST_TOLD = 5
_MARK = pw.fn.COALESCE(CustomValue.key, CustomValue.text)


def clashes(noun: Noun, field_id: int) -> list[str]:
    """Which live records of a noun have the same value in a field, a few of them."""
    model = noun.model
    live = (
        CustomValue.select(_MARK)
        .join(model, on=(model.id == CustomValue.record_id))
        .where(CustomValue.field == field_id, model.state == State.LIVE)
    )
    shared = live.group_by(_MARK).having(pw.fn.COUNT(CustomValue.id) > 1).order_by(_MARK).limit(MOST_TOLD)
    return [_told(noun, field_id, mark) for (mark,) in fetch(shared)]


def _told(noun: Noun, field_id: int, mark: Any) -> str:
    model = noun.model
    same = (
        CustomValue.select(CustomValue.record_id, _MARK)
        .join(model, on=(model.id == CustomValue.record_id))
        .where(CustomValue.field == field_id, model.state == State.LIVE, mark == _MARK)
        .order_by(CustomValue.record_id)
    )
    numbers = [str(number_of(record_id)) for record_id, _mark in fetch(same.limit(MOST_TOLD + 1))]
    listed = ", ".join(numbers[:MOST_TOLD]) + (" and more" if len(numbers) > MOST_TOLD else "")
    return f"{noun.plural} {listed} have {str(mark)[:60]!r}"


def settle(noun: Noun, field_id: int, *, unique: bool) -> None:
    """Mark the values of a field that is unique, and unmark those of one that is not; raises Conflict for a clash."""
    mine = CustomValue.field == field_id
    if not unique:
        CustomValue.update(mark=None, live=None).where(mine, CustomValue.mark.is_null(False)).execute()
        return
    if not CustomValue.select(CustomValue.id).where(mine, CustomValue.mark.is_null()).exists():
        return
    told = clashes(noun, field_id)
    if told:
        raise Conflict(f"The field is unique, but its values are not: {'; '.join(told)}.", hint="smallcrm field list")
    CustomValue.update(mark=_MARK, live=None).where(mine).execute()
    seen = noun.model.select(noun.model.id).where(noun.model.state == State.LIVE)
    CustomValue.update(live=1).where(mine, CustomValue.record_id.in_(seen)).execute()
