"""The fields that a workspace adds to its nouns, their options, and the values that records have in them."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.db.ids import PackedField
from smallcrm.models.base import Record


class CustomField(Record):
    """A field of one noun; `name` is its label, `key` and `object` stay as they are for ever."""

    name = pw.TextField()
    name_key = pw.TextField()
    object = pw.TextField()
    key = pw.TextField()
    kind = pw.TextField()
    target = pw.TextField(null=True)
    help = pw.TextField(null=True)
    required = pw.IntegerField(default=0)
    is_unique = pw.IntegerField(default=0)
    default_text = pw.TextField(null=True)
    personal = pw.IntegerField(default=0)
    archived = pw.IntegerField(default=0)
    position = pw.BigIntegerField()

    class Meta:
        keys = (Key(("tenant_id", "state", "name_key", "id")), Key(("tenant_id", "object", "key")))


class FieldOption(TenantModel):
    """One choice of a field: `value` is what records hold and never changes, `label` is what people read."""

    field = pw.ForeignKeyField(CustomField)
    value = pw.TextField()
    label = pw.TextField()
    position = pw.BigIntegerField()
    archived = pw.IntegerField(null=True)

    class Meta:
        keys = (Key(("tenant_id", "field_id", "value"), unique=True),)


class CustomValue(TenantModel):
    """What a record, of the noun with the code `object`, has in a field; several rows where it has several values.

    Each kind of field fills the columns that it is read, found and sorted by. `mark` is what is unique of the value,
    where the field is unique, and `live` is 1 where the record is then live.
    """

    object = pw.BigIntegerField()
    field = pw.ForeignKeyField(CustomField)
    record_id = PackedField()
    position = pw.BigIntegerField()
    text = pw.TextField(null=True)
    key = pw.TextField(null=True)
    number = pw.DoubleField(null=True)
    instant = pw.BigIntegerField(null=True)
    target_id = PackedField(null=True)
    mark = pw.TextField(null=True)
    live = pw.IntegerField(null=True)

    class Meta:
        keys = (
            Key(("tenant_id", "object", "record_id", "field_id", "number", "key")),
            Key(("tenant_id", "field_id", "key", "record_id"), where='"key" IS NOT NULL'),
            Key(("tenant_id", "field_id", "number", "record_id"), where='"number" IS NOT NULL'),
            Key(("tenant_id", "field_id", "instant", "record_id"), where='"instant" IS NOT NULL'),
            Key(("tenant_id", "field_id", "target_id", "record_id"), where='"target_id" IS NOT NULL'),
            Key(("tenant_id", "field_id", "mark", "live"), unique=True, where='"mark" IS NOT NULL'),
        )
