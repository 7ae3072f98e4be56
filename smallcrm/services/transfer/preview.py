"""What an import would write, as the journal of its dry run has it: the first new records, and what changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.services.records import changes, documents, schema
from smallcrm.services.records.changes import Planned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Noun, Values
    from smallcrm.services.transfer.report import FileReport

NEW = 3
CHANGED = 200
_CHUNK = 500


@dataclass
class Preview:
    """Of one noun the first records that are new, and the first of those that change, each with what it gets."""

    noun: Noun
    created: list[Planned] = field(default_factory=list)
    updated: list[Planned] = field(default_factory=list)


def previewed(op: Operation) -> list[Preview]:
    """What an operation has written so far, noun by noun; nothing of the workspace's settings."""
    op.flush()
    if op.id is None:
        return []
    found = [_preview(noun, op.id) for noun in schema.record_nouns().values()]
    return [one for one in found if one.created or one.updated]


def name_made(files: Iterable[FileReport]) -> None:
    """Name the companies and people that were made along for files, as far as they are still there."""
    for file in files:
        for name, ids in file.brought.items():
            model: Any = schema.noun(name).model
            there = model.select(model.name).where(model.state == State.LIVE).order_by(model.id)
            for start in range(0, len(ids), _CHUNK):
                some = there.where(model.id.in_(list(ids[start : start + _CHUNK])))
                file.made.setdefault(name, []).extend(row[0] for row in some.tuples())


def _preview(noun: Noun, operation: int) -> Preview:
    mine = (Change.operation == operation) & (Change.object == noun.name)
    return Preview(noun, _created(noun, mine), _updated(noun, mine))


def _created(noun: Noun, mine: Any) -> list[Planned]:
    ranges: Any = Change.select(Change.record_id, Change.last_id).where(mine, Change.kind == "create")
    ids: list[int] = []
    model: Any = noun.model
    for first, last in ranges.order_by(Change.id).limit(NEW).tuples():
        there = model.select(model.id).where(model.id.between(first, last or first), model.state == State.LIVE)
        ids += [row[0] for row in there.order_by(model.id).limit(NEW).tuples()]
    found = list(documents.load(noun, ids[:NEW]).values())
    filled: list[tuple[Values, Values]] = [({}, _filled(noun, document)) for document in found]
    return [Planned(None, fields) for fields in changes.as_shown(noun, filled)]


def _filled(noun: Noun, document: Values) -> Values:
    """What a person would have typed of a record."""
    return {
        key: document[key]
        for key, known in noun.by_key.items()
        if known.writable and document.get(key) not in (None, [], False)
    }


def _updated(noun: Noun, mine: Any) -> list[Planned]:
    rows: Any = Change.select(Change.record_id, Change.fields).where(mine, Change.kind == "update")
    listed = [(record, json.loads(text)) for record, text in rows.order_by(Change.id).limit(CHANGED).tuples()]
    names = documents.load_plain(noun, [record for record, _fields in listed])
    pairs = [changes.both_sides(_known(noun, fields)) for _record, fields in listed]
    return [
        Planned(number_of(record), shown, str(names[record].get("name") or names[record].get(noun.title) or ""))
        for (record, _fields), shown in zip(listed, changes.as_shown(noun, pairs), strict=True)
    ]


def _known(noun: Noun, fields: dict[str, Any]) -> dict[str, Any]:
    return {key: change for key, change in fields.items() if key in noun.by_key and not noun.by_key[key].hidden}
