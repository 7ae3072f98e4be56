"""Deleting stages and pipelines that deals are in, and bringing a pipeline back with its stages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict, ValidationError
from smallcrm.models.base import State
from smallcrm.models.deal import Deal
from smallcrm.models.operation import Change
from smallcrm.models.pipeline import Stage
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import OPEN, PIPELINE, STAGE, stage_of, stages_of
from smallcrm.services.records import documents, lookup, obstacles, store
from smallcrm.services.records.editing import Outcome, how_many
from smallcrm.services.records.operations import Operation, operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def delete_stages(numbers: Sequence[int], move_to: str | None = None, *, dry_run: bool = False) -> Outcome:
    """Move stages to the trash, and the deals in them to another stage; raises Conflict where none is named."""
    require(Verb.CONFIGURE)
    ids = obstacles.live_ids(STAGE, numbers)
    pipelines = {stage_of(stage).pipeline_id for stage in ids}
    target = _target(move_to, ids, next(iter(pipelines)))
    for pipeline in pipelines:
        if not any(row.kind == OPEN for row in stages_of(pipeline) if row.id not in ids):
            sentence = f"The last open stage of pipeline {number_of(pipeline)} stays."
            raise Conflict(sentence, hint="smallcrm stage add NAME, or smallcrm pipeline delete")
    with operation(f"Delete {how_many(STAGE, ids)}", verb=Verb.CONFIGURE, dry_run=dry_run) as op:
        _move_deals(op, ids, target)
        op.set_state(STAGE, "trash", ids)
    return _outcome(op, numbers, dry_run=dry_run)


def delete_pipelines(numbers: Sequence[int], move_to: str | None = None, *, dry_run: bool = False) -> Outcome:
    """Move pipelines to the trash with their stages, and the deals in them to a stage of another pipeline."""
    require(Verb.CONFIGURE)
    ids = obstacles.live_ids(PIPELINE, numbers)
    stay: dict[int, str] = {}
    PIPELINE.keep(ids, stay)
    if stay:
        raise Conflict("The last pipeline stays.", hint="smallcrm pipeline add NAME")
    stages = [row.id for pipeline in ids for row in stages_of(pipeline)]
    target = _target(move_to, stages)
    with operation(f"Delete {how_many(PIPELINE, ids)}", verb=Verb.CONFIGURE, dry_run=dry_run) as op:
        _move_deals(op, stages, target)
        op.set_state(STAGE, "trash", stages)
        op.set_state(PIPELINE, "trash", ids)
    return _outcome(op, numbers, dry_run=dry_run)


def restore_pipelines(numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Take pipelines out of the trash, with the stages that went there together with them."""
    require(Verb.CONFIGURE)
    ids = store.ids_of(PIPELINE, numbers)
    with operation(f"Restore {how_many(PIPELINE, ids)}", verb=Verb.CONFIGURE, dry_run=dry_run) as op:
        for pipeline in ids:
            op.restore(PIPELINE, pipeline)
            op.set_state(STAGE, "restore", _gone_with(pipeline))
    return _outcome(op, numbers, dry_run=dry_run)


def _target(move_to: str | None, going: Sequence[int], pipeline: int | None = None) -> int | None:
    """The stage that deals are moved to; its name is looked up in the pipeline first."""
    if move_to is None:
        return None
    found = lookup.find(STAGE, move_to, None if pipeline is None else ("pipeline_id", pipeline))
    if found in going:
        raise ValidationError("Deals cannot be moved to a stage that is deleted.", hint="--move-to STAGE")
    return found


def _move_deals(op: Operation, stages: Sequence[int], target: int | None) -> None:
    """Move the live deals of these stages; raises Conflict where it is not said where to."""
    if target is None:
        count = Deal.select(Deal.id).where(Deal.stage.in_(list(stages)), Deal.state == State.LIVE).count()
        if count:
            sentence = "1 deal is in it." if count == 1 else f"{count:,} deals are in it."
            raise Conflict(sentence, hint="--move-to STAGE moves them")
        return
    for ids in _deals_in(stages):
        for document in documents.load(DEAL, ids).values():
            op.rewrite(DEAL, document, DEAL.clean({"stage": target}, document))


def _deals_in(stages: Sequence[int]) -> Iterator[list[int]]:
    after = 0
    while True:
        query = Deal.select(Deal.id).where(Deal.stage.in_(list(stages)), Deal.state == State.LIVE, Deal.id > after)
        rows: list[Any] = list(query.order_by(Deal.id).limit(documents.CHUNK).tuples())
        if not rows:
            return
        yield [row[0] for row in rows]
        after = rows[-1][0]


def _gone_with(pipeline: int) -> list[int]:
    """The stages in the trash that the operation put there which trashed their pipeline."""
    trashed = (Change.kind == "trash") & (Change.object == "pipeline") & (Change.record_id == pipeline)
    row = Change.select(Change.operation).where(trashed).order_by(Change.id.desc()).tuples().first()
    if row is None:
        return []
    with_it = Change.select(Change.record_id).where(
        Change.operation == row[0], Change.object == "stage", Change.kind == "trash"
    )
    mine = (Stage.pipeline == pipeline) & (Stage.state == State.TRASHED)
    rows: list[Any] = list(Stage.select(Stage.id).where(mine, Stage.id.in_(with_it)).tuples())
    return [found[0] for found in rows]


def _outcome(op: Operation, numbers: Sequence[int], *, dry_run: bool) -> Outcome:
    operation_number = None if op.id is None else number_of(op.id)
    return Outcome(len(numbers), list(numbers), operation=operation_number, dry_run=dry_run)
