"""Deals: their fields, the rules of their stages, and moving, winning, losing and reopening them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.ids import number_of
from smallcrm.db.search import prepared
from smallcrm.errors import ValidationError
from smallcrm.models.deal import Deal, DealContact, DealStage
from smallcrm.models.external_id import ExternalId
from smallcrm.services import coming, rotting
from smallcrm.services import companies as _companies  # noqa: F401 - they are registered first
from smallcrm.services.accounts.access import actor
from smallcrm.services.pipelines import (
    LOST,
    OPEN,
    WON,
    default_pipeline,
    first_stage,
    pipeline_name,
    stage_of,
    stages_of,
)
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Field, Kind, Noun, Values, register
from smallcrm.services.records.tagging import TagPart
from smallcrm.services.weighing import probabilities, probability_sql
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from smallcrm.services.records.editing import Outcome

FIELDS = (
    Field("name", "Name"),
    Field("pipeline", "Pipeline", Kind.RECORD, target="pipeline", firm=True),
    Field("stage", "Stage", Kind.RECORD, target="stage", firm=True, within="pipeline", also="kind"),
    Field("amount", "Amount", Kind.MONEY, help="such as 5000 or 1200.50EUR"),
    Field("probability", "Probability", Kind.PERCENT, help="in percent, instead of the stage's"),
    Field("chance", "Chance", Kind.PERCENT, computed=True, help="in percent: what was said, or the stage's"),
    Field("expected_close", "Expected close", Kind.DATE, help="2026-03-31, fri, +2w, eom", aliases=("due", "close")),
    Field("closed_at", "Closed", Kind.INSTANT, internal=True, help="when it was won or lost", aliases=("closed",)),
    Field("idle_since", "Idle since", Kind.INSTANT, computed=True, help="of what is open", aliases=("idle",)),
    Field("rotting", "Rotting", Kind.BOOLEAN, computed=True, help="idle for longer than its stage's days"),
    coming.NEXT,
    Field("lost_reason", "Lost because", help="why it was lost"),
    Field("company", "Company", Kind.RECORD, target="company"),
    Field("contacts", "Contacts", Kind.RECORDS, target="contact", help="with a role as in buyer:ann@acme.com"),
    Field("source", "Source", help="where the deal came from"),
    Field("description", "Description", Kind.LONG_TEXT),
    Field("owner", "Owner", Kind.MEMBER),
    Field("tags", "Tags", Kind.TAGS),
    Field("external_ids", "External ids", Kind.EXTERNAL_IDS, help="source:key, as other systems name it"),
    Field("stage_log", "Stages", Kind.LOG, internal=True, help="when it came into each stage"),
)

PARTS = (
    RowPart(
        "contacts", DealContact, "deal_id", {"contact": "contact_id", "role": "role", "primary": "is_primary"},
        singular="contact", shown="contact", read=number_of,
    ),
    RowPart(
        "external_ids", ExternalId, "record_id", {"source": "source", "key": "key"}, fixed={"object": "deal"},
        live="key", within="source", singular="external id", shown="key",
    ),
    TagPart("deal"),
    RowPart(
        "stage_log", DealStage, "deal_id", {"stage": "stage_id", "at": "at", "member": "member_id"},
        singular="stage", shown="at", read=clock.from_micros,
    ),
)  # fmt: skip


def clean(values: Values, before: Values) -> Values:
    """The values of a new or changed deal as they are stored; raises ValidationError."""
    from smallcrm.services.records import cleaning

    cleaned = cleaning.clean_values(DEAL, values, before)
    _place(cleaned, before)
    if cleaned.get("stage") is not None and cleaned["stage"] != before.get("stage"):
        _enter(cleaned, before)
    check({**before, **cleaned}, cleaned)
    return cleaned


def _place(cleaned: Values, before: Values) -> None:
    """A stage alone brings its pipeline; another pipeline needs a stage of it, and a new deal begins in its first."""
    for key in ("pipeline", "stage"):
        if before and key in cleaned and cleaned[key] is None:
            raise ValidationError(f"A deal is always in a {key}.", field=key, hint=f"--set {key}=NAME")
    stage, pipeline = cleaned.get("stage"), cleaned.get("pipeline")
    if stage is not None:
        cleaned["pipeline"] = pipeline or stage_of(stage).pipeline_id
    elif not before:
        cleaned["pipeline"] = pipeline or default_pipeline()
        cleaned["stage"] = first_stage(cleaned["pipeline"], OPEN)
    elif pipeline is not None and pipeline != before["pipeline"]:
        raise ValidationError("In another pipeline a deal needs a stage of it.", field="stage", hint="--set stage=NAME")


def _enter(cleaned: Values, before: Values) -> None:
    """What follows from a new stage: an entry of the log, the time of closing, no reason where nothing is lost."""
    log = list(before.get("stage_log") or [])
    # Later than the entry before it, even where the clock stands still, so that the last one is the stage it is in.
    at = max([clock.micros(clock.now()), *(entry["at"] + 1 for entry in log)])
    cleaned["stage_log"] = [*log, {"stage": cleaned["stage"], "at": at, "member": actor().member_id}]
    kind = stage_of(cleaned["stage"]).kind
    if kind == OPEN:
        cleaned["closed_at"] = None
    elif before.get("closed_at") is None or stage_of(before["stage"]).kind != kind:
        cleaned["closed_at"] = at
    if kind != LOST and "lost_reason" not in cleaned:
        cleaned["lost_reason"] = None


def check(document: Values, keys: Collection[str]) -> None:
    """Refuse a deal without a name, and one whose stage, pipeline, reason and log do not belong together."""
    if not document.get("name"):
        raise ValidationError("A deal needs a name.", field="name")
    if not {"stage", "pipeline", "lost_reason", "stage_log", "closed_at"}.intersection(keys):
        return
    stage = stage_of(document["stage"])
    if stage.pipeline_id != document["pipeline"]:
        raise ValidationError(f"Stage {stage.name} is of another pipeline.", field="stage", hint="smallcrm stage list")
    if max(document["stage_log"], key=_entered, default={"stage": None})["stage"] != stage.id:
        raise ValidationError("The stage has been changed since.", field="stage")
    if (stage.kind == OPEN) != (document.get("closed_at") is None):
        raise ValidationError("The stage and the time of closing do not belong together.", field="stage")
    if stage.kind == LOST and not document.get("lost_reason"):
        raise ValidationError("A lost deal needs a reason.", field="lost_reason", hint="--set lost_reason=TEXT")
    if stage.kind != LOST and document.get("lost_reason"):
        raise ValidationError("Only a lost deal has a reason for it.", field="lost_reason", hint="smallcrm deal lose")


def _entered(entry: Values) -> int:
    return int(entry["at"])


def compute(documents: Sequence[Values], keys: Collection[str]) -> None:
    """Say of each deal how likely it is, and whether it is left alone."""
    if "chance" in keys:
        likely = probabilities(documents)
        for document in documents:
            document["chance"] = likely[document["id"]]
    if "next_activity" in keys:
        coming.tell("deal", documents)
    if "rotting" in keys or "idle_since" in keys:
        rotting.tell(documents)


def starts() -> Values:
    """What a new deal begins with where nothing is said, so that a stage is looked up there first."""
    return {"pipeline": default_pipeline()}


def derive(document: Values) -> dict[str, Any]:
    """The columns that follow from the fields."""
    return {"name_key": sort_key(document["name"])}


def search_text(document: Values) -> tuple[str, str]:
    """The folded words a deal is found by: its name, and the rest."""
    rest = [document.get("source") or "", document.get("lost_reason") or ""]
    return prepared(document["name"]), prepared(" ".join(rest))


DEAL = register(
    Noun(
        name="deal",
        plural="deals",
        code=5,
        model=Deal,
        builtin=FIELDS,
        parts=PARTS,
        clean=clean,
        derive=derive,
        search_text=search_text,
        found_by=(),
        default_columns=("id", "name", "stage", "amount", "chance", "expected_close", "company", "owner"),
        check=check,
        starts=starts,
        compute=compute,
        together=dict.fromkeys(("pipeline", "closed_at", "lost_reason", "stage_log"), "stage"),
        formulas={
            "chance": probability_sql,
            "idle_since": rotting.idle_since_sql,
            "rotting": rotting.rotting_sql,
            "next_activity": coming.next_sql("deal"),
        },
        shortcuts={"is": "stage.kind"},
    )
)


# -- the verbs


def move(numbers: Sequence[int], stage: str, *, reason: str | None = None, dry_run: bool = False) -> Outcome:
    """Move deals to a stage, looked up in the pipeline of each; the outcome says to which.

    `reason` is why those are lost that are not lost yet, where the stage is one of lost deals.
    """

    def change(document: Values) -> Values:
        entered = _stage(stage, document)
        why = {} if reason is None or document.get("lost_reason") else {"lost_reason": reason}
        return {"stage": entered, **why}

    return _change(numbers, "Move", change, dry_run=dry_run, told=True)


def win(numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Mark deals as won: they go to the first such stage of their pipeline, if they are in none."""

    def change(document: Values) -> Values:
        return {"stage": _decided(document, WON)}

    return _change(numbers, "Win", change, dry_run=dry_run)


def lose(numbers: Sequence[int], reason: str, *, dry_run: bool = False) -> Outcome:
    """Mark deals as lost, and say why."""

    def change(document: Values) -> Values:
        return {"stage": _decided(document, LOST), "lost_reason": reason}

    return _change(numbers, "Lose", change, dry_run=dry_run)


def reopen(numbers: Sequence[int], stage: str | None = None, *, dry_run: bool = False) -> Outcome:
    """Open deals again that were won or lost: in the one named, else in the open stage that each was in last.

    One that was in none, or whose stage is gone, goes to the first open one of its pipeline.
    """

    def change(document: Values) -> Values:
        wanted = _open_before(document) if stage is None else _stage(stage, document)
        if stage_of(wanted).kind != OPEN:
            raise ValidationError(f"Stage {stage!r} is not open.", field="stage", hint="smallcrm stage list")
        return {"stage": wanted}

    return _change(numbers, "Reopen", change, dry_run=dry_run, told=True)


def _stage(text: str, document: Values) -> Any:
    from smallcrm.services.records.parsing import parse_inside

    return parse_inside(DEAL, DEAL.by_key["stage"], text, document)


def _decided(document: Values, kind: str) -> int:
    """The stage of a deal if it is of that kind, else the first one of its pipeline that is."""
    if stage_of(document["stage"]).kind == kind:
        return int(document["stage"])
    return first_stage(document["pipeline"], kind)


def _open_before(document: Values) -> int:
    """The open stage of its pipeline that a deal is in, or was in last; the first one where there is none any more."""
    chances = {row.id for row in stages_of(document["pipeline"]) if row.kind == OPEN}
    entered = sorted(document["stage_log"], key=_entered, reverse=True)
    found = next((entry["stage"] for entry in entered if entry["stage"] in chances), None)
    return _decided(document, OPEN) if found is None else int(found)


def _change(
    numbers: Sequence[int], verb: str, change: Callable[[Values], Values], *, dry_run: bool, told: bool = False
) -> Outcome:
    from smallcrm.services.records.editing import change_many

    entered: dict[str, None] = {}

    def noted(document: Values) -> Values:
        values = change(document)
        entered[_place_of(values["stage"], document)] = None
        return values

    outcome = change_many(DEAL, numbers, verb, noted if told else change, dry_run=dry_run)
    outcome.to = list(entered)
    return outcome


def _place_of(stage: int, document: Values) -> str:
    """A stage by its name; of another pipeline than the deal's by the name of that, too."""
    row = stage_of(stage)
    if row.pipeline_id == document["pipeline"]:
        return str(row.name)
    return f"{row.name} of pipeline {pipeline_name(row.pipeline_id)}"
