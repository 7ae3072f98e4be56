"""Which drafts are about records that are there: by their id in the source, else by what makes a record the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.clock import micros
from smallcrm.models.base import State
from smallcrm.models.external_id import ExternalId
from smallcrm.services.transfer.work.lookups import some_of
from smallcrm.services.transfer.work.namesakes import Known, Match, Namesakes
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.work.draft import Draft

_AT_ONCE = 500
# Records of names that stand in more than one part of a file are kept for the next part, but no more than that.
_MOST_KEPT = 50_000
SEEN = (State.LIVE, State.TRASHED)
"""The states of the records that a row can be about: what was undone is as if it had never been."""


class Refused(NamedTuple):
    """Why no record can be told for a draft."""

    reason: str


def known_by_id(noun: Noun, source: str, keys: Sequence[str]) -> dict[str, Match]:
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


def keys_of(draft: Draft) -> list[str]:
    """The ids of a draft, each as one text."""
    further = [f"{source}:{key}" for source, key in draft.row.ids]
    return [f"id:{draft.external}", *further] if draft.external else further


def known_by_ids(noun: Noun, source: str, drafts: Sequence[Draft]) -> list[Match | Refused | None]:
    """The record that each draft is about by its number or its id, else by the ids that others call it."""
    by_id = known_by_id(noun, source, [draft.external for draft in drafts if draft.external])
    found = [draft.row.mine or by_id.get(draft.external or "") for draft in drafts]
    open_drafts = [draft for draft, match in zip(drafts, found, strict=True) if match is None and draft.row.ids]
    if not open_drafts:
        return list(found)
    holders = holders_of(noun, open_drafts)
    return [match or _by_further(noun, draft, holders) for draft, match in zip(drafts, found, strict=True)]


def _by_further(noun: Noun, draft: Draft, holders: Mapping[tuple[str, str], Match]) -> Match | Refused | None:
    named = {holders[each] for each in draft.row.ids if each in holders}
    if len(named) > 1:
        return Refused(f"its external ids belong to several {noun.plural}")
    return next(iter(named), None)


def holders_of(noun: Noun, drafts: Sequence[Draft]) -> dict[tuple[str, str], Match]:
    """The live record of each id that other programs have for some drafts."""
    keys: dict[str, list[str]] = defaultdict(list)
    for draft in drafts:
        for source, key in draft.row.ids:
            keys[source].append(key)
    return {
        (source, key): match
        for source, some in keys.items()
        for key, match in known_by_id(noun, source, some).items()
        if not match.trashed
    }


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
    _kept: dict[str, Namesakes] = field(default_factory=dict)
    _held: int = 0
    _abouts: bool = False

    def reserve(self, keys: Sequence[str], mine: Iterable[int]) -> None:
        """Keep the records that rows of the file name by their ids, or their numbers, for those rows."""
        self._used.update(mine)
        self._used.update(match.id for match in known_by_id(self.noun, self.source, keys).values())

    def keys(self, draft: Draft) -> list[str]:
        """What two drafts may have in common that are about one record."""
        return keys_of(draft)

    def matches(self, drafts: Sequence[Draft]) -> list[Match | Refused | None]:
        """The record that each of some drafts is about; None for a new one."""
        by_id = known_by_ids(self.noun, self.source, drafts)
        # What an id names is not the record of a row without one.
        self._used.update(match.id for match in by_id if isinstance(match, Match))
        bare = [match is None and not draft.external for draft, match in zip(drafts, by_id, strict=True)]
        self._look_up([draft for draft, is_bare in zip(drafts, bare, strict=True) if is_bare])
        return [
            self._same(draft) if is_bare else match for draft, match, is_bare in zip(drafts, by_id, bare, strict=True)
        ]

    def _look_up(self, drafts: Sequence[Draft]) -> None:
        """Find the records of the names of some drafts; those of earlier drafts are at hand, unless they are many."""
        if not self._abouts and any(draft.about for draft in drafts):
            self._kept, self._held, self._abouts = {}, 0, True
        if self._held > _MOST_KEPT:
            self._kept, self._held = {}, 0
        names = {name_of(self.noun, draft) for draft in drafts} - self._kept.keys()
        self._kept.update({name: Namesakes() for name in names})
        for name, known in self._known(names, list(drafts[0].identity)) if names else ():
            self._kept[name].records.append(known)
            self._held += 1

    def _known(self, names: Iterable[str], columns: Sequence[str]) -> Iterator[tuple[str, Known]]:
        """The records of some names with what may tell them apart, those that are live first."""
        model: Any = self.noun.model
        fields = [model._meta.combined[name] for name in columns]
        found: list[Any] = []
        for some in some_of(names):
            rows = model.select(model.state, model.id, model.name_key, *fields).where(
                model.name_key.in_(some), model.state.in_(list(SEEN)), model.id <= self.newest
            )
            found.extend(rows.tuples())
        about = self._about([row[1] for row in found]) if self._abouts else {}
        for state, record, name, *values in sorted(found, key=lambda row: row[:2]):
            told = dict(zip(columns, map(_plain, values), strict=True))
            yield name, Known(Match(record, state == State.TRASHED), told, about.get(record, frozenset()))

    def _about(self, ids: Sequence[int]) -> dict[int, frozenset[tuple[str, int]]]:
        """What each of some records is about."""
        found: dict[int, frozenset[tuple[str, int]]] = {}
        part = self.noun.part("links" if self.noun.name == "activity" else "contacts")
        for start in range(0, len(ids), _AT_ONCE):
            links = part.load(list(ids[start : start + _AT_ONCE]))
            found |= {key: frozenset(map(_named, some)) for key, some in links.items()}
        return found

    def _same(self, draft: Draft) -> Match | None:
        """The first of the records of a name that no draft is about yet and that differs in nothing the draft says."""
        namesakes = self._kept[name_of(self.noun, draft)]
        for told in (draft.identity, draft.earlier):
            first = namesakes.first(told, draft.about, self._used) if told else None
            if first is not None:
                self._used.add(first.match.id)
                return first.match
        return None


def _named(element: dict[str, Any]) -> tuple[str, int]:
    """The noun and the id that an element of a link names."""
    return (element["object"], element["record"]) if "object" in element else ("contact", element["contact"])


def _plain(value: Any) -> Any:
    return micros(value) if isinstance(value, datetime) else value
