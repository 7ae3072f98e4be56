"""Bring the rows of an archive into the tables of the bound workspace, each looked at before it is written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of, own_id
from smallcrm.models.base import State
from smallcrm.services.archive import cells, changes, values
from smallcrm.services.archive.cells import Unfit
from smallcrm.services.archive.deriving import check_key, deriver
from smallcrm.services.archive.filling import Filling
from smallcrm.services.archive.numbers import Numbers
from smallcrm.services.archive.tables import CHANGES, VALUES
from smallcrm.services.records import schema
from smallcrm.services.records.definitions import CHOOSING
from smallcrm.services.records.journal import PURGE, TAKING_BACK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from smallcrm.db.fence.bulk import BulkDoor
    from smallcrm.services.archive.deriving import Row
    from smallcrm.services.archive.reading import Archive
    from smallcrm.services.archive.tables import Column, Table

_SHOWN = 1_000


class Loader:
    """Loads one archive; `numbers` are those of every row by table, `live` those of the live records."""

    def __init__(self, archive: Archive, door: BulkDoor, progress: Callable[[str, int], None]) -> None:
        self._archive = archive
        self._door = door
        self._progress = progress
        self._done = 0
        self.numbers: dict[str, Numbers] = defaultdict(Numbers)
        self.live: dict[str, Numbers] = defaultdict(Numbers)
        self._fields: dict[int, values.Definition] = {}
        self._purges = Numbers()
        self._above: dict[int, int] = {}
        self._lines: dict[int, int] = {}

    def load(self, table: Table) -> None:
        """Write every row of a file; raises ValidationError for the first that cannot be."""
        filling = Filling(self._door, table)
        filling.fill(self._full(table, filling.names))
        if self.numbers[table.name].most:
            line = filling.load(self.numbers[table.name].most)
            if line is not None:
                why = "it holds what only one row may have, or what none can"
                raise self._archive.wrong(table, line, why, table.unique)

    def _full(self, table: Table, names: tuple[str, ...]) -> Iterator[list[Any]]:
        """The rows of a file as they are stored, each with its line before it."""
        derive = deriver(table)
        packed = [column.name for column in table.columns if column.cell is cells.NUMBER]
        base = own_id(0)
        own = next((column.name for column in table.columns if column.target == table.name), None)
        self._above, self._lines = {}, {}
        for line, row in self._rows(table):
            try:
                self._remember(table, row)
                full = row | self._derived(table, row, derive)
            except Unfit as error:
                raise self._archive.wrong(table, line, str(error), error.column) from error
            if own is not None and row[own] is not None:
                self._above[row["id"]], self._lines[row["id"]] = row[own], line
            for name in packed:
                number = full[name]
                full[name] = None if number is None else base | number
            yield [line, *map(full.__getitem__, names)]
        self._check_above(table, own)

    def _check_above(self, table: Table, column: str | None) -> None:
        """Raise ValidationError where a row names one of its own file that is not there, or that leads back to it."""
        lost = next((row for row, above in self._above.items() if above not in self.numbers[table.name]), None)
        if lost is not None:
            why = f"there is no {table.name} {self._above[lost]}"
            raise self._archive.wrong(table, self._lines[lost], why, column or "")
        circle = _circle(self._above)
        if circle is not None:
            why = f"{table.name} {circle} is above itself"
            raise self._archive.wrong(table, self._lines[circle], why, column or "")

    # -- reading

    def _rows(self, table: Table) -> Iterator[tuple[int, Row]]:
        """The rows of a file with their values; raises ValidationError for a cell that its column cannot hold."""
        columns = [(column.name, column.cell.read, column) for column in table.columns]
        for line, found in self._archive.rows(table):
            row: Row = {}
            name = ""
            try:
                for (name, read, column), text in zip(columns, found, strict=False):
                    row[name] = read(text) if text else _nothing(column)
                for amount, currency in table.amounts:
                    name = columns[amount][0]
                    row[name] = _amount(row[name], row[columns[currency][0]])
            except Unfit as error:
                raise self._archive.wrong(table, line, str(error), name) from error
            self._done += 1
            if self._done % _SHOWN == 0:
                self._progress(table.file, self._done)
            yield line, row

    def _remember(self, table: Table, row: Row) -> None:
        """Note the number of a row and look for those it names; raises Unfit."""
        if not self.numbers[table.name].add(row["id"]):
            raise Unfit(f"number {row['id']} is there twice")
        if row["id"] > self._archive.manifest.numbers.get(table.counter, 0):
            raise Unfit(f"number {row['id']} is more than the manifest gives out")
        if table.noun is not None:
            _check_trashed(row)
            if row["state"] == State.LIVE:
                self.live[table.name].add(row["id"])
        for column in table.references:
            number, target = row[column.name], _target(column, row)
            if target != table.name and number is not None and number not in self.numbers[target]:
                raise Unfit(f"there is no {target.replace('_', ' ')} {number}", column.name)
        special = {
            CHANGES: self._check_change, "operation": self._check_operation, "custom_field": self._note_field,
            "field_option": self._note_option,
        }  # fmt: skip
        special.get(table.name, _nothing_special)(row)

    def _check_operation(self, row: Row) -> None:
        """Remember what emptied the trash; raises Unfit for what takes back a later operation, and so maybe itself."""
        if row["undoes"] is not None and row["undoes"] >= row["id"]:
            raise Unfit("an operation takes back one that was before it", "undoes")
        if row["undone_by"] is not None and row["undone_by"] <= row["id"]:
            raise Unfit("an operation is taken back by one that came after it", "undone_by")
        if (row["undoes"] is None) is (row["kind"] in TAKING_BACK):
            raise Unfit("only an undo or a redo takes back an operation", "kind")
        if row["kind"] == PURGE:
            self._purges.add(row["id"])

    def _note_field(self, row: Row) -> None:
        """Remember a field whose values come later; raises Unfit for a key that no field can have."""
        check_key(row["object"], row["key"])
        unique = bool(row["is_unique"]) and not row["archived"] and row["state"] == State.LIVE
        if (row["kind"] == "record") is (row["target"] is None):
            raise Unfit("a field of the kind record, and no other, says which noun it names", "target")
        kept = values.Definition(row["object"], row["kind"], row["target"], unique, row["key"], {})
        self._fields[row["id"]] = kept

    def _note_option(self, row: Row) -> None:
        """Remember what a select can be; raises Unfit where it is an option of something else."""
        definition = self._fields[row["field_id"]]
        if definition.kind not in CHOOSING:
            raise Unfit(f"field {row['field_id']} is of the kind {definition.kind}, which has no options", "field_id")
        definition.options[row["value"]] = row["label"]

    def _check_change(self, row: Row) -> None:
        """Raise Unfit for a change that no operation could have written."""
        if row["last_id"] is not None and row["last_id"] < row["record_id"]:
            raise Unfit("it ends before it begins", "last_id")
        if (row["kind"] == PURGE) is not (row["operation_id"] in self._purges):
            raise Unfit("only what empties the trash takes away for good, and does nothing else", "kind")

    # -- what a row does not say

    def _derived(self, table: Table, row: Row, derive: Callable[[Row], Row]) -> Row:
        """The columns that follow; raises Unfit."""
        if table.name == VALUES:
            return self._of_value(row)
        found = derive(row)
        if "live" in table.derived:
            column = table.references[0]
            found["live"] = 1 if row[column.name] in self.live[_target(column, row)] else None
        if table.name == CHANGES and row["fields"] is not None:
            try:
                found["fields"] = changes.unmarked(row["object"], row["fields"], self.numbers["member"])
            except Unfit as error:
                raise Unfit(str(error), "fields") from error
        return found

    def _of_value(self, row: Row) -> Row:
        """What is stored of a custom value; raises Unfit where its field cannot hold it."""
        definition = self._fields[row["field_id"]]
        noun = schema.noun(definition.object)
        if noun.code != row["object"]:
            raise Unfit(f"field {row['field_id']} is of the {noun.name}", "field_id")
        try:
            cell = values.read(definition, row.pop("value"), row.pop("currency"))
        except Unfit as error:
            raise Unfit(str(error), "value") from error
        # A record that a value names may be gone for good by now, a member never.
        member = number_of(cell.target_id) if definition.names_member and cell.target_id else None
        if member is not None and member not in self.numbers["member"]:
            raise Unfit(f"there is no member {member}", "value")
        mark = cell.mark if definition.unique else None
        live = 1 if definition.unique and row["record_id"] in self.live[noun.model._meta.table_name] else None
        return {**cell._asdict(), "mark": mark, "live": live}


def _check_trashed(row: Row) -> None:
    """Raise Unfit where a record and the time since when it is in the trash do not belong together."""
    if (row["state"] == State.TRASHED) is (row["trashed_at"] is None):
        raise Unfit("what is in the trash, and nothing else, has the time when it went there", "trashed_at")


def _nothing_special(_row: Row) -> None:
    """What most tables ask of a row beyond its cells."""


def _nothing(column: Column) -> str | None:
    """The value of an empty cell; raises Unfit."""
    if column.null:
        return None
    if not column.cell.text:
        raise Unfit("it is empty")
    return ""


def _amount(text: str | None, currency: str | None) -> int | None:
    if (text is None) != (currency is None):
        raise Unfit("an amount has a currency, and a currency an amount")
    return None if text is None or currency is None else values.amount_of(text, currency)


def _target(column: Column, row: Row) -> str:
    """The table with the row that a column names; nothing where it names none, or what may be gone by now."""
    if not column.named_by:
        return column.target
    said = row[column.named_by]
    noun = next(noun for noun in schema.nouns().values() if said in (noun.name, noun.code))
    table: str = noun.model._meta.table_name
    return table


def _circle(above: dict[int, int]) -> int | None:
    """A number that lies above itself, however far; None where there is none."""
    settled: set[int] = set()
    for start in above:
        path: list[int] = []
        seen: set[int] = set()
        at: int | None = start
        while at is not None and at not in settled:
            if at in seen:
                return at
            seen.add(at)
            path.append(at)
            at = above.get(at)
        settled.update(path)
    return None
