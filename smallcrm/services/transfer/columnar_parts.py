"""Fields with several values, a page of records at a time: the rows of the whole page as one column."""

from __future__ import annotations

from itertools import groupby, pairwise, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from smallcrm.db.fence import Prepared
from smallcrm.db.ids import NUMBER_MASK
from smallcrm.models.tag import Tag, Tagging
from smallcrm.services.records import schema
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.stepping import Beyond
from smallcrm.services.transfer import jsontext
from smallcrm.services.values.enumerating import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from smallcrm.services.records.schema import Field, Noun

    Column = Sequence[Any]
    Columns = dict[str, Column]

_PRIMARY = "primary"
_SHOWN = {Kind.EMAILS: "address", Kind.PHONES: "number", Kind.DOMAINS: "domain"}
_IN_CELLS = {
    **{kind: (shown, _PRIMARY) for kind, shown in _SHOWN.items()},
    Kind.RECORDS: (_PRIMARY, "ended"),
    Kind.EXTERNAL_IDS: ("source", "key"),
}


def reads(noun: Noun, field: Field) -> bool:
    """Whether a field with several values can be read by columns; others are loaded record by record."""
    if not field.many or field.custom or isinstance(field, Beyond) or (field.kind is Kind.RECORDS and not field.target):
        return False
    return field.kind in _IN_CELLS or (field.kind is Kind.TAGS and not isinstance(noun.part(field.key), RowPart))


class PartReader:
    """What reads a field with several values, for one export."""

    def __init__(self, noun: Noun, field: Field, *, cells: bool) -> None:
        part = noun.part(field.key)
        self._field = field
        self._cells = cells
        if isinstance(part, RowPart):
            named = schema.noun(field.target).model if field.kind is Kind.RECORDS else None
            keys = [key for key in part.columns if not cells or key in _IN_CELLS[field.kind]]
            self._keys = ("parent", *keys, "name") if named is not None else ("parent", *keys)
            self._rows = _rows(part, keys, None if named is None else (named, part.columns[field.target]))
        else:
            self._keys = ("parent", "tag")
            self._rows = _tags(noun.name)

    def column(self, ids: Sequence[int]) -> Column:
        """The cells or the JSON of records in the order of their ids."""
        rows = self._rows.rows(ids[0], ids[-1])
        if not rows:
            return [None if self._cells else "[]"] * len(ids)
        columns: Columns = dict(zip(self._keys, zip(*rows, strict=True), strict=True))
        parents = columns.pop("parent")
        primary = columns.get(_PRIMARY)
        found: Mapping[int, str | None]
        if self._cells:
            found = _joined(parents, _cells(self._field, columns), primary)
        else:
            found = _listed(parents, _elements(self._field, columns), primary)
        if len(found) == len(ids) and tuple(found) == tuple(ids):
            return list(found.values())
        empty = None if self._cells else "[]"
        return [found.get(record_id, empty) for record_id in ids]


def _rows(part: RowPart, keys: Sequence[str], named: tuple[Any, str] | None) -> Prepared:
    """The rows of a part that belong to a range of records, in their order.

    `named` adds the name of what they refer to: its model, and the column with its id.
    """
    columns = part.model._meta.columns
    parent = columns[part.parent]
    mine = [columns[name] == value for name, value in part.fixed.items()]
    selected = [parent, *(columns[part.columns[key]] for key in keys)]

    def shape(first: Any, last: Any) -> Any:
        query = part.model.select(*selected, *([named[0].name] if named else []))
        if named:
            query = query.join(named[0], on=(columns[named[1]] == named[0].id))
        return query.where(parent.between(first, last), *mine).order_by(parent, part.model.id)

    return Prepared(shape, 2)


def _tags(name: str) -> Prepared:
    """The tags of a range of records."""

    def shape(first: Any, last: Any) -> Any:
        chosen = (Tagging.object == name, Tagging.record_id.between(first, last))
        query = Tagging.select(Tagging.record_id, Tag.name).join(Tag)
        return query.where(*chosen).order_by(Tagging.record_id, Tag.name_key)

    return Prepared(shape, 2)


def _cells(field: Field, columns: Columns) -> Column:
    """Each element as it stands in a cell among others; None where it is not shown."""
    texts = _texts(field, columns)
    together = "".join(filter(None, texts))
    if "," in together or '"' in together:
        return [text and quoted(text) for text in texts]
    return texts


def _texts(field: Field, columns: Columns) -> Column:
    """Each element as it reads; None where it is not shown."""
    if field.kind in _SHOWN:
        return columns[_SHOWN[field.kind]]
    if field.kind is Kind.TAGS:
        return columns["tag"]
    if field.kind is Kind.EXTERNAL_IDS:
        return [f"{source}:{key}" for source, key in zip(columns["source"], columns["key"], strict=True)]
    if not any(columns.get("ended", ())):
        return columns["name"]
    return [None if ended else name for name, ended in zip(columns["name"], columns["ended"], strict=True)]


def _elements(field: Field, columns: Columns) -> Sequence[str]:
    """Each element as JSON, in an array of its own."""
    if field.kind is Kind.TAGS:
        return [f"[{name}]" for name in jsontext.texts(columns["tag"])]
    if _PRIMARY in columns:
        columns[_PRIMARY] = list(map(bool, columns[_PRIMARY]))
    if field.kind is Kind.RECORDS:
        numbers = [record & NUMBER_MASK for record in columns.pop(field.target)]
        columns = {"id": numbers, "name": columns.pop("name"), **columns}
    return jsontext.arrays(columns)


def _joined(parents: Column, cells: Column, primary: Column | None) -> dict[int, str | None]:
    """The cells of each record in one, the primary one first; nothing where none is shown."""
    found = dict(zip(parents, cells, strict=True))
    for record_id, listed in _repeated(parents, cells, primary, len(found)):
        found[record_id] = ", ".join(cell for cell in listed if cell is not None)
    return found


def _listed(parents: Column, arrays: Sequence[str], primary: Column | None) -> dict[int, str]:
    """The elements of each record in one array, the primary one first."""
    found = dict(zip(parents, arrays, strict=True))
    for record_id, listed in _repeated(parents, arrays, primary, len(found)):
        found[record_id] = f"[{','.join(array[1:-1] for array in listed)}]"
    return found


def _repeated(
    parents: Column, values: Column, primary: Column | None, different: int
) -> Iterator[tuple[int, list[Any]]]:
    """The values of each record that has several, the primary one first."""
    if different == len(parents):
        return
    several = {parent for parent, following in pairwise(parents) if parent == following}
    flags = primary or repeat(0, len(parents))
    rows = (row for row in zip(parents, values, flags, strict=True) if row[0] in several)
    for record_id, listed in groupby(rows, key=itemgetter(0)):
        yield record_id, [value for _parent, value, _flag in sorted(listed, key=lambda row: not row[2])]
