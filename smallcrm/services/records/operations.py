"""The one write path: `with operation(summary) as op` is one transaction and one entry of the journal.

Nothing else writes customer data. An operation writes the row, the change (old -> new of what changed), the parts with
their uniqueness, and the search index; it is not journalled when it changed nothing.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db import search
from smallcrm.db.fence import proxy
from smallcrm.db.ids import bound_tenant, make_id, number_of, take
from smallcrm.errors import Conflict, NotFound
from smallcrm.models.base import State
from smallcrm.models.operation import Change
from smallcrm.models.operation import Operation as OperationRow
from smallcrm.services.accounts.access import Actor, Verb, require
from smallcrm.services.records import documents, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.schema import Noun, Values

FLUSH_AT = 1000
_STATE_VERBS = {"trash": State.TRASHED, "restore": State.LIVE, "hide": State.UNDONE, "unhide": State.LIVE}


class _DryRun(Exception):  # noqa: N818  # not an error: it rolls the transaction back
    pass


class Operation:
    """One undoable unit of work in the making."""

    def __init__(self, summary: str, actor: Actor, kind: str, undoes: int | None) -> None:
        self.summary = summary
        self.kind = kind
        self.undoes = undoes
        self.id: int | None = None
        self.counts: dict[str, int] = {}
        self.changed: list[tuple[str, str, int]] = []
        self._actor = actor
        self._changes: list[tuple[str, str, int, int | None, str | None]] = []
        self._search: dict[str, dict[int, tuple[int, str, str]]] = {}
        self._nouns: dict[str, Noun] = {}

    # -- the verbs

    def create(self, noun: Noun, values: Values) -> int:
        """Make a record; gives its id."""
        document = noun.clean(dict(values), {})
        record_id = make_id(bound_tenant(), take(noun.name))
        now = clock.now()
        row = {"id": record_id, "created_at": now, "updated_at": now, **noun.derive(document)}
        for field in documents.plain_fields(noun):
            if not field.derived:
                row.update(documents.to_columns(field, document.get(field.key)))
        self._refuse_taken(noun, document, record_id, document)
        noun.model.insert(row).execute()
        for part in noun.parts:
            if document.get(part.key):
                part.save(record_id, document[part.key], live=True)
        self._index(noun, record_id, document)
        self._note(noun, "create", record_id)
        return record_id

    def update(self, noun: Noun, record_id: int, values: Values, *, expected_version: int | None = None) -> bool:
        """Change some fields of a live record; False where nothing differs.

        With `expected_version`, raises Conflict where somebody changed the record since.
        """
        before = self._live(noun, record_id)
        if expected_version is not None and before["version"] != expected_version:
            raise Conflict(f"{noun.name.capitalize()} {number_of(record_id)} has been changed since you read it.")
        return self.rewrite(noun, before, noun.clean(dict(values), before))

    def rewrite(self, noun: Noun, before: Values, values: Values) -> bool:
        """Write cleaned values over a document that was just read; False where nothing differs."""
        fields = _difference(noun, before, values)
        if not fields:
            return False
        after = {**before, **{key: values[key] for key in fields}}
        record_id = before["id"]
        changed_parts = [part for part in noun.parts if part.key in fields]
        self._refuse_taken(noun, {part.key: after[part.key] for part in changed_parts}, record_id, after)
        row: dict[str, Any] = noun.derive(after)
        for key in fields:
            field = noun.by_key[key]
            if not field.many:
                row.update(documents.to_columns(field, after[key]))
        self._touch(noun, [record_id], row)
        for part in changed_parts:
            part.save(record_id, after[part.key], live=before["state"] == State.LIVE)
        if before["state"] == State.LIVE and noun.search_text(after) != noun.search_text(before):
            self._index(noun, record_id, after)
        self._note(noun, "update", record_id, fields)
        return True

    def trash(self, noun: Noun, record_id: int) -> None:
        """Put a live record into the trash."""
        self._live(noun, record_id)
        self.set_state(noun, "trash", [record_id])

    def restore(self, noun: Noun, record_id: int) -> None:
        """Take a record out of the trash; raises Conflict where one of its keys is taken by now."""
        document = documents.load(noun, [record_id]).get(record_id)
        if document is None or document["state"] == State.UNDONE:
            raise _missing(noun, record_id)
        if document["state"] == State.LIVE:
            raise Conflict(f"{noun.name.capitalize()} {number_of(record_id)} is not in the trash.")
        self._refuse_taken(noun, document, record_id, document)
        self.set_state(noun, "restore", [record_id])

    def set_state(self, noun: Noun, verb: str, ids: Sequence[int]) -> None:
        """Trash, restore, hide or unhide records one by one; their keys are known to be free."""
        state = _STATE_VERBS[verb]
        trashed_at = clock.now() if state is State.TRASHED else None
        for start in range(0, len(ids), documents.CHUNK):
            chosen = list(ids[start : start + documents.CHUNK])
            self._touch(noun, chosen, {"state": state, "trashed_at": trashed_at})
            for part in noun.parts:
                part.set_live(chosen[0], chosen[-1], live=state is State.LIVE, only=chosen)
            if state is State.LIVE:
                for record_id, document in documents.load(noun, chosen).items():
                    self._index(noun, record_id, document)
            else:
                for record_id in chosen:
                    self._search.get(noun.name, {}).pop(record_id, None)
                    search.remove(noun.code, record_id, record_id)
        for record_id in ids:
            self._note(noun, verb, record_id)

    def set_state_of_range(self, noun: Noun, verb: str, first_id: int, last_id: int, was: State) -> int:
        """Hide or unhide every record of a range that is in state `was`; gives their number."""
        state = _STATE_VERBS[verb]
        model = noun.model
        update = {
            "state": state, "trashed_at": None, "version": model.version + 1, "updated_at": clock.now()
        }
        chosen = model.id.between(first_id, last_id) & (model.state == was)
        count: int = model.update(update).where(chosen).execute()
        if count:
            for part in noun.parts:
                part.set_live(first_id, last_id, live=state is State.LIVE)
            if state is State.LIVE:
                self._index_range(noun, first_id, last_id)
            else:
                search.remove(noun.code, first_id, last_id)
            self.note_range(noun, verb, first_id, last_id, count)
        return count

    # -- the journal

    def note_range(self, noun: Noun, kind: str, first_id: int, last_id: int, count: int) -> None:
        """Journal one change of every record from `first_id` to `last_id`."""
        self._changes.append((noun.name, kind, first_id, last_id, None))
        self.counts[kind] = self.counts.get(kind, 0) + count

    def note_update(self, noun: Noun, record_id: int, fields_json: str) -> None:
        """Journal an update that bulk work made itself; `fields_json` as in the model Change."""
        self._changes.append((noun.name, "update", record_id, None, fields_json))
        self.counts["update"] = self.counts.get("update", 0) + 1
        if len(self._changes) >= FLUSH_AT:
            self.flush()

    def _note(self, noun: Noun, kind: str, record_id: int, fields: dict[str, Any] | None = None) -> None:
        text = None if fields is None else json.dumps(fields, ensure_ascii=False)
        self._changes.append((noun.name, kind, record_id, None, text))
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.changed.append((noun.name, kind, record_id))
        if len(self._changes) >= FLUSH_AT:
            self.flush()

    def flush(self) -> None:
        """Write what has been gathered: the entry itself, its changes, the search rows."""
        for name, rows in self._search.items():
            search.replace(self._nouns[name].code, list(rows.values()))
        self._search.clear()
        if not self._changes:
            return
        if self.id is None:
            self.id = make_id(bound_tenant(), take("operation"))
            OperationRow.create(
                id=self.id, member_id=self._actor.member_id, kind=self.kind, via=self._actor.via,
                summary=self.summary, at=clock.now(), undoes=self.undoes,
            )
        first = make_id(bound_tenant(), take("change", len(self._changes)))
        rows = [(first + at, self.id, *change) for at, change in enumerate(self._changes)]
        columns = [Change.id, Change.operation, Change.object, Change.kind, Change.record_id]
        columns += [Change.last_id, Change.fields]
        for start in range(0, len(rows), FLUSH_AT):
            Change.insert_many(rows[start : start + FLUSH_AT], columns).execute()
        self._changes.clear()

    # -- helpers

    def _live(self, noun: Noun, record_id: int) -> Values:
        document = documents.load(noun, [record_id]).get(record_id)
        if document is None or document["state"] == State.UNDONE:
            raise _missing(noun, record_id)
        if document["state"] == State.TRASHED:
            number = number_of(record_id)
            raise Conflict(
                f"{noun.name.capitalize()} {number} is in the trash.", hint=f"smallcrm {noun.name} restore {number}"
            )
        return document

    def _touch(self, noun: Noun, ids: list[int], row: dict[str, Any]) -> None:
        update = {**row, "version": noun.model.version + 1, "updated_at": clock.now()}
        noun.model.update(update).where(noun.model.id.in_(ids)).execute()

    def _index(self, noun: Noun, record_id: int, document: Values) -> None:
        self._nouns[noun.name] = noun
        self._search.setdefault(noun.name, {})[record_id] = (record_id, *noun.search_text(document))

    def _index_range(self, noun: Noun, first_id: int, last_id: int) -> None:
        model, after = noun.model, first_id - 1
        search.remove(noun.code, first_id, last_id)
        while True:
            page = (
                model.select(model.id).where(model.id > after, model.id <= last_id, model.state == State.LIVE)
                .order_by(model.id).limit(documents.CHUNK).tuples()
            )
            ids = [row[0] for row in page]
            if not ids:
                return
            found = documents.load(noun, ids)
            search.add(noun.code, [(key, *noun.search_text(found[key])) for key in ids])
            after = ids[-1]

    def _refuse_taken(self, noun: Noun, lists: Values, record_id: int, document: Values) -> None:
        for part in noun.parts:
            holders = part.holders(lists.get(part.key) or [])
            for value, holder in holders.items():
                if holder != record_id:
                    raise Conflict(
                        f"The {part.singular} {value} already belongs to {noun.name} {number_of(holder)}"
                        f" ({_title(noun, holder)}), so {_name_of(document) or 'this one'} cannot have it.",
                        hint=f"smallcrm {noun.name} show {number_of(holder)}",
                    )


def _title(noun: Noun, record_id: int) -> str:
    row = noun.model.select(noun.model.name).where(noun.model.id == record_id).tuples().first()
    return str(row[0]) if row else "?"


def _name_of(document: Values) -> str:
    return str(document.get("name") or "")


def _missing(noun: Noun, record_id: int) -> NotFound:
    return NotFound(f"There is no {noun.name} {number_of(record_id)}.", hint=f"smallcrm {noun.name} list")


def _difference(noun: Noun, before: Values, values: Values) -> dict[str, Any]:
    """What of these values differs from a document, in the journal's form."""
    fields: dict[str, Any] = {}
    for key, new in values.items():
        old = before.get(key)
        if noun.by_key[key].many:
            changed = parts.difference(old or [], new or [])
            if changed:
                fields[key] = changed
        elif old != new:
            fields[key] = [old, new]
    return fields


@contextmanager
def operation(
    summary: str, *, kind: str = "edit", verb: Verb = Verb.WRITE, dry_run: bool = False, undoes: int | None = None
) -> Iterator[Operation]:
    """One transaction and one journal entry of the acting member; a dry run does it all and takes it back."""
    op = Operation(summary, require(verb), kind, undoes)
    try:
        with proxy.atomic():
            yield op
            op.flush()
            if dry_run:
                op.id = None
                raise _DryRun
    except _DryRun:
        pass
