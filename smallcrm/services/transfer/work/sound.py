"""Rows that cannot be written whatever they are about: told before anything is made along for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.records.fitting import refuse_unfit
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.work.rows import Row

# What a row says of these is stored as it was read; other words are still to be understood.
_AS_READ = frozenset((Kind.TEXT, Kind.LONG_TEXT, Kind.INTEGER, Kind.PERCENT, Kind.MONEY))


def refuse_unsound(noun: Noun, row: Row) -> None:
    """Raise ValidationError for a row with a value that no record of the noun could have."""
    fields = noun.by_key
    for key, value in (row.said | row.customs).items():
        field = fields.get(key)
        if field is not None and field.kind in _AS_READ:
            refuse_unfit(field, value)
