"""What the tables of customer data share: instants, packed references, and the columns of every record."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Any, ClassVar

import peewee as pw

from smallcrm import clock
from smallcrm.db.fence import TenantModel
from smallcrm.db.ids import PackedField


class InstantField(pw.BigIntegerField):
    """An instant, stored as whole microseconds since 1970 UTC on both engines."""

    def db_value(self, value: Any) -> Any:
        """Microseconds for an aware datetime; numbers pass."""
        return clock.micros(value) if isinstance(value, datetime) else value

    def python_value(self, value: Any) -> Any:
        """The aware UTC datetime."""
        return None if value is None else clock.from_micros(value)


class State(IntEnum):
    """Whether a record is seen: trashed can be restored by hand, undone is as if it had never been."""

    LIVE = 0
    TRASHED = 1
    UNDONE = 2


class Record(TenantModel):
    """A row of customer data that people see, own, trash and edit."""

    abstract: ClassVar[bool] = True
    state = pw.IntegerField(default=State.LIVE)
    trashed_at = InstantField(null=True)
    version = pw.IntegerField(default=1)
    created_at = InstantField()
    updated_at = InstantField()
    owner_id = PackedField(null=True)
