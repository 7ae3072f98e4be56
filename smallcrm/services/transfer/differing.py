"""What a merged row says otherwise than the row that it was merged with: the first row's value stays, and it is told.

Addresses, phones, tags and companies of contacts join and lose nothing; names have a sentence of their own, and what
the workspace's own fields say is told where they are folded.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.fence import proxy
from smallcrm.services.records import documents
from smallcrm.services.records.choices import is_same
from smallcrm.services.transfer.staging import Stage, Verdict, column
from smallcrm.services.transfer.telling import reads, same_as, stays
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

# Names are told apart; of an opt-out and a lifecycle stage the stricter and the further one stands, whoever says it.
_SETTLED = frozenset(
    {"prefix", "first_name", "middle_name", "last_name", "suffix", "name", "opt_out", "lifecycle"}
    | {"created_at", "updated_at"}
)
_REFERENCES = {"owner_ref": "owner", "parent_ref": "parent", "parent_name": "parent"}


class _Compared(NamedTuple):
    """A field of a file: its label, the staged columns that hold it, and what says how two rows differ in it."""

    label: str
    columns: tuple[str, ...]
    apart: Callable[[Sequence[Any], Sequence[Any]], tuple[Any, Any] | None]


def other_values(stage: Stage, limit: int) -> list[str]:
    """What to say of merged rows that have another value than the first row, once it has what it lacked."""
    rows, first = stage.rows, stage.rows.alias("original")
    compared = [*_plain(stage), *_referring(stage)]
    names = [name for field in compared for name in field.columns]
    if not names:
        return []
    apart = [getattr(rows, name) != getattr(first, name) for name in names]
    query = (
        rows.join(first, on=(first.seq == rows.first))
        .select(rows.line, first.line, *(getattr(row, name) for row in (rows, first) for name in names))
        .where(rows.verdict == Verdict.DUPLICATE, reduce(or_, apart))
        .order_by(rows.seq)
        .limit(limit)
    )
    noun = stage.bulk.noun.name
    told = ((line, there, list(_told(compared, values))) for line, there, *values in query.bind(proxy).tuples())
    return [same_as(noun, line, there, differing) for line, there, differing in told if differing]


def _told(compared: list[_Compared], values: list[Any]) -> Iterator[str]:
    half, at = len(values) // 2, 0
    for field in compared:
        end = at + len(field.columns)
        theirs, ours = values[at:end], values[half + at : half + end]
        at = end
        found = None if None in (theirs[0], ours[0]) or theirs == ours else field.apart(ours, theirs)
        if found is not None:
            yield stays(field.label, *found)


def _plain(stage: Stage) -> Iterator[_Compared]:
    """The plain fields of the file."""
    for field in documents.plain_fields(stage.bulk.noun):
        held = tuple(column(name) for name in field.columns if name in stage.columns)
        if not held or field.derived or field.key in _SETTLED:
            continue

        def apart(ours: Sequence[Any], theirs: Sequence[Any], field: Any = field) -> tuple[Any, Any] | None:
            mine, other = documents.from_columns(field, list(ours)), documents.from_columns(field, list(theirs))
            return None if is_same(field, mine, other) else (reads(field, mine), reads(field, other))

        yield _Compared(field.label, held, apart)


def _referring(stage: Stage) -> Iterator[_Compared]:
    """The owner and the parent, who are the same however they are written."""
    owners = dict(stage.owners.select(stage.owners.ref, stage.owners.target).tuples())

    def apart(ours: Sequence[Any], theirs: Sequence[Any]) -> tuple[Any, Any] | None:
        return None if sort_key(ours[0]) == sort_key(theirs[0]) else (ours[0], theirs[0])

    def apart_owners(ours: Sequence[Any], theirs: Sequence[Any]) -> tuple[Any, Any] | None:
        mine, other = owners.get(ours[0]), owners.get(theirs[0])
        # Who is no member is told of all rows at once.
        return None if mine == other or other is None else (ours[0] if mine else "", theirs[0])

    for name, key in _REFERENCES.items():
        if name in stage.columns:
            differ = apart_owners if key == "owner" else apart
            yield _Compared(stage.bulk.noun.by_key[key].label, (column(name),), differ)
