"""What earlier rows of a file have said of a record: it stays, and what a later row says otherwise is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.errors import SmallCRMError
from smallcrm.services.records.choices import is_same
from smallcrm.services.records.presenting import names_of
from smallcrm.services.transfer.amounts import in_currency_of
from smallcrm.services.transfer.telling import reads, same_as, stays

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Noun, Values
    from smallcrm.services.transfer.work.draft import Draft


class Earlier(NamedTuple):
    """The first line about a record, and the fields that the rows so far have said something of."""

    line: int
    said: frozenset[str]


class Told:
    """What the rows so far have said of each record that they are about."""

    def __init__(self) -> None:
        self._of: dict[int, Earlier] = {}
        # Most rows of a file have the same cells filled.
        self._shapes: dict[frozenset[str], frozenset[str]] = {}

    def of(self, record_id: int) -> Earlier | None:
        """What was said of a record; None where nothing was."""
        return self._of.get(record_id)

    def note(self, record_id: int, draft: Draft) -> None:
        """Note what a row has said."""
        keys = {key for key, value in draft.values.items() if value is not None} | draft.lifted
        before = self._of.get(record_id)
        said = frozenset(keys if before is None else keys | before.said)
        line = draft.row.line if before is None else before.line
        self._of[record_id] = Earlier(line, self._shapes.setdefault(said, said))


def apart(noun: Noun, before: Values, draft: Draft, earlier: Earlier) -> str | None:
    """What to say of a row with other values than the earlier rows about its record; None where all is the same."""
    others: Values = {}
    for key, said in draft.values.items():
        now = before.get(key)
        if key not in earlier.said or key == noun.title or isinstance(said, list) or None in (said, now):
            continue
        value = in_currency_of(now, said, draft.row.bare.get(key))
        if not is_same(noun.by_key[key], now, value):
            others[key] = value
    told = list(_told(noun, before, others)) if others else []
    return same_as(noun.name, draft.row.line, earlier.line, told) if told else None


def _told(noun: Noun, before: Values, others: Values) -> list[str]:
    try:
        # As it would have been stored: what is only written otherwise is the same.
        cleaned: dict[str, Any] = noun.clean(dict(others), before)
    except SmallCRMError:
        cleaned = others
    kept = {each.key: cleaned.get(each.key) for each in noun.fields if each.key in others}
    fields = [
        noun.by_key[key]
        for key, value in kept.items()
        if value is not None and not is_same(noun.by_key[key], before[key], value)
    ]
    names = names_of(fields, [before, kept])
    return [
        stays(each.label, reads(each, before[each.key], names), reads(each, kept[each.key], names)) for each in fields
    ]
