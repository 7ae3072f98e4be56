"""The inverse of each kind of change, written where the change still stands.

A value stands when it is still what the operation made it. A record that an operation created is hidden (as if it had
never been) when nothing about it was changed since; changes that were themselves taken back do not count. No record
that is seen ever refers to one that is hidden.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.errors import ValidationError
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.services.records import documents, obstacles, parts, referring, schema
from smallcrm.services.records.claims import Claims
from smallcrm.services.records.cleaning import fits
from smallcrm.services.records.obstacles import label
from smallcrm.services.records.respelling import Respelling
from smallcrm.services.records.rewriting import rewriting
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Noun, Values

_INVERSE = {"create": "hide", "hide": "unhide", "unhide": "hide", "trash": "restore", "restore": "trash"}
_MADE = {"create": State.LIVE, "unhide": State.LIVE, "restore": State.LIVE, "hide": State.UNDONE,
         "trash": State.TRASHED}  # fmt: skip


class Step(NamedTuple):
    """One change of the journal as it is to be taken back."""

    id: int
    noun: Noun
    kind: str
    first_id: int
    last_id: int
    fields: dict[str, Any]


def take_back(op: Operation, operation_id: int) -> list[str]:
    """Write the inverse of an operation, its last change first; gives what has to be left, and why."""
    left: list[str] = []
    respelling = Respelling()
    for batch in _batches(_steps(operation_id)):
        if batch[0].kind == "update":
            _back_updates(op, batch, left, respelling)
        else:
            _back_states(op, batch, left, operation_id)
    return left


def _steps(operation_id: int) -> Iterator[Step]:
    columns = (Change.id, Change.object, Change.kind, Change.record_id, Change.last_id, Change.fields)
    before: int | None = None
    while True:
        query = Change.select(*columns).where(Change.operation == operation_id)
        if before is not None:
            query = query.where(Change.id < before)
        rows: list[Any] = list(query.order_by(Change.id.desc()).limit(documents.CHUNK).tuples())
        for change, name, kind, first, last, text in rows:
            yield Step(change, schema.noun(name), kind, first, last or first, json.loads(text) if text else {})
        if not rows:
            return
        before = rows[-1][0]


def _batches(steps: Iterator[Step]) -> Iterator[list[Step]]:
    """Neighbouring steps of one kind on different records, which can be read and written together."""
    batch: list[Step] = []
    seen: set[int] = set()
    for step in steps:
        single = step.first_id == step.last_id
        alike = bool(batch) and (step.noun.name, step.kind) == (batch[0].noun.name, batch[0].kind) and single
        if not alike or step.first_id in seen or len(batch) == documents.CHUNK:
            if batch:
                yield batch
            batch, seen = [], set()
        batch.append(step)
        seen.add(step.first_id)
        if not single:
            yield batch
            batch, seen = [], set()
    if batch:
        yield batch


# -- fields


def _back_updates(op: Operation, batch: Sequence[Step], left: list[str], respelling: Respelling) -> None:
    noun = batch[0].noun
    respelling.give_back(noun, (step.fields for step in batch))
    loaded = documents.load(noun, [step.first_id for step in batch])
    found = {record_id: respelling.as_they_were(noun, document) for record_id, document in loaded.items()}
    old: dict[int, tuple[Values, list[str]]] = {}
    for step in batch:
        now = found.get(step.first_id)
        if now is not None and now["state"] != State.UNDONE:
            told: list[str] = []
            old[step.id] = _old_values(step, now, told, respelling), told
    seen = referring.seen_by(noun, [values for values, _told in old.values()])
    claims = Claims(noun, (values for values, _told in old.values()))
    with rewriting(op, noun, free=True) as records:
        for step in batch:
            if step.id not in old:
                left.append(f"{label(noun, step.first_id)}: it is not there any more")
                continue
            now, (values, told) = found[step.first_id], old[step.id]
            values = referring.without_hidden(noun, now, values, told, seen)
            values = _settled(noun, now, values, told, claims)
            values = _whole_groups(step, now, values) if told else values
            left += told
            values = _allowed(step, now, values, left)
            if now["state"] == State.LIVE:
                claims.grant(now["id"], now, values)
            records.add(now, values)


def _old_values(step: Step, now: Values, left: list[str], respelling: Respelling) -> Values:
    """What the fields were before a step, as far as they are still what it made them."""
    values: Values = {}
    for key, change in step.fields.items():
        who = f"{label(step.noun, step.first_id)}: {key}"
        field = step.noun.by_key.get(key)
        if field is None:
            left.append(f"{who} is no field any more")
        elif isinstance(change, dict) != field.many:
            left.append(f"{who} has been changed since")
        elif isinstance(change, dict):
            part = step.noun.part(key)
            made = respelling.by_now(part, change, now[key]) if field.kind is Kind.TAGS else change
            values[key], changed = parts.taken_back(now[key], made, part.identity)
            changed += [element for element in values[key] if not fits(field, [element])]
            values[key] = [element for element in values[key] if fits(field, [element])]
            left.extend(f"{who} {part.reads(element)} has been changed since" for element in changed)
        elif now[key] == change[1] and fits(field, change[0]):
            values[key] = change[0]
        else:
            left.append(f"{who} has been changed since")
    return values


def _settled(noun: Noun, now: Values, values: Values, left: list[str], claims: Claims) -> Values:
    """The values without unique ones that others hold by now."""
    kept = dict(values)
    for taken in claims.taken(now["id"], values) if now["state"] == State.LIVE else ():
        left.append(f"{label(noun, now['id'])}: {claims.reads(taken)} belongs to {label(noun, taken.holder)} now")
        if noun.by_key[taken.key].custom:
            del kept[taken.key]
        else:
            kept[taken.key] = [element for element in kept[taken.key] if element is not taken.value]
    for part in noun.parts:
        if part.key in kept:
            kept[part.key] = part.settled(kept[part.key])
    return kept


def _whole_groups(step: Step, now: Values, values: Values) -> Values:
    """The values without fields that go together with one that stays."""
    together = step.noun.together
    grouped = {*together, *together.values()}.intersection(step.fields)
    staying = {together.get(key, key) for key in grouped if not _goes_back(step, key, now, values)}
    return {key: value for key, value in values.items() if key not in grouped or together.get(key, key) not in staying}


def _goes_back(step: Step, key: str, now: Values, values: Values) -> bool:
    """Whether the old value of a field is wholly among the values that are to be written."""
    change = step.fields[key]
    if key not in values:
        return False
    if not isinstance(change, dict):
        return bool(values[key] == change[0])
    part = step.noun.part(key)
    back = parts.taken_back(now[key], change, part.identity)
    return not back[1] and len(back[0]) == len(values[key])


def _allowed(step: Step, now: Values, values: Values, left: list[str]) -> Values:
    """The values without those that a rule of the noun refuses; what is left out is told."""
    together = step.noun.together
    while values:
        try:
            step.noun.check({**now, **values}, values)
        except ValidationError as error:
            left.append(f"{label(step.noun, step.first_id)}: {error.sentence}")
            leader = together.get(error.field or "", error.field)
            fewer = {key: value for key, value in values.items() if together.get(key, key) != leader}
            values = fewer if len(fewer) < len(values) else {}
        else:
            break
    return values


# -- states


def _back_states(op: Operation, batch: Sequence[Step], left: list[str], operation_id: int) -> None:
    """Hide, unhide, trash or restore records or a range; those that cannot follow stay, with the reason."""
    first = batch[0]
    noun, verb, was = first.noun, _INVERSE[first.kind], _MADE[first.kind]
    ranged = first.first_id != first.last_id
    group: obstacles.Group = range(first.first_id, first.last_id + 1) if ranged else [step.first_id for step in batch]
    op.flush()  # what this undo has changed so far counts as changed back
    stay = {} if ranged else obstacles.moved(noun, group, was)
    if verb == "hide":
        obstacles.drifted(noun, group, {step.first_id: step.id for step in batch}, stay)
        referring.keep_referred(noun, group, stay)
    elif verb == "trash":
        noun.keep(group, stay)
        referring.keep_needed(noun, group, stay)
    else:
        obstacles.taken(noun, group, was, stay)
        referring.keep_referring(noun, group, stay)
        obstacles.called_alike(noun, group, was, stay)
    if verb in ("hide", "trash"):
        noun.keep_with(group, stay, operation_id)
    left.extend(f"{label(noun, key)}: {stay[key]}" for key in group if key in stay)
    if not ranged:
        op.set_state(noun, verb, [key for key in group if key not in stay])
        return
    start = first.first_id
    for key in [*sorted(stay), first.last_id + 1]:
        if start < key:
            op.set_state_of_range(noun, verb, start, key - 1, was)
        start = key + 1
