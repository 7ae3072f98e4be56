"""Comments on records of any noun, and whom they mention."""

from __future__ import annotations

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import TenantModel
from smallcrm.db.ids import PackedField
from smallcrm.models.base import InstantField, Record
from smallcrm.models.contact import Contact


class Comment(Record):
    """What a member says about a record, in Markdown; its owner is the author, `name` how it begins."""

    name = pw.TextField()
    name_key = pw.TextField()
    record_object = pw.TextField()
    record_id = PackedField()
    body = pw.TextField()
    public = pw.IntegerField()
    contact = pw.ForeignKeyField(Contact, null=True)
    edited_at = InstantField(null=True)

    class Meta:
        keys = (
            Key(("tenant_id", "state", "name_key", "id")),
            Key(("tenant_id", "record_object", "record_id", "id")),
            Key(("tenant_id", "contact_id")),
        )


class CommentMention(TenantModel):
    """A member whom a comment mentions, and how that is written in it."""

    comment = pw.ForeignKeyField(Comment)
    member_id = PackedField()
    written = pw.TextField()

    class Meta:
        keys = (Key(("tenant_id", "comment_id")), Key(("tenant_id", "member_id")))
