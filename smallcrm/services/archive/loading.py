"""Bring the rows of an archive into the tables of the bound workspace, each looked at before it is written."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from peewee import IntegrityError

from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of, own_id
from smallcrm.db.rows import change_rows
from smallcrm.models.base import State
from smallcrm.services.archive import changes, values
from smallcrm.services.archive.cells import Unfit
from smallcrm.services.archive.deriving import deriver
from smallcrm.services.archive.numbers import Numbers
from smallcrm.services.archive.tables import CHANGES, VALUES
from smallcrm.services.records import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smallcrm.db.ids import PackedField
    from smallcrm.services.archive.cells import Cell
    from smallcrm.services.archive.deriving import Row
    from smallcrm.services.archive.reading import Archive
    from smallcrm.services.archive.tables import Column, Table

CHUNK = 500


class Loader:
    """Loads one archive; `numbers` are those of every row by table, `live` those of the live records."""

    def __init__(self, archive: Archive, progress: Callable[[str, int], None]) -> None:
        self._archive = archive
        self._progress = progress
        self._done = 0
        self.numbers: dict[str, Numbers] = defaultdict(Numbers)
        self.live: dict[str, Numbers] = defaultdict(Numbers)
        self._fields: dict[int, values.Definition] = {}

    def load(self, table: Table) -> None:
        """Write every row of a file; raises ValidationError for the first that cannot be."""
        names = [*table.stored, *sorted(table.derived)]
        waiting: list[tuple[int, list[Any]]] = []
        derive = deriver(table)
        for line, row in self._rows(table):
            try:
                self._remember(table, row)
                full = {**row, **self._derived(table, row, derive)}
            except Unfit as error:
                raise self._archive.wrong(table, line, str(error)) from error
            waiting.append((line, [full[name] for name in names]))
            if len(waiting) == CHUNK:
                self._write(table, names, waiting)
        self._write(table, names, waiting)
        self._load_own(table)

    # -- reading

    def _rows(self, table: Table) -> Iterator[tuple[int, Row]]:
        """The rows of a file with their values; raises ValidationError for a cell that its column cannot hold."""
        columns = table.columns
        for line, found in self._archive.rows(table):
            row: Row = {}
            for column, text in zip(columns, found, strict=True):
                try:
                    row[column.name] = _value(column, text)
                except Unfit as error:
                    raise self._archive.wrong(table, line, str(error), column.name) from error
            try:
                for amount, currency in table.amounts:
                    name, code = columns[amount].name, row[columns[currency].name]
                    row[name] = _amount(row[name], code)
            except Unfit as error:
                raise self._archive.wrong(table, line, str(error), name) from error
            yield line, row

    def _remember(self, table: Table, row: Row) -> None:
        """Note the number of a row and look for those it names; raises Unfit."""
        if not self.numbers[table.name].add(row["id"]):
            raise Unfit(f"number {row['id']} is there twice")
        if row["id"] > self._archive.manifest.numbers.get(table.counter, 0):
            raise Unfit(f"number {row['id']} is more than the manifest gives out")
        if table.noun is not None and row["state"] == State.LIVE:
            self.live[table.name].add(row["id"])
        for column in table.columns:
            number, target = row[column.name], _target(column, row)
            if target and target != table.name and number is not None and number not in self.numbers[target]:
                raise Unfit(f"there is no {target.replace('_', ' ')} {number}")
        if table.name == "custom_field":
            unique = bool(row["is_unique"]) and not row["archived"] and row["state"] == State.LIVE
            kept = values.Definition(row["object"], row["kind"], row["target"], unique, row["key"])
            self._fields[row["id"]] = kept

    # -- what a row does not say

    def _derived(self, table: Table, row: Row, derive: Callable[[Row], Row]) -> Row:
        """The columns that follow; raises Unfit."""
        if table.name == VALUES:
            return self._of_value(row)
        found = derive(row)
        if "live" in table.derived:
            column = next(one for one in table.columns if one.target or one.named_by)
            found["live"] = 1 if row[column.name] in self.live[_target(column, row)] else None
        if table.name == CHANGES and row["fields"] is not None:
            found["fields"] = changes.unmarked(row["fields"])
        return found

    def _of_value(self, row: Row) -> Row:
        """What is stored of a custom value; raises Unfit where its field cannot hold it."""
        definition = self._fields[row["field_id"]]
        noun = schema.noun(definition.object)
        if noun.code != row["object"]:
            raise Unfit(f"field {row['field_id']} is of the {noun.name}")
        cell = values.read(definition, row.pop("value"), row.pop("currency"))
        # A record that a value names may be gone for good by now, a member never.
        member = number_of(cell.target_id) if definition.names_member and cell.target_id else None
        if member is not None and member not in self.numbers["member"]:
            raise Unfit(f"there is no member {member}")
        mark = cell.mark if definition.unique else None
        live = 1 if definition.unique and row["record_id"] in self.live[noun.model._meta.table_name] else None
        return {**cell._asdict(), "mark": mark, "live": live}

    # -- writing

    def _write(self, table: Table, names: Sequence[str], waiting: list[tuple[int, list[Any]]]) -> None:
        """Write some rows at once; where one cannot be, find out which."""
        if not waiting:
            return
        fields = [table.model._meta.columns[name] for name in names]
        packed = [at for at, column in enumerate(table.columns) if column.cell.read.__name__ == "number"]
        own = {at for at, column in enumerate(table.columns) if column.target == table.name}
        for _line, row in waiting:
            for at in packed:
                row[at] = None if at in own or row[at] is None else own_id(row[at])
        try:
            with proxy.atomic():
                table.model.insert_many([tuple(row) for _line, row in waiting], fields).execute()
        except IntegrityError as error:
            raise self._culprit(table, fields, waiting) from error
        self._done += len(waiting)
        self._progress(table.file, self._done)
        waiting.clear()

    def _culprit(self, table: Table, fields: Sequence[PackedField], waiting: list[tuple[int, list[Any]]]) -> Exception:
        for line, row in waiting:
            try:
                with proxy.atomic():
                    table.model.insert_many([tuple(row)], fields).execute()
            except IntegrityError:
                return self._archive.wrong(table, line, "it holds what only one row may have, or what none can")
        return self._archive.wrong(table, waiting[0][0], "it cannot be stored")

    def _load_own(self, table: Table) -> None:
        """Let rows name others of their file, once all are there."""
        for column in table.columns:
            if column.target == table.name:
                self._link(table, column)

    def _link(self, table: Table, column: Column) -> None:
        above: dict[int, int] = {}
        waiting: list[tuple[Any, ...]] = []
        for line, row in self._rows(table):
            parent = row[column.name]
            if parent is None:
                continue
            if parent not in self.numbers[table.name]:
                raise self._archive.wrong(table, line, f"there is no {table.name} {parent}", column.name)
            above[row["id"]] = parent
            waiting.append((own_id(row["id"]), row["version"], own_id(parent)))
            if len(waiting) == CHUNK:
                change_rows(table.model, [column.name], waiting)
                waiting = []
        if waiting:
            change_rows(table.model, [column.name], waiting)
        circle = _circle(above)
        if circle is not None:
            raise self._archive.wrong(table, 1, f"{table.name} {circle} is above itself", column.name)


def _value(column: Column, text: str) -> Any:
    """The value of a cell; raises Unfit."""
    cell: Cell = column.cell
    if text == "" and column.null:
        return None
    if text == "" and not cell.text:
        raise Unfit("it is empty")
    return cell.read(text)


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
