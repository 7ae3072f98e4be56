"""Owners as the files name them, and the members who they are: said by the user, name by name or in a file."""

from __future__ import annotations

import csv
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smallcrm.errors import UsageError
from smallcrm.models.workspace import Member
from smallcrm.services.transfer.dialect import choose_dialect
from smallcrm.services.transfer.encoding import examine
from smallcrm.services.transfer.notes import small_file
from smallcrm.services.transfer.telling import rows_text
from smallcrm.services.values.emails import email_key
from smallcrm.services.values.listing import listed
from smallcrm.services.values.words import is_empty
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

Pairs = tuple[tuple[str, str], ...]
NOBODY = "-"
# What programs call their members by: figures, or a long word with figures in it. A name is neither.
_BARE_ID = re.compile(r"\d+|(?=\D*\d)[0-9A-Za-z_-]{15,}")
# English, and the nine languages that headers are known in.
_NOBODY = listed(
    """
    nobody noone unassigned niemand keiner unzugewiesen personne aucun nadie ninguno ninguem nenhum nessuno geen nikdo
    neprirazeno neprirazeny nikt brak nieprzypisany nieprzypisane なし 未割り当て 未割当 担当者なし
    """
) | {
    "no one", "no owner", "not assigned", "kein besitzer", "nicht zugewiesen", "nicht zugeordnet", "non attribue",
    "non assigne", "non affecte", "sin asignar", "no asignado", "sin propietario", "nao atribuido", "sem responsavel",
    "non assegnato", "niet toegewezen", "zadny vlastnik", "nie przypisano", "brak wlasciciela",
}  # fmt: skip
_SHOWN = 5
# More than so many new owners are somebody's if each has so many rows.
MOST_NEW = 100
_ROWS_EACH = 10
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
        """Whether the user has said who an owner is, or the word itself says that it is nobody."""
        key = _key(ref)
        if key not in self._members:
            return is_nobody(ref) and not members_called(ref)
        self._asked.add(key)
        return True

    def of(self, ref: str) -> int | None:
        """The member who an owner is; None for nobody."""
        return self._members.get(_key(ref))

    def unused(self) -> list[str]:
        """The owners whom no row has named."""
        return [name for key, name in self._names.items() if key not in self._asked]


UNTOLD = Owners()


def is_bare_id(ref: str) -> bool:
    """Whether an owner is named by what only the program knows that wrote the file: it is nobody's name."""
    return _BARE_ID.fullmatch(ref) is not None


def is_nobody(ref: str) -> bool:
    """Whether what stands for an owner is a word for nobody, as `unassigned` or `niemand`, or for nothing."""
    return is_empty(ref) or " ".join(fold(ref).split()) in _NOBODY


def members_called(ref: str) -> list[int]:
    """The members of that e-mail address or name: those at work, else who has left, else who stands for a name."""
    key = email_key(ref)
    mine = Member.email_key == key if key else Member.name_key == sort_key(ref)
    query: Any = Member.select(Member.id, Member.placeholder, Member.active).where(mine).order_by(Member.id)
    found = [(placeholder, -active, member) for member, placeholder, active in query.tuples()]
    first = min(found, default=(0, 0, 0))[:2]
    return [member for *rank, member in sorted(found) if tuple(rank) == first]


def is_crowd(new: int, rows: int) -> bool:
    """Whether so many names that are nobody's yet, in so many rows, are hardly those of owners."""
    return new > MOST_NEW and new * _ROWS_EACH > rows


def left_out(rows: Mapping[str, int], label: str = "Owner") -> list[str]:
    """What to say of owners who are no member, each with the number of its rows."""
    kinds: dict[str, list[str]] = {}
    for ref in sorted(rows):
        kinds.setdefault(_why(ref), []).append(ref)
    return [
        f"{label}: {told.format(_counted(rows, refs), _listed(refs))}; {_way(refs[0])}" for told, refs in kinds.items()
    ]


def _why(ref: str) -> str:
    if is_bare_id(ref):
        return "{} only an id by which nobody is known ({}); it is left out"
    if members_called(ref):
        return "{} a name that several members have ({}); it is left out"
    return "{} names of too many people to make all of them members ({}); they are left out"


def _counted(rows: Mapping[str, int], refs: Sequence[str]) -> str:
    count = sum(rows[ref] for ref in refs)
    return f"{rows_text(count)} {'has' if count == 1 else 'have'}"


def _listed(refs: Sequence[str]) -> str:
    return ", ".join(refs[:_SHOWN]) + (", …" if len(refs) > _SHOWN else "")


def _way(ref: str) -> str:
    return f"--owner-map {shlex.quote(f'{ref}=MEMBER')} says who it is"


def _key(name: str) -> str:
    return email_key(name) or sort_key(name)


def _member(text: str) -> int:
    """The member of that e-mail address or name; one who can be told from others of the name."""
    found = members_called(text)
    if not found:
        known: Any = Member.select(Member.name).where(Member.placeholder == 0).order_by(Member.name_key).limit(20)
        names = ", ".join(row[0] for row in known.tuples())
        raise UsageError(f"There is no member {text!r} in this workspace.", hint=f"the members are {names}")
    if len(found) > 1:
        raise UsageError(f"Several members are called {text!r}.", hint="--owner-map NAME=ADDRESS tells them apart")
    return found[0]


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
