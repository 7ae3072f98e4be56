"""The rows of a table of the bound workspace as an archive has them: in the order of their numbers, page by page."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence import by_id
from smallcrm.db.ids import own_id
from smallcrm.models.base import State
from smallcrm.models.tag import Tagging
from smallcrm.services.archive.tables import tables
from smallcrm.services.records import schema
from smallcrm.services.records.documents import fetch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.archive.tables import Table
    from smallcrm.services.records.schema import Noun

PAGE = 2_000


def pages(table: Table, names: tuple[str, ...], *, hidden: bool) -> Iterator[list[tuple[Any, ...]]]:
    """These columns of every row; without `hidden` only of what is no record, or part of one, that an undo hid."""
    row, fields = by_id(table.model), table.model._meta.columns
    query = row.select(*(getattr(row, fields[name].name) for name in names))
    shown = None if hidden else _shown(table, row)
    last = own_id(0)
    while True:
        wanted = row.id > last
        page = fetch(query.where(wanted if shown is None else wanted & shown).order_by(row.id).limit(PAGE))
        if page:
            yield page
        if len(page) < PAGE:
            return
        last = page[-1][0]


def count(table: Table) -> int:
    """How many rows the table has, the hidden ones too."""
    return int(table.model.select().count())


def _shown(table: Table, row: Any) -> Any:
    """The condition that a row is no hidden record and belongs to none; None where no row can be."""
    undone = {noun.name: noun for noun in schema.nouns().values() if _has_undone(noun)}
    conditions = [row.state != State.UNDONE] if table.noun is not None and table.noun.name in undone else []
    if undone and table.name == "tag":
        [carried] = [each for each in tables() if each.model is Tagging]
        other = by_id(Tagging)
        shown = _shown(carried, other)
        tags = other.select(other.tag)
        return row.id.in_(tags if shown is None else tags.where(shown))
    if table.noun is None or table.noun.bound:
        conditions += _owned(table, row, undone)
    return reduce(and_, conditions) if conditions else None


def _owned(table: Table, row: Any, undone: dict[str, Noun]) -> Iterator[Any]:
    """The conditions that no record of which a row is a part is hidden."""
    fields = table.model._meta.columns
    for column in table.columns:
        if column.target in undone and not column.null:
            yield ~getattr(row, fields[column.name].name).in_(_undone(undone[column.target]))
        if column.named_by:
            named, record = (getattr(row, fields[name].name) for name in (column.named_by, column.name))
            for noun in undone.values():
                called = noun.code if fields[column.named_by].field_type == "BIGINT" else noun.name
                yield ~((named == called) & record.in_(_undone(noun)))


def _undone(noun: Noun) -> Any:
    return noun.model.select(noun.model.id).where(noun.model.state == State.UNDONE)


def _has_undone(noun: Noun) -> bool:
    return bool(_undone(noun).exists())
