"""Pipelines and stages: their fields, their rules, and how they are deleted while deals are in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.ids import Counter, make_id, number_of, own_id
from smallcrm.errors import NotFound, ValidationError
from smallcrm.models.base import State
from smallcrm.models.pipeline import Pipeline, Stage
from smallcrm.services import staying
from smallcrm.services.records import documents
from smallcrm.services.records.namesakes import Name, refuse_held
from smallcrm.services.records.obstacles import within
from smallcrm.services.records.schema import Field, Kind, Noun, Values, register
from smallcrm.services.records.standing import remembered
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from smallcrm.services.records.obstacles import Group, Stay
    from smallcrm.services.records.operations import Operation

OPEN, WON, LOST = KINDS = ("open", "won", "lost")
CERTAIN = {WON: 100, LOST: 0}
"""The probability of what is decided."""
SALES = (
    ("Lead", OPEN, 10), ("Qualified", OPEN, 25), ("Proposal", OPEN, 50), ("Negotiation", OPEN, 75),
    ("Won", WON, 100), ("Lost", LOST, 0),
)  # fmt: skip
"""The stages of the pipeline that a new workspace has."""


def _derive(document: Values) -> dict[str, Any]:
    return {"name_key": sort_key(document["name"])}


def _search_text(document: Values) -> tuple[str, str]:
    """Settings are not searched; a list of them is short."""
    return sort_key(document["name"]), ""


# -- pipelines


def _clean_pipeline(values: Values, before: Values) -> Values:
    from smallcrm.services.records import cleaning

    cleaned = cleaning.clean_values(PIPELINE, values, before)
    _check_pipeline({**before, **cleaned}, cleaned)
    return cleaned


def _check_pipeline(document: Values, keys: Collection[str]) -> None:
    if not document.get("name"):
        raise ValidationError("A pipeline needs a name.", field="name")
    if "name" in keys:
        refuse_held(PIPELINE, document)


def _pipeline_names(document: Values) -> list[Name]:
    key = sort_key(document["name"])
    return [Name(key, Pipeline.name_key == key, f"there is a pipeline {document['name']!r} already")]


def _keep_pipelines(group: Group, stay: Stay) -> None:
    """The last pipeline stays, since every deal is in one."""
    rest = Pipeline.select(Pipeline.id).where(Pipeline.state == State.LIVE, ~within(Pipeline.id, group))
    if not rest.exists():
        stay.setdefault(min(group), "it is the last pipeline, so it stays")


PIPELINE = register(
    Noun(
        name="pipeline",
        plural="pipelines",
        code=3,
        model=Pipeline,
        builtin=(Field("name", "Name"), Field("description", "Description", Kind.LONG_TEXT)),
        parts=(),
        clean=_clean_pipeline,
        derive=_derive,
        search_text=_search_text,
        default_columns=("id", "name", "description"),
        check=_check_pipeline,
        keep=_keep_pipelines,
        names=_pipeline_names,
        settings=True,
    )
)


# -- stages


def _clean_stage(values: Values, before: Values) -> Values:
    from smallcrm.services.records import cleaning

    cleaned = cleaning.clean_values(STAGE, values, before)
    after = {**before, **cleaned}
    if after.get("pipeline") is None:
        cleaned["pipeline"] = after["pipeline"] = default_pipeline()
    if before and after["pipeline"] != before["pipeline"]:
        raise ValidationError("A stage stays in its pipeline.", field="pipeline", hint="smallcrm stage add NAME")
    cleaned["kind"] = after["kind"] = after.get("kind") or OPEN
    if after["kind"] in CERTAIN:
        cleaned["probability"] = CERTAIN[after["kind"]]
    elif after.get("probability") is None:
        raise ValidationError("An open stage needs a probability.", field="probability", hint="--probability 50")
    if after.get("position") is None:
        cleaned["position"] = _next_position(after["pipeline"])
    _check_stage({**before, **cleaned}, {key for key in cleaned if cleaned[key] != before.get(key)})
    return cleaned


def _check_stage(document: Values, keys: Collection[str]) -> None:
    if not document.get("name"):
        raise ValidationError("A stage needs a name.", field="name")
    if "name" in keys:
        refuse_held(STAGE, document)
    if "kind" in keys and document.get("id") is not None:
        _check_kind(document)


def _check_kind(document: Values) -> None:
    from smallcrm.models.deal import Deal

    if Deal.select(Deal.id).where(Deal.stage == document["id"]).exists():
        raise ValidationError("Deals are or were in this stage, so its kind stays.", field="kind")
    if document["kind"] != OPEN and _is_last_open([document["id"]], document["pipeline"]):
        raise ValidationError("It is the last open stage of its pipeline, so it stays open.", field="kind")


def _stage_names(document: Values) -> list[Name]:
    key, pipeline = sort_key(document["name"]), document["pipeline"]
    alike = (Stage.name_key == key) & (Stage.pipeline == pipeline)
    return [Name((pipeline, key), alike, f"there is a stage {document['name']!r} in this pipeline already")]


def _make_room(op: Operation, stage_id: int) -> None:
    """Move the stages down that have the place of a new one, or come to have one that is taken."""
    mine = stage_of(stage_id)
    held = (Stage.pipeline == mine.pipeline_id) & (Stage.state == State.LIVE) & (Stage.id != stage_id)
    rows: Any = Stage.select(Stage.id, Stage.position).where(held, Stage.position >= mine.position).tuples()
    moved, place = [], mine.position
    for other, position in sorted(rows, key=lambda row: row[1]):
        if position > place:
            break
        place = position + 1
        moved.append(other)
    for document in documents.load(STAGE, moved).values():
        op.rewrite(STAGE, document, {"position": document["position"] + 1})


def _next_position(pipeline: int) -> int:
    rows: Any = Stage.select(Stage.position).where(Stage.pipeline == pipeline).tuples()
    return 1 + max((row[0] for row in rows), default=0)


def _is_last_open(ids: Group, pipeline: int) -> bool:
    """Whether a pipeline would keep stages, but none that is open."""
    rows: Any = (
        Stage.select(Stage.kind)
        .where(Stage.pipeline == pipeline, Stage.state == State.LIVE, ~within(Stage.id, ids))
        .tuples()
    )
    kinds = {row[0] for row in rows}
    return bool(kinds) and OPEN not in kinds


def _keep_stages(group: Group, stay: Stay) -> None:
    """The last open stage of a pipeline stays, unless all of its stages go."""
    rows: Any = Stage.select(Stage.id, Stage.pipeline).where(within(Stage.id, group), Stage.kind == OPEN).tuples()
    first: dict[int, int] = {}
    for stage, pipeline in rows:
        first.setdefault(pipeline, stage)
    for pipeline, stage in first.items():
        if _is_last_open(group, pipeline):
            stay.setdefault(stage, "it is the last open stage of its pipeline, so it stays")


def _ranked_stages() -> list[int]:
    """Every stage: pipeline by pipeline, and in each as deals go through it."""
    rows: Any = Stage.select(Stage.id, Stage.pipeline, Stage.kind, Stage.position).tuples()
    return [row[0] for row in sorted(rows, key=lambda row: (row[1], KINDS.index(row[2]), row[3], row[0]))]


STAGE = register(
    Noun(
        name="stage",
        plural="stages",
        code=4,
        model=Stage,
        builtin=(
            Field("name", "Name"),
            Field("pipeline", "Pipeline", Kind.RECORD, target="pipeline", firm=True, help="else the first"),
            Field("kind", "Kind", Kind.SELECT, choices=KINDS, help="what a deal in it is"),
            Field("probability", "Probability", Kind.PERCENT, help="of a deal in it, in percent"),
            Field("position", "Position", Kind.INTEGER, help="its place in the pipeline"),
            Field("rot_days", "Rots after", Kind.INTEGER, help="days without work until a deal in it is stale"),
        ),
        parts=(),
        clean=_clean_stage,
        derive=_derive,
        search_text=_search_text,
        default_columns=("id", "name", "pipeline", "kind", "probability", "position", "rot_days"),
        check=_check_stage,
        keep=_keep_stages,
        keep_with=staying.keep_stages,
        names=_stage_names,
        settings=True,
        ranked=_ranked_stages,
        follow=_make_room,
    )
)  # fmt: skip


# -- asked by deals


def stage_of(stage_id: int) -> Any:
    """The row of a stage; raises ValidationError where there is none."""
    row: Any = remembered(("stage row", stage_id), lambda: Stage.get_or_none(Stage.id == stage_id))
    if row is None:
        raise ValidationError("There is no such stage.", field="stage")
    return row


def stages_of(pipeline: int) -> list[Any]:
    """The live stages of a pipeline in their order: those that are open, then won, then lost."""
    rows = Stage.select().where(Stage.pipeline == pipeline, Stage.state == State.LIVE)
    return sorted(rows, key=lambda row: (KINDS.index(row.kind), row.position, row.id))


def pipeline_name(pipeline: int) -> str:
    """What a pipeline is called."""
    row: Any = Pipeline.select(Pipeline.name).where(Pipeline.id == pipeline).tuples().first()
    return "" if row is None else str(row[0])


def names() -> list[tuple[int, str]]:
    """The number and the name of every live pipeline, the one where none is named first."""
    query = Pipeline.select(Pipeline.id, Pipeline.name).where(Pipeline.state == State.LIVE).order_by(Pipeline.id)
    return [(number_of(pipeline), str(name)) for pipeline, name in documents.fetch(query)]


def pipeline_of(stage: int) -> int:
    """The number of the pipeline that a stage is of, by its number; raises ValidationError where there is none."""
    return number_of(stage_of(own_id(stage)).pipeline_id)


def first_stage(pipeline: int, kind: str) -> int:
    """The first live stage of that kind in a pipeline; raises ValidationError where there is none."""
    found = next((row for row in stages_of(pipeline) if row.kind == kind), None)
    if found is None:
        sentence = f"Pipeline {number_of(pipeline)} has no stage that is {kind}."
        raise ValidationError(sentence, field="stage", hint=f"smallcrm stage add NAME --kind {kind}")
    return int(found.id)


def default_pipeline() -> int:
    """The pipeline of deals where none is named: the live one with the lowest number."""
    row = Pipeline.select(Pipeline.id).where(Pipeline.state == State.LIVE).order_by(Pipeline.id).tuples().first()
    if row is None:
        raise NotFound("There is no pipeline yet.", hint="smallcrm pipeline add Sales")
    return int(row[0])


def set_up(tenant: int) -> None:
    """Give a workspace that is being created its first pipeline; not journalled, as the workspace itself is not."""
    common = {"tenant_id": tenant, "created_at": clock.now(), "updated_at": clock.now()}
    Pipeline.create(id=make_id(tenant, 1), name="Sales", name_key=sort_key("Sales"), **common)
    for at, (name, kind, probability) in enumerate(SALES, start=1):
        Stage.create(
            id=make_id(tenant, at), name=name, name_key=sort_key(name), pipeline=make_id(tenant, 1), position=at,
            kind=kind, probability=probability, **common,
        )  # fmt: skip
    Counter.create(tenant_id=tenant, name="pipeline", last=1)
    Counter.create(tenant_id=tenant, name="stage", last=len(SALES))
