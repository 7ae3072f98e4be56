"""Saved views: a filter, columns and an order under a name."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.models.base import Record


class SavedView(Record):
    """How somebody lists records of one noun, as it was written; of the whole team, or of its owner alone."""

    name = pw.TextField()
    name_key = pw.TextField()
    object = pw.TextField()
    filter_text = pw.TextField(null=True)
    sort_keys = pw.TextField(null=True)
    column_names = pw.TextField(null=True)
    team = pw.IntegerField()

    class Meta:
        keys = (Key(("tenant_id", "state", "name_key", "id")),)
