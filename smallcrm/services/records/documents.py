"""Records as documents: everything a record holds, read from its row and its parts, and written back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from smallcrm.clock import from_micros
from smallcrm.db.fence import by_id, proxy
from smallcrm.services.records.reading import RowsOf
from smallcrm.services.records.schema import Field, Kind, Noun, Values

if TYPE_CHECKING:
    from collections.abc import Iterable

META = ("id", "state", "version", "created_at", "updated_at", "trashed_at")
CHUNK = 500


def to_columns(field: Field, value: Any) -> dict[str, Any]:
    """The columns that a value of a field fills."""
    if field.kind is Kind.MONEY:
        amount, currency = (value["amount"], value["currency"]) if value else (None, None)
        return dict(zip(field.columns, (amount, currency), strict=True))
    if field.kind is Kind.RECORD and not field.target:
        named, record = (value["object"], value["record"]) if value else (None, None)
        return dict(zip(field.columns, (named, record), strict=True))
    if field.kind is Kind.BOOLEAN:
        value = int(bool(value))
    return {field.columns[0]: value}


def from_columns(field: Field, row: Sequence[Any]) -> Any:
    """The value of a field from its columns."""
    if field.kind is Kind.MONEY:
        return None if row[0] is None else {"amount": row[0], "currency": row[1]}
    if field.kind is Kind.RECORD and not field.target:
        return None if row[1] is None else {"object": row[0], "record": row[1]}
    return bool(row[0]) if field.kind is Kind.BOOLEAN else row[0]


def plain_fields(noun: Noun) -> tuple[Field, ...]:
    """The fields that lie in the noun's own table."""
    return tuple(field for field in noun.builtin if not field.apart)


Reader = Callable[[Sequence[Any]], Any]
_layouts: dict[str, tuple[tuple[str, int, Reader | None], ...]] = {}
_stored: dict[str, RowsOf] = {}


def _layout(noun: Noun) -> tuple[tuple[str, int, Reader | None], ...]:
    """Where each plain field stands in a selected row, and what reads it if it is not there as it is."""
    found = _layouts.get(noun.name)
    if found is None:
        places = []
        at = len(META)
        for field in plain_fields(noun):
            reader: Reader | None = None
            if field.kind in (Kind.MONEY, Kind.BOOLEAN) or (field.kind is Kind.RECORD and not field.target):
                reader = partial(_read, field, at, len(field.columns))
            places.append((field.key, at, reader))
            at += len(field.columns)
        found = _layouts[noun.name] = tuple(places)
    return found


def _read(field: Field, at: int, width: int, row: Sequence[Any]) -> Any:
    return from_columns(field, row[at : at + width])


def read_row(noun: Noun, row: Sequence[Any]) -> Values:
    """The document of a row as the driver gives it (META first, then the plain fields), without its parts."""
    document: Values = {key: row[at] if reader is None else reader(row) for key, at, reader in _layout(noun)}
    document["id"], document["state"], document["version"] = row[:3]
    document["created_at"], document["updated_at"] = from_micros(row[3]), from_micros(row[4])
    document["trashed_at"] = None if row[5] is None else from_micros(row[5])
    return document


def fetch(query: Any) -> list[Any]:
    """The rows of a query as the driver gives them: numbers and texts, without Peewee's conversions."""
    rows: list[Any] = proxy.target().execute(query).fetchall()
    return rows


def selected_columns(noun: Noun, source: Any = None) -> list[Any]:
    """The columns that `read_row` expects, of the noun's model or of another name for it."""
    columns = noun.model._meta.columns
    names = [*META, *(name for field in plain_fields(noun) for name in field.columns)]
    return [getattr(source or noun.model, columns[name].name) for name in names]


def add_parts(noun: Noun, documents: Sequence[Values], keys: Iterable[str] | None = None) -> None:
    """Give documents the fields that are kept outside the noun's table (or only some of them)."""
    wanted = None if keys is None else set(keys)
    ids = [document["id"] for document in documents]
    for part in noun.parts:
        if wanted is not None and part.key not in wanted:
            continue
        found = part.load(ids)
        for document in documents:
            document[part.key] = found.get(document["id"], [])
    computed = [field.key for field in noun.builtin if field.computed and (wanted is None or field.key in wanted)]
    if computed:
        noun.compute(documents, computed)
    custom = [field for field in noun.custom if wanted is None or field.key in wanted]
    if custom and noun.extras is not None:
        values = noun.extras.load(ids, [field.key for field in custom])
        for document in documents:
            mine = values.get(document["id"], {})
            document.update({field.key: mine.get(field.key, [] if field.many else None) for field in custom})


def load_plain(noun: Noun, ids: Sequence[int]) -> dict[int, Values]:
    """The plain fields of these records by id, with nothing that is kept elsewhere."""
    return {row[0]: read_row(noun, row) for row in _rows_of(noun).rows(ids)}


def _rows_of(noun: Noun) -> RowsOf:
    """The rows of some records, each looked up by its id: SQLite would walk the tenant's index for some dozens."""
    found = _stored.get(noun.name)
    if found is None:
        row = by_id(noun.model)
        query = row.select(*selected_columns(noun, row))
        found = _stored[noun.name] = RowsOf(row.id, query.where)
    return found


def load(noun: Noun, ids: Sequence[int], keys: Iterable[str] | None = None) -> dict[int, Values]:
    """The documents of these records, whatever their state, by id; of what is kept elsewhere only `keys`, if given."""
    found: dict[int, Values] = {}
    for start in range(0, len(ids), CHUNK):
        documents = [read_row(noun, row) for row in _rows_of(noun).rows(ids[start : start + CHUNK])]
        add_parts(noun, documents, keys)
        found.update({document["id"]: document for document in documents})
    return found


def content(noun: Noun, document: Values) -> Values:
    """What a document says, without its version and times; what "equal" means."""
    return {field.key: document.get(field.key) for field in noun.fields if not (field.derived or field.computed)}
