"""Columns that no field is for, as new fields of the workspace's own.

They are made by the import itself, in its one operation. What reads and stages the rows has to know them before, so
they are made once for trial and taken back; an import that then gets other ids for them is refused.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.errors import ValidationError
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.field_changes import options_of
from smallcrm.services.fields import FIELD, key_of
from smallcrm.services.records import definitions
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer.readers.archive import SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.transfer.unknowns import Unknown

_KEYS = 9


@dataclass(slots=True)
class Proposal:
    """A field to be made of the columns of one name: the table that has the first of them, and what it is to be."""

    table: str
    noun: str
    values: dict[str, Any]
    field_id: int = 0


@dataclass(slots=True)
class Proposed:
    """The fields to be made, and why there are none of other columns."""

    fields: list[Proposal] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def refusals(self) -> list[str]:
        """Why no field is made of some columns, of many in one line more."""
        more = len(self.refused) - SHOWN
        return self.refused[:SHOWN] + ([f"No field is made of {more:,} more columns."] if more > 0 else [])

    def make(self, op: Operation) -> bool:
        """Make the fields for good; False where one got another id than was foreseen."""
        made = [op.create(FIELD, one.values) for one in self.fields]
        return made == [one.field_id for one in self.fields]

    def made_of(self, table: str, noun: str) -> int:
        """How many fields are made of the columns of a table."""
        return sum((one.table, one.noun) == (table, noun) for one in self.fields)

    def types(self, noun: str) -> dict[str, str]:
        """The keys of a noun's new fields, and what type each is."""
        return {one.values["key"]: one.values["type"] for one in self.fields if one.noun == noun}


def proposed(unknown: Sequence[Unknown]) -> Proposed:
    """A field for each of these columns, of the type that holds all that they have."""
    if unknown:
        require(Verb.CONFIGURE)
    found = Proposed()
    for one in unknown:
        if one.fit:
            told = one.guess.definition()
            made = {"type": told["type"], "options": options_of(told.get("options", ()))}
            found.fields.append(Proposal(one.table, one.noun, {"object": one.noun, "label": one.header, **made}))
    return found


@contextmanager
def foreseen(found: Proposed) -> Iterator[None]:
    """Let this thread see the fields as if they had been made; those that cannot be are taken out and told."""
    if not found.fields:
        yield
        return
    with operation("Try new fields", verb=Verb.CONFIGURE, dry_run=True) as op:
        found.fields = [one for one in found.fields if _tried(op, one, found.refused)]
        fields = definitions.every()
    with definitions.foreseen(fields):
        yield


def _tried(op: Operation, one: Proposal, refused: list[str]) -> bool:
    """Make a field under the first of its keys that is free."""
    try:
        word = key_of(one.values["label"])
    except ValidationError:
        word = "field"
    for at in range(1, _KEYS + 1):
        one.values["key"] = word if at == 1 else f"{word}_{at}"
        try:
            one.field_id = op.create(FIELD, one.values)
        except ValidationError as error:
            if error.field != "key" or at == _KEYS:
                way_out = f" ({error.hint})" if error.hint and error.hint.startswith("smallcrm ") else ""
                told = f"{error.sentence.rstrip('.')}{way_out}."
                refused.append(f"{one.table}: no field is made of {one.values['label']!r}: {told}")
                return False
        else:
            return True
    return False
