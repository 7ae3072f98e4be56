"""What keeps a record from following an undo: it was moved or changed since, or somebody else holds its value by now.

Every function adds to `stay`: the id of a record that stays as it is -> why.
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeAlias

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.services.records import documents, parts
from smallcrm.services.records.claims import Claims
from smallcrm.services.records.namesakes import Namesakes
from smallcrm.services.records.schema import Kind, no_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smallcrm.services.records.schema import Noun, Values

Group: TypeAlias = "range | list[int]"
Stay: TypeAlias = "dict[int, str]"
CHANGED = "it has been changed since, so it stays"


def label(noun: Noun, record_id: int) -> str:
    """A record in a sentence."""
    return f"{noun.name} {number_of(record_id)}"


def within(column: Any, group: Group) -> Any:
    """The condition that a column holds one of the ids of a group."""
    return column.between(group[0], group[-1]) if isinstance(group, range) else column.in_(group)


def moved(noun: Noun, group: Group, was: State) -> Stay:
    """The records that are no longer in the state in which they were left."""
    model = noun.model
    there = model.select(model.id).where(within(model.id, group), model.state == was)
    known = {row[0] for row in there.tuples()}
    return {key: "it has been moved since" for key in group if key not in known}


def live_ids(noun: Noun, numbers: Sequence[int]) -> list[int]:
    """The ids of these numbers; raises Conflict where one lies in the trash."""
    from smallcrm.services.records import store

    ids = store.ids_of(noun, numbers)
    for record_id in moved(noun, ids, State.LIVE):
        raise Conflict(f"{label(noun, record_id).capitalize()} is in the trash.")
    return ids


def drifted(noun: Noun, group: Group, since: Mapping[int, int], stay: Stay) -> None:
    """The records that differ from what they were right after their change `since`; a range has one, of its first."""
    earliest = min(since.values())
    later = (
        Change.select(Change.record_id)
        .where(Change.object == noun.name, within(Change.record_id, group))
        .where(Change.last_id.is_null(), Change.id > earliest)
        .distinct()
        .tuples()
    )
    rows: list[Any] = list(later)
    ids = [row[0] for row in rows if row[0] not in stay]
    for start in range(0, len(ids), documents.CHUNK):
        chosen = ids[start : start + documents.CHUNK]
        net = _net_changes(noun, chosen, since, earliest)
        now = documents.load(noun, chosen)
        stay.update({
            key: CHANGED for key in chosen
            if key in now and (now[key]["state"] != State.LIVE or _differs(net[key], now[key]))
        })  # fmt: skip


def _net_changes(noun: Noun, ids: Sequence[int], since: Mapping[int, int], earliest: int) -> dict[int, dict[str, Any]]:
    """What the later updates of these records come to: of a plain field the first old value, of a list a score."""
    query = (
        Change.select(Change.record_id, Change.id, Change.fields)
        .where(Change.object == noun.name, Change.record_id.in_(list(ids)), Change.kind == "update")
        .where(Change.id > earliest)
        .order_by(Change.id)
    )
    net: dict[int, dict[str, Any]] = defaultdict(dict)
    rows: Iterator[Any] = query.tuples().iterator()
    for record_id, change, text in rows:
        if text is not None and change > since.get(record_id, earliest):
            _add(noun, net[record_id], json.loads(text))
    return net


def _add(noun: Noun, net: dict[str, Any], fields: dict[str, Any]) -> None:
    for key, change in fields.items():
        if not isinstance(change, dict):
            net.setdefault(key, [change[0]])
            continue
        score = net.setdefault(key, defaultdict(int))
        field = noun.by_key.get(key)
        # How a tag is spelled is no matter of the record: others that carry it change that too.
        mark = noun.part(key).identity if field is not None and field.kind is Kind.TAGS else parts.fingerprint
        for sign, by in (("+", 1), ("-", -1)):
            for element in change.get(sign, []):
                score[mark(element)] += by


def _differs(net: dict[str, Any], now: Values) -> bool:
    return any(
        any(change.values()) if isinstance(change, dict) else now[key] != change[0]
        for key, change in net.items()
        if key in now
    )


def taken(noun: Noun, group: Group, was: State, stay: Stay) -> None:
    """The records of which a live record, or an earlier one of the group, has a unique value."""
    claims = Claims(noun)
    unique = [part for part in noun.parts if part.live]
    for ids in _pages(noun, group, was):
        held: dict[int, Values] = {key: {} for key in ids}
        if noun.extras is not None:
            held |= noun.extras.load(ids, [field.key for field in noun.custom])
        customs = {key: dict(values) for key, values in held.items()}
        for part in unique:
            for key, elements in part.load(ids).items():
                held[key][part.key] = elements
        claims.ask(held.values())
        for key in ids:
            found = claims.taken(key, held[key])
            if found:
                stay.setdefault(key, f"{claims.reads(found[0])} belongs to {label(noun, found[0].holder)} now")
            else:
                # What is in the trash may have been given the same value twice. What is hidden cannot be changed, and a
                # range may be long: only a field of the workspace can have become unique since.
                claims.grant(key, {}, customs[key] if isinstance(group, range) else held[key])


def called_alike(noun: Noun, group: Group, was: State, stay: Stay) -> None:
    """The records whose name a live record, or an earlier one of the group, has by now."""
    if noun.names is no_names:
        return
    namesakes = Namesakes(noun)
    for ids in _pages(noun, group, was):
        found = documents.load(noun, ids)
        for document in (found[key] for key in ids if key not in stay):
            why = namesakes.why(document)
            if why is None:
                namesakes.grant(document)
            else:
                stay[document["id"]] = why


def _pages(noun: Noun, group: Group, was: State) -> Iterator[list[int]]:
    """The ids of a group that are in a state, in its order."""
    if not isinstance(group, range):
        elsewhere = moved(noun, group, was)
        there = [key for key in group if key not in elsewhere]
        yield from (there[at : at + documents.CHUNK] for at in range(0, len(there), documents.CHUNK))
        return
    model, after = noun.model, group[0] - 1
    while True:
        query = model.select(model.id).where(within(model.id, group), model.id > after, model.state == was)
        ids = [row[0] for row in query.order_by(model.id).limit(documents.CHUNK).tuples()]
        if not ids:
            return
        yield ids
        after = ids[-1]
