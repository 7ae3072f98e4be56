"""What a merged row says otherwise than the row that it was merged with: the first row's value stays, and it is told.

Addresses, phones, tags and companies of contacts join and lose nothing; names have a sentence of their own.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence import proxy
from smallcrm.services.records import documents
from smallcrm.services.transfer.staging import Stage, Verdict, column
from smallcrm.text import truncate

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST = 40
# Names are told apart; of an opt-out and a lifecycle stage the stricter and the further one stands, whoever says it.
_SETTLED = frozenset(
    {"prefix", "first_name", "middle_name", "last_name", "suffix", "name", "opt_out", "lifecycle"}
    | {"created_at", "updated_at"}
)


def other_values(stage: Stage, limit: int) -> list[str]:
    """What to say of merged rows that have another value than the first row, once it has what it lacked."""
    rows, first = stage.rows, stage.rows.alias("original")
    compared = [
        (label, getattr(rows, name), getattr(first, name), shown)
        for label, name, shown in _columns(stage)
    ]  # fmt: skip
    if not compared:
        return []
    apart = [theirs != ours for _label, theirs, ours, _shown in compared]
    pairs = [value for _label, theirs, ours, _shown in compared for value in (theirs, ours)]
    query = (
        rows.join(first, on=(first.seq == rows.first))
        .select(rows.line, first.line, *pairs)
        .where(rows.verdict == Verdict.DUPLICATE, reduce(or_, apart))
        .order_by(rows.seq)
        .limit(limit)
    )
    kinds = [(label, shown) for label, _theirs, _ours, shown in compared]
    noun = stage.bulk.noun.name
    return [
        f"line {line}: the same {noun} as line {there}: {', '.join(_told(kinds, values))}"
        for line, there, *values in query.bind(proxy).tuples()
    ]


def _columns(stage: Stage) -> Iterator[tuple[str, str, bool]]:
    """The label and the staged column of each plain field of the file, and whether its values can be shown."""
    for field in documents.plain_fields(stage.bulk.noun):
        held = [name for name in field.columns if name in stage.columns]
        if held and not field.derived and field.key not in _SETTLED:
            yield field.label, column(held[0]), field.columns == (field.key,)


def _told(kinds: list[tuple[str, bool]], values: list[Any]) -> Iterator[str]:
    for (label, shown), theirs, ours in zip(kinds, values[::2], values[1::2], strict=True):
        if None not in (theirs, ours) and theirs != ours:
            yield f"{label} stays {_short(ours)}, not {_short(theirs)}" if shown else f"{label} stays as it is there"


def _short(value: Any) -> str:
    return repr(truncate(value, _LONGEST) if isinstance(value, str) else value)
