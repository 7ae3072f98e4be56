"""Saved mappings: what somebody said of the files of one shape, for the next import of such a file."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.models.base import Record


class SavedMapping(Record):
    """What the rows of a shape of file are and where columns go, as it was said; `shape` tells the shape."""

    name = pw.TextField()
    name_key = pw.TextField()
    shape = pw.TextField()
    object = pw.TextField()
    column_targets = pw.TextField(null=True)
    date_order = pw.TextField(null=True)
    decimal_mark = pw.TextField(null=True)

    class Meta:
        keys = (Key(("tenant_id", "state", "name_key", "id")), Key(("tenant_id", "shape")))
