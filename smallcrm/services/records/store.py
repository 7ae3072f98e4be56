"""Reading records: one, a page in any order, a count, the place of one among the others."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from math import isqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.db.fence import ById, Ids, Prepared, by_id
from smallcrm.db.ids import MAX_NUMBER, number_of, own_id
from smallcrm.errors import NotFound
from smallcrm.models.base import State
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import documents
from smallcrm.services.records.query import custom_order, sorting
from smallcrm.services.records.query.compiling import MOST_DRIVEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.query.customs import Custom
    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.query.sorting import Order
    from smallcrm.services.records.schema import Noun, Values

COUNT_CAP = 10_000
_NEWEST, _MANY = 250, 66
# A filter with so many hits that they are not driven may fill a page among so many names for each record of it.
_AMONG = 30
# A record that is fetched by its id costs as much as so many steps along the index of names.
_FETCH = 23
# A record that is asked for by itself costs as much as so many hits of an index that are read at once.
_ASK = 4


@dataclass(frozen=True)
class Page:
    """Some records in order, and where the next page begins (None at the end).

    `bounds` are the cursors of the first and the last of them; None where there are none.
    """

    records: list[Values]
    next: str | None
    bounds: tuple[str, str] | None = None


@dataclass(frozen=True)
class Listing:
    """What a list shows: the order, where it begins, how many, whether it looks into the trash, and the filter.

    `skip` leaves out so many first. `back` reads from the end, or from `after` on towards the beginning; the page is in
    the order of the list all the same.
    """

    sort: str = "id"
    after: str | None = None
    limit: int = 500
    trashed: bool = False
    parts: frozenset[str] | None = field(default=None)
    where: Filter | None = None
    skip: int = 0
    back: bool = False


def id_of(name: str, number: int, *, hint: str) -> int:
    """The id that a number of the workspace means; raises NotFound where no number can be that large."""
    if not 0 < number <= MAX_NUMBER:
        raise NotFound(f"There is no {name} {number}.", hint=hint)
    return own_id(number)


def get(noun: Noun, number: int, *, trashed: bool = True) -> Values:
    """The record of that number; raises NotFound."""
    require(Verb.READ)
    record_id = id_of(noun.name, number, hint=f"smallcrm {noun.name} list")
    document = documents.load(noun, _visible(noun, [record_id])).get(record_id)
    hidden = document is None or document["state"] == State.UNDONE
    if document is None or hidden or (document["state"] == State.TRASHED and not trashed):
        raise NotFound(f"There is no {noun.name} {number}.", hint=f"smallcrm {noun.name} list")
    return document


def _visible(noun: Noun, ids: list[int]) -> list[int]:
    """Those of the ids whose records the acting member sees."""
    if noun.seen is None:
        return ids
    row = by_id(noun.model)
    return [found[0] for found in documents.fetch(row.select(row.id).where(row.id.in_(Ids(ids)), *noun.visible(row)))]


def ids_of(noun: Noun, numbers: Sequence[int]) -> list[int]:
    """The ids of these numbers; raises NotFound naming all that do not exist."""
    require(Verb.READ)
    wanted = {id_of(noun.name, number, hint=f"smallcrm {noun.name} list"): number for number in numbers}
    known: set[int] = set()
    ids = list(wanted)
    row = by_id(noun.model)
    for start in range(0, len(ids), documents.CHUNK):
        chosen = row.id.in_(Ids(ids[start : start + documents.CHUNK])), row.state != State.UNDONE
        query = row.select(row.id).where(*chosen, *noun.visible(row))
        known.update(found[0] for found in documents.fetch(query))
    missing = [str(number) for record_id, number in wanted.items() if record_id not in known]
    if missing:
        raise NotFound(f"There is no {noun.name} {', '.join(missing)}.", hint=f"smallcrm {noun.name} list")
    return ids


def count(noun: Noun, *, trashed: bool = False, cap: int | None = None, where: Filter | None = None) -> int:
    """How many live (or trashed) records there are; at most `cap`, which is quick on any size."""
    require(Verb.READ)
    row = noun.model if where is None else by_id(noun.model)
    query = row.select(row.id).where(*_chosen(noun, row, where, trashed=trashed, at_once=True))
    if cap is not None:
        query = query.limit(cap)
    number: int = query.count()
    return number


def numbers(noun: Noun, where: Filter | None) -> list[int]:
    """The numbers of all live records (that pass a filter), in their order, as they are now."""
    require(Verb.READ)
    row = by_id(noun.model)
    query = row.select(row.id).where(*_chosen(noun, row, where, trashed=False, at_once=True)).order_by(row.id)
    return [number_of(found[0]) for found in documents.fetch(query)]


def _chosen(noun: Noun, row: Any, where: Filter | None, *, trashed: bool, at_once: bool = False) -> list[Any]:
    """The conditions on the records of `row`: seen or in the trash, and the filter's."""
    chosen = [row.state == (State.TRASHED if trashed else State.LIVE), *noun.visible(row)]
    if where is not None and trashed:
        where.refuse_words()
    if isinstance(row, ById) and not (where is not None and where.driven):
        chosen.append(row.id.between(own_id(0), own_id(MAX_NUMBER)))
    by_name = not isinstance(row, ById)
    condition = None if where is None else where.condition(row, at_once=at_once, walked=by_name)
    return chosen if condition is None else [*chosen, condition]


def page(noun: Noun, listing: Listing) -> Page:
    """One page of records; keyset paging, so that every page costs the same.

    Only the name has an index in the order of a list. For all else, and wherever a filter may pass few, the records are
    walked by their ids: the index of names would be walked to its end, and each record fetched by itself.
    """
    require(Verb.READ)
    order, where = sorting.order_of(noun, listing.sort), listing.where
    custom = None if listing.back else custom_order.walked_by(order)
    if custom is not None and (where is None or where.asks_only(custom) or not where.driven):
        return _walked(noun, listing, order, custom)
    found = _among_first_names(noun, listing, order) or _found(noun, listing, order)
    keys, rows = found.keys, found.rows
    more = len(rows) > listing.limit
    rows = rows[: listing.limit]
    if listing.back:
        rows.reverse()
    records = [documents.read_row(noun, found) for found in rows]
    documents.add_parts(noun, records, listing.parts)
    if not rows:
        return Page(records, None)
    first, last = (
        sorting.write_cursor(order, _mark(where), row[len(row) - keys :], row[0]) for row in (rows[0], rows[-1])
    )
    return Page(records, (first if listing.back else last) if more else None, (first, last))


class _Rows(NamedTuple):
    """Rows of records, one more than a page shows if there are so many; their last `keys` columns are their places."""

    rows: list[Any]
    keys: int


def _found(noun: Noun, listing: Listing, order: Order) -> _Rows:
    """The rows of a page, by the names or by the ids, whichever is likely to find them sooner."""
    where = listing.where
    many = where is None or _passes_many(noun, where, listing, by_name=order.by_index)
    by_name = order.by_index and (many or (where is not None and _fills_by_name(noun, where, listing.limit)))
    return _rows(noun, listing, order, noun.model if by_name else by_id(noun.model), at_once=not many)


def _among_first_names(noun: Noun, listing: Listing, order: Order) -> _Rows | None:
    """The rows of a first page that is full among the first names: to try that costs less than to count the hits."""
    where = listing.where
    plain = where is not None and not (listing.after or listing.skip or listing.back)
    if where is None or not plain or not order.by_names or not where.finds_more_than(MOST_DRIVEN):
        return None
    last = _place(noun, order, State.TRASHED if listing.trashed else State.LIVE, _AMONG * listing.limit)
    if last is None:
        return None
    found = _rows(noun, listing, order, noun.model, at_once=False, last=last)
    return found if len(found.rows) > listing.limit else None


def _rows(
    noun: Noun, listing: Listing, order: Order, row: Any, *, at_once: bool, last: sorting.Start | None = None
) -> _Rows:
    """The rows of a page in their order; none that lies beyond `last`."""
    start = sorting.read_cursor(order, _mark(listing.where), listing.after, row)
    keys = [key.expression for key, _descending in order.expressions(row)]
    query = row.select(*documents.selected_columns(noun, row), *keys)
    query = query.where(*_chosen(noun, row, listing.where, trashed=listing.trashed, at_once=at_once))
    if start is not None:
        query = query.where(sorting.beyond(order, row, start, back=listing.back))
    if last is not None:
        query = query.where(sorting.up_to(order, row, last))
    query = query.order_by(*sorting.ordering(order, row, back=listing.back)).limit(listing.limit + 1)
    if listing.skip:
        query = query.offset(listing.skip)
    return _Rows(documents.fetch(query), len(keys))


def _place(noun: Noun, order: Order, state: State, steps: int) -> sorting.Start | None:
    """The place in the order of names after so many records; None where there are not so many."""
    asked = (noun.name, order.descending)
    query = _place_of.get(asked)
    if query is None:
        row = noun.model
        keys = [key.expression for key, _descending in order.expressions(row)]
        ordered = row.select(*keys, row.id).order_by(*sorting.ordering(order, row)).limit(1)
        query = _place_of[asked] = Prepared(lambda state, steps: ordered.where(row.state == state).offset(steps), 2)
    found = query.rows(int(state), steps)
    return sorting.Start(found[0][:-1], found[0][-1]) if found else None


_place_of: dict[tuple[str, bool], Prepared] = {}


def _walked(noun: Noun, listing: Listing, order: Order, custom: Custom) -> Page:
    """One page in the order of a field that the workspace added."""
    where, mark = listing.where, _mark(listing.where)
    if where is not None and listing.trashed:
        where.refuse_words()
    start = sorting.read_cursor(order, mark, listing.after, noun.model)
    state = State.TRASHED if listing.trashed else State.LIVE
    checks = () if where is None else where.checks_of(custom)
    narrow = None
    if where is not None:
        # From where the checks are met on, the walk finds what it looks for soon.
        at_once = not checks and not _passes_many(noun, where, listing, by_name=False)
        narrow = partial(where.condition, at_once=at_once, met=custom)
    walk = custom_order.Walk(noun, custom, state, narrow, checks, descending=order.descending)
    places = walk.page(start, listing.skip + listing.limit + 1)[listing.skip :]
    shown = places[: listing.limit]
    found = documents.load_plain(noun, [at.id for at in shown]) if shown else {}
    records = [found[at.id] for at in shown if at.id in found]
    documents.add_parts(noun, records, listing.parts)
    if not shown:
        return Page(records, None)
    first, last = (sorting.write_cursor(order, mark, at.values, at.id) for at in (shown[0], shown[-1]))
    return Page(records, last if len(places) > listing.limit else None, (first, last))


def place(noun: Noun, listing: Listing, number: int) -> int | None:
    """How many records of a listing come before one; None where it is none of them."""
    require(Verb.READ)
    order, where = sorting.order_of(noun, listing.sort), listing.where
    row = noun.model if where is None and order.by_index else by_id(noun.model)
    chosen = _chosen(noun, row, where, trashed=listing.trashed, at_once=True)
    keys = [key.expression for key, _descending in order.expressions(row)]
    found = documents.fetch(row.select(row.id, *keys).where(*chosen, row.id == own_id(number)))
    if not found:
        return None
    start = sorting.Start(tuple(found[0][1:]), found[0][0])
    before: int = row.select(row.id).where(*chosen, sorting.beyond(order, row, start, back=True)).count()
    return before


def _passes_many(noun: Noun, where: Filter, listing: Listing, *, by_name: bool) -> bool:
    """Whether a filter passes so many records that a walk soon fills a page.

    What an index finds lies anywhere among the names. Among the ids it often lies side by side, as it was imported.
    """
    if where.passes_many is None and by_name and where.hits is not None:
        where.passes_many = False
    if where.passes_many is None:
        known = where.finds_more_than(_enough(noun, listing.limit)) if by_name else None
        where.passes_many = _among_newest(noun, where, trashed=listing.trashed) if known is None else known
    return where.passes_many


def _enough(noun: Noun, limit: int) -> int:
    """So many hits that looking them all up costs more than asking one record after the other for a page."""
    return max(MOST_DRIVEN, isqrt(_ASK * limit * _highest(noun)))


def _among_newest(noun: Noun, where: Filter, *, trashed: bool) -> bool:
    """Whether a filter, of which no index tells how much it passes, passes many of the newest records."""
    if where.driven:
        return False
    row, ids = by_id(noun.model), _newest(noun, State.TRASHED if trashed else State.LIVE)
    among = row.select(row.id).where(row.id.in_(Ids(ids)), *_chosen(noun, row, where, trashed=trashed))
    return len(ids) == _NEWEST and among.count() * _MANY >= _NEWEST


def _fills_by_name(noun: Noun, where: Filter, limit: int) -> bool:
    """Whether a page by name is full sooner than the records that pass, whose ids are known, would be fetched."""
    if where.hits is None:
        return where.looked_up_whole
    return where.hits**2 * _FETCH > _highest(noun) * limit


def _newest(noun: Noun, state: State) -> list[int]:
    """The ids of the newest records in a state."""
    row = by_id(noun.model)
    inside = row.id.between(own_id(0), own_id(MAX_NUMBER))
    query = row.select(row.id).where(row.state == state, inside).order_by(row.id.desc()).limit(_NEWEST)
    return [found[0] for found in documents.fetch(query)]


def _highest(noun: Noun) -> int:
    """The highest number of a record, whatever its state; 0 where there is none."""
    query = _highest_of.get(noun.name)
    if query is None:
        row = by_id(noun.model)
        highest = row.select(row.id).order_by(row.id.desc()).limit(1)
        query = _highest_of[noun.name] = Prepared(lambda low, high: highest.where(row.id.between(low, high)), 2)
    found = query.rows(own_id(0), own_id(MAX_NUMBER))
    return number_of(found[0][0]) if found else 0


_highest_of: dict[str, Prepared] = {}


def _mark(where: Filter | None) -> str:
    """What tells the cursors of one filter from those of another."""
    if where is None:
        return ""
    from hashlib import blake2b

    return blake2b("\0".join(where.texts).encode(), digest_size=4).hexdigest()


def walk(noun: Noun, listing: Listing, size: int = 1000) -> Iterator[Values]:
    """Every record of a listing whatever its limit (0: all), read page by page in constant memory."""
    left = listing.limit or None
    after = listing.after
    while left is None or left > 0:
        step = size if left is None else min(size, left)
        found = page(noun, replace(listing, after=after, limit=step))
        yield from found.records
        if found.next is None:
            return
        after = found.next
        left = None if left is None else left - len(found.records)
