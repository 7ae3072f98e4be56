"""Tags as a field of every noun: names that are shared by the workspace, whatever their case."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property, reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm.db.fence import Ids, Prepared
from smallcrm.db.ids import bound_tenant, make_id, take
from smallcrm.models.base import State
from smallcrm.models.tag import Tag, Tagging
from smallcrm.services.records import schema
from smallcrm.services.records.parts import CHUNK, Element, Listed
from smallcrm.services.records.reading import RowsOf
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def tag_ids(names: Iterable[str]) -> list[int]:
    """The ids of the tags of these names; those that do not exist yet are made.

    A tag that nothing carries any more is as good as gone: it takes the spelling that is wanted now.
    """
    wanted = {fold(name): name for name in names}
    known = _known(wanted)
    other = [tag_id for key, (tag_id, name) in known.items() if name != wanted[key]]
    carried = _carried(other)
    for key, (tag_id, name) in known.items():
        if name != wanted[key] and tag_id not in carried:
            Tag.update(name=wanted[key]).where(Tag.id == tag_id).execute()
    ids = {key: tag_id for key, (tag_id, _name) in known.items()}
    missing = [key for key in wanted if key not in known]
    if missing:
        first = make_id(bound_tenant(), take("tag", len(missing)))
        rows = [(first + at, wanted[key], key) for at, key in enumerate(missing)]
        for start in range(0, len(rows), CHUNK):
            Tag.insert_many(rows[start : start + CHUNK], [Tag.id, Tag.name, Tag.name_key]).execute()
        ids.update({key: first + at for at, key in enumerate(missing)})
    return [ids[key] for key in wanted]


def spelled(names: Iterable[str]) -> dict[str, str]:
    """How the workspace spells those of these tags that something carries, by the folded name."""
    known = _known(fold(name) for name in names)
    carried = _carried([tag_id for tag_id, _name in known.values()])
    return {key: name for key, (tag_id, name) in known.items() if tag_id in carried}


def respell(old: str, new: str) -> bool:
    """Write a tag with other capitals, where it is spelled `old` and something carries it; gives whether it is."""
    known = {tag_id for tag_id, name in _known([fold(old)]).values() if name == old}
    carried = _carried(list(known))
    Tag.update(name=new).where(Tag.id.in_(list(carried))).execute()
    return bool(carried)


_named = Prepared(lambda key: Tag.select(Tag.name_key, Tag.id, Tag.name).where(Tag.name_key == key), 1)


def _known(keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    """Id and name of the tags of these folded names that exist."""
    listed = list(keys)
    if len(listed) == 1:
        return {key: (tag_id, name) for key, tag_id, name in _named.rows(*listed)}
    found: dict[str, tuple[int, str]] = {}
    for start in range(0, len(listed), CHUNK):
        query: Any = Tag.select(Tag.name_key, Tag.id, Tag.name).where(Tag.name_key.in_(listed[start : start + CHUNK]))
        found.update({key: (tag_id, name) for key, tag_id, name in query.tuples()})
    return found


def _carried(ids: Sequence[int]) -> set[int]:
    """Those of these tags that a record carries which is not hidden by an undo."""
    nouns = tuple(noun.name for noun in schema.nouns().values() if any(isinstance(p, TagPart) for p in noun.parts))
    return {row[0] for at in range(0, len(ids), CHUNK) for row in _carried_by(nouns).rows(ids[at : at + CHUNK])}


@cache
def _carried_by(nouns: tuple[str, ...]) -> RowsOf:
    """The rows of those tags that a record of one of these nouns carries."""
    carried = []
    for name in nouns:
        model = schema.noun(name).model
        theirs = Tagging.select(Tagging.id).join(model, on=(model.id == Tagging.record_id))
        seen = theirs.where(Tagging.tag == Tag.id, Tagging.object == name, model.state != State.UNDONE)
        carried.append(fn.EXISTS(seen))
    return RowsOf(Tag.id, lambda which: Tag.select(Tag.id).where(which, reduce(or_, carried)))


@dataclass(frozen=True)
class TagPart:
    """The tags of one noun's records."""

    object: str
    key: str = "tags"
    live: str = ""
    singular: str = "tag"

    def load(self, ids: Sequence[int]) -> dict[int, list[Element]]:
        """The tags of each of these records that has any, by name."""
        found: dict[int, list[Element]] = defaultdict(list)
        for start in range(0, len(ids), CHUNK):
            for record_id, name in self._stored.rows(ids[start : start + CHUNK]):
                found[record_id].append({"name": name})
        return found

    @cached_property
    def _stored(self) -> RowsOf:
        query = Tagging.select(Tagging.record_id, Tag.name).join(Tag)
        mine = query.where(Tagging.object == self.object).order_by(Tag.name_key)
        return RowsOf(Tagging.record_id, mine.where)

    def save(self, lists: Sequence[Listed]) -> None:
        """Make these the tags of some records, each named once."""
        names: dict[str, str] = {}
        for _record_id, elements, _live in lists:
            for element in elements:
                names.setdefault(fold(element["name"]), element["name"])
        if len(lists) > 1 and any(name != names[key] for key, (_id, name) in _known(names).items()):
            # Which spelling holds depends on what still carries the tag, and so on who comes first.
            for one in lists:
                self.save([one])
            return
        mine = (Tagging.object == self.object) & Tagging.record_id.in_(Ids(record_id for record_id, _, _ in lists))
        Tagging.delete().where(mine).execute()
        known = dict(zip(names, tag_ids(names.values()), strict=True))
        rows = [
            (self.object, record_id, known[key])
            for record_id, elements, _live in lists
            for key in dict.fromkeys(fold(element["name"]) for element in elements)
        ]
        if not rows:
            return
        first = make_id(bound_tenant(), take("tagging", len(rows)))
        columns = [Tagging.id, Tagging.object, Tagging.record_id, Tagging.tag]
        for start in range(0, len(rows), CHUNK):
            some = enumerate(rows[start : start + CHUNK], start=first + start)
            Tagging.insert_many([(at, *row) for at, row in some], columns).execute()

    def set_live(self, first_id: int, last_id: int, *, live: bool, only: Sequence[int] | None = None) -> None:
        """Tags are not unique: nothing to do."""

    def holders(self, elements: Sequence[Element]) -> list[tuple[Element, int]]:  # noqa: ARG002
        """Nobody holds a tag alone."""
        return []

    def identity(self, element: Element) -> str:
        """The tag, whatever its case."""
        return fold(element["name"])

    def reads(self, element: Element) -> str:
        """The tag."""
        return str(element["name"])

    def settled(self, elements: Sequence[Element]) -> list[Element]:
        """The tags as they are: none is the primary one."""
        return list(elements)


def as_spelled(elements: Sequence[Element], known: Iterable[Element] = ()) -> list[Element]:
    """The tags as the workspace spells them already, as it does those that are `known` to be carried."""
    folded: dict[str, str] = {}
    for element in elements:
        folded.setdefault(fold(element["name"]), element["name"])
    names = {fold(element["name"]): element["name"] for element in known}
    names |= spelled([name for key, name in folded.items() if key not in names])
    return [{"name": names.get(key, name)} for key, name in folded.items()]
