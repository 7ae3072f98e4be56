"""Lists of a record, such as its addresses, and what a row makes of them: they grow, or become what the row says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.records.parts import patched

if TYPE_CHECKING:
    from collections.abc import Collection

Element = dict[str, Any]
_IDENTITY = ("address", "number", "domain", "company", "name", "key", "value")


def identity(element: Element) -> Any:
    """What an element of a list is told by, however it is written."""
    if "source" in element:
        return element["source"], element["key"]
    value = next(element[key] for key in _IDENTITY if key in element)
    if "number" in element:
        # However it is spaced: the digits are the number.
        value = "".join(filter(str.isdigit, value)) or value
    return value.casefold() if isinstance(value, str) else value


def grown(now: list[Element], more: list[Element]) -> list[Element] | None:
    """A list with what it lacks; None where it lacks nothing."""
    present = {identity(element) for element in now}
    new = [{k: v for k, v in element.items() if v} for element in more if identity(element) not in present]
    return patched(now, [], new) if new else None


def replaced(now: list[Element], said: list[Element], labels: Collection[str] | None) -> list[Element] | None:
    """A list that has what the row says and no more; None where it has that already.

    With `labels`, only elements with one of these go. A place that a contact has left stays: it is history.
    """
    here = {identity(element): element for element in now}
    became = {identity(element): element for element in said}
    for key, element in here.items():
        if key in became or element.get("ended") or (labels is not None and element.get("label") not in labels):
            became[key] = element
    if became.keys() == here.keys():
        return None
    return [{k: v for k, v in element.items() if v} for element in became.values()]
