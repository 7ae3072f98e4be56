"""The members whom rows of work name as owners: found, made where a name is nobody's yet, told where it is unclear."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smallcrm.services.contacts import CONTACT
from smallcrm.services.transfer import references
from smallcrm.services.transfer.owners import Owners, is_bare_id, is_crowd, left_out, members_called
from smallcrm.services.transfer.work import lookups

if TYPE_CHECKING:
    from collections.abc import Collection, MutableMapping

# Programs that number their users and the people they serve together.
_ONE_SPACE = frozenset(["zendesk"])


@dataclass
class Members:
    """Finds the owners of one file's rows; `made` counts the members who were made along, `names` are theirs.

    Of a `crowd` nobody is made a member.
    """

    source: str
    owners: Owners
    made: MutableMapping[str, int]
    crowd: bool = False
    names: list[str] = field(default_factory=list)
    _found: dict[str, int | None] = field(default_factory=dict)
    _strangers: set[str] = field(default_factory=set)
    _rows: Counter[str] = field(default_factory=Counter)

    def of(self, ref: str | None) -> int | None:
        """The member whom a row names; None for nobody, and for who cannot be told."""
        if not ref:
            return None
        if ref not in self._found:
            self._found[ref] = self.owners.of(ref) if self.owners.knows(ref) else self._member(ref)
        if ref in self._strangers:
            self._rows[ref] += 1
        return self._found[ref]

    def left_out(self, label: str) -> list[str]:
        """What to say of the rows whose owner cannot be told."""
        return left_out(self._rows, label)

    def _member(self, ref: str) -> int | None:
        word = self._called(ref)
        if self.owners.knows(word):
            return self.owners.of(word)
        found = members_called(word)
        if found[1:] or (not found and (self.crowd or is_bare_id(word))):
            self._strangers.add(ref)
            return None
        if found:
            return found[0]
        self.made["member"] += 1
        self.names.append(word)
        return references.add_placeholder(word)

    def _called(self, ref: str) -> str:
        """A member's name where the file gives the id of somebody whom we know by it."""
        if self.source not in _ONE_SPACE:
            return ref
        contact = lookups.by_external(self.source, [ref], "contact").get(ref)
        if contact is None:
            return ref
        row = CONTACT.model.select(CONTACT.model.name).where(CONTACT.model.id == contact[1]).tuples().first()
        return str(row[0]) if row else ref


def are_crowd(names: Collection[str], rows: int) -> bool:
    """Whether the owners that so many rows name are too many to make members of all who are none yet."""
    if not is_crowd(len(names), rows):
        return False
    return is_crowd(sum(not is_bare_id(name) and not members_called(name) for name in names), rows)
