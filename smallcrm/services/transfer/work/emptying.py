"""What all rows about a record leave blank: emptied when the last of them is read, where blanks count.

Only then is it known what none of them says; what the first leaves blank a later one may fill.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.errors import SmallCRMError
from smallcrm.services.records import documents
from smallcrm.services.records.rewriting import rewriting
from smallcrm.services.transfer.work.growing import emptied

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.work.draft import Draft
    from smallcrm.services.transfer.work.growing import Blanks


@dataclass(slots=True)
class _Waiting:
    """What the rows so far leave blank, and what they have in each list."""

    line: int
    blank: set[str]
    lists: dict[str, list[Any]] = field(default_factory=dict)


class Emptying:
    """The records of which several rows of a file may tell."""

    def __init__(self, noun: Noun, blanks: Blanks) -> None:
        self._noun, self._blanks = noun, blanks
        self._waiting: dict[int, _Waiting] = {}

    def note(self, record_id: int, draft: Draft) -> None:
        """Note what a row leaves blank, and what it has in its lists."""
        blank = set(self._blanks.of(draft.row)) - draft.values.keys()
        waiting = self._waiting.setdefault(record_id, _Waiting(draft.row.line, blank))
        waiting.blank &= blank
        for key, said in draft.values.items():
            if isinstance(said, list):
                waiting.lists.setdefault(key, []).extend(said)

    def has(self, record_id: int) -> bool:
        """Whether a record waits for what its rows leave blank."""
        return record_id in self._waiting

    def write(self, op: Operation, told: Callable[[int, int, bool | SmallCRMError], None]) -> None:
        """Empty what is to be emptied; `told` hears of each record its first line and whether it was changed."""

        def fate_of(record_id: int, fate: bool | SmallCRMError) -> None:  # noqa: FBT001 - as it is told
            told(record_id, self._waiting[record_id].line, fate)

        ids = list(self._waiting)
        for start in range(0, len(ids), documents.CHUNK):
            found = documents.load(self._noun, ids[start : start + documents.CHUNK])
            with rewriting(op, self._noun, fate_of) as records:
                for record_id, before in found.items():
                    waiting = self._waiting[record_id]
                    values = emptied(self._noun, before, waiting.blank, waiting.lists, self._blanks)
                    try:
                        cleaned = self._noun.clean(values, before) if values else {}
                    except SmallCRMError as error:
                        records.refuse(before, error)
                    else:
                        records.add(before, cleaned)
