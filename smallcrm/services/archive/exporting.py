"""Write the archive of the bound workspace: every table as it was at one instant, in constant memory."""

from __future__ import annotations

import hashlib
import zipfile
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.fence import proxy
from smallcrm.db.ids import Counter
from smallcrm.db.locks import one_view
from smallcrm.models.custom import CustomField
from smallcrm.models.workspace import Workspace
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.archive import changes, manifest, rows, values
from smallcrm.services.archive.cells import instant_text
from smallcrm.services.archive.manifest import Entry, Manifest
from smallcrm.services.archive.tables import CHANGES, VALUES, tables
from smallcrm.services.records import documents
from smallcrm.services.records.custom_values import Cell
from smallcrm.services.transfer import writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from smallcrm.services.archive.tables import Table
    from smallcrm.services.archive.values import Definition

    Progress = Callable[[str, int], None]
    Columns = list[Sequence[Any]]

# The oldest that a ZIP file can name: the same rows make the same bytes whenever they are written.
_DATE = (1980, 1, 1, 0, 0, 0)
_OWNER_ONLY = 0o600 << 16
_CELL = tuple(Cell._fields)


def export(stream: IO[bytes], *, journal: bool, progress: Progress) -> Manifest:
    """Write the archive into a stream; with the `journal` every change and what undo has hidden."""
    require(Verb.TAKE_AWAY)
    return write(stream, journal=journal, progress=progress)


def write(stream: IO[bytes], *, journal: bool, progress: Progress) -> Manifest:
    """The same for whoever looks after the database."""
    with one_view(), zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        proxy.target().spare_memory()
        made = _begun(journal=journal)
        fields = definitions()
        done = 0
        for table in tables():
            if table.name == CHANGES and not journal:
                continue
            found = _file(archive, table, made, fields, lambda count: progress(table.file, done + count))  # noqa: B023
            made.files[table.file] = found
            done += found.rows
        with archive.open(_info(manifest.NAME), "w") as file:
            file.write(made.text().encode())
    return made


def _begun(*, journal: bool) -> Manifest:
    """The manifest before there are files."""
    said: Any = Workspace.select(Workspace.name, Workspace.currency, Workspace.zone).dicts().first()
    counted = {table.counter for table in tables() if journal or table.name != CHANGES}
    given: list[Any] = list(Counter.select(Counter.name, Counter.last).tuples())
    numbers = {name: last for name, last in given if name in counted}
    at = instant_text(clock.micros(clock.now()))
    return Manifest(said, journal, at, numbers)


def definitions() -> dict[int, Definition]:
    """What has to be known of every custom field, whatever its state, by its id."""
    row = CustomField
    query = row.select(row.id, row.object, row.kind, row.target, row.is_unique, row.archived, row.state, row.key)
    return {
        key: values.Definition(noun, kind, target, bool(unique) and not archived and not state, name, {})
        for key, noun, kind, target, unique, archived, state, name in documents.fetch(query)
    }


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _OWNER_ONLY, 3
    return info


def _file(
    archive: zipfile.ZipFile,
    table: Table,
    made: Manifest,
    fields: Mapping[int, Definition],
    progress: Callable[[int], None],
) -> Entry:
    """Write the file of a table; gives what the manifest says of it."""
    counted = 0

    def counting() -> Iterator[Columns]:
        nonlocal counted
        for page in _pages(table, fields, hidden=made.journal):
            counted += len(page[0])
            yield page
            progress(counted)

    digest = hashlib.sha256()
    with archive.open(_info(table.file), "w", force_zip64=True) as file:
        for piece in writing.text_columns("csv", [column.name for column in table.columns], counting(), raw=False):
            data = piece.encode()
            digest.update(data)
            file.write(data)
    return Entry(counted, digest.hexdigest())


def _pages(table: Table, fields: Mapping[int, Definition], *, hidden: bool) -> Iterator[Columns]:
    """The cells of a table's rows, page by page, as columns."""
    if table.name == VALUES:
        yield from _values(table, fields, hidden=hidden)
        return
    for page in rows.pages(table, table.stored, hidden=hidden):
        columns: Columns = list(zip(*page, strict=True))
        for amount, currency in table.amounts:
            columns[amount] = [
                None if value is None else Decimal(values.amount_text(value, code))
                for value, code in zip(columns[amount], columns[currency], strict=True)
            ]
        yield _cells(table, columns, {amount for amount, _currency in table.amounts}, fields)


def _cells(table: Table, columns: Columns, as_they_are: set[int], fields: Mapping[int, Definition]) -> Columns:
    """Stored columns as cells."""
    found: Columns = []
    for at, (column, values_) in enumerate(zip(table.columns, columns, strict=False)):
        write = column.cell.write
        plain = at in as_they_are or column.cell.text
        found.append(values_ if plain else [None if value is None else write(value) for value in values_])
    if table.name == CHANGES:
        known = changes.known(fields.values())
        found[-1] = [
            None if text is None else changes.marked(noun, text, known)
            for noun, text in zip(found[2], columns[-1], strict=True)
        ]
    return found


def _values(table: Table, fields: Mapping[int, Definition], *, hidden: bool) -> Iterator[Columns]:
    """The values of custom fields, each as one text."""
    width = len(table.stored)
    for page in rows.pages(table, (*table.stored, *_CELL), hidden=hidden):
        columns: Columns = list(zip(*page, strict=True))
        said = [values.written(fields[row[2]], Cell(*row[width:])) for row in page]
        yield [*_cells(table, columns[:width], set(), fields), *map(list, zip(*said, strict=True))]
