"""Lists of a record, such as its addresses, and what a row makes of them: they grow, or become what the row says.

No list becomes longer than one may be: what comes first is kept, and the first that there is no room for is told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.records.parts import canonical, patched

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from smallcrm.services.records.parts import Part

Element = dict[str, Any]
_T = TypeVar("_T")


class Grown(NamedTuple):
    """What a list becomes, None where it stays; `left` is the first element that there is no room for."""

    elements: list[Element] | None
    left: Element | None = None


def identity(part: Part, element: Element) -> str:
    """What an element of a list is told by, however it is written."""
    if "number" in element:
        # However it is spaced: the digits are the number.
        return "".join(filter(str.isdigit, element["number"])) or str(element["number"])
    return part.identity(element)


def grown(part: Part, now: Sequence[Element], said: Sequence[Element], gone: Sequence[Element] = ()) -> Grown:
    """A list without what is gone and with what it lacks."""
    present = {identity(part, element) for element in now}
    lacking = {identity(part, element): element for element in reversed(said)}
    new = [canonical(element) for key, element in reversed(lacking.items()) if key not in present]
    fit, left = _fitting(new, MAX_PARTS - len(now) + len(gone))
    return Grown(patched(now, gone, fit) if fit or gone else None, left)


def replaced(
    part: Part, now: Sequence[Element], said: Sequence[Element], labels: Collection[str] | None
) -> Grown:  # fmt: skip
    """A list that has what the row says and no more.

    With `labels`, only elements with one of these go. A place that a contact has left stays: it is history.
    """
    here = {identity(part, element): element for element in now}
    wanted = {identity(part, element): canonical(element) for element in said}
    stay = {
        key: element
        for key, element in here.items()
        if key not in wanted and (element.get("ended") or (labels is not None and element.get("label") not in labels))
    }
    fit, left = _fitting(list(wanted), MAX_PARTS - len(stay))
    became = {**{key: here.get(key, wanted[key]) for key in fit}, **stay}
    changed = became.keys() != here.keys()
    return Grown(list(became.values()) if changed else None, None if left is None else wanted[left])


def no_room(line: int, name: str, value: Any) -> str:
    """What to say of a row by which a list would have more than a record may have; `value` is the first too much."""
    return f"line {line}, {name}: more than {MAX_PARTS} {name}; the rest is left out: {value!r}"


def _fitting(new: list[_T], room: int) -> tuple[list[_T], _T | None]:
    room = max(0, room)
    return new[:room], new[room] if len(new) > room else None
