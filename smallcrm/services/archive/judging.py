"""What rows of an archive say of each other, once all of them are in: the first that cannot be is told by its place.

A row alone is looked at when it is read. Here the rules of nouns are asked of whole documents, as an undo asks them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import peewee as pw

from smallcrm.errors import ValidationError
from smallcrm.models.base import State
from smallcrm.models.comment import Comment
from smallcrm.models.custom import CustomField, CustomValue
from smallcrm.models.ticket import Ticket, TicketReply
from smallcrm.services import fields, tickets
from smallcrm.services.archive import rows
from smallcrm.services.archive.tables import tables
from smallcrm.services.records import definitions, documents, referring, schema
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import MANY
from smallcrm.services.records.standing import remembered, standing

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping

    from smallcrm.services.archive.reading import Archive
    from smallcrm.services.archive.tables import Table
    from smallcrm.services.records.schema import Noun, Values


class Fault(NamedTuple):
    """A row that cannot be: its table, its id, why, and the column if it is one."""

    model: Any
    row_id: int
    why: str
    column: str = ""


def judge(archive: Archive) -> None:
    """Raise ValidationError for the first row that contradicts another."""
    by_model = {table.model: table for table in tables()}
    with standing():
        for find in (_hidden, _primaries, _values, _replies, _documents):
            fault = next(find(), None)
            if fault is not None:
                table: Table = by_model[fault.model]
                raise archive.wrong_row(table, fault.row_id, fault.why, fault.column)


def _first(query: Any) -> int | None:
    """The lowest id that a query gives."""
    found: int | None = min((row[0] for row in documents.fetch(query)), default=None)
    return found


# -- what refers


def _hidden() -> Iterator[Fault]:
    """What is seen and names a record that is hidden, or is live and cannot do without one that lies in the trash."""
    for link in referring.links():
        source, target = link.noun.model.alias(), link.target.model.alias()
        query = link.model.select(link.model.id).join(source, on=(link.source_id == source.id))
        query = query.join(target, on=(link.target_id == target.id))
        for needed, word, condition in (
            (False, "hidden", (source.state != State.UNDONE) & (target.state == State.UNDONE)),
            (True, "in the trash", (source.state == State.LIVE) & (target.state == State.TRASHED)),
        ):
            if link.field.firm or not needed:
                row_id = _first(query.where(condition, *link.where).order_by(link.model.id).limit(1))
                if row_id is not None:
                    why = f"it names a {link.target.name} that is {word}"
                    yield Fault(link.model, row_id, why, link.target_id.column_name)


def _primaries() -> Iterator[Fault]:
    """Of several addresses, numbers or places of work that have not ended one is the primary one."""
    for noun in schema.nouns().values():
        for part in noun.parts:
            if isinstance(part, RowPart) and "primary" in part.columns:
                yield from _primaries_of(noun, part)


def _primaries_of(noun: Noun, part: RowPart) -> Iterator[Fault]:
    row, columns = part.model, part.model._meta.columns
    parent, primary = columns[part.parent], columns[part.columns["primary"]]
    current = row.select(pw.fn.MIN(row.id)).group_by(parent).having(pw.fn.SUM(primary) != 1)
    if "ended" in part.columns:
        ended = columns[part.columns["ended"]]
        past = _first(row.select(row.id).where(ended.is_null(is_null=False), primary == 1).order_by(row.id).limit(1))
        if past is not None:
            yield Fault(row, past, "what has ended is not the primary one", primary.column_name)
        current = current.where(ended.is_null())
    row_id = _first(current)
    if row_id is not None:
        why = f"one of the {part.key} of a {noun.name} is the primary one, and no more than one"
        yield Fault(row, row_id, why, primary.column_name)


def _values() -> Iterator[Fault]:
    """A record has one value in a field, or several that differ."""
    row = CustomValue
    many = [name for name, kind in definitions.TYPES.items() if kind in MANY]
    several = CustomField.select(CustomField.id).where(CustomField.kind.in_(many))
    for grouped, where in (
        ((row.field, row.record_id), row.field.not_in(several)),
        ((row.field, row.record_id, row.key), row.field.in_(several)),
    ):
        query = row.select(pw.fn.MAX(row.id)).where(where).group_by(*grouped).having(pw.fn.COUNT(row.id) > 1)
        row_id = _first(query)
        if row_id is not None:
            yield Fault(row, row_id, "the record has a value in this field already", "field_id")


def _replies() -> Iterator[Fault]:
    """An answer on a ticket that is seen is not a hidden comment."""
    row = TicketReply
    hidden = Comment.select(Comment.id).where(Comment.state == State.UNDONE)
    seen = Ticket.select(Ticket.id).where(Ticket.state != State.UNDONE)
    wrong = (row.side == tickets.ANSWER) & row.comment_id.in_(hidden) & row.ticket.in_(seen)
    row_id = _first(row.select(row.id).where(wrong).order_by(row.id).limit(1))
    if row_id is not None:
        yield Fault(row, row_id, "it names a comment that is hidden", "comment_id")


# -- what a document says


def _field(document: Values) -> None:
    """Raise ValidationError where a definition is none; of what is not live others may have the key by now."""
    live = document["state"] == State.LIVE
    fields.check(document, {"type", "key", "object", "unique", "default"} if live else {"type"})
    try:
        fields.default_of(document)
    except ValidationError as error:
        raise ValidationError(error.sentence, field="default") from error


def _ticket(document: Values) -> None:
    keys = {"status", "status_log", "closed_at", "waiting_until"}
    schema.noun("ticket").check(document, keys | {"replies"} if document["id"] in _spoken() else keys)


def _spoken() -> frozenset[int]:
    """The tickets on which something was said in public."""

    def find() -> frozenset[int]:
        mine = (Comment.record_object == "ticket") & (Comment.public == 1)
        return frozenset(row[0] for row in documents.fetch(Comment.select(Comment.record_id).where(mine).distinct()))

    return remembered("tickets on which something was said", find)


def _deal(document: Values) -> None:
    schema.noun("deal").check(document, {"stage", "pipeline", "lost_reason", "closed_at", "stage_log"})


def _activity(document: Values) -> None:
    schema.noun("activity").check(document, {"due", "status", "direction"})


_RULES: Mapping[str, tuple[Callable[[Values], None], frozenset[str]]] = {
    "deal": (_deal, frozenset({"stage_log"})),
    "ticket": (_ticket, frozenset({"status_log", "replies"})),
    "activity": (_activity, frozenset()),
    "field": (_field, frozenset({"options"})),
}
"""The rules that are asked of every document of a noun, and the fields with several values that they read."""

_CALLED = {"mapping": "shape"}
"""The column of what only one record of a noun may be called, where it is not the name."""


def _documents() -> Iterator[Fault]:
    """What breaks a rule of its noun, and what is called as only one record may be."""
    for table in tables():
        noun = table.noun
        if noun is not None and (noun.name in _RULES or noun.names is not schema.no_names):
            yield from _judged(noun, _each(table, noun))


def _each(table: Table, noun: Noun) -> Iterator[Values]:
    _rule, keys = _RULES.get(noun.name, (None, frozenset()))
    for page in rows.pages(table, ("id",), hidden=True):
        yield from documents.load(noun, [row[0] for row in page], keys).values()


def _judged(noun: Noun, found: Iterable[Values]) -> Iterator[Fault]:
    rule, _keys = _RULES.get(noun.name, (None, None))
    called: set[Hashable] = set()
    for document in found:
        try:
            if rule is not None:
                rule(document)
        except ValidationError as error:
            yield Fault(noun.model, document["id"], error.sentence, _column(noun, error.field))
        if document["state"] == State.LIVE:
            for name in noun.names(document):
                if name.mark in called:
                    yield Fault(noun.model, document["id"], name.told, _CALLED.get(noun.name, "name"))
                called.add(name.mark)


def _column(noun: Noun, key: str | None) -> str:
    """The column of the noun's file that holds a field; nothing where none does."""
    field = noun.by_key.get(key or "")
    return "" if field is None or not field.columns else field.columns[0]
