"""What a row that stands twice gives to the first of its kind: what that one lacks, and its addresses, phones, tags.

The first row's values win, but an opt-out stands whoever says it, and of two lifecycle stages the further one. What a
record can have no more of is left out, and told. A field is blank where all of the rows leave it so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import peewee as pw
from peewee import fn

from smallcrm.db.fence import proxy
from smallcrm.db.search import prepared
from smallcrm.services.contacts import LIFECYCLE
from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.transfer import custom_folding, further_parts
from smallcrm.services.transfer.batch import MAX_WARNINGS
from smallcrm.services.transfer.cleaning import title_of
from smallcrm.services.transfer.growing import no_room
from smallcrm.services.transfer.staging import Stage, Verdict, column, staged, word_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.transfer.blanks import Blanks

# Names are one value: a first name of one row and a last name of another make a person that nobody has named.
_NAMES = ("first_name", "middle_name", "last_name")
_BLOCK = ("prefix", *_NAMES, "suffix", "name", "name_key")


def fold(stage: Stage) -> None:
    """Give each first row what its repeats have and it has not."""
    rows = stage.rows
    first = rows.select(rows.first).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    _fold_names(stage, first)
    for name in stage.columns:
        if name not in (*_BLOCK, "opt_out", "lifecycle"):
            _fill(stage, first, [column(name)], getattr(rows, column(name)).is_null())
    _fill(stage, first, ["link"], rows.link.is_null())
    if "opt_out" in stage.columns:
        _raise(stage, "opt_out", [None, 0, 1])
    if "lifecycle" in stage.columns:
        _raise(stage, "lifecycle", [None, *LIFECYCLE])
    if stage.blanks is not None:
        _fold_blanks(stage, stage.blanks)
    further_parts.gather(stage)
    for part in _parts(stage):
        if staged(part.table):
            _move(stage, part.table, part.value)
            _limit(stage, part)
    custom_folding.fold(stage)


class _Part(NamedTuple):
    """A table of parts: what makes two of them the same, what is shown of one, and what a row has beside the table."""

    table: Any
    name: str
    value: Any
    shown: Any
    beside: Any = None


def _parts(stage: Stage) -> Iterator[_Part]:
    rows, keys, phones, tags, ids, places = (
        stage.rows, stage.keys, stage.phones, stage.tags, stage.ids, stage.places
    )  # fmt: skip
    links = stage.companies
    company = links.select(fn.COALESCE(links.title, links.domain, links.ext)).where(links.seq == places.link)
    yield _Part(keys, stage.bulk.field, keys.value, keys.shown if stage.bulk.linked else keys.value)
    yield _Part(phones, "phones", phones.number, phones.number)
    yield _Part(tags, "tags", tags.folded, tags.tag)
    yield _Part(ids, "external_ids", ids.named, ids.named, rows.ext)
    yield _Part(places, "companies", places.link, company, rows.link)


def _fold_blanks(stage: Stage, blanks: Blanks) -> None:
    """Let the first rows leave blank what all of their repeats leave blank too."""
    rows = stage.rows
    again = rows.select(rows.first, rows.blank).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    heads = rows.select(rows.first).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    marks: dict[int, str] = dict(rows.select(rows.seq, rows.blank).where(rows.seq.in_(heads)).tuples())
    for first, theirs in again.tuples().iterator():
        marks[first] = blanks.joined(marks[first], theirs)
    joined = stage.door.table(f"blanks_in_{rows.__name__}", {"row": "bigint", "blank": "text"})
    stage.door.fill(joined, ["row", "blank"], marks.items())
    stage.door.index(joined, "row")
    rows.update({rows.blank: joined.blank}).from_(joined).where(rows.seq == joined.row).execute()


def _limit(stage: Stage, part: _Part) -> None:
    """Leave out what a first row has too much of by its repeats, and note it to be told."""
    rows, table = stage.rows, part.table
    heads = rows.select(rows.first).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    beside = 0 if part.beside is None else pw.Case(None, ((part.beside.is_null(), 0),), 1)
    places = [table.position, table.seq] if hasattr(table, "position") else [table.seq]
    rank = fn.ROW_NUMBER().over(partition_by=[table.row], order_by=places) + beside
    ranked = (
        table.join(rows, on=(rows.seq == table.row))
        .select(table.seq.alias("s"), rows.line.alias("l"), part.shown.alias("v"), rank.alias("n"))
        .where(table.row.in_(heads))
        .alias("ranked")
    )
    over = pw.Select((ranked,)).where(ranked.c.n > MAX_PARTS)
    first = over.select(ranked.c.l, ranked.c.v).where(ranked.c.n == MAX_PARTS + 1).order_by(ranked.c.l)
    told = [no_room(line, part.name, value) for line, value in first.limit(MAX_WARNINGS).bind(proxy).tuples()]
    if told:
        stage.doubts.extend(told)
        table.delete().where(table.seq.in_(over.select(ranked.c.s))).execute()


def _fold_names(stage: Stage, first: Any) -> None:
    block = [name for name in _BLOCK if name in stage.columns]
    given = [name for name in _NAMES if name in stage.columns]
    if not stage.bulk.linked or not given:
        return
    rows = stage.rows
    nameless = getattr(rows, column(given[0])).is_null()
    for name in given[1:]:
        nameless &= getattr(rows, column(name)).is_null()
    stage.rows.update({rows.n: 1}).where(rows.seq.in_(first), nameless).execute()
    later = rows.alias("named")
    named = getattr(later, column(given[0])).is_null(False)
    for name in given[1:]:
        named |= getattr(later, column(name)).is_null(False)
    for name in block:
        value = (
            later.select(getattr(later, column(name)))
            .where(later.first == rows.seq, later.verdict == Verdict.DUPLICATE, named)
            .order_by(later.seq)
            .limit(1)
        )
        own = getattr(rows, column(name))
        change = fn.COALESCE(value, own) if name in ("name", "name_key") else value
        rows.update({own: change}).where(rows.seq.in_(first), rows.n == 1).execute()
    rows.update({rows.n: None}).where(rows.seq.in_(first), rows.n == 1).execute()


def _fill(stage: Stage, first: Any, names: list[str], blank: Any) -> None:
    """Fill blank values of the first rows from the earliest of their repeats that has them."""
    rows, later = stage.rows, stage.rows.alias("later")
    for name in names:
        value = getattr(later, name)
        filler = (
            later.select(value)
            .where(later.first == rows.seq, later.verdict == Verdict.DUPLICATE, value.is_null(False))
            .order_by(later.seq)
            .limit(1)
        )
        rows.update({getattr(rows, name): filler}).where(rows.seq.in_(first), blank).execute()


def _raise(stage: Stage, name: str, steps: list[Any]) -> None:
    """Bring the first rows up to the highest step that one of their repeats has."""
    rows, later = stage.rows, stage.rows.alias("later")
    own, theirs = getattr(rows, column(name)), getattr(later, column(name))
    for at in range(1, len(steps)):
        higher = later.select(later.first).where(
            later.verdict == Verdict.DUPLICATE, later.first > 0, theirs == steps[at]
        )
        below = own.is_null() | own.in_(steps[1:at]) if at > 1 else own.is_null()
        rows.update({own: steps[at]}).where(rows.seq.in_(higher), below).execute()


def _move(stage: Stage, table: Any, value: Any) -> None:
    """Give the first rows what their repeats have in a table of parts, each value once."""
    rows = stage.rows
    again = rows.select(rows.seq).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    first = rows.select(rows.first).where(rows.seq == table.row)
    changes: dict[Any, Any] = {table.row: first}
    if hasattr(table, "position"):
        changes[table.position] = table.position + MAX_PARTS
    table.update(changes).where(table.row.in_(again)).execute()
    heads = rows.select(rows.first).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    twice = (
        table.select(table.row.alias("l"), value.alias("v"), fn.MIN(table.seq).alias("s"))
        .where(table.row.in_(heads))
        .group_by(table.row, value)
        .having(fn.COUNT(table.seq) > 1)
        .alias("twice")
    )
    spare = (
        table.join(twice, on=((table.row == twice.c.l) & (value == twice.c.v)))
        .select(table.seq)
        .where(table.seq != twice.c.s)
    )
    table.delete().where(table.seq.in_(spare)).execute()


def settle(stage: Stage) -> None:
    """After the folding: each row that changed has one primary address and phone, and is found by what is its own."""
    rows, keys, phones = stage.rows, stage.keys, stage.phones
    folded = rows.select(rows.first).where(rows.verdict == Verdict.DUPLICATE, rows.first > 0)
    robbed = keys.select(keys.row).where(keys.taken.is_null(False))
    chosen = rows.select(rows.seq).where(rows.seq.in_(folded) | rows.seq.in_(robbed))
    changed = [row[0] for row in chosen.where(rows.verdict == Verdict.NEW).tuples()]
    if not changed:
        return
    marked = stage.door.table(f"changed_in_{rows.__name__}", {"row": "bigint"})
    stage.door.fill(marked, ["row"], [(row,) for row in changed])
    words: dict[int, list[str]] = {row: [] for row in changed}
    among = marked.select(marked.row)
    _settle_part(keys, keys.shown if stage.bulk.linked else keys.value, words, among, keys.taken.is_null())
    _settle_part(phones, phones.number, words if stage.bulk.linked else None, among)
    _find_again(stage, words, among)


def _settle_part(table: Any, value: Any, words: dict[int, list[str]] | None, among: Any, *having: Any) -> None:
    """Make the first element of each changed row its primary one where it has none; note the values."""
    if not staged(table):
        return
    mine = table.select().where(table.row.in_(among), *having)
    orphans = mine.select(fn.MIN(table.seq)).group_by(table.row).having(fn.MIN(table.position) > 0)
    table.update({table.position: 0}).where(table.seq.in_(orphans)).execute()
    if words is None:
        return
    query = mine.select(table.row, value).order_by(table.row, table.position > 0, table.seq)
    for row, text in query.tuples().iterator():
        words[row].append(text)


def _find_again(stage: Stage, words: dict[int, list[str]], among: Any) -> None:
    """Write anew what the changed rows are found by."""
    rows = stage.rows
    columns = [stage.own(name) for name in word_columns(stage)]
    chosen = rows.select(rows.seq, stage.own("name"), stage.own("name_key"), *columns).where(rows.seq.in_(among))
    said = [
        (row, title_of(name, key), prepared(" ".join([*words[row], *(text or "" for text in texts)])))
        for row, name, key, *texts in chosen.tuples().iterator()
    ]
    found = stage.door.table(f"found_in_{rows.__name__}", {"row": "bigint", "title": "text", "words": "text"})
    stage.door.fill(found, ["row", "title", "words"], said)
    stage.door.index(found, "row")
    change = {rows.found: found.words, rows.title: found.title}
    rows.update(change).from_(found).where(rows.seq == found.row).execute()
