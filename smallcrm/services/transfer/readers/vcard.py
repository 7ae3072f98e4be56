"""vCards of every version as tables: one of people, one of companies; a card that is no card is a reject."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.transfer.encoding import blocks, examine
from smallcrm.services.transfer.readers.cardcells import COMPANIES, GROUP, PEOPLE, Card
from smallcrm.services.transfer.readers.cardlines import Reader, codec_of
from smallcrm.services.transfer.readers.spool import Spool, table_of
from smallcrm.services.transfer.tables import SEPARATOR
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from smallcrm.services.transfer.encoding import Encoding
    from smallcrm.services.transfer.readers.cardlines import Property
    from smallcrm.services.transfer.readers.spool import SpooledTable

MAX_LINE = 16 << 20
MAX_PROPERTIES = 5_000
MAX_CARD = 8 << 20
_CHARSET = re.compile(rb'CHARSET="?([\w.-]{2,40})', re.IGNORECASE)


class _Cards:
    """The cards of a file on their way into tables."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.file = ""
        self.people, self.companies = Spool(PEOPLE), Spool(COMPANIES)
        self.pictures = self.groups = self.agents = self.size = 0
        self._notes: list[str] = []
        self._reader = Reader("cp1252")
        self._card: Card | None = None
        self._agent = self._after_agent = 0

    @property
    def taken(self) -> int:
        """How many cards were taken, whatever became of them."""
        return self.people.records + self.companies.records + self.groups

    def read(self, path: Path, encoding: str | None) -> None:
        """Take the cards of a file; UsageError for one that cannot be read, ValidationError for one that changes."""
        found = examine(path, encoding, by_line=False)
        name = replace_bad(path.name)[0]
        stamp = path.stat()
        wide = found.codec.startswith(("utf-16", "utf-32"))
        self._reader = Reader(_fallback(path, found, encoding, wide=wide))
        self._agent = self._after_agent = 0
        progress = [self.size]
        for each in self._reader.properties(_lines(path, found.codec if wide else "latin-1", name, progress)):
            self.take(each, progress[0])
        self._broken_off()
        self.size += found.size
        said = self._reader.notes
        self._notes += [f"{self.file}: {note}" for note in said] if self.file else said
        after = path.stat()
        if (after.st_size, after.st_mtime_ns) != (stamp.st_size, stamp.st_mtime_ns):
            raise ValidationError(f"{name} changed while it was read; import it again.", field="file")

    def take(self, found: Property, position: int) -> None:
        """Take the next property of the file."""
        value = bytes(found.data).strip().upper()
        card = self._card
        if self._agent:
            self._agent += {("BEGIN", b"VCARD"): 1, ("END", b"VCARD"): -1}.get((found.name, value), 0)
        elif found.name == "BEGIN" and value == b"VCARD":
            if card is not None and self._after_agent:
                self._agent = 1
                self.agents += 1
            else:
                self._broken_off()
                self._card = Card(found.line)
        elif found.name == "END" and value == b"VCARD":
            self._finish(position)
        elif card is None:
            self._reader.stray += 1
        elif found.dropped:
            self.pictures += 1
        else:
            self._add(card, found)
        self._after_agent = found.name == "AGENT" and not value

    def _add(self, card: Card, found: Property) -> None:
        if card.count < MAX_PROPERTIES and card.size < MAX_CARD:
            card.add(found, self._reader.text(found))
        else:
            what = f"{MAX_PROPERTIES:,} lines" if card.size < MAX_CARD else f"{MAX_CARD >> 20} MB"
            card.trouble = card.trouble or f"the card has more than {what}"

    def _finish(self, position: int) -> None:
        """Take the card that ends here."""
        card, self._card = self._card, None
        if card is None:
            self._reader.stray += 1
            return
        kind, cells = card.cells()
        spool = self.companies if kind == "company" else self.people
        if kind == GROUP:
            self.groups += 1
        elif card.trouble:
            self._reject(spool, card, card.trouble, cells)
        elif cells.keys() <= {"UID", "Rev", "Card Kind", "Created at"}:
            spool.add({}, card.line, self.name, position)
        else:
            spool.add(cells | self._origin(), card.line, self.name, position)

    def _broken_off(self) -> None:
        """Reject a card that another begins in, or that the file ends in."""
        card, self._card = self._card, None
        if card is not None:
            kind, cells = card.cells()
            spool = self.companies if kind == "company" else self.people
            self._reject(spool, card, card.trouble or "the card is not finished: there is no END:VCARD", cells)

    def _reject(self, spool: Spool, card: Card, reason: str, cells: dict[str, str]) -> None:
        cells |= self._origin()
        spool.name_columns(cells, card.line, self.name)
        spool.reject(card.line, f"{self.file}, line {card.line}: {reason}" if self.file else reason, cells)

    def _origin(self) -> dict[str, str]:
        """Of several files the one that a card is from."""
        return {"Card File": self.file} if self.file else {}

    def tables(self) -> list[SpooledTable]:
        """The tables; UsageError where there is none."""
        parts = [("people", self.people), ("companies", self.companies)]
        filled = [(title, spool) for title, spool in parts if spool.records]
        if not filled:
            raise UsageError(f"{self.name} holds no vCards.")
        tables = []
        for at, (title, spool) in enumerate(filled):
            name = f"{self.name}{SEPARATOR}{title}" if len(filled) > 1 else self.name
            notes = () if at else self.notes()
            tables.append(table_of(spool, name, self.size, notes, several=bool(self.file)))
        return tables

    def notes(self) -> list[str]:
        """What to tell of how they were read."""
        said = [*self._notes]
        if self.file:
            said.append("Where a line is named, the number of the card is meant; its file is in the column Card File.")
        for count, one, many in (
            (self.pictures, "1 picture, sound or key was", "{:,} pictures, sounds and keys were"),
            (self.groups, "1 card of a group was", "{:,} cards of groups were"),
            (self.agents, "1 card in a card was", "{:,} cards in cards were"),
        ):
            if count:
                said.append(f"{one if count == 1 else many.format(count)} left out.")
        return said


def open_cards(path: Path, *, encoding: str | None = None) -> list[SpooledTable]:
    """A table of people and one of companies; UsageError where the file holds no cards."""
    cards = _Cards(replace_bad(path.name)[0])
    cards.read(path, encoding)
    return cards.tables()


def open_many_cards(
    files: Mapping[Path, str], *, encoding: str | None = None
) -> tuple[list[SpooledTable], dict[Path, UsageError | ValidationError]]:
    """The cards of several files, by their names, together: where each card is a file, a table each would be one row.

    Gives the tables, and the files that hold none, or are damaged, with what is wrong with them.
    """
    unread: dict[Path, UsageError | ValidationError] = {}
    while True:
        cards = _Cards(f"{len(files):,} vCard files")
        damaged = _read_all(cards, {path: name for path, name in files.items() if path not in unread}, unread, encoding)
        # Where a file is damaged some of its cards are among those of the others by now.
        if not damaged:
            return (cards.tables() if len(unread) < len(files) else []), unread


def _read_all(
    cards: _Cards, files: Mapping[Path, str], unread: dict[Path, UsageError | ValidationError], encoding: str | None
) -> bool:
    """Take the cards of the files; True where one of them is damaged. What cannot be read is noted."""
    for path, shown in files.items():
        before = cards.taken
        cards.file = shown
        try:
            cards.read(path, encoding)
            if cards.taken == before:
                raise UsageError(f"{shown} holds no vCards.")
        except ValidationError as error:
            unread[path] = error
            return True
        except UsageError as error:
            unread[path] = error
    return False


def _fallback(path: Path, found: Encoding, wanted: str | None, *, wide: bool) -> str:
    """How to read values that are not UTF-8 and do not say what they are: as others in the file say of themselves."""
    if wanted or wide:
        return found.codec if not wide else "utf-8"
    if found.codec.startswith("utf-8") and not found.undecodable:
        return "cp1252"
    for block in blocks(path, by_line=False):
        for match in _CHARSET.finditer(block):
            said = match[1].decode("latin-1")
            if codec_of(said) not in (None, "utf-8", "ascii"):
                return said
    return "cp1252"


def _lines(path: Path, codec: str, name: str, progress: list[int]) -> Iterator[bytes]:
    """The lines as bytes, whatever marks their ends; those of wide letters as UTF-8."""
    inner = "latin-1" if codec == "latin-1" else "utf-8"
    with path.open(encoding=codec, errors="replace") as stream:
        for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), ""), start=1):
            if len(line) > MAX_LINE:
                raise ValidationError(f"{name}, line {number}: it has more than {MAX_LINE >> 20} MB.", field="file")
            progress[0] += len(line)
            data = line.removesuffix("\n").encode(inner, "surrogatepass")
            yield data.removeprefix(b"\xef\xbb\xbf") if number == 1 else data
