"""The pipelines and stages that deals of a file are in: those that are there, and those that have to be made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.ids import number_of
from smallcrm.errors import ValidationError
from smallcrm.models.base import State
from smallcrm.models.deal import Deal
from smallcrm.models.pipeline import Pipeline
from smallcrm.services.accounts.access import Verb, actor, may
from smallcrm.services.pipelines import (
    KINDS,
    LOST,
    OPEN,
    PIPELINE,
    SALES,
    STAGE,
    WON,
    default_pipeline,
    stages_of,
)
from smallcrm.services.transfer.work import lookups, words
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.transfer.work.rows import Row

MOST_STAGES = 100
_BETWEEN = frozenset(" \t\n-_./:,()\u00a0\u2013")
_USUAL = 50
_LONGEST = 80
_NAMES = {WON: "Won", LOST: "Lost", OPEN: "Open"}


class At(NamedTuple):
    """Where a deal is: its pipeline, its stage with kind and probability, and the open stage that it came from."""

    pipeline: int
    stage: int
    kind: str
    probability: int
    before: int | None = None


@dataclass
class Seen:
    """The stages that a file names, pipeline by pipeline, with the probabilities of their deals."""

    stages: dict[str, dict[str, Counter[int]]] = field(default_factory=dict)

    def see(self, rows: Iterable[Row]) -> None:
        """Note the stages of some rows."""
        for row in rows:
            stage, pipeline = row.get("stage"), row.get("pipeline") or ""
            found = self.stages.setdefault(pipeline, {})
            if stage and words.decided(stage) is None:
                likely = row.get("probability")
                found.setdefault(stage, Counter()).update([] if likely is None else [likely])


def place_known(rows: Sequence[Row], source: str, *, by_name: bool = False) -> None:
    """Let a stage without a pipeline be one of the pipeline in which the deal is that its row names.

    It names it by its id; or, `by_name`, by a name that only one deal has.
    """
    bare = [row for row in rows if "stage" in row.said and "pipeline" not in row.said]
    ids = {row.said["external_id"] for row in bare if "external_id" in row.said and row.mine is None}
    known = {key: deal for key, (_noun, deal) in lookups.by_external(source, ids, "deal").items()} if ids else {}
    names = {sort_key(row.said["name"]) for row in bare if by_name and "name" in row.said}
    called = {name: deals[0] for name, deals in lookups.by_name("deal", names).items() if not deals[1:]}
    meant = [
        (row.mine.id if row.mine is not None else known.get(row.get("external_id")))
        or called.get(sort_key(row.get("name") or ""))
        for row in bare
    ]
    query: Any = Deal.select(Deal.id, Pipeline.name).join(Pipeline, on=(Deal.pipeline == Pipeline.id))
    deals = sorted({deal for deal in meant if deal is not None})
    pipelines = dict(query.where(Deal.id.in_(deals)).tuples()) if deals else {}
    for row, deal in zip(bare, meant, strict=True):
        if deal is not None:
            row.said["pipeline"] = pipelines[deal]


def kind_of(row: Row) -> str | None:
    """Whether a deal is won, lost or open, as its row says beside the stage; None where it says nothing."""
    if row.get("status:won"):
        return WON
    if row.get("status"):
        return words.decided(row.get("status"))
    if row.get("status:closed") is not None and row.get("status:won") is not None:
        return LOST if row.get("status:closed") else OPEN
    return None


class _Stage(NamedTuple):
    id: int
    name: str
    kind: str
    probability: int
    position: int
    rot_days: int | None


class Pipelines:
    """Finds the place of each deal; pipelines and stages that only the file knows are made at once, by who may."""

    def __init__(self, op: Operation, seen: Seen) -> None:
        self._op = op
        self.made: dict[str, list[str]] = {}
        self.put_away: Counter[str] = Counter()
        self._may = may(actor().role, Verb.CONFIGURE)
        live: Any = Pipeline.select(Pipeline.id, Pipeline.name).where(Pipeline.state == State.LIVE)
        self._known = {_key(name): pipeline for pipeline, name in live.order_by(Pipeline.id.desc()).tuples()}
        self._default = default_pipeline()
        self._stages: dict[int, list[_Stage]] = {}
        self._refused: dict[tuple[str, str], str] = {}
        for pipeline, found in seen.stages.items():
            if len(found) > MOST_STAGES:
                why = f"the file has {len(found):,} different ones, so it is hardly a column of stages"
                self._refused |= {(_key(pipeline), words.key(stage)): why for stage in found}
            elif self._may:
                self._prepare(pipeline, found)

    def at(self, row: Row) -> At:
        """Where the deal of a row is; raises ValidationError where its pipeline or stage cannot be had."""
        pipeline = self._pipeline(row.get("pipeline") or "")
        named, kind = row.get("stage"), kind_of(row)
        stage = self._named(pipeline, named) if named else None
        if stage is None and named and words.decided(named) is None:
            why = self._why(row.get("pipeline") or "", named)
            missing = f"there is no stage {_shown(named)} in pipeline {number_of(pipeline)}"
            raise ValidationError(f"{missing}, and {why}", field="stage")
        kind = kind or (stage.kind if stage else words.decided(named or "") or OPEN)
        if stage is not None and stage.kind == kind:
            return At(pipeline, stage.id, kind, stage.probability)
        final = self._first(pipeline, kind)
        before = stage.id if stage is not None and stage.kind == OPEN else None
        return At(pipeline, final.id, kind, final.probability, before)

    def _pipeline(self, name: str) -> int:
        if not name:
            return self._default
        found: int | None = self._known.get(_key(name))
        if found is None:
            raise ValidationError(f"there is no pipeline {_shown(name)}, and {self._why(name)}", field="pipeline")
        return found

    def _why(self, pipeline: str, stage: str = "") -> str:
        """Why a pipeline or a stage that only the file knows was not made."""
        refused = self._refused.get((_key(pipeline), words.key(stage)))
        return "only an admin can add it" if refused is None else f"it cannot be made: {refused}"

    def _of(self, pipeline: int) -> list[_Stage]:
        if pipeline not in self._stages:
            self._stages[pipeline] = [
                _Stage(row.id, row.name, row.kind, row.probability, row.position, row.rot_days)
                for row in stages_of(pipeline)
            ]
        return self._stages[pipeline]

    def _named(self, pipeline: int, name: str) -> _Stage | None:
        wanted = _stage_key(name)
        return next((stage for stage in self._of(pipeline) if _stage_key(stage.name) == wanted), None)

    def _first(self, pipeline: int, kind: str) -> _Stage:
        found = next((stage for stage in self._of(pipeline) if stage.kind == kind), None)
        if found is None:
            raise ValidationError(f"pipeline {number_of(pipeline)} has no stage that is {kind}", field="stage")
        return found

    def _prepare(self, name: str, found: dict[str, Counter[int]]) -> None:
        """Make what is missing of one pipeline of the file."""
        pipeline = self._known.get(_key(name)) if name else self._default
        if pipeline is None:
            try:
                pipeline = self._known[_key(name)] = self._op.create(PIPELINE, {"name": name})
            except ValidationError as error:
                self._refused[_key(name), ""] = error.sentence.rstrip(".")
                return
            self.made.setdefault("pipeline", []).append(name)
        unused = self._unused(pipeline)
        for stage, likely in sorted(found.items(), key=lambda item: _likely(*item)):
            if self._named(pipeline, stage) is None:
                self._try(name, pipeline, stage, OPEN, _likely(stage, likely))
        for kind in KINDS:
            if all(stage.kind != kind for stage in self._of(pipeline)):
                self._try(name, pipeline, _NAMES[kind], kind, _USUAL)
        named = {_stage_key(stage) for stage in found}
        if unused and any(stage.kind == OPEN and stage not in unused for stage in self._of(pipeline)):
            self._remove([stage for stage in unused if _stage_key(stage.name) not in named])

    def _unused(self, pipeline: int) -> list[_Stage]:
        """The open stages that every new workspace has, where they are as they were and no deal is or was in them."""
        stages = [stage for stage in self._of(pipeline) if stage.kind == OPEN]
        usual = [(name, likely, None) for name, kind, likely in SALES if kind == OPEN]
        as_made = [(stage.name, stage.probability, stage.rot_days) for stage in stages] == usual
        # An import that was undone leaves no trace.
        used = Deal.select(Deal.id).where(Deal.state != State.UNDONE).limit(1)
        return stages if as_made and not used.exists() else []

    def _remove(self, stages: Sequence[_Stage]) -> None:
        """Put stages into the trash that the file's own take the place of."""
        for stage in stages:
            self._op.trash(STAGE, stage.id)
            self.put_away["stage"] += 1
        self._stages.clear()

    def _try(self, called: str, pipeline: int, name: str, kind: str, likely: int) -> None:
        """Make a stage, or keep in mind why it cannot be made."""
        try:
            self._add(pipeline, name, kind, likely)
        except ValidationError as error:
            self._refused[_key(called), words.key(name)] = error.sentence.rstrip(".")

    def _add(self, pipeline: int, name: str, kind: str, likely: int) -> None:
        """Make a stage after those that are less likely."""
        values = {"name": name, "pipeline": pipeline, "kind": kind}
        if kind == OPEN:
            open_ones = [stage for stage in self._of(pipeline) if stage.kind == OPEN]
            before = [stage.position for stage in open_ones if stage.probability <= likely]
            # Where it comes last it gets a place of its own; else those that come after it move on.
            first = min((stage.position for stage in open_ones), default=1)
            place = {} if len(before) == len(open_ones) else {"position": max(before) + 1 if before else first}
            values |= {"probability": likely, **place}
        self._op.create(STAGE, values)
        self.made.setdefault("stage", []).append(name)
        self._stages.pop(pipeline, None)


def _likely(stage: str, seen: Counter[int]) -> int:
    """How likely a deal in a stage is: what most of the file's deals in it say, else what is usual."""
    if seen:
        return seen.most_common(1)[0][0]
    return words.likely(stage) or _USUAL


def _shown(name: str) -> str:
    return repr(name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…")


def _stage_key(name: str) -> str:
    """A stage's name however it is written; stars and pluses are part of it."""
    return "".join(letter for letter in fold(name) if letter not in _BETWEEN) or name


def _key(name: str) -> str:
    """A pipeline's name without the word for it."""
    found = words.key(name)
    return found.removesuffix("pipeline") or found
