"""Export: every record of a noun in constant memory, with all its values, as rows that any writer can take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.fence import proxy
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.coming import NEXT
from smallcrm.services.records import presenting
from smallcrm.services.records.query import sorting
from smallcrm.services.transfer import columnar, writing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.schema import Field, Noun

# What only the database needs, and what a record only tells of its activities.
_APART = frozenset(("trashed_at", "version", NEXT.key))


def export_keys(noun: Noun) -> list[str]:
    """What an export holds of each record: everything that it says of itself, but what only the database needs."""
    return [key for key in presenting.columns(noun) if key not in _APART]


def export_text(
    noun: Noun,
    fields: Sequence[Field],
    kind: str,
    *,
    raw: bool = False,
    where: Filter | None = None,
    sort: str | None = None,
) -> Iterator[str]:
    """Every live record (that passes the filter), by its number or as sorted, as pieces of text for programs."""
    found = _pages(noun, fields, where, sort, cells=writing.wants_texts(kind))
    return writing.text_columns(kind, [field.key for field in fields], found, raw=raw)


def export_rows(
    noun: Noun, fields: Sequence[Field], where: Filter | None = None, sort: str | None = None
) -> Iterator[tuple[Any, ...]]:
    """Every live record (that passes the filter) as a row of texts, by its number or as sorted."""
    found = _pages(noun, fields, where, sort, cells=True)
    return (row for page in found for row in zip(*page, strict=True))


def _pages(
    noun: Noun, fields: Sequence[Field], where: Filter | None, sort: str | None, *, cells: bool
) -> Iterator[list[Sequence[Any]]]:
    """The pages of an export; a wrong key of its order is told before anything is written."""
    require(Verb.EXPORT)
    proxy.target().spare_memory()
    by_number = sort in (None, "id")
    if sort is not None and not by_number:
        sorting.order_of(noun, sort)
    return columnar.pages(noun, fields, cells=cells, where=where, sort=None if by_number else sort)
