"""Changes as people read them: each field before and after, for plans, for the history of a record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.services.records import documents, editing, logbook, parts, presenting, store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.schema import Field, Noun, Values
    from smallcrm.services.values.locale import Locale


WORDS = {
    "create": "created", "update": "changed", "trash": "trashed", "restore": "restored", "hide": "taken back",
    "unhide": "brought back", "purge": "removed",
}  # fmt: skip
"""What a change of each kind did, in a word or two."""


@dataclass(frozen=True)
class Shown:
    """One field of a change, presented: what was and what becomes, of a list what goes and what comes."""

    field: Field
    before: Any
    after: Any


@dataclass(frozen=True)
class Planned:
    """What would happen to a record; a new one has no number yet."""

    number: int | None
    fields: list[Shown]
    name: str | None = None


def plan_add(noun: Noun, edit: editing.Edit, locale: Locale) -> Planned:
    """What adding a record would write."""
    document = noun.clean(editing.parse_edit(noun, edit, locale).over({}), {})
    filled = {key: value for key, value in document.items() if value not in (None, [], False)}
    return Planned(None, as_shown(noun, [({}, filled)])[0])


def plan_edit(noun: Noun, numbers: Sequence[int], edit: editing.Edit, locale: Locale) -> Iterator[Planned]:
    """What an edit would change in each of these records, all of them live and willing."""
    parsed = editing.parse_edit(noun, edit, locale)
    ids = store.ids_of(noun, numbers)
    for start in range(0, len(ids), documents.CHUNK):
        found = documents.load(noun, ids[start : start + documents.CHUNK])
        pairs = [
            _difference(noun, document, noun.clean(parsed.over(document), document)) for document in found.values()
        ]
        for record_id, shown in zip(found, as_shown(noun, pairs), strict=True):
            yield Planned(number_of(record_id), shown, _called(noun, found[record_id]))


def plan_moved(noun: Noun, numbers: Sequence[int]) -> Iterator[Planned]:
    """The records that would go somewhere as they are, by number and name."""
    ids = store.ids_of(noun, numbers)
    for start in range(0, len(ids), documents.CHUNK):
        chosen = ids[start : start + documents.CHUNK]
        found = documents.load(noun, chosen)
        yield from (Planned(number_of(each), [], _called(noun, found[each])) for each in chosen if each in found)


def _called(noun: Noun, document: Values) -> str:
    return str(document.get("name") or document.get(noun.title) or "")


def history(noun: Noun, number: int) -> Iterator[tuple[logbook.Entry, list[Shown]]]:
    """What happened to a record, oldest first, with the fields that each operation changed."""
    entries = logbook.history(noun, number)
    return zip(entries, as_shown(noun, [both_sides(entry.fields) for entry in entries]), strict=True)


def _difference(noun: Noun, document: Values, values: Values) -> tuple[Values, Values]:
    before: Values = {}
    after: Values = {}
    for key, value in values.items():
        old = document.get(key)
        if noun.by_key[key].many:
            changed = parts.difference(old or [], value or [])
            before[key], after[key] = changed.get("-"), changed.get("+")
        elif old != value:
            before[key], after[key] = old, value
    return before, after


def both_sides(fields: dict[str, Any]) -> tuple[Values, Values]:
    """The two sides of a change in the journal's form."""
    before: Values = {}
    after: Values = {}
    for key, change in fields.items():
        two = (change.get("-"), change.get("+")) if isinstance(change, dict) else change
        before[key], after[key] = two
    return before, after


def as_shown(noun: Noun, pairs: Sequence[tuple[Values, Values]]) -> list[list[Shown]]:
    """Both sides of each change, with names for what they refer to."""
    touched = {key for pair in pairs for side in pair for key in side}
    keys = [key for key in noun.by_key if key in touched]
    sides = list(presenting.present(noun, (side for pair in pairs for side in pair), keys))
    return [
        [
            Shown(noun.by_key[key], before[key], after[key])
            for key in keys
            if (key in pair[0] or key in pair[1]) and (before[key], after[key]) != (None, None)
        ]
        for pair, before, after in zip(pairs, sides[::2], sides[1::2], strict=True)
    ]
