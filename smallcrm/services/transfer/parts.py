"""Cells that become rows of their own: e-mails, phones, domains, tags, external ids, the company."""

from __future__ import annotations

import re
from itertools import repeat
from typing import TYPE_CHECKING, Any

from smallcrm.services.records.cleaning import MAX_PARTS, MAX_TEXT
from smallcrm.services.transfer.batch import Link
from smallcrm.services.transfer.columns import Memo, texts
from smallcrm.services.values.domains import belongs_to_many, normalise_domain
from smallcrm.services.values.emails import MAX_LOCAL, PLAIN, email_key, split_emails
from smallcrm.services.values.phones import has_digits, lost_digits, phone_digits, split_phones
from smallcrm.services.values.words import is_empty
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.services.transfer.batch import Batch

Column = tuple[str, ...]
_TAG_MARKS = re.compile(r"\s*(?::::|[;,|\n])\s*")
_FLAGS = frozenset(("mycontacts", "my contacts", "starred"))
_LABELS = {
    "business": "work",
    "office": "work",
    "private": "home",
    "personal": "home",
    "cell": "mobile",
    "internet": "",
}
_SIMPLE_PHONE = re.compile(r"(?!00)[0-9+(][0-9 .()-]{4,20}+(?:x[0-9]{1,6})?")
_DASHED_PHONE = re.compile(r"\+[1-9](?:[ .-]?[0-9]){6,14}")
_SHARED = "not the domain of one company"


def label_of(cell: str) -> str | None:
    """A label as it is kept: lower case, `* ` of the preferred one off, the usual words for work and home."""
    word = " ".join(cell.replace("*", " ").split()).lower()
    return _LABELS.get(word, word) or None


def add_emails(
    batch: Batch, lines: Sequence[int], column: Column, label: str | None, header: str, labels: Column | None
) -> None:
    """Put the addresses of a column into the batch."""
    plainly, append = PLAIN.fullmatch, batch.emails.append
    said: Iterable[str | None] = map(label_of, labels) if labels else repeat(label)
    for line, cell, name in zip(lines, column, said, strict=False):
        if len(cell) <= MAX_LOCAL and plainly(cell):
            append((line, 0, cell, cell.lower(), name))
        elif cell and not is_empty(cell):
            found, problems = split_emails(cell)
            for address, _display in found:
                append((line, 0, address, email_key(address) or address.lower(), name))
            for problem in problems:
                batch.warn(line, header, problem, "not an e-mail address")


def add_phones(
    batch: Batch, lines: Sequence[int], column: Column, label: str | None, header: str, labels: Column | None
) -> None:
    """Put the numbers of a column into the batch."""
    simply, dashed, append = _SIMPLE_PHONE.fullmatch, _DASHED_PHONE.fullmatch, batch.phones.append
    said: Iterable[str | None] = map(label_of, labels) if labels else repeat(label)
    for line, cell, name in zip(lines, column, said, strict=False):
        if dashed(cell):
            append((line, 0, cell, cell.replace("-", "").replace(" ", "").replace(".", ""), name))
        elif simply(cell):
            append((line, 0, cell, phone_digits(cell) if cell[0] == "+" else None, name))
        elif cell and not is_empty(cell):
            _odd_phones(batch, line, cell.strip().removeprefix("'"), name, header)


def _odd_phones(batch: Batch, line: int, cell: str, label: str | None, header: str) -> None:
    """Put the numbers of a cell that is more than one plain number into the batch."""
    for number in split_phones(cell):
        if has_digits(number):
            batch.phones.append((line, 0, number, phone_digits(number), label))
            if lost_digits(number):
                batch.warn(line, header, number, "a spreadsheet has cut this number short; kept as it is")
        else:
            batch.warn(line, header, number, "not a phone number")


def add_domains(batch: Batch, lines: Sequence[int], column: Column, header: str, *, quiet: bool) -> None:
    """Put the hosts of a column into the batch; `quiet` takes addresses too and passes over what is none."""
    for at, cell in enumerate(column):
        for piece in _TAG_MARKS.split(cell.strip("[] \t")) if cell else ():
            domain = normalise_domain(piece.strip("\"'").rpartition("@")[2] if quiet else piece.strip("\"'"))
            if domain and not belongs_to_many(domain):
                batch.domains.append((lines[at], 0, domain))
            elif not quiet and not is_empty(piece):
                reason = "shared by many, so it is no company's domain" if domain else "not a domain"
                batch.warn(lines[at], header, piece, reason)


def add_tags(batch: Batch, lines: Sequence[int], column: Column, header: str) -> None:
    """Put the tags of a column into the batch; groups that only an address book needs are left out."""
    for at, cell in enumerate(column):
        if not cell:
            continue
        seen: set[str] = set()
        for piece in _TAG_MARKS.split(cell):
            name = piece.removeprefix("*").strip(" \t[]\"'")
            key = fold(name)
            if not key or key in seen or key in _FLAGS or is_empty(name):
                continue
            if len(seen) == MAX_PARTS:
                batch.warn(lines[at], header, piece, f"more than {MAX_PARTS} tags; the rest is left out")
                break
            if len(name) > MAX_TEXT:
                batch.warn(lines[at], header, name, f"a tag of more than {MAX_TEXT:,} characters")
                continue
            seen.add(key)
            batch.tags.append((lines[at], name, key))


def add_external_ids(batch: Batch, lines: Sequence[int], columns: Sequence[Column]) -> None:
    """Put the first id of each row into the batch."""
    for at, cells in enumerate(zip(*columns, strict=True)):
        key = next((cell for cell in map(str.strip, cells) if cell), "")
        if key and not is_empty(key):
            batch.external_ids.append((lines[at], key))


class Companies:
    """The companies that contacts name; each spelling is worked out once."""

    def __init__(self, external: list[int], domains: list[tuple[int, str]], names: list[int]) -> None:
        self._external, self._domains, self._names = external, domains, names
        self._hosts = Memo(_company_host, _SHARED)
        self._keys = Memo(lambda name: (name, sort_key(name)), "")

    def add(self, batch: Batch, lines: Sequence[int], columns: list[Column]) -> None:
        """Put the company of each contact into the batch."""
        nothing: list[Any] = [None] * len(lines)
        external = _first([texts(columns[at]) for at in self._external]) or nothing
        hosts = _first([self._read_hosts(batch, lines, columns[at], name) for at, name in self._domains]) or nothing
        named = (
            _first([[pair for pair, _ in map(self._keys.__getitem__, columns[at])] for at in self._names]) or nothing
        )
        for line, key, host, pair in zip(lines, external, hosts, named, strict=True):
            if key or host or pair:
                name, name_key = pair or (None, None)
                batch.companies.append(Link(line, key and key.split(";")[0].strip(), host, name, name_key))

    def _read_hosts(self, batch: Batch, lines: Sequence[int], column: Column, header: str) -> list[str | None]:
        pairs = list(map(self._hosts.__getitem__, column))
        for at, (_host, bad) in enumerate(pairs):
            if bad:
                batch.warn(lines[at], header, column[at], bad)
        return [host for host, _bad in pairs]


def _company_host(cell: str) -> str | None:
    domain = normalise_domain(cell)
    return None if domain is None or belongs_to_many(domain) else domain


def _first(columns: list[list[Any]]) -> list[Any]:
    if len(columns) < 2:  # noqa: PLR2004 - nothing to choose from
        return columns[0] if columns else []
    return [next((cell for cell in cells if cell), None) for cells in zip(*columns, strict=True)]
