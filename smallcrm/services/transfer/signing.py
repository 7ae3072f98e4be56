"""What an import has written, as one digest: the same for the dry run of a plan and for the import that applies it."""

from __future__ import annotations

import hashlib
import json
import sys
from bisect import bisect
from typing import TYPE_CHECKING, Any, Protocol

from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.services.records import changes, documents, schema
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Noun, Values
    from smallcrm.services.transfer.importing import Request
    from smallcrm.services.transfer.report import Report

_CHUNK = 500
_SIZE = 1 << 256


class Plan(Protocol):
    """What an import has to come out as; both raise Conflict where it does not."""

    def still(self, request: Request) -> None:
        """Look at the data and the files once nobody else can write any more."""

    def confirm(self, request: Request, report: Report) -> None:
        """Look at the report and the files once everything is written, and before it counts."""


def confirm(op: Operation, report: Report, plan: Plan | None, request: Request) -> None:
    """Tell what was written, where somebody minds, and let the plan look at it."""
    if request.signed or plan is not None:
        report.signature = signed(op)
    if plan is not None:
        plan.confirm(request, report)


def signed(op: Operation) -> str:
    """The digest of the records that an operation has made so far, and of what it has changed in others.

    A sum, so that it is the same in whatever order they were written. Ids of new records are no part of it, as other
    imports may take some; nor are the moments that an import notes by itself.
    """
    op.flush()
    total = 0
    if op.id is not None:
        for noun in schema.record_nouns().values():
            for said in (*_new(noun, op.id), *_changed(noun, op.id)):
                text = json.dumps(said, sort_keys=True, default=str)
                total += int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    return f"{total % _SIZE:064x}"


def _new(noun: Noun, operation: int) -> Iterator[list[Any]]:
    """What the new records of a noun say."""
    model: Any = noun.model
    for first, last in _made(noun, operation):
        for start in range(first, last + 1, _CHUNK):
            end = min(start + _CHUNK - 1, last)
            there = model.select(model.id).where(model.id.between(start, end), model.state == State.LIVE)
            found = documents.load(noun, [row[0] for row in there.order_by(model.id).tuples()])
            pairs: list[tuple[Values, Values]] = [({}, _said(noun, document)) for document in found.values()]
            for shown in changes.as_shown(noun, pairs):
                yield ["create", noun.name, [[one.field.key, _plain(one.after)] for one in shown]]


def _made(noun: Noun, operation: int) -> list[tuple[int, int]]:
    """The first and the last id of the records of a noun that an operation has made, as few ranges as there are."""
    rows: Any = Change.select(Change.record_id, Change.last_id).where(
        Change.operation == operation, Change.object == noun.name, Change.kind == "create"
    )
    found: list[tuple[int, int]] = []
    for first, last in sorted((first, last or first) for first, last in rows.tuples()):
        if found and first == found[-1][1] + 1:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found


def _changed(noun: Noun, operation: int) -> Iterator[list[Any]]:
    """What is other in the records of a noun that were there, or that were changed once they were made."""
    new = _made(noun, operation)
    other: Any = Change.select(Change.kind, Change.record_id, Change.last_id, Change.fields).where(
        Change.operation == operation, Change.object == noun.name, Change.kind != "create"
    )
    rows = list(other.order_by(Change.id).tuples())
    for start in range(0, len(rows), _CHUNK):
        some = rows[start : start + _CHUNK]
        pairs = [changes.both_sides(_said(noun, json.loads(fields or "{}"))) for *_which, fields in some]
        for (kind, record, last, _fields), shown in zip(some, changes.as_shown(noun, pairs), strict=True):
            at = bisect(new, (record, sys.maxsize))
            made = at > 0 and record <= new[at - 1][1]
            which = None if made else [number_of(record), number_of(last or record)]
            yield [kind, noun.name, which, [[one.field.key, _plain(one.before), _plain(one.after)] for one in shown]]


def _said(noun: Noun, fields: Values) -> Values:
    """What a person can say of a record; the program notes the rest by itself, mostly with the time."""
    return {
        key: fields[key]
        for key, known in noun.by_key.items()
        if known.writable and known.kind is not Kind.LOG and fields.get(key) is not None
    }


def _plain(value: Any) -> Any:
    """A value with the names of what it refers to, without their ids."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items() if key != "id"}
    return [_plain(part) for part in value] if isinstance(value, list) else value
