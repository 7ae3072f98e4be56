"""Cells that become rows of their own: e-mails, phones, domains, tags, external ids, the company."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from smallcrm.services.records.cleaning import MAX_PARTS, MAX_TEXT
from smallcrm.services.transfer.batch import Link
from smallcrm.services.transfer.columns import MEMO, Memo, texts
from smallcrm.services.transfer.whose import Lists, companies_in, domains_in
from smallcrm.services.values.domains import belongs_to_many, company_domain, normalise_domain
from smallcrm.services.values.emails import MAX_LOCAL, PLAIN, email_key, split_emails
from smallcrm.services.values.phones import has_digits, lost_digits, phone_digits, split_phones
from smallcrm.services.values.words import is_empty
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smallcrm.services.transfer.batch import Batch

Column = tuple[str, ...]
Hosts = tuple[str | None, ...] | None
Email = tuple[int, int, str, str, str | None]
Phone = tuple[int, int, str, str | None, str | None]
_TAG_MARKS = re.compile(r"\s*(?::::|[;,|\n])\s*")
# Some programs write several values as ^one^,^two^.
_CARETS = re.compile(r"\^([^^]*)\^")
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
_DASHES = dict.fromkeys(map(ord, "- ."))
_SHARED = "not the domain of one company"


def label_of(cell: str) -> str | None:
    """A label as it is kept: lower case, `* ` of the preferred one off, the usual words for work and home."""
    word = " ".join(cell.replace("*", " ").split()).lower()
    return _LABELS.get(word, word) or None


def add_emails(
    batch: Batch, lines: Sequence[int], column: Column, label: str | None, header: str, labels: Column | None
) -> None:
    """Put the addresses of a column into the batch."""
    said: Sequence[str | None] = list(map(label_of, labels)) if labels else [label] * len(lines)
    plain = [match and len(match[0]) <= MAX_LOCAL for match in map(PLAIN.fullmatch, column)]
    lowered = _at_once(column, str.lower)
    cells = zip(lines, column, lowered, said, plain, strict=True)
    found = [(line, 0, cell, low, name) for line, cell, low, name, simple in cells if simple]
    odd = [at for at, simple in enumerate(plain) if not simple and column[at]]
    for at in odd:
        _odd_emails(batch, found, (lines[at], column[at], said[at]), header)
    batch.emails += sorted(found, key=_FIRST) if odd else found


def _odd_emails(batch: Batch, found: list[Email], at: tuple[int, str, str | None], header: str) -> None:
    """Find the addresses of a cell that is more than one plain address."""
    line, cell, name = at
    if is_empty(cell):
        return
    addresses, problems = split_emails(cell)
    found += [(line, 0, address, email_key(address) or address.lower(), name) for address, _display in addresses]
    for problem in problems:
        batch.warn(line, header, problem, "not an e-mail address")


def _at_once(column: Column, change: Callable[[str], str]) -> list[str]:
    """A change of every cell, made of all of them as one text."""
    changed = change("\n".join(column)).split("\n")
    return changed if len(changed) == len(column) else [change(cell) for cell in column]


_FIRST = itemgetter(0)


def add_phones(
    batch: Batch, lines: Sequence[int], column: Column, label: str | None, header: str, labels: Column | None
) -> None:
    """Put the numbers of a column into the batch."""
    said: Sequence[str | None] = list(map(label_of, labels)) if labels else [label] * len(lines)
    dashed = list(map(_DASHED_PHONE.fullmatch, column))
    digits = _at_once(column, _without_dashes)
    cells = zip(lines, column, digits, said, dashed, strict=True)
    found: list[Phone] = [(line, 0, cell, number, name) for line, cell, number, name, simple in cells if simple]
    if len(found) < len(column):
        odd = [at for at, simple in enumerate(dashed) if not simple and column[at]]
        for at in odd:
            _odd_phones(batch, found, (lines[at], column[at], said[at]), header)
        found.sort(key=_FIRST)
    batch.phones += found


def _without_dashes(text: str) -> str:
    return text.translate(_DASHES)


def _odd_phones(batch: Batch, found: list[Phone], at: tuple[int, str, str | None], header: str) -> None:
    """Find the numbers of a cell that is not one number after the international manner."""
    line, cell, label = at
    if _SIMPLE_PHONE.fullmatch(cell):
        found.append((line, 0, cell, phone_digits(cell) if cell[0] == "+" else None, label))
        return
    if is_empty(cell):
        return
    for number in split_phones(cell.strip().removeprefix("'")):
        if has_digits(number):
            found.append((line, 0, number, phone_digits(number), label))
            if lost_digits(number):
                batch.warn(line, header, number, "a spreadsheet has cut this number short; kept as it is")
        else:
            batch.warn(line, header, number, "not a phone number")


def add_domains(batch: Batch, lines: Sequence[int], column: Column, header: str, *, quiet: bool) -> None:
    """Put the hosts of a column into the batch; `quiet` takes addresses too and passes over what is none."""
    for at, cell in enumerate(column):
        for piece in _TAG_MARKS.split(cell.strip("[] \t")) if cell else ():
            word = piece.strip("\"'")
            # Of an address what follows the mark; in a path, as of a profile, it means nothing.
            domain = normalise_domain(word.rpartition("@")[2] if quiet and "/" not in word else word)
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
        for piece in _TAG_MARKS.split(_CARETS.sub(r"\1", cell)):
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

    def __init__(self, external: list[int], domains: list[tuple[int, str]], names: list[int], lists: Lists) -> None:
        self._external, self._domains, self._names, self._lists = external, domains, names, lists
        self._hosts = Memo(_company_hosts, _SHARED)
        self._keys = Memo(str, "")
        self._links: dict[Any, list[Link]] = {}

    def add(self, batch: Batch, lines: Sequence[int], columns: list[Column]) -> None:
        """Put the company of each contact into the batch."""
        nothing: list[Any] = [None] * len(lines)
        external = _first([texts(columns[at]) for at in self._external]) or nothing
        hosts = _first([self._read_hosts(batch, lines, columns[at], name) for at, name in self._domains]) or nothing
        named = (
            _first([[pair for pair, _ in map(self._keys.__getitem__, columns[at])] for at in self._names]) or nothing
        )
        known = self._links
        if len(known) > MEMO:
            known.clear()
        for line, said in zip(lines, zip(external, hosts, named, strict=True), strict=True):
            links = known.get(said)
            if links is None:
                links = known[said] = self._said(*said) if any(said) else []
            if links:
                batch.companies.append((line, links[0]))
                if len(links) > 1:
                    _add_further(batch, line, links)

    def _said(self, key: str | None, hosts: Hosts, name: str | None) -> list[Link]:
        """The companies that the cells of a row name."""
        ids = [word for word in map(str.strip, key.split(";")) if word] if key else []
        found = companies_in(ids, hosts or (), name, self._lists)
        return [Link(one, sort_key(one.name) if one.name else None) for one in found]

    def _read_hosts(self, batch: Batch, lines: Sequence[int], column: Column, header: str) -> list[Hosts]:
        pairs = list(map(self._hosts.__getitem__, column))
        for at, (hosts, bad) in enumerate(pairs):
            if bad or (hosts and None in hosts):
                batch.warn(lines[at], header, column[at], _SHARED)
        return [hosts for hosts, _bad in pairs]


def _add_further(batch: Batch, line: int, links: list[Link]) -> None:
    """Put the companies of a row but the first into the batch, no more than a record may have."""
    batch.places += [(line, link) for link in links[1:MAX_PARTS]]
    for link in links[MAX_PARTS : MAX_PARTS + 1]:
        batch.warn(line, "Company", link.said.shown, f"more than {MAX_PARTS} companies; the rest is left out")


def _company_hosts(cell: str) -> Hosts:
    """The domains of companies that a cell holds, and None for each that is of no company; None if all are."""
    found = tuple(map(company_domain, domains_in(cell)))
    return found if any(found) else None


def _first(columns: list[list[Any]]) -> list[Any]:
    if len(columns) < 2:  # noqa: PLR2004 - nothing to choose from
        return columns[0] if columns else []
    return [next((cell for cell in cells if cell), None) for cells in zip(*columns, strict=True)]
