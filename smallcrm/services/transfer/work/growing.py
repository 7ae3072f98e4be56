"""What a row changes of the record that it is about: it adds, and empties what it leaves blank on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.records.choices import is_same
from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.transfer.amounts import in_currency_of
from smallcrm.services.transfer.growing import grown as listed
from smallcrm.services.transfer.growing import identity, no_room
from smallcrm.services.values.words import is_empty

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from smallcrm.services.records.parts import Part
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
        **{key: key for key in (*_SAME, "channel", "source", "type", "assignee")},
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

    def gone(self, part: Part, elements: Sequence[Any], said: Sequence[Any]) -> list[Any]:
        """The elements of a list that are no longer in it, as the file would have had them."""
        if part.key not in self._columns:
            return []
        kept, linked = {identity(part, one) for one in said}, self._linked
        mine = [one for one in elements if part.key != "links" or "links" in linked or one["object"] in linked]
        return [one for one in mine if identity(part, one) not in kept]


def grown(
    noun: Noun, before: Values, draft: Draft, *, earlier: Collection[str], blanks: Blanks | None
) -> tuple[Values, list[str]]:
    """What a row changes, and what to say of lists that are full; what `earlier` rows have said of a field stays."""
    values, full = dict[str, Any](), list[str]()
    for key, said in draft.values.items():
        now = before.get(key)
        value = in_currency_of(now, said, draft.row.bare.get(key))
        if isinstance(value, list):
            part = noun.part(key)
            gone = blanks.gone(part, now or [], value) if blanks is not None else []
            became = listed(part, now or [], value, gone)
            values |= {} if became.elements is None else {key: became.elements}
            full += [] if became.left is None else [no_room(draft.row.line, key, part.reads(became.left))]
        elif value is not None and key not in earlier and not is_same(noun.by_key[key], now, value):
            values[key] = value
    values |= {key: None for key in draft.lifted if before.get(key) is not None and key not in earlier}
    if blanks is not None:
        values |= emptied(noun, before, [key for key in blanks.of(draft.row) if key not in draft.values], {}, blanks)
    usual = {key: value for key, value in draft.usual.items() if before.get(key) is None and values}
    return usual | values, full


def fitted(noun: Noun, draft: Draft) -> list[str]:
    """Leave out of a draft's lists what is more than a record may have; gives what to say of it."""
    told = []
    for key, said in draft.values.items():
        if isinstance(said, list) and len(said) > MAX_PARTS:
            draft.values[key] = said[:MAX_PARTS]
            told.append(no_room(draft.row.line, key, noun.part(key).reads(said[MAX_PARTS])))
    return told


def emptied(
    noun: Noun, before: Values, blank: Collection[str], lists: Mapping[str, Sequence[Any]], blanks: Blanks
) -> Values:
    """What is taken from a record of which these fields are blank, and whose lists have these elements at most."""
    values: Values = {key: None for key in blank if not noun.by_key[key].many and before.get(key) not in (None, "")}
    for key in [*lists, *(key for key in blank if noun.by_key[key].many)]:
        now, part = before.get(key) or [], noun.part(key)
        gone = blanks.gone(part, now, lists.get(key, ()))
        values |= {key: listed(part, now, (), gone).elements} if gone else {}
    return values
