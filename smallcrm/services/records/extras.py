"""The place of the fields that a workspace adds: what keeps their values, and how those with several compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from smallcrm.services.records.parts import Element, Listed


Values = dict[str, Any]
Valued = tuple[int, Values, bool]
"""A record, the values that it is to have, and whether it is live."""


class Reference(NamedTuple):
    """Where a field that names records is kept: the table, the columns of both ids, and which rows are its own.

    `named`: the column with the noun of the record, where the field may name one of any noun.
    """

    model: Any
    source_id: Any
    target_id: Any
    where: tuple[Any, ...] = ()
    named: Any = None


class Extras(Protocol):
    """What keeps the values of one noun's custom fields."""

    def load(self, ids: Sequence[int], keys: Collection[str]) -> dict[int, Values]:
        """The values of these fields that each of these records has."""

    def save(self, records: Sequence[Valued]) -> None:
        """Make these the values of some records, each named once; None and an empty list take away, the rest stays."""

    def set_live(self, first_id: int, last_id: int, *, live: bool, only: Sequence[int] | None = None) -> None:
        """Say of the records in a range (or of `only` some in it) whether their unique values count."""

    def holders(self, marks: Mapping[str, Collection[str]]) -> dict[tuple[str, str], int]:
        """Who among live records holds these unique values, given by field: field and value -> record."""

    def identity(self, key: str, value: Any) -> str | None:
        """What is unique of a value, however it is written; None where the field is not unique."""

    def purge(self, gone: Any) -> None:
        """Remove the values of the records whose ids a query gives."""

    def reference(self, key: str) -> Reference:
        """Where the ids lie that a field which names records holds."""


@dataclass(frozen=True)
class Chosen:
    """How the elements of a custom field with several choices compare; its store keeps them."""

    key: str
    live: str = ""
    singular: str = "value"

    def load(self, ids: Sequence[int]) -> dict[int, list[Element]]:  # noqa: ARG002
        """Nothing: the store loads them."""
        return {}

    def save(self, lists: Sequence[Listed]) -> None:
        """Nothing: the store saves them."""

    def set_live(self, first_id: int, last_id: int, *, live: bool, only: Sequence[int] | None = None) -> None:
        """Nothing: choices are not unique."""

    def holders(self, elements: Sequence[Element]) -> list[tuple[Element, int]]:  # noqa: ARG002
        """Nobody holds a choice alone."""
        return []

    def identity(self, element: Element) -> str:
        """The choice."""
        return str(element["value"])

    def reads(self, element: Element) -> str:
        """The choice."""
        return str(element["value"])

    def settled(self, elements: Sequence[Element]) -> list[Element]:
        """The choices as they are: none is the primary one."""
        return list(elements)
