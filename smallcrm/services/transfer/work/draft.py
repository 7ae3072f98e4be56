"""What a row becomes: the values of a record, and when it came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Values
    from smallcrm.services.transfer.work.rows import Row


@dataclass(slots=True)
class Named:
    """The records and members that a row names, as far as they are known or were made.

    `further` are companies besides its own, each as the row calls it.
    """

    company: int | None = None
    further: dict[int, str] = field(default_factory=dict)
    contacts: list[int] = field(default_factory=list)
    owner: int | None = None
    links: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Draft:
    """A record in the making: its values, those that hold only where it has none, and its times in microseconds.

    `identity`: what tells the record from others where it has no id; what is None there can be anything. `earlier`:
    the same as it was when the file was read at another time.
    `about`: the records that it is about, of which the same record has all, or none of that noun.
    `lifted`: the fields of a known record that have no value of their own any more.
    `passed`: the stage or status that it had when it came about, where it has another by now.
    """

    row: Row
    values: Values
    usual: Values = field(default_factory=dict)
    identity: dict[str, Any] = field(default_factory=dict)
    earlier: dict[str, Any] | None = None
    about: frozenset[tuple[str, int]] = frozenset()
    lifted: frozenset[str] = frozenset()
    created: int | None = None
    updated: int | None = None
    closed: int | None = None
    passed: Any = None

    def tell_apart(self) -> None:
        """Let the text tell a record from others where nothing else does."""
        bare = not self.about and all(value is None for value in self.identity.values())
        self.identity["description"] = self.values.get("description") if bare else None

    @property
    def external(self) -> str | None:
        """The id that the row has in its source."""
        key: str | None = self.row.get("external_id")
        return key


def said(row: Row, *keys: str) -> Values:
    """The values of these fields that a row has."""
    return {key: row.said[key] for key in keys if key in row.said}


def begun(row: Row, source: str) -> Values:
    """The values that every noun takes from a row: its tags, its id in the source, and the workspace's own fields."""
    values = dict(row.customs)
    if row.tags:
        values["tags"] = [{"name": name} for name in row.tags]
    # Of a record of this workspace the number is no id of another program.
    own = row.get("external_id") if row.mine is None else None
    ids = [*([(source, own)] if own else []), *row.ids]
    if ids:
        values["external_ids"] = [{"source": source, "key": key} for source, key in ids]
    return values
