"""Cells with several values as our own exports write them: in the order of the record, each as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.transfer.batch import Link
from smallcrm.services.transfer.columns import plain
from smallcrm.services.transfer.whose import Mention
from smallcrm.services.values.enumerating import elements
from smallcrm.services.values.phones import has_digits, phone_digits
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.transfer.batch import Batch

Column = tuple[str, ...]


def _each(batch: Batch, lines: Sequence[int], column: Column, header: str) -> Iterator[tuple[int, str]]:
    """Every value of a column with its row; no more of a row than a record may have."""
    for line, cell in zip(lines, plain(column), strict=True):
        found = elements(cell) if cell else []
        if len(found) > MAX_PARTS:
            batch.warn(line, header, found[MAX_PARTS], f"more than {MAX_PARTS} values; the rest is left out")
        for text in found[:MAX_PARTS]:
            yield line, text


def add_phones(batch: Batch, lines: Sequence[int], column: Column, header: str) -> None:
    """Put the numbers of a column into the batch."""
    for line, number in _each(batch, lines, column, header):
        if has_digits(number):
            batch.phones.append((line, 0, number, phone_digits(number), None))
        else:
            batch.warn(line, header, number, "not a phone number")


def add_tags(batch: Batch, lines: Sequence[int], column: Column, header: str) -> None:
    """Put the tags of a column into the batch."""
    batch.tags += [(line, name, fold(name)) for line, name in _each(batch, lines, column, header)]


def add_further_ids(batch: Batch, lines: Sequence[int], column: Column, header: str, own: str) -> None:
    """Put the ids of a column, written `source:key`, into the batch.

    Those of the source `own` are only where the record was before: a column of the file has the one that counts.
    """
    for line, text in _each(batch, lines, column, header):
        source, colon, key = (part.strip() for part in text.partition(":"))
        if not (source and colon and key):
            batch.warn(line, header, text, "not an id written source:key")
        elif source == own:
            batch.origins.append((line, key))
        else:
            batch.further_ids.append((line, source, key))


def add_companies(batch: Batch, lines: Sequence[int], column: Column, header: str) -> None:
    """Put the companies of a column into the batch: the first is the primary one, where nothing else names that."""
    there = {line for line, _link in batch.companies}
    for line, name in _each(batch, lines, column, header):
        link = Link(Mention(None, None, name), sort_key(name))
        if line in there:
            batch.places.append((line, link))
        else:
            there.add(line)
            batch.companies.append((line, link))
