"""Which drafts are about records that are there: by their id in the source, else by what makes a record the same."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.clock import micros
from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.external_id import ExternalId
from smallcrm.services.transfer.work.lookups import some_of
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.work.draft import Draft

    _Orders = dict[tuple[str, ...], dict[tuple[Any, ...], deque["_Known"]]]

_AT_ONCE = 500
SEEN = (State.LIVE, State.TRASHED)
"""The states of the records that a row can be about: what was undone is as if it had never been."""


class Match(NamedTuple):
    """The record that a draft is about, and whether it lies in the trash."""

    id: int
    trashed: bool

    def in_trash(self, noun: Noun) -> str:
        """Why a draft about a record in the trash is refused."""
        number = number_of(self.id)
        shown = f"smallcrm {noun.name} restore {number}"
        return f"{noun.name} {number}, which it is about, is in the trash ({shown})"


class Refused(NamedTuple):
    """Why no record can be told for a draft."""

    reason: str


class _Known(NamedTuple):
    match: Match
    told: dict[str, Any]
    about: frozenset[tuple[str, int]] = frozenset()

    def fits(self, about: frozenset[tuple[str, int]]) -> bool:
        """Whether a draft about these records can be the same: it has all of them, or none of that noun."""
        return about <= self.about or not {noun for noun, _id in about - self.about} & {
            noun for noun, _id in self.about
        }


def by_external(noun: Noun, source: str, keys: Sequence[str]) -> dict[str, Match]:
    """The record of each id in a source; one that is live counts before one in the trash."""
    found: dict[str, Match] = {}
    model: Any = noun.model
    for some in some_of(keys):
        chosen = (ExternalId.source == source) & (ExternalId.object == noun.name) & ExternalId.key.in_(some)
        rows: Any = (
            ExternalId.select(ExternalId.key, model.id, model.state)
            .join(model, on=(model.id == ExternalId.record_id))
            .where(chosen, model.state.in_(list(SEEN)))
        )
        for key, record, state in sorted(rows.tuples(), key=lambda row: (-row[2], row[1])):
            found[key] = Match(record, state == State.TRASHED)
    return found


def name_of(noun: Noun, draft: Draft) -> str:
    """What a draft is called, as names are compared."""
    return sort_key(draft.values.get(noun.title) or draft.usual.get(noun.title) or "")


@dataclass
class Matcher:
    """Finds the records of one file's drafts, among those that were there before: up to the id `newest`.

    A draft without an id is about the first record of its name that differs in nothing it says, and that no earlier
    draft is about.
    """

    noun: Noun
    source: str
    newest: int
    _used: set[int] = field(default_factory=set)

    def reserve(self, keys: Sequence[str]) -> None:
        """Keep the records that rows of the file name by their ids for those rows."""
        self._used.update(match.id for match in by_external(self.noun, self.source, keys).values())

    def keys(self, draft: Draft) -> list[str]:
        """What two drafts may have in common that are about one record."""
        return [draft.external] if draft.external else []

    def matches(self, drafts: Sequence[Draft]) -> list[Match | Refused | None]:
        """The record that each of some drafts is about; None for a new one."""
        by_id = by_external(self.noun, self.source, [draft.external for draft in drafts if draft.external])
        # What an id names is not the record of a row without one.
        self._used.update(match.id for match in by_id.values())
        known = self._known([draft for draft in drafts if not draft.external])
        orders: _Orders = {}
        return [by_id.get(draft.external) if draft.external else self._same(draft, known, orders) for draft in drafts]

    def _known(self, drafts: Sequence[Draft]) -> list[tuple[str, _Known]]:
        """The records of the same names with what may tell them apart, those that are live first."""
        if not drafts:
            return []
        model: Any = self.noun.model
        columns = list(drafts[0].identity)
        fields = [model._meta.combined[name] for name in columns]
        names = sorted({name_of(self.noun, draft) for draft in drafts})
        found: list[Any] = []
        for start in range(0, len(names), _AT_ONCE):
            some = model.name_key.in_(names[start : start + _AT_ONCE])
            rows = model.select(model.state, model.id, model.name_key, *fields).where(
                some, model.state.in_(list(SEEN)), model.id <= self.newest
            )
            found.extend(rows.tuples())
        about = self._about([row[1] for row in found]) if any(draft.about for draft in drafts) else {}
        return [
            (
                name,
                _Known(
                    Match(record, state == State.TRASHED),
                    dict(zip(columns, map(_plain, values), strict=True)),
                    about.get(record, frozenset()),
                ),
            )
            for state, record, name, *values in sorted(found, key=lambda row: row[:2])
        ]

    def _about(self, ids: Sequence[int]) -> dict[int, frozenset[tuple[str, int]]]:
        """What each of some records is about."""
        found: dict[int, frozenset[tuple[str, int]]] = {}
        part = self.noun.part("links" if self.noun.name == "activity" else "contacts")
        for start in range(0, len(ids), _AT_ONCE):
            links = part.load(list(ids[start : start + _AT_ONCE]))
            found |= {key: frozenset(map(_named, some)) for key, some in links.items()}
        return found

    def _same(self, draft: Draft, known: Sequence[tuple[str, _Known]], orders: _Orders) -> Match | None:
        """The first of the records of a name that no draft is about yet and that differs in nothing the draft says."""
        for told in (draft.identity, draft.earlier):
            alike = self._alike(name_of(self.noun, draft), told, known, orders) if told else ()
            free = (one for one in alike if one.match.id not in self._used and one.fits(draft.about))
            first = next(free, None)
            if first is not None:
                if not draft.about <= first.about:
                    # One that is about the very same counts before one that could be.
                    first = next((one for one in free if draft.about <= one.about), first)
                self._used.add(first.match.id)
                return first.match
        return None

    def _alike(
        self, name: str, told: dict[str, Any], known: Sequence[tuple[str, _Known]], orders: _Orders
    ) -> deque[_Known]:
        """The records of a name whose columns say the same, without those at first that a draft is about."""
        keys = tuple(key for key, value in told.items() if value is not None)
        if keys not in orders:
            orders[keys] = defaultdict(deque)
            for called, one in known:
                orders[keys][called, *(one.told[key] for key in keys)].append(one)
        waiting = orders[keys].get((name, *(told[key] for key in keys)), deque())
        while waiting and waiting[0].match.id in self._used:
            waiting.popleft()
        return waiting


def _named(element: dict[str, Any]) -> tuple[str, int]:
    """The noun and the id that an element of a link names."""
    return (element["object"], element["record"]) if "object" in element else ("contact", element["contact"])


def _plain(value: Any) -> Any:
    return micros(value) if isinstance(value, datetime) else value
