"""ZIP files that somebody else made: looked over before anything of them is unpacked."""

from __future__ import annotations

import errno
import struct
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smallcrm.errors import DiskFull, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import BinaryIO

# The first bytes of a ZIP file: of its first member, of an empty one, of a part of several.
MARKS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
# What is compressed so little or so small does not have to be looked at twice.
HARMLESS = 1 << 20
MAX_DIRECTORY = 4 << 20
_ENCRYPTED = 0x1
_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _END_64_SIZE = 22, 20, 56
_TAIL = (1 << 16) + _END_SIZE + _LOCATOR_SIZE + _END_64_SIZE
# All that the zipfile module lets through where the bytes of a file do not fit together.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    RuntimeError,
    ValueError,
)


WORKSPACE_FILE, WORKSPACE_FORMAT = "manifest.json", "smallcrm-archive"
"""What the archive of a whole workspace is known by: a file of it, and a word that stands in that."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many members a ZIP file may have, how many bytes they may be, and how many times what they take packed."""

    members: int
    unpacked: int
    ratio: int


@contextmanager
def open_zip(path: Path, name: str, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """The ZIP file, if it keeps to the limits; ValidationError for one that does not, or that is damaged."""
    try:
        with path.open("rb") as file:
            _refuse_endless(file, name, limits)
            with zipfile.ZipFile(file) as archive:
                _refuse_bomb(archive.infolist(), name, limits)
                yield archive
    except DAMAGE as error:
        raise damaged(name) from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(f"There is no room to unpack {name}.") from error
        raise damaged(name) from error


def damaged(name: str) -> ValidationError:
    """The error for a ZIP file whose bytes do not fit together."""
    return ValidationError(f"{name} is damaged: it cannot be unpacked.", field="file", hint="fetch or save it again")


def is_encrypted(member: zipfile.ZipInfo) -> bool:
    """Whether a member can be read with a password only."""
    return bool(member.flag_bits & _ENCRYPTED)


def _refuse_bomb(members: list[zipfile.ZipInfo], name: str, limits: Limits) -> None:
    """Raise ValidationError for more than is allowed; what a member says of its size is all that is read of it."""
    _refuse_many(len(members), name, limits)
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > limits.unpacked:
        raise _too_large(name, f"it would unpack to more than {limits.unpacked >> 20:,} MB")
    if unpacked > HARMLESS and unpacked > packed * limits.ratio:
        raise _too_large(name, f"it would unpack to more than {limits.ratio} times its size")


def _refuse_many(count: int, name: str, limits: Limits) -> None:
    if count > limits.members:
        raise _too_large(name, f"it holds more than {limits.members:,} files")


def _too_large(name: str, why: str) -> ValidationError:
    return ValidationError(
        f"{name} is not unpacked: {why}.", field="file", hint="if you trust it, unpack it and import the files"
    )


def _refuse_endless(file: BinaryIO, name: str, limits: Limits) -> None:
    """Raise ValidationError for a list of members that would fill the memory before anyone could count them."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    file.seek(0)
    end = tail.rfind(_END)
    if end < 0 or len(tail) - end < _END_SIZE:
        raise damaged(name)
    directory = int(struct.unpack_from("<L", tail, end + 12)[0])
    locator = end - _LOCATOR_SIZE
    record = locator - _END_64_SIZE
    if record >= 0 and tail.startswith(_LOCATOR_64, locator) and tail.startswith(_END_64, record):
        directory = int(struct.unpack_from("<Q", tail, record + 40)[0])
    if directory > MAX_DIRECTORY:
        _refuse_many(limits.members + 1, name, limits)


def kind_of(path: Path) -> str:
    """What a ZIP file is: `workbook`, `document` of another program, a whole `workspace`, or an `archive` of files."""
    with open_zip(path, path.name, _ANY) as archive:
        names = {member.filename.lower().replace("\\", "/") for member in archive.infolist()}
        if "[content_types].xml" in names:
            return "workbook" if any(name.startswith("xl/") for name in names) else "document"
        if "mimetype" in names and "mimetype" in archive.namelist():
            with archive.open("mimetype") as stream:
                said = stream.read(100)
            if said.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
                return "workbook"
            return "document" if said.startswith(b"application/") else "archive"
        if WORKSPACE_FILE in archive.namelist():
            with archive.open(WORKSPACE_FILE) as stream:
                if f'"{WORKSPACE_FORMAT}"'.encode() in stream.read(1 << 20):
                    return "workspace"
    return "document" if "index/document.iwa" in names else "archive"


# Only the list of members is looked at, so that what they unpack to does not matter yet.
_ANY = Limits(members=1 << 20, unpacked=1 << 62, ratio=1 << 62)
