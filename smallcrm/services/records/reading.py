"""The rows of some records by their ids, in queries that are rendered once for each shape that a list of ids has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.fence import Prepared

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class RowsOf:
    """The rows that refer to some records; `shape` makes the query of the condition on the reference `parent`."""

    def __init__(self, parent: Any, shape: Callable[[Any], Any]) -> None:
        self._parent = parent
        self._shape = shape
        self._range = Prepared(lambda first, last: shape(parent.between(first, last)), 2)
        self._listed: dict[int, Prepared] = {}

    def rows(self, ids: Sequence[int]) -> list[Any]:
        """The rows as the driver gives them: by a range where the ids have no gap, which costs least."""
        if not ids:
            return []
        first, last = min(ids), max(ids)
        if last - first + 1 == len(set(ids)):
            return self._range.rows(first, last)
        # Some id again and again up to a power of two, so that few lengths are ever rendered.
        length = 1 << (len(ids) - 1).bit_length()
        query = self._listed.get(length)
        if query is None:
            query = self._listed[length] = Prepared(self._among, length)
        return query.rows(*ids, *[first] * (length - len(ids)))

    def _among(self, *ids: Any) -> Any:
        return self._shape(self._parent.in_(ids))
