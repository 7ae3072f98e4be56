"""Owners as the files name them, and the members who they are: said by the user, name by name or in a file."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smallcrm.errors import UsageError
from smallcrm.models.workspace import Member
from smallcrm.services.transfer.dialect import choose_dialect
from smallcrm.services.transfer.encoding import examine
from smallcrm.services.transfer.notes import small_file
from smallcrm.services.transfer.telling import rows_text
from smallcrm.services.values.emails import email_key
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Pairs = tuple[tuple[str, str], ...]
NOBODY = "-"
# What programs call their members by: figures, or a long word with figures in it. A name is neither.
_BARE_ID = re.compile(r"\d+|(?=\D*\d)[0-9A-Za-z_-]{15,}")
_SHOWN = 5
MAX_BYTES = 1 << 20
_COLUMNS = 2
_HEADERS = frozenset(("member", "members"))
_HINT = '--owner-map "Ann Lee=ann@example.org"'


class Owners:
    """Whom the user says the owners are; raises UsageError for one who is no member."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._members: dict[str, int | None] = {}
        self._names: dict[str, str] = {}
        self._asked: set[str] = set()
        for name, member in pairs:
            key, found = _key(name), None if member == NOBODY else _member(member)
            if self._members.setdefault(key, found) != found:
                raise UsageError(f"The owner {name!r} cannot be two members.", hint="--owner-map names each owner once")
            self._names.setdefault(key, name)

    def knows(self, ref: str) -> bool:
        """Whether the user has said who an owner is."""
        key = _key(ref)
        if key not in self._members:
            return False
        self._asked.add(key)
        return True

    def of(self, ref: str) -> int | None:
        """The member who an owner is; None for nobody."""
        return self._members[_key(ref)]

    def unused(self) -> list[str]:
        """The owners whom no row has named."""
        return [name for key, name in self._names.items() if key not in self._asked]


UNTOLD = Owners()


def is_bare_id(ref: str) -> bool:
    """Whether an owner is named by what only the program knows that wrote the file: it is nobody's name."""
    return _BARE_ID.fullmatch(ref) is not None


def nameless(rows: int, refs: Iterable[str], label: str = "Owner") -> str:
    """What to say of so many rows whose owners are ids by which nobody is known."""
    known = sorted(refs)
    shown = ", ".join(known[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
    told = f"{rows_text(rows)} {'has' if rows == 1 else 'have'}"
    who = f"--owner-map {known[0]}=MEMBER says who it is"
    return f"{label}: {told} only an id by which nobody is known ({shown}); it is left out; {who}"


def _key(name: str) -> str:
    return email_key(name) or sort_key(name)


def _member(text: str) -> int:
    """The member of that e-mail address or name; one who can be told from others of the name."""
    key = email_key(text)
    mine = Member.email_key == key if key else Member.name_key == sort_key(text)
    found: list[Any] = list(Member.select(Member.id, Member.placeholder).where(mine).order_by(Member.id).tuples())
    # Who only stands for a name of an earlier import gives way to who really has it.
    real = [row for row in found if not row[1]] or found
    if not real:
        known: Any = Member.select(Member.name).where(Member.placeholder == 0).order_by(Member.name_key).limit(20)
        names = ", ".join(row[0] for row in known.tuples())
        raise UsageError(f"There is no member {text!r} in this workspace.", hint=f"the members are {names}")
    if len(real) > 1:
        raise UsageError(f"Several members are called {text!r}.", hint="--owner-map NAME=ADDRESS tells them apart")
    return int(real[0][0])


def owner_pairs(said: Iterable[str]) -> Pairs:
    """The owners, each with the member, that texts such as `NAME=MEMBER` say, or files; raises UsageError."""
    return tuple(pair for text in said for pair in _pairs(text))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    path = Path(text)
    if path.is_file():
        yield from _read(path)
        return
    name, equals, member = (part.strip() for part in text.rpartition("="))
    if not equals:
        raise UsageError(f"--owner-map takes a file or NAME=MEMBER, and there is no file {text!r}.", hint=_HINT)
    if not name or not member:
        raise UsageError(f"--owner-map takes NAME=MEMBER: {text!r}.", hint=_HINT)
    yield name, member


def _read(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of a file: two columns, or lines such as `NAME=MEMBER`; a header is passed over."""
    text = small_file(path, "a list of owners", MAX_BYTES).decode(examine(path).codec, "replace")
    lines = [line for line in text.splitlines() if line.strip()]
    plain = all("=" in line for line in lines)
    delimiter = choose_dialect(lines).delimiter
    for at, line in enumerate(lines):
        row = line.rpartition("=")[::2] if plain else next(csv.reader([line], delimiter=delimiter))
        cells = [cell.strip() for cell in row]
        while len(cells) > _COLUMNS and not cells[-1]:
            cells.pop()
        if len(cells) != _COLUMNS or not all(cells):
            told = f"{path.name}: a line is an owner and a member, and not {line!r}."
            raise UsageError(told, hint="Ann Lee,ann@example.org")
        if at or fold(cells[1]) not in _HEADERS:
            yield cells[0], cells[1]
