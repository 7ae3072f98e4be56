"""Edits of one record or of many: what to set, clear, append and remove, as one operation with one undo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict, NotAllowed, SmallCRMError, UsageError
from smallcrm.models.base import State
from smallcrm.services.records import documents, fitting, obstacles, referring, store
from smallcrm.services.records.lookup import titled
from smallcrm.services.records.operations import Operation, operation
from smallcrm.services.records.parsing import parse, parse_inside
from smallcrm.services.records.rewriting import rewriting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from smallcrm.services.records.parts import Part
    from smallcrm.services.records.schema import Noun, Values
    from smallcrm.services.values.locale import Locale


@dataclass(frozen=True)
class Edit:
    """What to change, as typed: new texts by field, fields to empty, and elements to add to or take from lists."""

    set: Mapping[str, str] = field(default_factory=dict)
    clear: Sequence[str] = ()
    append: Sequence[tuple[str, str]] = ()
    remove: Sequence[tuple[str, str]] = ()


@dataclass
class Outcome:
    """What happened to each record: numbers by fate, the operation that can be undone, and where they are `to` be."""

    matched: int = 0
    changed: list[int] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    operation: int | None = None
    dry_run: bool = False
    to: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Parsed:
    noun: Noun
    values: Values
    append: tuple[tuple[str, list[Any]], ...]
    remove: tuple[tuple[str, list[Any]], ...]
    inside: tuple[tuple[str, str], ...] = ()

    def over(self, document: Values) -> Values:
        """The new values of a document."""
        values = dict(self.values)
        for key, text in self.inside:
            known = {**(document or self.noun.starts()), **values}
            values[key] = parse_inside(self.noun, self.noun.field(key), text, known)
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


def parse_edit(noun: Noun, edit: Edit, locale: Locale) -> _Parsed:
    """The edit with every text read; raises UsageError for an unknown field, ValidationError for a bad value."""
    inside = tuple((key, text) for key, text in edit.set.items() if noun.field(key).within)
    plain = {key: text for key, text in edit.set.items() if not noun.field(key).within}
    values: Values = {key: parse(noun.field(key), text, locale) for key, text in plain.items()}
    values.update({noun.field(key).key: None for key in edit.clear})
    for key, _text in (*edit.append, *edit.remove):
        if not noun.field(key).many:
            raise UsageError(f"{noun.field(key).label} holds one value; use --set or --clear.")
    append = tuple((key, parse(noun.field(key), text, locale) or []) for key, text in edit.append)
    remove = tuple((key, parse(noun.field(key), text, locale) or []) for key, text in edit.remove)
    if not (values or append or remove or inside):
        raise UsageError(
            "Nothing to change.", hint="--set field=value, --clear field, --append or --remove field=value"
        )
    return _Parsed(noun, values, append, remove, inside)


def refuse_unfit(noun: Noun, edit: Edit, locale: Locale) -> _Parsed:
    """The edit with every text read; raises ValidationError where a value would fit no record, too."""
    parsed = parse_edit(noun, edit, locale)
    for key, value in (*parsed.values.items(), *parsed.append):
        fitting.refuse_unfit(noun.field(key), value)
    return parsed


def add(noun: Noun, edit: Edit, locale: Locale, *, dry_run: bool = False) -> Outcome:
    """Create one record from what was typed."""
    values = parse_edit(noun, edit, locale).over({})
    with operation(f"Add {noun.name}", dry_run=dry_run) as op:
        record_id = op.create(noun, values)
        op.summary = f"Add {titled(noun, record_id)}"
    return _finished(op, Outcome(1, [number_of(record_id)], dry_run=dry_run))


def edit_many(noun: Noun, numbers: Sequence[int], edit: Edit, locale: Locale, *, dry_run: bool = False) -> Outcome:
    """Edit records by number, all in one operation; a record that refuses is reported and the others go on."""
    parsed = refuse_unfit(noun, edit, locale)
    return change_many(noun, numbers, "Edit", parsed.over, dry_run=dry_run)


def change_many(
    noun: Noun, numbers: Sequence[int], verb: str, change: Callable[[Values], Values], *, dry_run: bool = False
) -> Outcome:
    """Give records by number the values that `change` makes of each document, all in one operation."""
    ids = store.ids_of(noun, numbers)
    outcome = Outcome(len(ids), dry_run=dry_run)
    with (
        operation(f"{verb} {how_many(noun, ids)}", dry_run=dry_run) as op,
        rewriting(op, noun, _noted(outcome)) as records,
    ):
        for document in _chosen(noun, ids):
            try:
                if document["state"] == State.TRASHED:
                    raise Conflict(_in_the_trash(noun, document["id"]))
                values = noun.clean(change(document), document)
            except SmallCRMError as error:
                records.refuse(document, error)
            else:
                records.add(document, values)
    return _finished(op, outcome)


def _chosen(noun: Noun, ids: Sequence[int]) -> Iterator[Values]:
    """The documents of these records in their order, read chunk by chunk."""
    for start in range(0, len(ids), documents.CHUNK):
        chosen = ids[start : start + documents.CHUNK]
        found = documents.load(noun, chosen)
        yield from (found[record_id] for record_id in chosen if record_id in found)


def _noted(outcome: Outcome) -> Callable[[int, bool | SmallCRMError], None]:
    """What notes the fate of each record."""

    def note(record_id: int, fate: bool | SmallCRMError) -> None:  # noqa: FBT001 - as it is told
        number = number_of(record_id)
        if not isinstance(fate, SmallCRMError):
            (outcome.changed if fate else outcome.skipped).append(number)
        # One alone keeps its hint and its exit code; what is not allowed is so for all of them.
        elif outcome.matched == 1 or isinstance(fate, NotAllowed):
            raise fate
        else:
            outcome.failed[number] = fate.sentence

    return note


def trash_many(noun: Noun, numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Move records to the trash, as one operation."""
    ids = store.ids_of(noun, numbers)
    outcome = Outcome(len(ids), dry_run=dry_run)
    with operation(f"Trash {how_many(noun, ids)}", dry_run=dry_run) as op:
        for start in range(0, len(ids), documents.CHUNK):
            chosen = ids[start : start + documents.CHUNK]
            gone = obstacles.moved(noun, chosen, State.LIVE)
            live = [record_id for record_id in chosen if record_id not in gone]
            held = referring.held(noun, live)
            live = [record_id for record_id in live if record_id not in held]
            op.set_state(noun, "trash", live)
            outcome.changed += map(number_of, live)
            outcome.failed |= {number_of(record_id): f"{why[0].upper()}{why[1:]}." for record_id, why in held.items()}
            outcome.failed |= {number_of(record_id): _in_the_trash(noun, record_id) for record_id in gone}
    return _finished(op, outcome)


def _in_the_trash(noun: Noun, record_id: int) -> str:
    return f"{noun.name.capitalize()} {number_of(record_id)} is in the trash."


def restore_many(noun: Noun, numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Take records out of the trash, as one operation."""
    ids = store.ids_of(noun, numbers)
    outcome = Outcome(len(ids), dry_run=dry_run)
    # What describes the workspace may not fit together any more: each of it is judged by what is there by then.
    size = 1 if noun.settings else documents.CHUNK
    with operation(f"Restore {how_many(noun, ids)}", dry_run=dry_run) as op:
        note = _noted(outcome)
        for start in range(0, len(ids), size):
            refused = op.restore_all(noun, ids[start : start + size])
            for record_id in ids[start : start + size]:
                note(record_id, refused.get(record_id, True))
    return _finished(op, outcome)


def how_many(noun: Noun, ids: Sequence[int]) -> str:
    """Records in the summary of an operation: one by its number and name, many by their count."""
    return titled(noun, ids[0]) if len(ids) == 1 else f"{len(ids)} {noun.plural}"


def _finished(op: Operation, outcome: Outcome) -> Outcome:
    if outcome.matched == 1 and outcome.failed:
        raise Conflict(next(iter(outcome.failed.values())))
    outcome.operation = None if op.id is None else number_of(op.id)
    return outcome
