"""Tags, shared by every object of a workspace."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.db.ids import PackedField


class Tag(TenantModel):
    """A tag; its name is unique in the workspace whatever its case."""

    name = pw.TextField()
    name_key = pw.TextField()

    class Meta:
        keys = (Key(("tenant_id", "name_key"), unique=True),)


class Tagging(TenantModel):
    """A tag on a record."""

    object = pw.TextField()
    record_id = PackedField()
    tag = pw.ForeignKeyField(Tag)

    class Meta:
        keys = (
            Key(("tenant_id", "object", "record_id", "tag_id"), unique=True),
            Key(("tenant_id", "tag_id")),
        )
