"""Who holds the unique values that some records are to have, kept up to date while one after the other gets its own."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smallcrm.services.records.parts import Part
    from smallcrm.services.records.schema import Noun, Values

_Claim = tuple[str, str]


class Taken(NamedTuple):
    """A value, or an element of a list, that another live record has: of which field, and whose."""

    key: str
    value: Any
    holder: int


class Claims:
    """The live holders of what records of a noun claim; `ask` before the others about the same values."""

    def __init__(self, noun: Noun, wanted: Iterable[Values] = ()) -> None:
        self._noun = noun
        self._parts: dict[str, Part] = {part.key: part for part in noun.parts if part.live}
        self._fields = frozenset({*self._parts, *(field.key for field in noun.custom)})
        self._held: dict[_Claim, int] = {}
        self._new: dict[int, Values] = {}
        self.ask(wanted)

    def ask(self, wanted: Iterable[Values]) -> None:
        """Look up who holds what these values claim, for all of them at once."""
        asked = [values for values in wanted if not self._fields.isdisjoint(values)]
        for part in self._parts.values():
            elements = [element for values in asked for element in values.get(part.key) or []]
            for element, holder in part.holders(elements) if elements else []:
                self._held.setdefault((part.key, part.identity(element)), holder)
        marks: dict[str, set[str]] = defaultdict(set)
        for values in asked:
            for (key, mark), _value in self._custom(values):
                marks[key].add(mark)
        if marks and self._noun.extras is not None:
            for claim, holder in self._noun.extras.holders(marks).items():
                self._held.setdefault(claim, holder)

    def _custom(self, values: Values) -> Iterator[tuple[_Claim, Any]]:
        """What values claim in the fields that the workspace added, each with the value."""
        extras = self._noun.extras
        if extras is None:
            return
        for field in self._noun.custom:
            mark = extras.identity(field.key, values[field.key]) if field.key in values else None
            if mark is not None:
                yield (field.key, mark), values[field.key]

    def _all(self, values: Values) -> Iterator[tuple[_Claim, Any]]:
        if self._fields.isdisjoint(values):
            return
        for key, part in self._parts.items():
            named = {part.identity(element): element for element in values.get(key) or []}
            yield from (((key, mark), named[mark]) for mark in sorted(named))
        yield from self._custom(values)

    def taken(self, record_id: int | None, values: Values) -> list[Taken]:
        """What these values of a record claim and another one holds."""
        held = ((claim[0], value, self._held.get(claim)) for claim, value in self._all(values))
        return [Taken(key, value, holder) for key, value, holder in held if holder is not None and holder != record_id]

    def grant(self, record_id: int, before: Values, values: Values) -> None:
        """Let a record have these values, and let go of what it had in the same fields."""
        for claim, _value in self._all({key: before.get(key) for key in values}):
            if self._held.get(claim) == record_id:
                del self._held[claim]
        self._held.update((claim, record_id) for claim, _value in self._all(values))

    def grant_new(self, record_id: int, document: Values) -> None:
        """Let a record that is not written yet have what its document says."""
        self.grant(record_id, {}, document)
        self._new[record_id] = document

    def refuse(self, document: Values, values: Values) -> None:
        """Raise Conflict where another live record holds a unique value among these of a document."""
        taken = self.taken(document.get("id"), values)
        if taken:
            raise self._held_by(taken[0], document)

    def reads(self, taken: Taken) -> str:
        """What is taken, in a sentence."""
        part = self._parts.get(taken.key)
        return f"{taken.key} {taken.value}" if part is None else part.reads(taken.value)

    def _held_by(self, taken: Taken, document: Values) -> Conflict:
        noun, part, holder = self._noun, self._parts.get(taken.key), taken.holder
        what = f"{noun.by_key[taken.key].label} {taken.value}"
        if part is not None:
            what = f"{part.singular} {part.reads(taken.value)}"
        return Conflict(
            f"The {what} already belongs to {noun.name} {number_of(holder)}"
            f" ({self._title(holder)}), so {_name_of(noun, document)} cannot have it.",
            hint=f"smallcrm {noun.name} show {number_of(holder)}",
        )

    def _title(self, record_id: int) -> str:
        if record_id in self._new:
            document = self._new[record_id]
            return _name_of(self._noun, {**document, **self._noun.derive(document)})
        row = self._noun.model.select(self._noun.model.name).where(self._noun.model.id == record_id).tuples().first()
        return str(row[0]) if row else "?"


def _name_of(noun: Noun, document: Values) -> str:
    return str(document.get("name") or document.get(noun.title) or "this one")
