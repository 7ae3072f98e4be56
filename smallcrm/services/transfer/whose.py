"""Which companies a row names, one or several with their ids, domains and names in one cell each; which are meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from smallcrm.services.transfer.headers import key_of
from smallcrm.services.values.domains import normalise_domain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.transfer.mapping import Mapping

_BETWEEN_NAMES = re.compile(r"\s*[;|\n]\s*")
_BETWEEN_DOMAINS = re.compile(r"\s*[;|,\n]\s*")
# The columns in which HubSpot puts all that a record is associated with; those of the primary one are called otherwise.
_ASSOCIATED = ("hubspot", "associatedcompan")
LOST = "another company of this program has that domain, so it is left out"


class Mention(NamedTuple):
    """A company as a row names it."""

    external: str | None
    domain: str | None
    name: str | None

    @property
    def shown(self) -> str:
        """What a person knows it by."""
        return self.name or self.domain or self.external or ""

    @property
    def is_bare(self) -> bool:
        """Whether nothing but a name is said."""
        return not (self.external or self.domain)


class Lists(NamedTuple):
    """Whether the columns with the ids of companies are lists by what they are, and those with their names."""

    ids: bool = False
    names: bool = False


def lists_of(mapping: Mapping) -> Lists:
    """Which columns of a file are lists of companies."""
    program, begin = _ASSOCIATED

    def are_lists(part: str) -> bool:
        found = [column for column in mapping.of("company") if (column.target.part or "name") == part]
        return bool(found) and all(key_of(column.header).startswith(begin) for column in found)

    return Lists(are_lists("external"), are_lists("name")) if mapping.source == program else Lists()


def domains_in(cell: str) -> list[str]:
    """The domains of a cell as they are written: one that reads as a whole, or several with marks between."""
    if normalise_domain(cell) is not None:
        return [cell]
    return [word for word in _BETWEEN_DOMAINS.split(cell.strip()) if word]


def companies_in(ids: Sequence[str], domains: Sequence[str | None], name: str | None, lists: Lists) -> list[Mention]:
    """The companies that a row names, each once.

    A name is taken apart where there are as many ids or domains, or its column is a list. What there are more or
    fewer of than ids is of none of them, for nobody can tell whose it is; one alone is the first one's.
    """
    names = [word for word in _BETWEEN_NAMES.split(name) if word] if name else []
    if max(len(ids), len(domains)) < 2 and (  # noqa: PLR2004 - there is one company
        len(names) < 2 or not lists.names or (ids and lists.ids)  # noqa: PLR2004 - and one name
    ):
        names = [name] if name else []
    count = len(ids) or len(domains) or len(names)
    found = list(map(Mention, *(_beside(column, count) for column in (ids, domains, names))))
    if len(domains) not in (1, count):
        found += [Mention(None, domain, None) for domain in domains]
    if len(names) not in (1, count) and lists.names:
        found += [Mention(None, None, word) for word in names]
    return [one for one in dict.fromkeys(found) if any(one)]


def _beside(column: Sequence[str | None], count: int) -> list[str | None]:
    """The values of a column, each beside one of so many others."""
    fits = column if len(column) in (1, count) else []
    return [*fits, *[None] * (count - len(fits))]


@dataclass
class Known:
    """The companies that there are, by their ids in one program and their domains; `claimed` are those with an id."""

    ids: dict[str, int] = field(default_factory=dict)
    domains: dict[str, int] = field(default_factory=dict)
    claimed: set[int] = field(default_factory=set)


def meant(said: Mention, known: Known, alike: Sequence[int]) -> list[int]:
    """The companies that may be meant: that of the id, else that of the domain, else those that are `alike` by name.

    A company of another id is another, whatever its domain or name.
    """
    if said.external and said.external in known.ids:
        return [known.ids[said.external]]
    if said.domain:
        alike = [known.domains[said.domain]] if said.domain in known.domains else []
    return [company for company in alike if not (said.external and company in known.claimed)]


class Places:
    """The companies that rows have named so far, each with a place of its own, counted from 1."""

    def __init__(self) -> None:
        self._known = Known()
        self._named: dict[str, int] = {}
        self._count = 0

    def put(self, said: Mention, name_key: str) -> tuple[int, Mention | None]:
        """The place of a company, and the company where it has a new one: without a domain that another one has."""
        known, new = self._known, None
        # What is known by its name alone has no id to be found by again.
        alike = [self._named[name_key]] if said.is_bare and name_key in self._named else []
        place = next(iter(meant(said, known, alike)), None)
        if place is None:
            self._count = place = self._count + 1
            new = said._replace(domain=None) if said.domain in known.domains else said
        if said.external:
            known.ids.setdefault(said.external, place)
            known.claimed.add(place)
        if said.domain:
            known.domains.setdefault(said.domain, place)
        if said.is_bare:
            self._named[name_key] = place
        return place, new


def spelled(name: str) -> str:
    """A name without case and spaces: what is the same name, however it is typed."""
    return " ".join(normalize("NFC", name).casefold().split())


def closest(name: str | None, alike: Sequence[int], names: dict[int, str]) -> list[int]:
    """Of several companies that are alike by name those with the very name; where none has it, accents do not count."""
    same = [company for company in alike if name and spelled(names.get(company, "")) == spelled(name)]
    return same or list(alike)
