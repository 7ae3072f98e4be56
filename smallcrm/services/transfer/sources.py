"""What the user names, as files: those in a folder or an archive, and a copy of what is piped in."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.transfer.readers.archive import left_out, unpack, walk
from smallcrm.services.transfer.readers.zips import MARKS, kind_of
from smallcrm.services.transfer.spooling import readable
from smallcrm.services.transfer.tables import SEPARATOR
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(slots=True)
class Sources:
    """The files to read, the names of those that nobody named, where rejects go if not beside them, and notes."""

    paths: list[Path] = field(default_factory=list)
    inside: dict[Path, str] = field(default_factory=dict)
    rejects: dict[Path, Path] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@contextmanager
def one_of_several(named: Sequence[Path]) -> Iterator[None]:
    """Let the error of one of several named files say that the others can come in without it."""
    try:
        yield
    except (UsageError, ValidationError) as error:
        if len(named) > 1 and any(error.sentence.startswith(_shown(path)) for path in named):
            error.details = (*error.details, "Nothing was imported. Leave that file out to import the others.")
        raise


@contextmanager
def gathered(named: Sequence[Path]) -> Iterator[Sources]:
    """The files behind what was named; copies and what was unpacked are gone afterwards."""
    with ExitStack() as stack:
        found = Sources()
        for file in dict.fromkeys(named):
            path = stack.enter_context(readable(file))
            count, notes = len(found.paths), len(found.notes)
            # What was piped in has its rejects where the user is, not beside a copy that will be gone.
            beside = path if path == file else Path(path.name)
            _add(found, path, beside, stack)
            if len(found.paths) == count:
                what = "folder" if path.is_dir() else "ZIP archive"
                raise UsageError(
                    f"{_shown(path)} is a {what} without files to import.", details=tuple(found.notes[notes:])
                )
        yield found


def _add(found: Sources, path: Path, beside: Path, stack: ExitStack) -> None:
    if path.is_dir():
        _add_folder(found, path, stack)
    elif _is_archive(path):
        _add_archive(found, path, beside, _shown(path), stack)
    else:
        found.paths.append(path)
        if beside != path:
            found.rejects[path] = beside.with_name(f"{beside.name}.rejects.csv")


def _add_folder(found: Sources, folder: Path, stack: ExitStack) -> None:
    contents = walk(folder)
    found.notes += contents.notes(_shown(folder))
    unread: list[str] = []
    for member in contents.members:
        name = replace_bad(member.name)[0]
        if _is_archive(member.path):
            try:
                _add_archive(found, member.path, member.path, name, stack)
            except ValidationError as error:
                unread.append(error.sentence)
        else:
            found.paths.append(member.path)
            found.inside[member.path] = name
    found.notes += left_out(unread)


def _add_archive(found: Sources, archive: Path, beside: Path, name: str, stack: ExitStack) -> None:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="smallcrm-")))
    contents = unpack(archive, folder, name=name)
    found.notes += contents.notes(name)
    for member in contents.members:
        shown = f"{name}{SEPARATOR}{replace_bad(member.name)[0]}"
        if _is_archive(member.path):
            found.notes.append(f"{shown}: left out, as an archive in an archive.")
            continue
        found.paths.append(member.path)
        found.inside[member.path] = shown
        found.rejects[member.path] = beside.with_name(f"{member.path.name}.rejects.csv")


def _shown(path: Path) -> str:
    name = path.resolve().name if path.name in ("", "..") else path.name
    return replace_bad(name or str(path))[0]


def _is_archive(path: Path) -> bool:
    """Whether a file is an archive of others; what cannot be opened, or is damaged, is left to its reader to say."""
    if path.is_file():
        with suppress(OSError, ValidationError), path.open("rb") as file:
            return file.read(4) in MARKS and kind_of(path) == "archive"
    return False
