"""The journal of one operation in the making: its changes and the search rows that follow, written in sets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db import search
from smallcrm.db.ids import bound_tenant, make_id, take
from smallcrm.models.operation import Change
from smallcrm.models.operation import Operation as OperationRow

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.accounts.access import Actor
    from smallcrm.services.records.schema import Noun

FLUSH_AT = 1000
PURGE = "purge"
TAKING_BACK = ("undo", "redo")
_COLUMNS = [Change.id, Change.operation, Change.object, Change.kind, Change.record_id, Change.last_id, Change.fields]


class Journal:
    """What an operation did so far; `id` is None until something is written."""

    def __init__(self, summary: str, actor: Actor, kind: str, undoes: int | None) -> None:
        self.summary = summary
        self.kind = kind
        self.undoes = undoes
        self.id: int | None = None
        self.counts: dict[str, int] = {}
        self._actor = actor
        self._changes: list[tuple[str, str, int, int | None, str | None]] = []
        self._search: dict[str, dict[int, tuple[int, str, str]]] = {}
        self._codes: dict[str, int] = {}

    def note(self, noun: Noun, kind: str, record_id: int, fields: dict[str, Any] | None = None) -> None:
        """Journal one change of one record."""
        text = None if fields is None else json.dumps(fields, ensure_ascii=False)
        self._add(1, (noun.name, kind, record_id, None, text))

    def note_range(self, noun: Noun, kind: str, first_id: int, last_id: int, count: int) -> None:
        """Journal one change of every record from `first_id` to `last_id`."""
        self._add(count, (noun.name, kind, first_id, last_id, None))

    def note_update(self, noun: Noun, record_id: int, fields_json: str) -> None:
        """Journal an update that bulk work made itself; `fields_json` as in the model Change."""
        self._add(1, (noun.name, "update", record_id, None, fields_json))

    def _add(self, count: int, change: tuple[str, str, int, int | None, str | None]) -> None:
        self._changes.append(change)
        self.counts[change[1]] = self.counts.get(change[1], 0) + count
        if len(self._changes) >= FLUSH_AT:
            self.flush()

    def index(self, noun: Noun, record_id: int, texts: tuple[str, str]) -> None:
        """Make a record findable by these texts, title and rest, with the next flush; settings are not searched."""
        if noun.settings:
            return
        self._codes[noun.name] = noun.code
        self._search.setdefault(noun.name, {})[record_id] = (record_id, *texts)

    def unindex(self, noun: Noun, ids: Sequence[int]) -> None:
        """Make records findable no more, at once."""
        waiting = self._search.get(noun.name, {})
        for record_id in ids:
            waiting.pop(record_id, None)
        search.remove_each(noun.code, ids)

    def flush(self) -> None:
        """Write what has been gathered: the entry itself, its changes, the search rows."""
        for name, found in self._search.items():
            search.replace(self._codes[name], list(found.values()))
        self._search.clear()
        if not self._changes:
            return
        if self.id is None:
            self._enter()
        first = make_id(bound_tenant(), take("change", len(self._changes)))
        rows = [(first + at, self.id, *change) for at, change in enumerate(self._changes)]
        Change.insert_many(rows, _COLUMNS).execute()
        self._changes.clear()

    def _enter(self) -> None:
        self.id = make_id(bound_tenant(), take("operation"))
        OperationRow.create(
            id=self.id,
            member_id=self._actor.member_id,
            kind=self.kind,
            via=self._actor.via,
            summary=self.summary,
            at=clock.now(),
            undoes=self.undoes,
        )
