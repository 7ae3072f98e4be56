"""The manifest of an archive: which files it has, how many rows and which bytes, and what is in no file."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import MAX_NUMBER
from smallcrm.errors import ValidationError
from smallcrm.services.archive import cells
from smallcrm.services.transfer.readers.zips import MARKS, WORKSPACE_FILE, WORKSPACE_FORMAT, Limits, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NAME, FORMAT = WORKSPACE_FILE, WORKSPACE_FORMAT
VERSION = 1
"""The version of the files and their columns; a change of either makes it one more."""
ESCAPE = "apostrophe-v1"
MOST = 1 << 20
"""The most bytes that a manifest may have."""
# Rows are read one after the other and the reading ends at the first that is wrong, so that what they would unpack to
# is of no account.
LIMITS = Limits(members=64, unpacked=1 << 50, ratio=1 << 20)
_HASH = re.compile(r"[0-9a-f]{64}")


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP with a manifest of ours in it, whatever else is wrong with it."""
    # A pipe would be waited for, and what is read of it is gone.
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(4).startswith(MARKS) and kind_of(path) == "workspace"
    except (ValidationError, OSError):
        return False


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of an archive: the rows below its header, and the SHA-256 of its bytes."""

    rows: int
    sha256: str


@dataclass(slots=True)
class Manifest:
    """What an archive says of itself; `numbers` are the last that were given out, by table."""

    workspace: dict[str, str]
    journal: bool
    exported_at: str
    numbers: dict[str, int] = field(default_factory=dict)
    files: dict[str, Entry] = field(default_factory=dict)
    version: int = VERSION

    def text(self) -> str:
        """The manifest as it is written."""
        head = {"format": FORMAT, "formula_escape": ESCAPE}
        return json.dumps({**head, **asdict(self)}, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def parse(data: bytes, name: str) -> Manifest:
    """The manifest of the archive of that name; ValidationError where it is none, or of a newer version."""
    try:
        found = json.loads(data)
        if not isinstance(found, dict) or found.pop("format") != FORMAT:
            raise ValueError(NAME)
        version = found["version"]
    except (ValueError, KeyError, RecursionError) as error:
        raise _wrong(name) from error
    if type(version) is int and version > VERSION:
        raise ValidationError(
            f"{name} was written by a newer smallcrm, as version {version} of its format; this one reads {VERSION}.",
            field="file",
            hint="bring smallcrm up to date",
        )
    try:
        return _made(found)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _wrong(name) from error


def _wrong(name: str) -> ValidationError:
    return ValidationError(f"{name} has a manifest that cannot be understood.", field="file", hint="export it again")


def _made(found: dict[str, Any]) -> Manifest:
    """The manifest of a document, every value looked at; raises ValueError, KeyError or TypeError."""
    if found["formula_escape"] != ESCAPE or type(found["version"]) is not int or type(found["journal"]) is not bool:
        raise ValueError(ESCAPE)
    workspace = {key: _checked(found["workspace"][key], str) for key in ("name", "currency", "zone")}
    numbers = {_checked(key, str): _upto(value, MAX_NUMBER) for key, value in found["numbers"].items()}
    files = {_checked(key, str): _entry(value) for key, value in found["files"].items()}
    exported = _checked(found["exported_at"], str)
    cells.instant(exported)
    return Manifest(workspace, found["journal"], exported, numbers, files, found["version"])


def _entry(value: Any) -> Entry:
    if not _HASH.fullmatch(value["sha256"]):
        raise ValueError(value)
    return Entry(_upto(value["rows"], MAX_NUMBER), value["sha256"])


def _checked(value: Any, kind: Callable[..., Any]) -> Any:
    if type(value) is not kind:
        raise ValueError(value)
    return value


def _upto(value: Any, most: int) -> int:
    if type(value) is not int or not 0 <= value <= most:
        raise ValueError(value)
    return value
