"""The values of custom fields: one row of a typed table for each, with what it is read, found and sorted by."""

from __future__ import annotations

from collections import defaultdict
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.fence import Ids
from smallcrm.db.ids import bound_tenant, make_id, take
from smallcrm.models.custom import CustomValue
from smallcrm.services.records.documents import CHUNK, fetch
from smallcrm.services.records.extras import Reference
from smallcrm.services.records.reading import RowsOf
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.values.emails import email_key
from smallcrm.services.values.phones import phone_digits
from smallcrm.text import SORT_KEY_BYTES, fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from smallcrm.services.records.extras import Valued
    from smallcrm.services.records.schema import Values

UNIQUE = (Kind.TEXT, Kind.URL, Kind.EMAIL, Kind.PHONE, Kind.INTEGER, Kind.DATE)
"""The kinds of which a value can belong to one record only: two of them are equal or not, whoever reads them."""
TEXTS = (Kind.TEXT, Kind.URL, Kind.EMAIL, Kind.PHONE)
_SHAPE = (CustomValue.text, CustomValue.key, CustomValue.number, CustomValue.instant, CustomValue.target_id)
_COLUMNS = (
    CustomValue.id, CustomValue.object, CustomValue.field, CustomValue.record_id, CustomValue.position, *_SHAPE,
    CustomValue.mark, CustomValue.live,
)  # fmt: skip


_ALL: dict[Any, RowsOf] = {}


class Cell(NamedTuple):
    """One value as it is stored."""

    text: str | None = None
    key: str | None = None
    number: float | None = None
    instant: int | None = None
    target_id: int | None = None

    @property
    def mark(self) -> str | None:
        """What is unique of it."""
        return self.key or self.text


class Kept(NamedTuple):
    """A field whose values are kept: the id of its definition, and whether one belongs to one record only."""

    id: int
    field: Field
    unique: bool = False


def text_key(field: Field, value: str) -> str:
    """What a text is found and sorted by: its folded beginning, and where that is not all, a hash of the whole."""
    known = {Kind.EMAIL: email_key, Kind.PHONE: phone_digits}.get(field.kind)
    folded = fold((known(value) if known else None) or value)
    cut = sort_key(folded)
    if len(folded.encode()) <= SORT_KEY_BYTES:
        return cut
    return f"{cut} {blake2b(folded.encode(), digest_size=12).hexdigest()}"


def cells_of(field: Field, value: Any) -> list[Cell]:
    """A value as it is stored; nothing where there is none."""
    if value in (None, []):
        return []
    if field.kind in TEXTS:
        return [Cell(text=value, key=text_key(field, value))]
    return _CELLS[field.kind](value)


_CELLS: dict[Kind, Callable[[Any], list[Cell]]] = {
    Kind.LONG_TEXT: lambda value: [Cell(text=value)],
    Kind.INTEGER: lambda value: [Cell(text=str(value), number=float(value))],
    Kind.DECIMAL: lambda value: [Cell(text=value, number=float(value))],
    Kind.MONEY: lambda value: [Cell(str(value["amount"]), value["currency"], float(value["amount"]))],
    Kind.DATE: lambda value: [Cell(key=value)],
    Kind.INSTANT: lambda value: [Cell(instant=value)],
    Kind.BOOLEAN: lambda value: [Cell(number=float(value))],
    Kind.SELECT: lambda value: [Cell(key=value)],
    Kind.MULTI_SELECT: lambda value: [Cell(key=element["value"]) for element in value],
    Kind.MEMBER: lambda value: [Cell(target_id=value)],
    Kind.RECORD: lambda value: [Cell(target_id=value)],
}
_VALUES: dict[Kind, Callable[[Cell], Any]] = {
    Kind.INTEGER: lambda cell: None if cell.number is None else int(cell.number),
    Kind.MONEY: lambda cell: (
        None if cell.number is None or not cell.text else {"amount": int(cell.text), "currency": cell.key}
    ),
    Kind.DATE: lambda cell: cell.key,
    Kind.INSTANT: lambda cell: cell.instant,
    Kind.BOOLEAN: lambda cell: None if cell.number is None else bool(cell.number),
    Kind.SELECT: lambda cell: cell.key,
    Kind.MEMBER: lambda cell: cell.target_id,
    Kind.RECORD: lambda cell: cell.target_id,
}


def value_of(field: Field, cells: Sequence[Cell]) -> Any:
    """The value that some cells, in their order, hold."""
    if field.many:
        return [{"value": cell.key} for cell in cells if cell.key is not None]
    made = _VALUES.get(field.kind)
    return cells[0].text if made is None else made(cells[0])


class Store:
    """Keeps the values of one noun's custom fields; `records.extras.Extras` says what each method is for."""

    def __init__(self, code: int, kept: Sequence[Kept]) -> None:
        self._code = code
        self.kept = {one.field.key: one for one in kept}
        self._by_id = {one.id: one for one in kept}
        self._some: dict[Any, RowsOf] = {}

    def load(self, ids: Sequence[int], keys: Collection[str]) -> dict[int, Values]:
        """The values of these fields that each of these records has."""
        wanted = [self.kept[key].id for key in keys if key in self.kept]
        found: dict[int, dict[int, list[Cell]]] = defaultdict(lambda: defaultdict(list))
        for start in range(0, len(ids) if wanted else 0, CHUNK):
            for record_id, field_id, *cell in self._stored(wanted).rows(ids[start : start + CHUNK]):
                if field_id in self._by_id:
                    found[record_id][field_id].append(Cell(*cell))
        return {record_id: self._values(fields) for record_id, fields in found.items()}

    def _stored(self, wanted: Sequence[int]) -> RowsOf:
        """The rows of some records in these fields; a shape that is asked for again is not rendered again."""
        few = tuple(sorted(wanted)) if len(wanted) < len(self.kept) else ()
        # The query of all fields outlives a change of them.
        known: dict[Any, RowsOf] = self._some if few else _ALL
        if (few or self._code) not in known:
            mine = (CustomValue.object == self._code,) + ((CustomValue.field.in_(few),) if few else ())
            query = CustomValue.select(CustomValue.record_id, CustomValue.field, *_SHAPE)
            query = query.order_by(CustomValue.record_id, CustomValue.position)
            known[few or self._code] = RowsOf(CustomValue.record_id, lambda which: query.where(*mine, which))
        return known[few or self._code]

    def _values(self, fields: dict[int, list[Cell]]) -> Values:
        return {self._by_id[key].field.key: value_of(self._by_id[key].field, cells) for key, cells in fields.items()}

    def save(self, records: Sequence[Valued]) -> None:
        """Make these the values of some records, each named once; None and an empty list take away, the rest stays."""
        alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for record_id, values, _live in records:
            alike[tuple(values)].append(record_id)
        for keys, ids in alike.items():
            mine = (CustomValue.object == self._code) & CustomValue.record_id.in_(Ids(ids))
            CustomValue.delete().where(mine, CustomValue.field.in_([self.kept[key].id for key in keys])).execute()
        rows = [row for record in records for row in self._rows(*record)]
        if not rows:
            return
        first = make_id(bound_tenant(), take("custom_value", len(rows)))
        for start in range(0, len(rows), CHUNK):
            some = enumerate(rows[start : start + CHUNK], start=first + start)
            CustomValue.insert_many([(at, *row) for at, row in some], _COLUMNS).execute()

    def _rows(self, record_id: int, values: Values, live: bool) -> Iterator[tuple[Any, ...]]:  # noqa: FBT001
        """The rows that these values make, without their ids."""
        for key, value in values.items():
            field_id, field, unique = self.kept[key]
            for at, cell in enumerate(cells_of(field, value)):
                mark, flag = (cell.mark, 1 if live else None) if unique else (None, None)
                yield (self._code, field_id, record_id, at, *cell, mark, flag)

    def set_live(self, first_id: int, last_id: int, *, live: bool, only: Sequence[int] | None = None) -> None:
        """Say of the records in a range (or of `only` some in it) whether their unique values count."""
        if not any(kept.unique for kept in self.kept.values()):
            return
        record = CustomValue.record_id
        chosen = record.between(first_id, last_id) if only is None else record.in_(list(only))
        marked = (CustomValue.object == self._code) & chosen & CustomValue.mark.is_null(False)
        CustomValue.update(live=1 if live else None).where(marked).execute()

    def holders(self, marks: Mapping[str, Collection[str]]) -> dict[tuple[str, str], int]:
        """Who among live records holds these unique values, given by field: field and value -> record."""
        found: dict[tuple[str, str], int] = {}
        for key, wanted in marks.items():
            listed, mine = sorted(wanted), (CustomValue.field == self.kept[key].id) & (CustomValue.live == 1)
            for start in range(0, len(listed), CHUNK):
                same = CustomValue.mark.in_(listed[start : start + CHUNK])
                rows = fetch(CustomValue.select(CustomValue.mark, CustomValue.record_id).where(mine, same))
                found.update({(key, mark): record_id for mark, record_id in rows})
        return found

    def identity(self, key: str, value: Any) -> str | None:
        """What is unique of a value, however it is written; None where the field is not unique."""
        kept = self.kept.get(key)
        if kept is None or not kept.unique or value in (None, []):
            return None
        return cells_of(kept.field, value)[0].mark

    def purge(self, gone: Any) -> None:
        """Remove the values of the records whose ids a query gives."""
        mine = (CustomValue.object == self._code) & CustomValue.record_id.in_(gone)
        CustomValue.delete().where(mine).execute()

    def reference(self, key: str) -> Reference:
        """Where the ids lie that a field which names records holds."""
        mine = (CustomValue.field == self.kept[key].id,)
        return Reference(CustomValue, CustomValue.record_id, CustomValue.target_id, mine)
