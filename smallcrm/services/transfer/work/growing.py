"""What a row changes of the record that it is about: it adds, and empties what it leaves blank on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.records.choices import is_same
from smallcrm.services.records.parts import patched
from smallcrm.services.transfer.amounts import in_currency_of
from smallcrm.services.values.words import is_empty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smallcrm.services.records.schema import Noun, Values
    from smallcrm.services.transfer.mapping import Mapping as FileMapping
    from smallcrm.services.transfer.owners import Owners
    from smallcrm.services.transfer.work.draft import Draft
    from smallcrm.services.transfer.work.rows import Row

_OWNERS = ("owner", "assignee")
_SAME = ("description", "tags", "owner", "company")
# Where columns go, and the field that is empty where they are blank. What a record is, where it stands and when it came
# about is never emptied, nor what other programs call it.
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "deal": {
        **{key: key for key in (*_SAME, "amount", "expected_close", "probability", "source")},
        "contact": "contacts",
    },
    "ticket": {
        **{key: key for key in (*_SAME, "channel", "type", "assignee")},
        "owner": "assignee",
        "contact": "requester",
    },
    "activity": {
        **{key: key for key in (*_SAME, "outcome", "place", "duration", "due")},
        "when": "due",
        **dict.fromkeys(("contact", "company", "deal", "ticket", "links"), "links"),
    },
}  # fmt: skip


class Blanks:
    """The fields that a file has columns for, and which of them a row leaves blank."""

    def __init__(self, noun: Noun, mapping: FileMapping, owners: Owners) -> None:
        self._owners = owners
        self._columns: dict[str, list[int]] = {}
        self._linked: set[str] = set()
        for column in mapping.columns:
            target = column.target
            key = target.field if column.custom else _FIELDS[noun.name].get(target.field)
            if key in noun.by_key:
                self._columns.setdefault(str(key), []).append(column.index)
                self._linked.add(target.field)

    def of(self, row: Row) -> list[str]:
        """The fields that a row leaves blank; a cell that cannot be read is not blank."""
        return [key for key, at in self._columns.items() if all(self._is_blank(key, row.cells[index]) for index in at)]

    def _is_blank(self, key: str, cell: str) -> bool:
        """Whether a cell says nothing, or names an owner who is nobody, as the user said."""
        nobody = key in _OWNERS and self._owners.knows(cell) and self._owners.of(cell) is None
        return is_empty(cell) or nobody

    def gone(self, key: str, elements: Sequence[Any], kept: Sequence[str], identity: Any) -> list[Any]:
        """The elements of a list that are no longer in it, as the file would have had them."""
        if key not in self._columns:
            return []
        mine = [one for one in elements if key != "links" or "links" in self._linked or one["object"] in self._linked]
        return [one for one in mine if identity(one) not in kept]


def grown(noun: Noun, before: Values, draft: Draft, *, repeated: bool, blanks: Blanks | None) -> Values:
    """What a row changes; of a row that repeats an earlier one of the import only what is empty is filled."""
    values: dict[str, Any] = {}
    for key, said in draft.values.items():
        now = before.get(key)
        value = in_currency_of(now, said, draft.row.bare.get(key))
        if isinstance(value, list):
            values |= _listed(noun, key, now or [], value, blanks)
        elif value is not None and not is_same(noun.by_key[key], now, value) and not (repeated and now is not None):
            values[key] = value
    values |= {key: None for key in draft.lifted if before.get(key) is not None and not repeated}
    for key in blanks.of(draft.row) if blanks is not None else ():
        if key not in draft.values and before.get(key) not in (None, [], ""):
            values |= _listed(noun, key, before[key], [], blanks) if noun.by_key[key].many else {key: None}
    usual = {key: value for key, value in draft.usual.items() if before.get(key) is None and values}
    return usual | values


def _listed(noun: Noun, key: str, now: list[Any], said: list[Any], blanks: Blanks | None) -> Values:
    """A list with what a row says; it keeps the rest of what it has, unless the file has all there is."""
    identity = noun.part(key).identity
    present, kept = {identity(element) for element in now}, [identity(element) for element in said]
    new = [element for element in said if identity(element) not in present]
    gone = blanks.gone(key, now, kept, identity) if blanks is not None else []
    return {key: patched(now, gone, new)} if new or gone else {}
