"""Records rewritten in sets: one statement for each kind of row and some hundred records.

The records of a set are written together, but as if one came after the other: the same entries of the journal in the
same order, and of a value that only one can have the first gets it. What the rules of other records read
(`Noun.watched`), and whatever describes the workspace, is written at once, so that the next record is judged by it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm import clock
from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of
from smallcrm.db.rows import change_rows
from smallcrm.errors import Conflict, SmallCRMError
from smallcrm.models.base import State
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import documents, parts, standing
from smallcrm.services.records.claims import Claims

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Field, Noun, Values

    Told = Callable[[int, bool | SmallCRMError], None]


class _Pending(NamedTuple):
    """A record to be written: before and after, what differs in the journal's form, or why it cannot be."""

    before: Values
    after: Values
    fields: dict[str, Any]
    error: SmallCRMError | None = None

    @property
    def id(self) -> int:
        return int(self.before["id"])

    @property
    def live(self) -> bool:
        return bool(self.before["state"] == State.LIVE)

    @property
    def values(self) -> Values:
        """The fields that differ, as they become."""
        return {key: self.after[key] for key in self.fields}


class Rewriting:
    """Gathers records of one noun, each added once, and writes them in sets."""

    def __init__(self, op: Operation, noun: Noun, told: Told, *, free: bool) -> None:
        self._op = op
        self._noun = noun
        self._told = told
        self._free = free
        self._waiting: list[_Pending] = []

    def add(self, before: Values, values: Values) -> None:
        """Let cleaned values be written over a document that was read in this operation."""
        fields = difference(self._noun, before, values)
        after = {**before, **{key: values[key] for key in fields}}
        self._wait(_Pending(before, after, fields))

    def refuse(self, before: Values, error: SmallCRMError) -> None:
        """Let it be told in its turn that a record cannot be written."""
        self._wait(_Pending(before, before, {}, error))

    def _wait(self, record: _Pending) -> None:
        self._waiting.append(record)
        noun = self._noun
        at_once = noun.settings or (noun.watched and not noun.watched.isdisjoint(record.fields))
        if at_once or len(self._waiting) >= documents.CHUNK:
            self.write()

    def write(self) -> None:
        """Write what was gathered, and tell of each record what became of it."""
        waiting, self._waiting = self._waiting, []
        refused = {record.id: record.error for record in waiting if record.error is not None}
        changed = [record for record in waiting if record.fields]
        if changed:
            refuse_settings(self._noun, [record.id for record in changed])
            refused |= {} if self._free else self._taken(changed)
            refused |= _write_all(self._op, self._noun, [one for one in changed if one.id not in refused])
        for record in waiting:
            self._told(record.id, refused.get(record.id) or bool(record.fields))

    def _taken(self, changed: Sequence[_Pending]) -> dict[int, SmallCRMError]:
        """The records of which somebody else has a unique value, and who."""
        live = [(record, record.values) for record in changed if record.live]
        claims = Claims(self._noun, (values for _record, values in live))
        found: dict[int, SmallCRMError] = {}
        for record, values in live:
            try:
                claims.refuse(record.after, values)
            except Conflict as error:
                found[record.id] = error
            else:
                claims.grant(record.id, record.before, values)
        return found


@contextmanager
def rewriting(op: Operation, noun: Noun, told: Told | None = None, *, free: bool = False) -> Iterator[Rewriting]:
    """Write documents over those that were read, in sets; what waits is written at the end.

    `told` hears of each record, in the order in which they were added, whether it was changed, or the error that kept
    it as it was; without it the error is raised. `free`: their unique values are known to be free.
    """
    records = Rewriting(op, noun, told or _raise, free=free)
    yield records
    records.write()


def _raise(_record_id: int, fate: bool | SmallCRMError) -> None:  # noqa: FBT001 - as it is told
    if isinstance(fate, SmallCRMError):
        raise fate


class _Stale(Exception):
    """A record among several has another version than the one that was read."""


def _write_all(op: Operation, noun: Noun, records: Sequence[_Pending]) -> dict[int, SmallCRMError]:
    """Write records, and then the journal and the index; gives those that were changed since they were read."""
    if not records:
        return {}
    if noun.settings:
        standing.forget()
    if len(records) == 1:
        if not _write_set(noun, records):
            return {records[0].id: changed_meanwhile(noun, records[0].id)}
    else:
        try:
            with proxy.atomic():
                if not _write_set(noun, records):
                    raise _Stale
        except _Stale:
            # Which of them it is shows when they are written one by one.
            return {at: error for record in records for at, error in _write_all(op, noun, [record]).items()}
    for record in records:
        _index(op, noun, record)
        op.note(noun, "update", record.id, record.fields)
    noun.after([record.id for record in records])
    return {}


def _write_set(noun: Noun, records: Sequence[_Pending]) -> bool:
    """Write rows and parts; False where a record has another version than was read."""
    if not _write_rows(noun, records):
        return False
    _write_parts(noun, records)
    return True


def _index(op: Operation, noun: Noun, record: _Pending) -> None:
    """Let a live record be found by what it says now."""
    if record.live and not noun.settings:
        texts = noun.search_text(record.after)
        if texts != noun.search_text(record.before):
            op.index(noun, record.id, texts)


def _write_rows(noun: Noun, records: Sequence[_Pending]) -> bool:
    """Write the noun's own rows; False where one has another version than was read."""
    alike: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    fields = noun.by_key
    for record in records:
        row = _row(noun, fields, record)
        alike.setdefault(tuple(row), []).append((record.id, record.before["version"], *row.values()))
    common = {noun.model.version: noun.model.version + 1, noun.model.updated_at: clock.now()}
    return all(change_rows(noun.model, columns, rows, common) == len(rows) for columns, rows in alike.items())


def _row(noun: Noun, fields: dict[str, Field], record: _Pending) -> dict[str, Any]:
    """The columns of the noun's own table that differ."""
    was = noun.derive(record.before)
    row = {column: value for column, value in noun.derive(record.after).items() if was[column] != value}
    for key in record.fields:
        if not fields[key].apart:
            row.update(documents.to_columns(fields[key], record.after[key]))
    return row


def _write_parts(noun: Noun, records: Sequence[_Pending]) -> None:
    """Write what lies in tables of its own."""
    for part in noun.parts:
        lists = [(record.id, record.after[part.key], record.live) for record in records if part.key in record.fields]
        if lists:
            part.save(lists)
    save_custom(noun, [(record.id, record.values, record.live) for record in records])


def save_custom(noun: Noun, records: Sequence[tuple[int, Values, bool]]) -> None:
    """Keep those of the values of records, live or not, that are of fields which the workspace added."""
    keys = [field.key for field in noun.custom]
    custom = [(at, {key: values[key] for key in keys if key in values}, live) for at, values, live in records]
    if keys and noun.extras is not None:
        noun.extras.save([record for record in custom if record[1]])


def difference(noun: Noun, before: Values, values: Values) -> dict[str, Any]:
    """What of these values differs from a document, in the journal's form."""
    fields, known = dict[str, Any](), noun.by_key
    for key, new in values.items():
        old = before.get(key)
        if known[key].many:
            changed = parts.difference(old or [], new or [])
            if changed:
                fields[key] = changed
        elif old != new:
            fields[key] = [old, new]
    return fields


def refuse_settings(noun: Noun, ids: Sequence[int] = ()) -> None:
    """Raise NotAllowed where the acting member may not write what describes the workspace."""
    if noun.may_write is not None:
        noun.may_write(ids)
    elif noun.settings:
        require(Verb.CONFIGURE)


def changed_meanwhile(noun: Noun, record_id: int) -> Conflict:
    """The error for a record that somebody changed after it was read."""
    number = number_of(record_id)
    return Conflict(
        f"{noun.name.capitalize()} {number} has been changed since you read it.",
        hint=f"smallcrm {noun.name} show {number}",
    )
