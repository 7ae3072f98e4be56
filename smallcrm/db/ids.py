"""Ids: one 64-bit number, `tenant << 40 | n`, with `n` counted per tenant and object and shown to people."""

from __future__ import annotations

from typing import Any, ClassVar

import peewee as pw

from smallcrm.db.fence.database import proxy
from smallcrm.db.fence.models import FencedModel
from smallcrm.db.fence.register import TableClass
from smallcrm.db.fence.scope import TENANT_SHIFT, Kind, current
from smallcrm.errors import Conflict, FenceRefused

NUMBER_MASK = (1 << TENANT_SHIFT) - 1
MAX_NUMBER = (1 << 36) - 1
# The owner of the counters that belong to no workspace, such as that of the workspaces themselves.
NOBODY = 0


class PackedField(pw.BigIntegerField):
    """The id of a record of any object: checked to lie in the row's own tenant, without a foreign key."""

    packed = True


class Counter(FencedModel):
    """The last number given out for one table of one tenant."""

    table_class = TableClass.TENANT
    fence_options: ClassVar[dict[str, Any]] = {"packed_id": False}
    tenant_id = pw.BigIntegerField()
    name = pw.TextField()
    last = pw.BigIntegerField()

    class Meta:
        primary_key = pw.CompositeKey("tenant_id", "name")


def make_id(tenant: int, n: int) -> int:
    """The id of the tenant's n-th row."""
    return tenant << TENANT_SHIFT | n


def number_of(row_id: int) -> int:
    """The number of a row within its tenant and object."""
    return row_id & NUMBER_MASK


def bound_tenant() -> int:
    """The number of the bound tenant; raises FenceRefused in any other scope."""
    scope = current()
    if scope.kind is not Kind.TENANT or scope.key is None:
        raise FenceRefused("Ids are counted per tenant.")
    return scope.key


def own_id(n: int) -> int:
    """The id of the bound tenant's n-th row."""
    return make_id(bound_tenant(), n)


def take(table: str, count: int = 1) -> int:
    """The first of `count` new numbers, taken inside the running transaction."""
    row = (
        Counter.insert(tenant_id=bound_tenant(), name=table, last=count)
        .on_conflict(conflict_target=(Counter.tenant_id, Counter.name), update={Counter.last: Counter.last + count})
        .returning(Counter.last)
        .tuples()
        .execute()
    )
    last: int = next(iter(row))[0]
    if last > MAX_NUMBER:
        raise Conflict(f"The workspace has used up its numbers for {table}.")
    return last - count + 1


def upcoming(table: str) -> int:
    """The number that would be taken next; nobody is kept from taking it."""
    mine = (Counter.tenant_id == bound_tenant()) & (Counter.name == table)
    last: int | None = Counter.select(Counter.last).where(mine).scalar()
    return (last or 0) + 1


def reserve(table: str, count: int) -> int:
    """The first of `count` new numbers, reserved at once in a short transaction of its own.

    Bulk work reserves before its own transaction opens, so that it blocks nobody; inside one it raises.
    """
    if proxy.in_transaction():
        raise FenceRefused("A range of ids is reserved before the transaction opens, not in it.")
    with proxy.atomic():
        return take(table, count)
