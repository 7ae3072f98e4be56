"""Rows of one table changed by one statement, each to values of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw

if TYPE_CHECKING:
    from collections.abc import Sequence

_TYPES = {"TEXT": "TEXT", "DOUBLE": "DOUBLE PRECISION"}


def change_rows(
    model: Any, columns: Sequence[str], rows: Sequence[tuple[Any, ...]], common: dict[Any, Any] | None = None
) -> int:
    """Give rows, each `(id, version, *values of the columns)`, these values and `common` ones; gives how many it found.

    A row that has another version by now is left alone.
    """
    changed = dict(common or {})
    differing = []
    for at, name in enumerate(columns, start=2):
        field = model._meta.columns[name]
        if all(row[at] == rows[0][at] for row in rows):
            changed[field] = rows[0][at]
        else:
            differing.append((at, field))
    kept = rows if len(differing) == len(columns) else [(*row[:2], *(row[at] for at, _ in differing)) for row in rows]
    new = pw.ValuesList(kept, alias="new")
    for at, (_place, field) in enumerate(differing, start=3):
        # PostgreSQL takes a column of nothing but NULLs for texts.
        changed[field] = pw.Cast(getattr(new.c, f"column{at}"), _TYPES.get(field.field_type, "BIGINT"))
    query = model.update(changed).from_(new)
    count: int = query.where(model.id == new.c.column1, model.version == new.c.column2).execute()
    return count
