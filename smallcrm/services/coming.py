"""When something is due next with a record: the first of its open activities, overdue or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm.db.fence import Ids
from smallcrm.models.activity import Activity, ActivityLink
from smallcrm.models.base import State
from smallcrm.services.records.documents import fetch
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.timing import OPEN

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from smallcrm.services.records.schema import Values

NEXT = Field("next_activity", "Next activity", Kind.DUE, computed=True, help="when the first of what is open is due")


def next_sql(noun: str) -> Callable[[Any], Any]:
    """What gives for the records of `row` when something is due next with them."""

    def made(row: Any) -> Any:
        link, activity = ActivityLink.alias(), Activity.alias()
        first = link.select(pw.fn.MIN(activity.due)).join(activity, on=(activity.id == link.activity))
        mine = (link.object == noun) & (link.record_id == row.id)
        # A query inside a list has an order and a comparison like any value.
        return pw.NodeList((first.where(mine, activity.state == State.LIVE, activity.status == OPEN),))

    return made


def tell(noun: str, documents: Sequence[Values]) -> None:
    """Say of each document when something is due next with it."""
    ids = Ids(document["id"] for document in documents)
    query = ActivityLink.select(ActivityLink.record_id, pw.fn.MIN(Activity.due)).join(Activity)
    mine = (ActivityLink.object == noun) & ActivityLink.record_id.in_(ids)
    query = query.where(mine, Activity.state == State.LIVE, Activity.status == OPEN).group_by(ActivityLink.record_id)
    found = dict(fetch(query))
    for document in documents:
        document["next_activity"] = found.get(document["id"])


def computes(noun: str) -> Callable[[Sequence[Values], Collection[str]], None]:
    """What a noun computes that works out nothing else."""

    def compute(documents: Sequence[Values], keys: Collection[str]) -> None:
        if "next_activity" in keys:
            tell(noun, documents)

    return compute
