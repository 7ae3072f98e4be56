"""Which records refer to which, read from the field registry, so that nothing that is seen refers to what is hidden."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.models.base import State
from smallcrm.services.records import schema
from smallcrm.services.records.obstacles import label, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from smallcrm.services.records.obstacles import Group, Stay
    from smallcrm.services.records.schema import Field, Noun, Values


class Link(NamedTuple):
    """One field that refers: whose it is, to which noun, and the columns of both ids in the table that holds it."""

    noun: Noun
    target: Noun
    model: Any
    source_id: Any
    target_id: Any


def _links() -> Iterator[Link]:
    for noun in schema.nouns().values():
        for field in noun.fields:
            if field.target:
                yield _link(noun, field)


def _link(noun: Noun, field: Field) -> Link:
    target = schema.noun(field.target)
    if not field.many:
        return Link(noun, target, noun.model, noun.model.id, noun.model._meta.columns[field.columns[0]])
    part: Any = noun.part(field.key)
    columns = part.model._meta.columns
    return Link(noun, target, part.model, columns[part.parent], columns[part.columns[part.shown]])


def keep_referred(noun: Noun, group: Group, stay: Stay) -> None:
    """Let the records of a group stay to which another refers that is not hidden with them."""
    pairs: list[tuple[int, Noun, int]] = []
    for link in _links():
        if link.target.name == noun.name:
            other = link.noun.model.alias()
            query = link.model.select(link.target_id, link.source_id).join(other, on=(link.source_id == other.id))
            query = query.where(within(link.target_id, group), other.state != State.UNDONE)
            pairs.extend((target, link.noun, source) for target, source in query.tuples())
    _spread(noun, group, pairs, stay, "{} refers to it, so it stays")


def keep_referring(noun: Noun, group: Group, stay: Stay) -> None:
    """Let the records of a group stay that refer to another that is hidden and stays so."""
    pairs: list[tuple[int, Noun, int]] = []
    for link in _links():
        if link.noun.name == noun.name:
            other = link.target.model.alias()
            query = link.model.select(link.source_id, link.target_id).join(other, on=(link.target_id == other.id))
            query = query.where(within(link.source_id, group), other.state == State.UNDONE)
            pairs.extend((source, link.target, target) for source, target in query.tuples())
    _spread(noun, group, pairs, stay, "{} is not there any more")


def _spread(noun: Noun, group: Group, pairs: list[tuple[int, Noun, int]], stay: Stay, why: str) -> None:
    """Of each pair (record, noun and id of another) the record stays where the other does."""
    members = group if isinstance(group, range) else frozenset(group)
    grown = True
    while grown:
        held = [
            (record, label(other_noun, other))
            for record, other_noun, other in pairs
            if record not in stay and (other_noun.name != noun.name or other not in members or other in stay)
        ]
        grown = bool(held)
        stay.update({record: why.format(other) for record, other in held})


def without_hidden(noun: Noun, now: Values, values: Values, left: list[str], who: str) -> Values:
    """The values without links to hidden records; what is left out is told in `left`, after `who`."""
    kept = dict(values)
    for key in values:
        field = noun.by_key[key]
        if not field.target:
            continue
        target = schema.noun(field.target)
        part: Any = noun.part(key) if field.many else None
        elements = (values[key] or []) if field.many else [values[key]]
        ids = [element[part.shown] if part else element for element in elements if element is not None]
        gone = _hidden(target, ids)
        left.extend(f"{who}: {label(target, found)} is not there any more" for found in sorted(gone))
        if part and gone:
            kept[key] = [element for element in elements if element[part.shown] not in gone]
        elif gone:
            kept[key] = now[key]
    return kept


def _hidden(noun: Noun, ids: Iterable[int]) -> set[int]:
    wanted = list(ids)
    if not wanted:
        return set()
    query = noun.model.select(noun.model.id).where(noun.model.id.in_(wanted), noun.model.state != State.UNDONE)
    return set(wanted) - {row[0] for row in query.tuples()}
