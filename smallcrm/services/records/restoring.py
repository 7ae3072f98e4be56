"""Which records of the trash can be restored, and why the others cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict, NotFound, SmallCRMError
from smallcrm.models.base import State
from smallcrm.services.records import documents, referring
from smallcrm.services.records.claims import Claims
from smallcrm.services.records.namesakes import Namesakes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.schema import Noun, Values


def not_restorable(noun: Noun, ids: Sequence[int]) -> dict[int, SmallCRMError]:
    """Those of these records that would stay in the trash, or are not in it, and why.

    Of two that claim the same value or name it is the second.
    """
    claims, namesakes, refused = Claims(noun), Namesakes(noun), dict[int, SmallCRMError]()
    for start in range(0, len(ids), documents.CHUNK):
        some = ids[start : start + documents.CHUNK]
        found = documents.load(noun, some)
        refused |= _not_in_the_trash(noun, some, found)
        trashed = [found[record_id] for record_id in some if record_id not in refused]
        claims.ask(trashed)
        stay: dict[int, str] = {}
        referring.keep_referring(noun, [document["id"] for document in trashed], stay)
        for document in trashed:
            record_id = document["id"]
            try:
                claims.refuse(document, document)
                why = stay.get(record_id) or namesakes.why(document)
                if why:
                    raise Conflict(f"{noun.name.capitalize()} {number_of(record_id)} cannot be restored: {why}.")
            except Conflict as error:
                refused[record_id] = error
            else:
                claims.grant(record_id, {}, document)
                namesakes.grant(document)
    return refused


def _not_in_the_trash(noun: Noun, ids: Sequence[int], found: dict[int, Values]) -> dict[int, SmallCRMError]:
    """Of these records those that cannot be restored, because they are not there or are live."""
    refused: dict[int, SmallCRMError] = {}
    for record_id in ids:
        if record_id not in found or found[record_id]["state"] == State.UNDONE:
            refused[record_id] = missing(noun, record_id)
        elif found[record_id]["state"] == State.LIVE:
            refused[record_id] = Conflict(f"{noun.name.capitalize()} {number_of(record_id)} is not in the trash.")
    return refused


def missing(noun: Noun, record_id: int) -> NotFound:
    """The error for a record that is not there, or has been undone."""
    return NotFound(f"There is no {noun.name} {number_of(record_id)}.", hint=f"smallcrm {noun.name} list")
