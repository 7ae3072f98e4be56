"""ZIP archives and folders: the files in them, of an archive unpacked where nobody else can read them.

No name in an archive becomes a path: a member is unpacked into a folder of its own under a name that is made from its
own, so that there is nothing a name could lead to.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.transfer.readers.zips import DAMAGE, Limits, damaged, is_encrypted, open_zip
from smallcrm.services.transfer.tables import SEPARATOR
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

LIMITS = Limits(members=1_000, unpacked=1 << 30, ratio=100)
MAX_DEPTH = 20
SHOWN = 10
_NAME_BYTES = 100
_UTF8 = 0x800
_UNIX = 3
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_SYSTEM = frozenset({"__macosx", "thumbs.db", "desktop.ini"})
_DRIVE = re.compile(r"[A-Za-z]:")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_REJECTS = re.compile(r".*\.rejects(?:-\d+)?\.csv", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive or a folder: where its bytes are, and its name in there."""

    path: Path
    name: str


@dataclass(slots=True)
class Contents:
    """The files in an archive or a folder, by their names, and what was passed over."""

    members: list[Member] = field(default_factory=list)
    unsafe: list[str] = field(default_factory=list)
    rejects: list[str] = field(default_factory=list)
    unread: list[ValidationError] = field(default_factory=list)

    def notes(self, name: str) -> list[str]:
        """What was passed over, as sentences."""
        said = []
        if self.unsafe:
            said.append(f"{name}: left out, as a link or for a name that leads elsewhere: {several(self.unsafe)}.")
        if self.rejects:
            said.append(f"{name}: left out, as rows that an earlier import rejected: {several(self.rejects)}.")
        return [*said, *left_out([error.sentence for error in self.unread])]


def several(names: Sequence[str]) -> str:
    """The first of many names, and how many more there are."""
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(replace_bad(name)[0] for name in names[:SHOWN]) + more


def left_out(reasons: Sequence[str]) -> list[str]:
    """What to say of files that nobody named and that cannot be read: a line for each, but not for hundreds."""
    said = [f"Left out: {reason}" for reason in reasons[:SHOWN]]
    return [*said, f"Left out: {len(reasons) - SHOWN:,} more files that cannot be read."] if reasons[SHOWN:] else said


def unpack(path: Path, folder: Path, limits: Limits = LIMITS, *, name: str = "") -> Contents:
    """Unpack an archive into an empty folder; ValidationError for one that is damaged or without measure.

    A member that is damaged or locked does not hold up the others, unless there are none. `name` is what the user
    knows it by.
    """
    name = name or replace_bad(path.name)[0]
    found = Contents()
    with open_zip(path, name, limits) as archive:
        for at, (inside, member) in enumerate(sorted(_wanted(archive, name, found).items()), start=1):
            target = folder / str(at) / _plain(inside)
            try:
                _copy(archive, member, target, f"{name}{SEPARATOR}{inside}")
            except ValidationError as error:
                found.unread.append(error)
            else:
                found.members.append(Member(target, inside))
    if found.unread and not found.members:
        raise found.unread[0]
    return found


def _wanted(archive: zipfile.ZipFile, name: str, found: Contents) -> dict[str, zipfile.ZipInfo]:
    """The members to unpack by their names; what is unsafe is noted. ValidationError for a name that is there twice."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        inside = _name_of(member)
        if _is_unsafe(member, inside):
            found.unsafe.append(inside)
        elif inside in members:
            raise ValidationError(f"{name} holds {inside} twice.", field="file", hint="unpack it and import the files")
        elif not member.is_dir() and not inside.endswith("/") and not _is_hidden(inside):
            members[inside] = member
    found.unsafe.sort()
    return members


def walk(folder: Path, limits: Limits = LIMITS) -> Contents:
    """The files in a folder and in the folders below; links are not followed."""
    found = Contents()
    for count, (path, inside) in enumerate(_below(folder, "", MAX_DEPTH, found), start=1):
        if count > limits.members:
            raise UsageError(
                f"{replace_bad(str(folder))[0]} holds more than {limits.members:,} files.",
                hint="name the files to import",
            )
        if _REJECTS.fullmatch(inside):
            found.rejects.append(inside)
        elif path.is_symlink() or not path.is_file():
            found.unsafe.append(inside)
        else:
            found.members.append(Member(path, inside))
    return found


def _below(folder: Path, before: str, depth: int, found: Contents) -> Iterator[tuple[Path, str]]:
    """The files below a folder and their names, in the order of the names; a folder in it that is locked is noted."""
    try:
        paths = sorted(folder.iterdir())
        # A folder may tell the names of its files and still lock all that is behind them.
        folders = {path for path in paths if path.is_dir() and not path.is_symlink()}
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        if before:
            found.unread.append(ValidationError(f"{replace_bad(before)[0]} cannot be read: {said}."))
            return
        raise UsageError(f"{replace_bad(str(folder))[0]} cannot be read: {said}.") from error
    for path in paths:
        name = path.name
        if _is_hidden(name):
            continue
        if path in folders:
            if depth:
                yield from _below(path, f"{before}{name}/", depth - 1, found)
        else:
            yield path, before + name


def _name_of(member: zipfile.ZipInfo) -> str:
    """The name of a member, with slashes; not every program that writes UTF-8 says so."""
    name = member.orig_filename
    if not member.flag_bits & _UTF8:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = member.orig_filename
    return name.replace("\\", "/").removeprefix("./")


def _is_unsafe(member: zipfile.ZipInfo, name: str) -> bool:
    """Whether a member is no plain file, or its name would lead out of a folder or to a device."""
    kind = stat.S_IFMT(member.external_attr >> 16) if member.create_system == _UNIX else 0
    parts = name.split("/")
    return (
        kind not in (0, stat.S_IFREG, stat.S_IFDIR)
        or "\0" in name
        or not name
        or name.startswith("/")
        or _DRIVE.match(name) is not None
        or ".." in parts
        or any(map(_DEVICE.fullmatch, parts))
    )


def _is_hidden(name: str) -> bool:
    """Whether a file is there for a system and not for people."""
    return any(part.startswith(".") or part.lower() in _SYSTEM for part in name.split("/") if part)


def _refuse_unreadable(member: zipfile.ZipInfo, name: str) -> None:
    if is_encrypted(member):
        raise ValidationError(
            f"{name} is protected by a password.", field="file", hint="unpack the archive and import the files"
        )
    if member.compress_type not in _METHODS:
        raise ValidationError(
            f"{name} is compressed in a way that is not read.",
            field="file",
            hint="unpack the archive and import the files",
        )


def _copy(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, name: str) -> None:
    """Unpack a member into a new file; no more comes out than the archive's own list says."""
    _refuse_unreadable(member, name)
    target.parent.mkdir(mode=0o700)
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream, archive.open(member) as source:
            shutil.copyfileobj(source, stream, 1 << 20)
            size = stream.tell()
    except DAMAGE as error:
        target.unlink()
        raise damaged(name) from error
    if size != member.file_size:
        target.unlink()
        raise damaged(name)


def _plain(name: str) -> str:
    """A name for the file of a member: its own, without what a file system or a terminal would mind."""
    last = replace_bad(name.rpartition("/")[2])[0]
    safe = "".join(letter if letter.isprintable() else "_" for letter in last).strip()
    while len(safe.encode()) > _NAME_BYTES:
        safe = safe[1:]
    return safe or "file"
