"""Activities: calls, meetings, e-mails, tasks and notes, with what they are about and their reminders."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.db.ids import PackedField
from smallcrm.models.base import InstantField, Record


class Activity(Record):
    """What was done or is to be done; `due` is a date or an instant, as texts that sort together."""

    name = pw.TextField()
    name_key = pw.TextField()
    kind = pw.TextField()
    direction = pw.TextField(null=True)
    due = pw.TextField(null=True)
    duration = pw.BigIntegerField(null=True)
    place = pw.TextField(null=True)
    description = pw.TextField(null=True)
    status = pw.TextField()
    done_at = InstantField(null=True)
    outcome = pw.TextField(null=True)

    class Meta:
        keys = (Key(("tenant_id", "state", "name_key", "id")), Key(("tenant_id", "state", "status", "due", "id")))


class ActivityLink(TenantModel):
    """A record that an activity is about, of any object."""

    activity = pw.ForeignKeyField(Activity)
    object = pw.TextField()
    record_id = PackedField()

    class Meta:
        keys = (Key(("tenant_id", "activity_id")), Key(("tenant_id", "object", "record_id")))


class ActivityReminder(TenantModel):
    """How many minutes before it is due an activity is called to mind, and when that was done last."""

    activity = pw.ForeignKeyField(Activity)
    minutes = pw.BigIntegerField()
    sent_at = InstantField(null=True)

    class Meta:
        keys = (Key(("tenant_id", "activity_id")),)
