"""Undo and redo: the inverse of each change that still stands, as a new operation; what does not stand is listed.

A value stands when it is still what the operation made it. A record that an operation created is hidden (as if it had
never been) when nothing about it was changed since; changes that were themselves taken back do not count.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import Conflict, NotAllowed, NotFound
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.models.operation import Operation as OperationRow
from smallcrm.services.accounts.access import Verb, actor, may, require
from smallcrm.services.records import documents, parts, schema
from smallcrm.services.records.operations import Operation, operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Noun, Values

_INVERSE = {"create": "hide", "hide": "unhide", "unhide": "hide", "trash": "restore", "restore": "trash"}
_EXPECTED = {"create": State.LIVE, "unhide": State.LIVE, "restore": State.LIVE, "hide": State.UNDONE,
             "trash": State.TRASHED}  # fmt: skip


@dataclass
class Outcome:
    """What an undo or redo did: the operation it took back, its own number, and what it had to leave."""

    target: int
    summary: str
    operation: int | None = None
    counts: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Step:
    """One change of the journal as it is to be taken back."""

    id: int
    noun: Noun
    kind: str
    first_id: int
    last_id: int
    fields: dict[str, Any]


def undo(number: int | None = None, *, dry_run: bool = False) -> Outcome:
    """Take back an operation: the newest of the acting member, or the one of that number."""
    require(Verb.WRITE)
    row = _named(number) if number is not None else _newest(undone=False)
    if row.undone_by is not None:
        raise Conflict(
            f"Operation {number_of(row.id)} has been undone already, by operation {number_of(row.undone_by)}.",
            hint="smallcrm redo",
        )
    return _take_back(row, "undo", dry_run=dry_run)


def redo(*, dry_run: bool = False) -> Outcome:
    """Take back the newest undo of the acting member."""
    require(Verb.WRITE)
    return _take_back(_newest(undone=True), "redo", dry_run=dry_run)


def _named(number: int) -> Any:
    row = OperationRow.get_or_none(OperationRow.id == own_id(number))
    if row is None:
        raise NotFound(f"There is no operation {number}.", hint="smallcrm log")
    me = actor()
    if row.member_id != me.member_id and not may(me.role, Verb.UNDO_OTHERS):
        raise NotAllowed(f"Operation {number} is somebody else's; only an admin can take it back.")
    return row


def _newest(*, undone: bool) -> Any:
    """The acting member's newest operation, or newest undo, that has not been taken back."""
    kinds = OperationRow.kind == "undo" if undone else OperationRow.kind.not_in(["undo", "redo"])
    mine = (OperationRow.member_id == actor().member_id) & OperationRow.undone_by.is_null() & kinds
    row = OperationRow.select().where(mine).order_by(OperationRow.id.desc()).first()
    if row is None:
        raise NotFound(f"There is nothing to {'redo' if undone else 'undo'}.", hint="smallcrm log")
    return row


def _take_back(row: Any, kind: str, *, dry_run: bool) -> Outcome:
    number = number_of(row.id)
    outcome = Outcome(number, row.summary)
    title = f"Undo operation {number}: {row.summary}" if kind == "undo" else f"Redo: {row.summary}"
    with operation(title, kind=kind, dry_run=dry_run, undoes=row.id) as op:
        for step in _steps(row.id):
            _BACK[step.kind](op, step, outcome)
        op.flush()
        outcome.counts = dict(op.counts)
        if op.id is not None:
            _mark(row, op.id)
    outcome.operation = None if op.id is None else number_of(op.id)
    if op.id is None and not dry_run:
        raise Conflict(f"Nothing of operation {number} can be taken back any more.", hint="smallcrm log")
    return outcome


def _mark(row: Any, by: int) -> None:
    """Note that an operation is taken back; a redo makes the original stand again."""
    OperationRow.update(undone_by=by).where(OperationRow.id == row.id).execute()
    if row.kind == "undo":
        OperationRow.update(undone_by=None).where(OperationRow.id == row.undoes).execute()
    elif row.kind == "redo":
        OperationRow.update(undone_by=by).where(OperationRow.id == _original(row)).execute()


def _original(redo_row: Any) -> int:
    undo_row = OperationRow.get_by_id(redo_row.undoes)
    original: int = undo_row.undoes
    return original


def _steps(operation_id: int) -> list[Step]:
    columns = (Change.id, Change.object, Change.kind, Change.record_id, Change.last_id, Change.fields)
    query = Change.select(*columns).where(Change.operation == operation_id).order_by(Change.id.desc())
    return [
        Step(change, schema.noun(name), kind, first, last or first, json.loads(text) if text else {})
        for change, name, kind, first, last, text in query.tuples()
    ]


# -- one kind of change each


def _back_update(op: Operation, step: Step, outcome: Outcome) -> None:
    noun, now = step.noun, documents.load(step.noun, [step.first_id]).get(step.first_id)
    if now is None or now["state"] == State.UNDONE:
        outcome.left.append(f"{_label(noun, step.first_id)}: it is not there any more")
        return
    values: Values = {}
    for key, change in step.fields.items():
        if isinstance(change, dict):
            values[key] = _without(now.get(key) or [], change, (noun, step.first_id, key), outcome)
        elif now.get(key) == change[1]:
            values[key] = change[0]
        else:
            outcome.left.append(f"{_label(noun, step.first_id)}: {key} has been changed since")
    values = _settle(noun, now, values, outcome)
    op.rewrite(noun, now, values)


def _without(
    now: Sequence[parts.Element], change: dict[str, Any], where: tuple[Noun, int, str], outcome: Outcome
) -> list[parts.Element]:
    """A list with a change of it taken back, element by element."""
    noun, record_id, key = where
    standing = {parts.fingerprint(element) for element in now}
    added = change.get("+", [])
    gone = [element for element in added if parts.fingerprint(element) not in standing]
    if gone:
        outcome.left.append(f"{_label(noun, record_id)}: {key} has been changed since")
    return parts.patched(now, [element for element in added if element not in gone], change.get("-", []))


def _settle(noun: Noun, now: Values, values: Values, outcome: Outcome) -> Values:
    """The values, without a unique one that somebody else holds by now, and with one primary in each list."""
    for part in noun.parts:
        if part.key not in values:
            continue
        elements = values[part.key]
        holders = part.holders(elements) if now["state"] == State.LIVE else {}
        for value, holder in holders.items():
            if holder != now["id"]:
                outcome.left.append(f"{_label(noun, now['id'])}: {value} belongs to {noun.name} {number_of(holder)} now")
                elements = [element for element in elements if value not in element.values()]
        marked = any("primary" in element for element in [*elements, *(now.get(part.key) or [])])
        values[part.key] = parts.one_primary(elements) if marked else elements
    return values


def _back_state(op: Operation, step: Step, outcome: Outcome) -> None:
    noun = step.noun
    if step.last_id != step.first_id:
        _back_range(op, step, outcome)
        return
    now = documents.load(noun, [step.first_id]).get(step.first_id)
    if now is None or now["state"] != _EXPECTED[step.kind]:
        outcome.left.append(f"{_label(noun, step.first_id)}: it has been moved since")
        return
    verb = _INVERSE[step.kind]
    if verb == "hide" and _drifted(noun, [step.first_id], step.id):
        outcome.left.append(f"{_label(noun, step.first_id)}: it has been changed since, so it stays")
        return
    if verb in ("unhide", "restore"):
        taken = _taken(noun, now)
        if taken:
            outcome.left.append(f"{_label(noun, step.first_id)}: {taken}")
            return
    op.set_state(noun, verb, [step.first_id])


def _back_range(op: Operation, step: Step, outcome: Outcome) -> None:
    """Hide or unhide a range; the records that cannot follow cut it into pieces."""
    noun, verb, was = step.noun, _INVERSE[step.kind], _EXPECTED[step.kind]
    if verb == "hide":
        stay = _drifted_in(noun, step)
        outcome.left.extend(f"{_label(noun, key)}: it has been changed since, so it stays" for key in stay)
    else:
        stay = _taken_in(noun, step, outcome)
    first = step.first_id
    for key in [*stay, step.last_id + 1]:
        if first < key:
            op.set_state_of_range(noun, verb, first, key - 1, was)
        first = key + 1


def _drifted_in(noun: Noun, step: Step) -> list[int]:
    """The records of a range whose single changes since leave them different, in order."""
    later = (
        Change.select(Change.record_id)
        .where(
            Change.object == noun.name,
            Change.record_id.between(step.first_id, step.last_id),
            Change.last_id.is_null(),
            Change.id > step.id,
        )
        .distinct()
    )
    return sorted(_drifted(noun, [row[0] for row in later.tuples()], step.id))


def _drifted(noun: Noun, ids: Sequence[int], since: int) -> set[int]:
    """Which of these records differ from what they were right after change `since`."""
    differ: set[int] = set()
    for start in range(0, len(ids), documents.CHUNK):
        chosen = list(ids[start : start + documents.CHUNK])
        query = (
            Change.select(Change.record_id, Change.kind, Change.fields)
            .where(Change.object == noun.name, Change.record_id.in_(chosen), Change.last_id.is_null(), Change.id > since)
            .order_by(Change.id)
        )
        net: dict[int, dict[str, Any]] = defaultdict(dict)
        for record_id, kind, text in query.tuples():
            if kind == "update":
                _fold(net[record_id], json.loads(text))
        now = documents.load(noun, chosen)
        differ |= {key for key in chosen if key in now and _moved(net[key], now[key])}
        differ |= {key for key in chosen if key in now and now[key]["state"] != State.LIVE}
    return differ


def _fold(net: dict[str, Any], fields: dict[str, Any]) -> None:
    """Add one change to the sum: the first old value of a plain field, the surviving elements of a list."""
    for key, change in fields.items():
        if isinstance(change, dict):
            score = net.setdefault(key, defaultdict(int))
            for element in change.get("+", []):
                score[parts.fingerprint(element)] += 1
            for element in change.get("-", []):
                score[parts.fingerprint(element)] -= 1
        else:
            net.setdefault(key, [change[0]])


def _moved(net: dict[str, Any], now: Values) -> bool:
    return any(any(change.values()) if isinstance(change, dict) else now.get(key) != change[0] for key, change in net.items())


def _taken(noun: Noun, document: Values) -> str:
    """Why a record cannot come back: somebody else holds one of its unique values; empty where nobody does."""
    for part in noun.parts:
        for value, holder in part.holders(document.get(part.key) or []).items():
            if holder != document["id"]:
                return f"{value} belongs to {noun.name} {number_of(holder)} now"
    return ""


def _taken_in(noun: Noun, step: Step, outcome: Outcome) -> list[int]:
    """The hidden records of a range that cannot come back, in order, each named with who holds its value."""
    stay: list[int] = []
    after = step.first_id - 1
    while True:
        ids = [
            row[0]
            for row in noun.model.select(noun.model.id)
            .where(noun.model.id > after, noun.model.id <= step.last_id, noun.model.state == State.UNDONE)
            .order_by(noun.model.id).limit(documents.CHUNK).tuples()
        ]  # fmt: skip
        if not ids:
            return stay
        for part in noun.parts:
            if not part.live:
                continue
            found = part.load(ids)
            owner = {str(value): key for key, elements in found.items() for element in elements for value in element.values()}
            everything = [element for elements in found.values() for element in elements]
            for value, holder in part.holders(everything).items():
                key = owner[value]
                if holder != key and key not in stay:
                    stay.append(key)
                    outcome.left.append(f"{_label(noun, key)}: {value} belongs to {noun.name} {number_of(holder)} now")
        stay.sort()
        after = ids[-1]


def _label(noun: Noun, record_id: int) -> str:
    return f"{noun.name} {number_of(record_id)}"


_BACK = {"update": _back_update, **dict.fromkeys(_INVERSE, _back_state)}
