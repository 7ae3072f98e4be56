"""What a pipeline needs that an undo leaves: a deal that is in it has to be won or lost yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.models.pipeline import Pipeline, Stage
from smallcrm.services.records import obstacles, schema
from smallcrm.services.records.obstacles import within

if TYPE_CHECKING:
    from smallcrm.services.records.obstacles import Group, Stay

_MADE = ("create", "unhide", "restore")


def keep_stages(group: Group, stay: Stay, operation: int) -> None:
    """Of a pipeline that the operation made, and that stays, a stage of each kind that it had stays too."""
    going = {key for key in group if key not in stay}
    query = Stage.select(Stage.id, Stage.pipeline, Stage.kind).where(within(Stage.id, group))
    rows: list[Any] = list(query.order_by(Stage.position, Stage.id).tuples())
    leaving = [row for row in rows if row[0] in going]
    for pipeline in _staying(sorted({row[1] for row in leaving}), going, operation):
        kinds = _kinds_of(pipeline, going)
        for stage, its, kind in leaving:
            if its == pipeline and kind not in kinds:
                kinds.add(kind)
                named = obstacles.label(schema.noun("pipeline"), pipeline)
                stay[stage] = f"{named} stays and has no other stage that is {kind}, so it stays"


def _kinds_of(pipeline: int, going: set[int]) -> set[str]:
    """The kinds of the live stages of a pipeline that do not go."""
    query = Stage.select(Stage.id, Stage.kind).where(Stage.pipeline == pipeline, Stage.state == State.LIVE)
    rows: list[Any] = list(query.tuples())
    return {kind for stage, kind in rows if stage not in going}


def _staying(pipelines: list[int], going: set[int], operation: int) -> list[int]:
    """Those of the pipelines that the operation made and that cannot go with these stages."""
    query = Change.select(Change.record_id, Change.id, Change.kind).where(
        Change.operation == operation, Change.object == "pipeline", Change.kind.in_(_MADE)
    )
    rows: list[Any] = list(query.where(Change.record_id.in_(pipelines)).tuples())
    return [pipeline for pipeline, change, kind in rows if _stays(pipeline, change, going, hides=kind != "restore")]


def _stays(pipeline: int, change: int, going: set[int], *, hides: bool) -> bool:
    """Whether a live pipeline cannot follow: it is the last or was changed since, or another than these is in it."""
    # Only an undo asks; a list does not need what reads references.
    from smallcrm.services.records import referring

    if not Pipeline.select(Pipeline.id).where(Pipeline.id == pipeline, Pipeline.state == State.LIVE).exists():
        return False
    noun, stay = schema.noun("pipeline"), dict[int, str]()
    noun.keep([pipeline], stay)
    if hides:
        obstacles.drifted(noun, [pipeline], {pipeline: change}, stay)
    states = (State.LIVE, State.TRASHED) if hides else (State.LIVE,)
    found = referring.referrers(noun, [pipeline], *states)
    return bool(stay) or any(other.name != "stage" or source not in going for _pipeline, other, source in found)
