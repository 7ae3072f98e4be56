"""Which records refer to which, read from the field registry, so that nothing that is seen refers to what is hidden."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.fence import Ids, by_id
from smallcrm.db.ids import own_id
from smallcrm.models.base import State
from smallcrm.services.records import documents, references, schema
from smallcrm.services.records.extras import Reference
from smallcrm.services.records.obstacles import label, within
from smallcrm.services.records.parts import CHUNK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from smallcrm.services.records.obstacles import Group, Stay
    from smallcrm.services.records.references import Ref
    from smallcrm.services.records.schema import Field, Noun, Values


_MOST_ASKED = 5_000


class Link(NamedTuple):
    """One field that refers: whose it is, to which noun, and the columns of both ids in the table that holds it."""

    noun: Noun
    field: Field
    target: Noun
    model: Any
    source_id: Any
    target_id: Any
    where: tuple[Any, ...] = ()


def links() -> Iterator[Link]:
    """Every field that refers to records of a noun; one that may name any record counts for each noun."""
    for noun in schema.nouns().values():
        for field in noun.fields:
            if field.refers:
                yield from _links_of(noun, field)


def links_to(noun: Noun) -> list[Link]:
    """The fields that may refer to records of a noun."""
    return [link for link in links() if link.target.name == noun.name]


def _links_of(noun: Noun, field: Field) -> Iterator[Link]:
    reference = _reference(noun, field)
    targets = [schema.noun(field.target)] if field.target else schema.nouns().values()
    for target in targets:
        chosen = () if reference.named is None else (reference.named == target.name,)
        where = (*reference.where, *chosen)
        yield Link(noun, field, target, reference.model, reference.source_id, reference.target_id, where)


def _reference(noun: Noun, field: Field) -> Reference:
    """Where a field keeps the ids of the records that it names."""
    if field.custom and noun.extras is not None:
        return noun.extras.reference(field.key)
    if not field.many:
        columns = [noun.model._meta.columns[name] for name in field.columns]
        return Reference(noun.model, noun.model.id, columns[-1], (), columns[0] if len(columns) > 1 else None)
    part: Any = noun.part(field.key)
    columns = part.model._meta.columns
    mine = tuple(columns[name] == value for name, value in part.fixed.items())
    target_id = columns[part.columns[references.key_of(field)]]
    named = None if field.target else columns[part.columns["object"]]
    return Reference(part.model, columns[part.parent], target_id, mine, named)


def held(noun: Noun, group: list[int]) -> Stay:
    """The records of a group that cannot go into the trash, and why."""
    stay: Stay = {}
    if group:
        noun.keep(group, stay)
        keep_needed(noun, group, stay)
    return stay


def keep_needed(noun: Noun, group: Group, stay: Stay) -> None:
    """Let the records of a group stay that a live record cannot do without."""
    firm = [link for link in links_to(noun) if link.field.firm]
    _spread(noun, group, _referrers(firm, group, State.LIVE), stay, "{} is in it")


def keep_referred(noun: Noun, group: Group, stay: Stay) -> None:
    """Let the records of a group stay to which another refers that is not hidden with them."""
    noun.keep(group, stay)
    found = referrers(noun, group, State.LIVE, State.TRASHED)
    _spread(noun, group, found, stay, "{} refers to it, so it stays")


def referrers(noun: Noun, group: Group, *states: State) -> list[tuple[int, Noun, int]]:
    """Who refers to records of a group and is in one of the states: the record, the noun and the id of the other."""
    return _referrers(links_to(noun), group, *states)


def _referrers(found: Iterable[Link], group: Group, *states: State) -> list[tuple[int, Noun, int]]:
    pairs: list[tuple[int, Noun, int]] = []
    for link in found:
        other = link.noun.model.alias()
        query = link.model.select(link.target_id, link.source_id).join(other, on=(link.source_id == other.id))
        query = query.where(within(link.target_id, group), other.state.in_(states), *link.where)
        pairs.extend((target, link.noun, source) for target, source in query.tuples())
    return pairs


def naming(noun: Noun, numbers: Sequence[int]) -> dict[str, int]:
    """How many live records of each noun name one of these, which are left out themselves; nothing of very many."""
    if len(numbers) > _MOST_ASKED:
        return {}
    ids = [own_id(number) for number in numbers]
    found: dict[str, set[int]] = defaultdict(set)
    for start in range(0, len(ids), CHUNK):
        for link in links_to(noun):
            if not (link.noun.bound or link.noun.settings):
                pairs = _referrers([link], ids[start : start + CHUNK], State.LIVE)
                found[link.noun.name].update(source for _target, _noun, source in pairs)
    found[noun.name].difference_update(ids)
    return {name: len(sources) for name, sources in found.items() if sources}


def keep_referring(noun: Noun, group: Group, stay: Stay) -> None:
    """Let the records of a group stay that refer to another which is hidden, or in the trash and needed."""
    for firm, why in ((False, "{} is not there any more"), (True, "{} is in the trash")):
        pairs: list[tuple[int, Noun, int]] = []
        for link in links():
            if link.noun.name == noun.name and (link.field.firm or not firm):
                other = link.target.model.alias()
                query = link.model.select(link.source_id, link.target_id).join(other, on=(link.target_id == other.id))
                state = State.TRASHED if firm else State.UNDONE
                query = query.where(within(link.source_id, group), other.state == state, *link.where)
                pairs.extend((source, link.target, target) for source, target in query.tuples())
        _spread(noun, group, pairs, stay, why)


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


def seen_by(noun: Noun, wanted: Iterable[Values]) -> dict[Ref, State]:
    """The states of the records that are seen, live or in the trash, of all that these values of a noun name."""
    named: dict[str, set[int]] = defaultdict(set)
    for values in wanted:
        for key, value in values.items():
            for name, record_id in references.named(noun.by_key[key], value):
                named[name].add(record_id)
    found: dict[Ref, State] = {}
    for name, ids in named.items():
        row, listed = by_id(schema.noun(name).model), sorted(ids)
        for start in range(0, len(listed), CHUNK):
            some = row.id.in_(Ids(listed[start : start + CHUNK])) & (row.state != State.UNDONE)
            rows = documents.fetch(row.select(row.id, row.state).where(some))
            found.update(((name, record_id), state) for record_id, state in rows)
    return found


def without_hidden(noun: Noun, now: Values, values: Values, left: list[str], seen: Mapping[Ref, State]) -> Values:
    """The values without links to records that are not `seen`; what is left out is told in `left`."""
    kept = dict(values)
    for key, value in values.items():
        field = noun.by_key[key]
        # A live record cannot be given back what it needs and what lies in the trash.
        states = (State.LIVE,) if field.firm and now["state"] == State.LIVE else (State.LIVE, State.TRASHED)
        gone = {ref for ref in references.named(field, value) if seen.get(ref) not in states}
        left.extend(
            f"{label(noun, now['id'])}: {label(schema.noun(name), found)} is not there any more"
            for name, found in sorted(gone)
        )
        if gone and field.many:
            kept[key] = references.without(field, value, gone)
        elif gone:
            kept[key] = now[key]
    return kept
