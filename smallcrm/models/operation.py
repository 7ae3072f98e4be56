"""The journal: an operation is one undoable unit of work, a change is what it did to one record or range of them."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.db.ids import PackedField
from smallcrm.models.base import InstantField


class Operation(TenantModel):
    """Who did what, through what, when; `undoes` names the operation that an undo or redo took back."""

    member_id = PackedField()
    kind = pw.TextField()
    via = pw.TextField()
    summary = pw.TextField()
    at = InstantField()
    undoes = PackedField(null=True)
    undone_by = PackedField(null=True)

    class Meta:
        keys = (Key(("tenant_id", "member_id", "id")),)


class Change(TenantModel):
    """What an operation did to one record, or to every record from `record_id` to `last_id`.

    `fields` is JSON: for a plain field `[old, new]`, for a multi-valued one `{"-": [removed], "+": [added]}`.
    """

    operation = pw.ForeignKeyField(Operation)
    object = pw.TextField()
    kind = pw.TextField()
    record_id = PackedField()
    last_id = PackedField(null=True)
    fields = pw.TextField(null=True)

    class Meta:
        keys = (
            Key(("tenant_id", "operation_id", "id")),
            Key(("tenant_id", "object", "record_id")),
            Key(("tenant_id", "object", "last_id"), where='"last_id" IS NOT NULL'),
        )
