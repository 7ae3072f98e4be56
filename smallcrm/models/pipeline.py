"""Pipelines and their stages."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.models.base import Record


class Pipeline(Record):
    """A way that deals go, in stages."""

    name = pw.TextField()
    name_key = pw.TextField()
    description = pw.TextField(null=True)

    class Meta:
        keys = (Key(("tenant_id", "state", "name_key", "id")),)


class Stage(Record):
    """A stage of a pipeline; its kind says whether a deal in it is open, won or lost, whatever it is called."""

    name = pw.TextField()
    name_key = pw.TextField()
    pipeline = pw.ForeignKeyField(Pipeline)
    position = pw.BigIntegerField()
    kind = pw.TextField()
    probability = pw.BigIntegerField()
    rot_days = pw.BigIntegerField(null=True)

    class Meta:
        keys = (Key(("tenant_id", "state", "name_key", "id")), Key(("tenant_id", "pipeline_id")))
