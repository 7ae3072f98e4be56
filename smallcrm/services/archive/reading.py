"""Open an archive that anybody may have made: its list of files looked over first, then each read as a stream of rows.

Nothing of it is unpacked to the disk, and no name in it becomes a path. A file has to be what the manifest says, byte
by byte; what is read of it counts only when its end was reached.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.errors import ValidationError
from smallcrm.services.archive import manifest
from smallcrm.services.archive.tables import CHANGES, tables
from smallcrm.services.transfer.readers.zips import DAMAGE, damaged, is_encrypted, open_zip
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from smallcrm.services.archive.manifest import Manifest
    from smallcrm.services.archive.tables import Table

MAX_CELL = 1 << 26
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Archive:
    """An open archive: what it says of itself, and its rows."""

    name: str
    manifest: Manifest
    _zip: zipfile.ZipFile

    def tables(self) -> list[Table]:
        """The files that it has, those first that others refer to."""
        return [table for table in tables() if table.name != CHANGES or self.manifest.journal]

    def rows(self, table: Table) -> Iterator[tuple[int, list[str]]]:
        """Each row of a file, with the line on which it ends; ValidationError where the file is not as it was written.

        No row may be relied on before the last was asked for.
        """
        entry, digest = self.manifest.files[table.file], hashlib.sha256()
        count = 0
        with self._damage_told(table), self._zip.open(table.file) as stream, _text(stream, digest) as lines:
            reader = csv.reader(lines, strict=True)
            self._check_header(table, next(reader, []))
            for count, row in enumerate(reader, start=1):
                self._check_row(table, reader.line_num, row)
                if count > entry.rows:
                    raise self._changed(table)
                yield reader.line_num, row
        if count != entry.rows or digest.hexdigest() != entry.sha256:
            raise self._changed(table)

    @contextmanager
    def _damage_told(self, table: Table) -> Iterator[None]:
        """Turn what a stream of bytes that are no such file leads to into a ValidationError."""
        try:
            yield
        except UnicodeDecodeError as error:
            raise ValidationError(f"{self._file(table)} is not UTF-8 text.", field="file") from error
        except csv.Error as error:
            raise ValidationError(f"{self._file(table)} is no CSV: {error}.", field="file") from error
        except DAMAGE as error:
            raise damaged(self._file(table)) from error

    def _check_header(self, table: Table, row: list[str]) -> None:
        wanted = [column.name for column in table.columns]
        if row != wanted:
            raise self.wrong(table, 1, f"its columns are not {', '.join(wanted)}")

    def _check_row(self, table: Table, line: int, row: list[str]) -> None:
        if len(row) != len(table.columns):
            raise self.wrong(table, line, f"it has {len(row)} cells and not {len(table.columns)}")

    def wrong(self, table: Table, line: int, why: str, column: str = "") -> ValidationError:
        """The error for a row that cannot be taken."""
        where = f", column {column}" if column else ""
        return ValidationError(f"{self._file(table)}, line {line}{where}: {why}.", field="file", hint="export it again")

    def wrong_row(self, table: Table, row_id: int, why: str, column: str = "") -> ValidationError:
        """The same for the row with an id, which was read before."""
        number = str(number_of(row_id))
        line = next(line for line, row in self.rows(table) if row[0] == number)
        return self.wrong(table, line, why.rstrip("."), column)

    def _file(self, table: Table) -> str:
        return f"{self.name}/{table.file}"

    def _changed(self, table: Table) -> ValidationError:
        return ValidationError(
            f"{self._file(table)} is not what the manifest says: it was changed after it was written.",
            field="file",
            hint="export it again; to bring in changed rows, import the file by itself",
        )


class _Digesting(io.RawIOBase):
    """A stream of bytes that are digested as they are read."""

    def __init__(self, stream: IO[bytes], digest: hashlib._Hash) -> None:
        self._stream = stream
        self._digest = digest

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read into the buffer; gives the number of bytes."""
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        self._digest.update(data)
        return len(data)


def _text(stream: IO[bytes], digest: hashlib._Hash) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BufferedReader(_Digesting(stream, digest), 1 << 16), encoding="utf-8", newline="")


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """The archive, if its list of files is what its manifest says; ValidationError where it is not."""
    name = replace_bad(path.name)[0]
    known = csv.field_size_limit(MAX_CELL)
    fault: BaseException | None = None
    try:
        with open_zip(path, name, manifest.LIMITS) as archive:
            found = manifest.parse(_manifest(archive, name), name)
            opened = Archive(name, found, archive)
            _check_files(opened, archive)
            try:
                yield opened
            except BaseException as error:  # noqa: BLE001 - whatever is wrong with rows is no damage of the ZIP
                fault = error
    finally:
        csv.field_size_limit(known)
    if fault is not None:
        raise fault


def _manifest(archive: zipfile.ZipFile, name: str) -> bytes:
    _check_member(archive.getinfo(manifest.NAME), name)
    with archive.open(manifest.NAME) as stream:
        data = stream.read(manifest.MOST + 1)
    if len(data) > manifest.MOST:
        raise ValidationError(f"{name} has a manifest of more than {manifest.MOST:,} bytes.", field="file")
    return data


def _check_files(opened: Archive, archive: zipfile.ZipFile) -> None:
    """Raise ValidationError where a file is missing, there twice, or not of an archive."""
    wanted, counted = {table.file for table in opened.tables()}, {table.counter for table in opened.tables()}
    present = [member.filename for member in archive.infolist()]
    for member in archive.infolist():
        _check_member(member, opened.name)
    for name, fault in (
        (_first(wanted - set(present)), "lacks"),
        (_first(wanted - opened.manifest.files.keys()), "has a manifest without"),
        (_first(opened.manifest.files.keys() - wanted), "has a manifest with a file that is not of an archive:"),
        (_first(opened.manifest.numbers.keys() - counted), "has a manifest that counts what no archive has:"),
        (_first(set(present) - wanted - {manifest.NAME}), "has a file that is not of an archive:"),
        (next((name for name in sorted(present) if present.count(name) > 1), ""), "has twice"),
    ):
        if name:
            raise ValidationError(f"{opened.name} {fault} {name}.", field="file", hint="export it again")


def _first(names: set[str]) -> str:
    return replace_bad(min(names, default=""))[0]


def _check_member(member: zipfile.ZipInfo, name: str) -> None:
    if is_encrypted(member) or member.compress_type not in _METHODS:
        raise ValidationError(f"{name} is packed in a way that no archive is.", field="file", hint="export it again")
