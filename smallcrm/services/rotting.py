"""Rotting deals: when somebody worked on a deal last, and which open ones were left alone for too long.

Work is a new stage, an activity that is done, or a comment; a changed field is none, since imports change fields too. A
deal rots once it was left alone for more days than its stage allows, unless a next step is planned within as many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw

from smallcrm import clock
from smallcrm.db.fence import Ids
from smallcrm.models.activity import Activity, ActivityLink
from smallcrm.models.base import State
from smallcrm.models.comment import Comment
from smallcrm.models.deal import DealStage
from smallcrm.models.pipeline import Stage
from smallcrm.services import timing
from smallcrm.services.pipelines import OPEN
from smallcrm.services.records.documents import CHUNK, fetch
from smallcrm.services.zone import workspace_zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from smallcrm.services.records.schema import Values

_DEAL = "deal"
_DAY = 24 * 3600 * 1_000_000


def tell(documents: Sequence[Values]) -> None:
    """Say of each open deal since when it is idle, and of every deal whether it rots."""
    rots = _rot_days()
    opened = {document["id"]: rots[document["stage"]] for document in documents if document["stage"] in rots}
    worked = worked_on(opened)
    left = left_alone({deal: days for deal, days in opened.items() if days is not None}, worked)
    for document in documents:
        document["idle_since"] = worked.get(document["id"])
        document["rotting"] = document["id"] in left


def left_alone_in(stage: Any, ids: Sequence[int]) -> set[int]:
    """Which of the deals in a stage rot."""
    days = _most(stage.rot_days)
    if stage.kind != OPEN or days is None:
        return set()
    chunks = [ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK)]
    return {deal for some in chunks for deal in left_alone(dict.fromkeys(some, days), worked_on(some))}


def _rot_days() -> dict[int, int | None]:
    """After how many days a deal rots in each open stage; None where it never does."""
    rows = fetch(Stage.select(Stage.id, Stage.rot_days).where(Stage.kind == OPEN))
    return {stage: _most(days) for stage, days in rows}


def _most(days: int | None) -> int | None:
    return None if days is None else min(days, timing.MOST_DAYS)


def worked_on(deals: Iterable[int]) -> dict[int, int]:
    """When somebody worked on each of these deals last, in microseconds."""
    ids = Ids(deals)
    found: dict[int, int] = {}
    if ids.ids:
        done = ActivityLink.select(ActivityLink.record_id, Activity.done_at).join(Activity)
        queries = (
            DealStage.select(DealStage.deal, DealStage.at).where(DealStage.deal.in_(ids)),
            done.where(ActivityLink.record_id.in_(ids), *_done(ActivityLink, Activity)),
            Comment.select(Comment.record_id, Comment.created_at).where(Comment.record_id.in_(ids), *_said(Comment)),
        )
        for deal, at in (row for query in queries for row in fetch(query)):
            found[deal] = max(at, found.get(deal, at))
    return found


def left_alone(days: Mapping[int, int], worked: Mapping[int, int]) -> set[int]:
    """Which of some open deals rot: those idle for more than the days given for each, with no step planned."""
    now = clock.now()
    last = clock.micros(now)
    # A deal that somebody removed between two queries was worked on by nobody.
    idle = {deal for deal, most in days.items() if last - worked.get(deal, last) > most * _DAY}
    if not idle:
        return idle
    zone = workspace_zone()
    coming = ActivityLink.select(ActivityLink.record_id, Activity.due).join(Activity)
    rows = fetch(coming.where(ActivityLink.record_id.in_(Ids(idle)), *_planned(ActivityLink, Activity)))
    return idle - {deal for deal, text in rows if timing.comes_within(text, now, zone, days[deal])}


def _done(links: Any, activities: Any) -> tuple[Any, ...]:
    return links.object == _DEAL, activities.state == State.LIVE, activities.status == timing.DONE


def _planned(links: Any, activities: Any) -> tuple[Any, ...]:
    return links.object == _DEAL, activities.state == State.LIVE, timing.waits(activities)


def _said(comments: Any) -> tuple[Any, ...]:
    return comments.record_object == _DEAL, comments.state == State.LIVE


# -- the same in SQL, for the deals of `row`


def idle_since_sql(row: Any) -> Any:
    """When somebody worked on an open deal last; NULL for the others."""
    entries, comments = DealStage.alias(), Comment.alias()
    links, activities = ActivityLink.alias(), Activity.alias()
    moved = entries.select(entries.at.alias("at")).where(entries.deal == row.id)
    done = _linked(links, activities).select(activities.done_at.alias("at"))
    said = comments.select(comments.created_at.alias("at"))
    work = moved.union_all(done.where(links.record_id == row.id, *_done(links, activities)))
    work = work.union_all(said.where(comments.record_id == row.id, *_said(comments))).alias("work")
    # A query inside a list has an order and a comparison like any value.
    last = pw.NodeList((pw.Select([work], [pw.fn.MAX(work.c.at)]),))
    return pw.Case(None, ((row.closed_at.is_null(), last),))


def rotting_sql(row: Any) -> Any:
    """The condition that a deal rots; the stages where deals do so are named first, for the index of stages."""
    stages: dict[int, list[int]] = {}
    for stage, days in _rot_days().items():
        if days is not None:
            stages.setdefault(days, []).append(stage)
    ways = [_left_alone_sql(row, some, days) for days, some in stages.items()]
    if not ways:
        return row.id.is_null()
    every = [stage for some in stages.values() for stage in some]
    return pw.NodeList((row.stage_id.in_(every), pw.NodeList(tuple(ways), " OR ", parens=True)), " AND ", parens=True)


def _left_alone_sql(row: Any, stages: Sequence[int], days: int) -> Any:
    since = clock.micros(clock.now()) - days * _DAY
    entries, comments = DealStage.alias(), Comment.alias()
    links, activities = ActivityLink.alias(), Activity.alias()
    moved = entries.select(entries.id).where(entries.deal == row.id, entries.at >= since)
    said = comments.select(comments.id).where(comments.record_id == row.id, *_said(comments))
    about = _linked(links, activities).select(links.id).where(links.record_id == row.id)
    done = about.where(*_done(links, activities), activities.done_at >= since)
    planned = about.where(*_planned(links, activities), timing.comes_within_sql(activities, days))
    ways = (moved, said.where(comments.created_at >= since), done, planned)
    some = pw.NodeList(tuple(pw.fn.EXISTS(way) for way in ways), " OR ", parens=True)
    return pw.NodeList((row.stage_id.in_(stages), pw.Negated(some)), " AND ", parens=True)


def _linked(links: Any, activities: Any) -> Any:
    return links.select().join(activities, on=(activities.id == links.activity))
