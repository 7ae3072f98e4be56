"""Edits of one record or of many: what to set, clear, append and remove, as one operation with one undo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict, SmallCRMError, UsageError
from smallcrm.models.base import State
from smallcrm.services.records import documents, obstacles, store
from smallcrm.services.records.operations import Operation, operation
from smallcrm.services.records.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from smallcrm.services.records.parts import Part
    from smallcrm.services.records.schema import Noun, Values


@dataclass(frozen=True)
class Edit:
    """What to change, as typed: new texts by field, fields to empty, and elements to add to or take from lists."""

    set: Mapping[str, str] = field(default_factory=dict)
    clear: Sequence[str] = ()
    append: Sequence[tuple[str, str]] = ()
    remove: Sequence[tuple[str, str]] = ()


@dataclass
class Outcome:
    """What happened to each record: numbers by fate, and the operation that can be undone."""

    matched: int = 0
    changed: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    operation: int | None = None
    dry_run: bool = False


@dataclass(frozen=True)
class _Parsed:
    noun: Noun
    values: Values
    append: tuple[tuple[str, list[Any]], ...]
    remove: tuple[tuple[str, list[Any]], ...]

    def over(self, document: Values) -> Values:
        """The new values of a document."""
        values = dict(self.values)
        for key, elements in self.append:
            values[key] = _joined(self.noun.part(key), values.get(key, document.get(key)) or [], elements)
        for key, elements in self.remove:
            part = self.noun.part(key)
            gone = {part.identity(element) for element in elements}
            kept = values.get(key, document.get(key)) or []
            values[key] = [element for element in kept if part.identity(element) not in gone]
        return values


def _joined(part: Part, now: list[Any], more: list[Any]) -> list[Any]:
    """A list with what it lacks; what is there already stays as it is."""
    known = {part.identity(element) for element in now}
    return [*now, *(element for element in more if part.identity(element) not in known)]


def parse_edit(noun: Noun, edit: Edit, currency: str) -> _Parsed:
    """The edit with every text read; raises UsageError for an unknown field, ValidationError for a bad value."""
    values: Values = {key: parse(noun.field(key), text, currency) for key, text in edit.set.items()}
    values.update({noun.field(key).key: None for key in edit.clear})
    for key, _text in (*edit.append, *edit.remove):
        if not noun.field(key).many:
            raise UsageError(f"{noun.field(key).label} holds one value; use --set or --clear.")
    append = tuple((key, parse(noun.field(key), text, currency) or []) for key, text in edit.append)
    remove = tuple((key, parse(noun.field(key), text, currency) or []) for key, text in edit.remove)
    if not (values or append or remove):
        raise UsageError(
            "Nothing to change.", hint="--set field=value, --clear field, --append or --remove field=value"
        )
    return _Parsed(noun, values, append, remove)


def add(noun: Noun, edit: Edit, currency: str, *, dry_run: bool = False) -> Outcome:
    """Create one record from what was typed."""
    values = parse_edit(noun, edit, currency).over({})
    with operation(f"Add {noun.name}", dry_run=dry_run) as op:
        record_id = op.create(noun, values)
    return _finished(op, Outcome(1, [number_of(record_id)], dry_run=dry_run))


def edit_many(noun: Noun, numbers: Sequence[int], edit: Edit, currency: str, *, dry_run: bool = False) -> Outcome:
    """Edit records by number, all in one operation; a record that refuses is reported and the others go on."""
    parsed = parse_edit(noun, edit, currency)

    def rewrite(op: Operation, record_id: int, document: Values) -> bool:
        if document["state"] == State.TRASHED:
            raise Conflict(_in_the_trash(noun, record_id))
        return op.rewrite(noun, document, noun.clean(parsed.over(document), document))

    return _each(noun, numbers, f"Edit {_how_many(noun, numbers)}", rewrite, dry_run=dry_run)


def trash_many(noun: Noun, numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Move records to the trash, as one operation."""
    ids = store.ids_of(noun, numbers)
    outcome = Outcome(len(ids), dry_run=dry_run)
    with operation(f"Trash {_how_many(noun, numbers)}", dry_run=dry_run) as op:
        for start in range(0, len(ids), documents.CHUNK):
            chosen = ids[start : start + documents.CHUNK]
            gone = obstacles.moved(noun, chosen, State.LIVE)
            live = [record_id for record_id in chosen if record_id not in gone]
            op.set_state(noun, "trash", live)
            outcome.changed += map(number_of, live)
            outcome.failed |= {number_of(record_id): _in_the_trash(noun, record_id) for record_id in gone}
    return _finished(op, outcome)


def _in_the_trash(noun: Noun, record_id: int) -> str:
    return f"{noun.name.capitalize()} {number_of(record_id)} is in the trash."


def restore_many(noun: Noun, numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Take records out of the trash, as one operation."""

    def restore(op: Operation, record_id: int, _document: Values) -> bool:
        op.restore(noun, record_id)
        return True

    return _each(noun, numbers, f"Restore {_how_many(noun, numbers)}", restore, dry_run=dry_run)


def _how_many(noun: Noun, numbers: Sequence[int]) -> str:
    return f"{noun.name} {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} {noun.plural}"


def _each(
    noun: Noun, numbers: Sequence[int], summary: str, act: Callable[[Operation, int, Values], bool], *, dry_run: bool
) -> Outcome:
    ids = store.ids_of(noun, numbers)
    outcome = Outcome(len(ids), dry_run=dry_run)
    with operation(summary, dry_run=dry_run) as op:
        for start in range(0, len(ids), documents.CHUNK):
            chosen = ids[start : start + documents.CHUNK]
            found = documents.load(noun, chosen)
            for record_id in filter(found.__contains__, chosen):
                _one(op, (record_id, found[record_id]), act, outcome)
    return _finished(op, outcome)


def _one(
    op: Operation,
    record: tuple[int, Values],
    act: Callable[[Operation, int, Values], bool],
    outcome: Outcome,
) -> None:
    record_id, document = record
    number = number_of(record_id)
    try:
        (outcome.changed if act(op, record_id, document) else outcome.skipped).append(number)
    except SmallCRMError as error:
        outcome.failed[number] = error.sentence


def _finished(op: Operation, outcome: Outcome) -> Outcome:
    if outcome.matched == 1 and outcome.failed:
        raise Conflict(next(iter(outcome.failed.values())))
    outcome.operation = None if op.id is None else number_of(op.id)
    return outcome
