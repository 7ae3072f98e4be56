"""The cells of a row that become rows of their own: e-mails, phones, domains, tags, external ids, the company."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smallcrm.services.transfer.batch import Link
from smallcrm.services.transfer.columns import plain, texts
from smallcrm.services.values.domains import belongs_to_many, normalise_domain
from smallcrm.services.values.emails import MAX_LOCAL, PLAIN, email_key, split_emails
from smallcrm.services.values.phones import has_digits, lost_digits, phone_digits, split_phones
from smallcrm.services.values.words import is_empty
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.transfer.batch import Batch

Column = tuple[str, ...]
_TAG_MARKS = re.compile(r"\s*(?::::|[;,|\n])\s*")
_FLAGS = frozenset(("mycontacts", "my contacts", "starred"))
_LABELS = {"business": "work", "office": "work", "private": "home", "personal": "home", "cell": "mobile", "internet": ""}
_SEVERAL_PHONES = re.compile(r"[;|\n]|:::|, ?\D?\d{5}|\d,|\s/\s|\s(?:or|oder|ou|y)\s")


def label_of(cell: str) -> str | None:
    """A label as it is kept: lower case, `* ` of the preferred one off, the usual words for work and home."""
    word = " ".join(cell.replace("*", " ").split()).lower()
    return _LABELS.get(word, word) or None


def add_emails(
    batch: Batch, lines: Sequence[int], column: Column, label: str | None, header: str, labels: Column | None
) -> None:
    """Put the addresses of a column into the batch."""
    plainly, append = PLAIN.fullmatch, batch.emails.append
    for at, cell in enumerate(column):
        if not cell:
            continue
        if len(cell) <= MAX_LOCAL and plainly(cell):
            append((lines[at], 0, cell, cell.lower(), label_of(labels[at]) if labels else label))
        elif not is_empty(cell):
            said = label_of(labels[at]) if labels else label
            found, problems = split_emails(cell)
            for address, _display in found:
                append((lines[at], 0, address, email_key(address) or address.lower(), said))
            for problem in problems:
                batch.warn(lines[at], header, problem, "not an e-mail address")


def add_phones(
    batch: Batch, lines: Sequence[int], column: Column, label: str | None, header: str, labels: Column | None
) -> None:
    """Put the numbers of a column into the batch."""
    append, several = batch.phones.append, _SEVERAL_PHONES.search
    for at, raw in enumerate(column):
        if not raw:
            continue
        cell = raw.strip().removeprefix("'")
        for number in split_phones(cell) if several(cell) else (cell,):
            if has_digits(number):
                digits = phone_digits(number) if number[:1] in "+0(t" else None
                append((lines[at], 0, number, digits, label_of(labels[at]) if labels else label))
                if "E" in number and lost_digits(number):
                    batch.warn(lines[at], header, number, "a spreadsheet has cut this number short; kept as it is")
            elif not is_empty(number):
                batch.warn(lines[at], header, number, "not a phone number")


def add_domains(batch: Batch, lines: Sequence[int], column: Column, header: str, *, quiet: bool) -> None:
    """Put the hosts of a column into the batch, but for those that tell no company apart."""
    for at, cell in enumerate(column):
        for piece in _TAG_MARKS.split(cell.strip("[] \t")) if cell else ():
            domain = normalise_domain(piece.strip("\"'"))
            if domain and not belongs_to_many(domain):
                batch.domains.append((lines[at], 0, domain))
            elif not quiet and not is_empty(piece):
                reason = "shared by many, so it is no company's domain" if domain else "not a domain"
                batch.warn(lines[at], header, piece, reason)


def add_tags(batch: Batch, lines: Sequence[int], column: Column) -> None:
    """Put the tags of a column into the batch; groups that only an address book needs are left out."""
    for at, cell in enumerate(column):
        if not cell:
            continue
        seen: set[str] = set()
        for piece in _TAG_MARKS.split(cell):
            name = piece.removeprefix("*").strip(" \t[]\"'")
            key = fold(name)
            if key and key not in seen and key not in _FLAGS and not is_empty(name):
                seen.add(key)
                batch.tags.append((lines[at], name, key))


def add_external_ids(batch: Batch, lines: Sequence[int], columns: Sequence[Column]) -> None:
    """Put the first id of each row into the batch."""
    for at, cells in enumerate(zip(*columns, strict=True)):
        key = next((cell for cell in map(str.strip, cells) if cell), "")
        if key and not is_empty(key):
            batch.external_ids.append((lines[at], key))


def add_companies(
    batch: Batch, lines: Sequence[int], parts: dict[str, list[tuple[Column, str]]]
) -> None:
    """Put the company of each contact into the batch."""
    empty = [None] * len(lines)
    external = _first([texts(column) for column, _header in parts["external"]]) or empty
    names = _first([texts(column) for column, _header in parts["name"]]) or empty
    domains = _first([_hosts(batch, lines, column, header) for column, header in parts["domain"]]) or empty
    for line, key, domain, name in zip(lines, external, domains, names, strict=True):
        if key or domain or name:
            named = None if name is None or is_empty(name) else name
            known = key and key.split(";")[0].strip()
            if known or domain or named:
                batch.companies.append(Link(line, known or None, domain, named, sort_key(named) if named else None))


def _hosts(batch: Batch, lines: Sequence[int], column: Column, header: str) -> list[str | None]:
    found: list[str | None] = []
    for at, cell in enumerate(plain(column)):
        domain = normalise_domain(cell) if cell else None
        if domain and belongs_to_many(domain):
            batch.warn(lines[at], header, cell, "shared by many, so it is no company's domain")
            domain = None
        elif cell and not domain and not is_empty(cell):
            batch.warn(lines[at], header, cell, "not a domain")
        found.append(domain)
    return found


def _first(columns: list[list[str | None]]) -> list[str | None]:
    if len(columns) < 2:  # noqa: PLR2004 - nothing to choose from
        return columns[0] if columns else []
    return [next((cell for cell in cells if cell), None) for cells in zip(*columns, strict=True)]
