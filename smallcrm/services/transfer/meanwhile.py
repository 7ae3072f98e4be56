"""What others write while an import is prepared: no import is written over data that came or went since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import fn

from smallcrm.errors import Conflict
from smallcrm.models.operation import Change

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smallcrm.services.transfer.mapping import Mapping


def newest_of_fields() -> int:
    """The id of the newest change of a field of the workspace's own; 0 where there is none."""
    return Change.select(fn.MAX(Change.id)).where(Change.object == "field").scalar() or 0


def refuse_other_fields(mappings: Iterable[Mapping], since: int) -> None:
    """Refuse to fill fields of the workspace's own where what they hold was read by what was said of them before."""
    fills = any(column.custom is not None for mapping in mappings for column in mapping.columns)
    if fills and newest_of_fields() > since:
        raise changed_meanwhile()


def refuse_moved(nouns: Iterable[str], since: int) -> None:
    """Refuse to write over data that came or went since it was compared; what only changed is minded by its keys."""
    people = set(nouns)
    if not people:
        return  # what work refers to is looked for once nobody else can write
    # Files of people name companies too.
    named = sorted({*people, "company"})
    moved = Change.select(Change.id).where(Change.id > since, Change.object.in_(named), Change.kind != "update")
    if moved.exists():
        raise changed_meanwhile()


def changed_meanwhile() -> Conflict:
    """The error for an import that was overtaken."""
    return Conflict("The data changed while the import was being prepared; nothing was imported.", hint="run it again")
