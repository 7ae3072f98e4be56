"""Records created in sets: one statement for each kind of row and some hundred records, as if one came after the other.

Nobody but an operation calls this: what it writes is journalled there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.ids import bound_tenant, make_id, take
from smallcrm.errors import Conflict
from smallcrm.services.records import documents
from smallcrm.services.records.claims import Claims
from smallcrm.services.records.rewriting import refuse_settings, save_custom
from smallcrm.services.records.schema import nothing_more

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Noun, Values

_TIMES = ("created_at", "updated_at")


def create_all(op: Operation, noun: Noun, made: Sequence[Values]) -> list[int | Conflict]:
    """Make records of documents that `noun.clean` gave; gives the id of each, or why it cannot be made.

    Of a value that only one can have the first gets it. A document may say when it was made and last changed.
    """
    refuse_settings(noun)
    fates: list[int | Conflict] = []
    for start in range(0, len(made), documents.CHUNK):
        fates += _create_some(op, noun, made[start : start + documents.CHUNK])
    return fates


def _create_some(op: Operation, noun: Noun, made: Sequence[Values]) -> list[int | Conflict]:
    first = make_id(bound_tenant(), take(noun.name, len(made)))
    claims = Claims(noun, made)
    fates: list[int | Conflict] = []
    granted: list[Values] = []
    for document in made:
        try:
            claims.refuse({**document, **noun.derive(document)}, document)
        except Conflict as error:
            fates.append(error)
        else:
            record_id = first + len(granted)
            claims.grant_new(record_id, document)
            granted.append(document)
            fates.append(record_id)
    if granted:
        _write(noun, first, granted)
        _tell(op, noun, first, granted)
    return fates


def _write(noun: Noun, first: int, granted: Sequence[Values]) -> None:
    """Write the rows of records, their parts and the values of the workspace's own fields."""
    now = clock.now()
    rows = [_row(noun, at, document, now) for at, document in enumerate(granted, first)]
    columns = [noun.model._meta.combined[name] for name in rows[0]]
    noun.model.insert_many([tuple(row.values()) for row in rows], columns).execute()
    for part in noun.parts:
        lists = [
            (first + at, document[part.key], True) for at, document in enumerate(granted) if document.get(part.key)
        ]
        if lists:
            part.save(lists)
    save_custom(noun, [(at, document, True) for at, document in enumerate(granted, first)])


def _row(noun: Noun, record_id: int, document: Values, now: Any) -> dict[str, Any]:
    times = {name: document.get(name) or now for name in _TIMES}
    row = {"id": record_id, **times, **noun.derive(document)}
    for field in documents.plain_fields(noun):
        if not field.derived:
            row.update(documents.to_columns(field, document.get(field.key)))
    return row


def _tell(op: Operation, noun: Noun, first: int, granted: Sequence[Values]) -> None:
    """Journal the records, let them be found, and do what follows from each."""
    for at, document in enumerate(granted, first):
        op.index(noun, at, noun.search_text(document))
    last = first + len(granted) - 1
    if last > first and noun.follow is nothing_more:
        op.note_range(noun, "create", first, last, len(granted))
    else:
        for record_id in range(first, last + 1):
            # Before the entry of the creation, so that an undo judges the record first and what follows from it then.
            noun.follow(op, record_id)
            op.note(noun, "create", record_id)
    noun.after(range(first, last + 1))
