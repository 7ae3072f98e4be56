"""The names that other systems have for our records."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.db.ids import PackedField


class ExternalId(TenantModel):
    """The key of a record in another system; unique per source and object among live records."""

    source = pw.TextField()
    object = pw.TextField()
    key = pw.TextField()
    record_id = PackedField()
    live = pw.IntegerField(null=True)

    class Meta:
        keys = (
            Key(("tenant_id", "object", "source", "key", "live"), unique=True),
            Key(("tenant_id", "object", "record_id")),
        )
