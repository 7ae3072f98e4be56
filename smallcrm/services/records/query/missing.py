"""Tags that a filter names and that do not exist: no fault where somebody types, one in what was saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.models.tag import Tag
from smallcrm.services.records.query.binding import Found, Leaf, Opposite
from smallcrm.services.records.query.checks import How, Text
from smallcrm.services.records.query.faults import nearest, pointed, quoted
from smallcrm.services.records.schema import Kind
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.records.query.binding import Bound

_MOST = 1_000


def refuse_missing_tags(source: str, bound: Bound) -> None:
    """Raise UsageError for the first tag of a filter that is none."""
    wanted = {fold(text): text for text in _tags(bound)}
    if not wanted:
        return
    rows: list[Any] = list(Tag.select(Tag.name_key).where(Tag.name_key.in_(sorted(wanted))).tuples())
    known = {row[0] for row in rows}
    for key, text in wanted.items():
        if key not in known:
            every: list[Any] = list(Tag.select(Tag.name).order_by(Tag.name_key).limit(_MOST).tuples())
            near = nearest(text, [row[0] for row in every])
            raise pointed(source, max(0, source.find(text)), f"There is no tag {quoted(text)}.{near}")


def _tags(bound: Bound) -> Iterator[str]:
    """The whole names of tags in a filter."""
    if isinstance(bound, Leaf):
        check = bound.check
        if bound.handle.field.kind is Kind.TAGS and isinstance(check, Text) and check.how is How.EQUAL:
            yield check.text
    elif isinstance(bound, Opposite):
        yield from _tags(bound.of)
    elif not isinstance(bound, Found):
        for one in bound.of:
            yield from _tags(one)
