"""The records of one name: which of them a row without an id is about, found without looking at all of them."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.ids import number_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smallcrm.services.records.schema import Noun

About = frozenset[tuple[str, int]]
"""The records that a record is about: the noun and the id of each."""


class Match(NamedTuple):
    """The record that a draft is about, and whether it lies in the trash."""

    id: int
    trashed: bool

    def in_trash(self, noun: Noun) -> str:
        """Why a draft about a record in the trash is refused."""
        number = number_of(self.id)
        shown = f"smallcrm {noun.name} restore {number}"
        return f"{noun.name} {number}, which it is about, is in the trash ({shown})"


class Known(NamedTuple):
    """A record with what may tell it from others of its name."""

    match: Match
    told: dict[str, Any]
    about: About = frozenset()

    def has(self, about: Iterable[tuple[str, int]]) -> bool:
        """Whether it is about all of these."""
        return self.about.issuperset(about)


@dataclass
class Namesakes:
    """The records of one name, and in what order those are taken that say the same of some columns."""

    records: list[Known] = field(default_factory=list)
    _orders: dict[tuple[str, ...], dict[tuple[Any, ...], _Alike]] = field(default_factory=dict)

    def first(self, told: dict[str, Any], about: About, used: set[int]) -> Known | None:
        """The first unused record that differs in none of the columns and fits what a draft is about.

        One that is about the very same counts first, then one that is about all of it, then one that could be: which
        is about nothing of a noun of which it lacks something.
        """
        keys = tuple(key for key, value in told.items() if value is not None)
        if keys not in self._orders:
            order = self._orders[keys] = defaultdict(_Alike)
            for at, one in enumerate(self.records):
                order[tuple(one.told[key] for key in keys)].add(at, one)
        alike = self._orders[keys].get(tuple(told[key] for key in keys))
        return None if alike is None else alike.first(about, used)


_Queue = deque[tuple[int, Known]]


class _Alike:
    """Records that say the same of some columns, in their order: by the nouns that they are about, and by the records.

    A draft looks only at those that have the rarest of the records that it is about.
    """

    def __init__(self) -> None:
        self._exact: dict[About, _Queue] = defaultdict(deque)
        self._nouns: dict[frozenset[str], dict[tuple[str, int] | None, _Queue]] = {}

    def add(self, at: int, one: Known) -> None:
        """Put a record after the others."""
        self._exact[one.about].append((at, one))
        group = self._nouns.setdefault(frozenset(noun for noun, _id in one.about), defaultdict(deque))
        for part in (None, *one.about):
            group[part].append((at, one))

    def first(self, about: About, used: set[int]) -> Known | None:
        """The first unused record that is about these or could be."""
        exact = next(_free(self._exact[about], used), None) if about in self._exact else None
        if exact is not None:
            return exact[1]
        found: dict[bool, list[tuple[int, Known]]] = {True: [], False: []}
        for nouns, group in self._nouns.items():
            needed = [part for part in about if part[0] in nouns]
            if any(part not in group for part in needed):
                continue
            queue = min((group[part] for part in needed), key=len, default=group[None])
            one = next((one for one in _free(queue, used) if one[1].has(needed)), None)
            if one is not None:
                found[len(needed) == len(about)].append(one)
        best = min(found[True] or found[False], key=lambda one: one[0], default=None)
        return None if best is None else best[1]


def _free(queue: _Queue, used: set[int]) -> Iterator[tuple[int, Known]]:
    """The unused records of a queue; those at its head that are used are forgotten."""
    while queue and queue[0][1].match.id in used:
        queue.popleft()
    return (one for one in queue if one[1].match.id not in used)
