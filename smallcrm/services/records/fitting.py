"""Values that fit no record at all, whichever it is: said once, before anything is asked or written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smallcrm.services.records.cleaning import as_stored
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Field

# Whether others can be named depends on them and on the record: only reading the text tells.
_NAMING = frozenset((Kind.MEMBER, Kind.MEMBERS, Kind.RECORD, Kind.RECORDS, Kind.LOG))


def refuse_unfit(field: Field, value: Any) -> None:
    """Raise ValidationError for a value that no record could be given; which record it is says nothing about it."""
    if value not in (None, [], "") and field.kind not in _NAMING and field.writable and not field.hidden:
        # A choice that is closed stays where it is.
        as_stored(replace(field, closed=frozenset()), value)
