"""A workspace (a tenant, in code) and the people in it."""

from __future__ import annotations

from typing import Any, ClassVar

import peewee as pw

from smallcrm.db.ddl import Key
from smallcrm.db.fence import FencedModel, TenantModel
from smallcrm.db.fence.register import TableClass
from smallcrm.models.base import InstantField


class Workspace(FencedModel):
    """One tenant; its id is the tenant number, and a tenant scope sees its own row only."""

    table_class = TableClass.TENANT
    fence_options: ClassVar[dict[str, Any]] = {"tenant_column": "id", "packed_id": False, "sealed": ("slug",)}
    id = pw.BigIntegerField(primary_key=True)
    name = pw.TextField()
    slug = pw.TextField(unique=True)
    currency = pw.TextField()
    zone = pw.TextField()
    created_at = InstantField()


class Member(TenantModel):
    """A person in a workspace, with a role; a placeholder stands for somebody an import named."""

    name = pw.TextField()
    email = pw.TextField(null=True)
    email_key = pw.TextField(null=True)
    name_key = pw.TextField()
    role = pw.TextField()
    active = pw.IntegerField(default=1)
    placeholder = pw.IntegerField(default=0)
    created_at = InstantField()

    class Meta:
        keys = (Key(("tenant_id", "email_key"), unique=True), Key(("tenant_id", "name_key")))
