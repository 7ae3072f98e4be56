"""What others write while an import is prepared: no import is written over data that came or went since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import fn

from smallcrm.errors import Conflict
from smallcrm.models.operation import Change

if TYPE_CHECKING:
    from collections.abc import Iterable


def newest_change() -> int:
    """The id of the newest change of the workspace; 0 where nothing was ever changed."""
    return Change.select(fn.MAX(Change.id)).scalar() or 0


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
