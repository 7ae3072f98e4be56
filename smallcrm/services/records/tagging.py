"""Tags as a field of every noun: names that are shared by the workspace, whatever their case."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import bound_tenant, make_id, take
from smallcrm.models.tag import Tag, Tagging
from smallcrm.services.records.parts import CHUNK, Element
from smallcrm.services.records.reading import RowsOf
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def tag_ids(names: Iterable[str]) -> list[int]:
    """The ids of the tags of these names; those that do not exist yet are made."""
    wanted = {fold(name): name for name in names}
    query: Any = Tag.select(Tag.name_key, Tag.id).where(Tag.name_key.in_(list(wanted)))
    known: dict[str, int] = dict(query.tuples())
    missing = [key for key in wanted if key not in known]
    if missing:
        first = make_id(bound_tenant(), take("tag", len(missing)))
        rows = [(first + at, wanted[key], key) for at, key in enumerate(missing)]
        Tag.insert_many(rows, [Tag.id, Tag.name, Tag.name_key]).execute()
        known.update({key: first + at for at, key in enumerate(missing)})
    return [known[key] for key in wanted]


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

    def save(self, record_id: int, elements: Sequence[Element], *, live: bool) -> None:  # noqa: ARG002
        """Make these the tags of a record."""
        mine = (Tagging.object == self.object) & (Tagging.record_id == record_id)
        Tagging.delete().where(mine).execute()
        ids = tag_ids(element["name"] for element in elements)
        if not ids:
            return
        first = make_id(bound_tenant(), take("tagging", len(ids)))
        rows = [(first + at, self.object, record_id, tag_id) for at, tag_id in enumerate(ids)]
        Tagging.insert_many(rows, [Tagging.id, Tagging.object, Tagging.record_id, Tagging.tag]).execute()

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


def as_spelled(elements: Sequence[Element]) -> list[Element]:
    """The tags as the workspace spells them already."""
    folded: dict[str, Element] = {}
    for element in elements:
        folded.setdefault(fold(element["name"]), element)
    query: Any = Tag.select(Tag.name_key, Tag.name).where(Tag.name_key.in_(list(folded)))
    known = dict(query.tuples())
    return [{"name": known.get(key, element["name"])} for key, element in folded.items()]


def all_tags() -> list[tuple[str, int]]:
    """Every tag of the workspace by name, with the number of records that carry it."""
    from peewee import JOIN, fn

    query = (
        Tag.select(Tag.name, fn.COUNT(Tagging.id))
        .join(Tagging, JOIN.LEFT_OUTER)
        .group_by(Tag.id, Tag.name, Tag.name_key)
        .order_by(Tag.name_key)
    )
    rows: list[Any] = list(query.tuples())
    return [(str(name), int(count)) for name, count in rows]
