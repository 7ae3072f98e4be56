"""The words of PostgreSQL: records of a block share a row for a word, and each is found and taken out by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.db import search, wordlists
from smallcrm.db.fence import tenant_scope
from smallcrm.db.ids import number_of, own_id
from smallcrm.db.wordlists import BLOCK, Posting, SearchToken, Words, postings
from tests.support.world import World, a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.config import Settings
    from tests.conftest import EngineUrl

ONE, OTHER = 1, 2
SHARED = range(BLOCK - 3, BLOCK + 4)


@pytest.fixture
def world(settings: Settings, engine_url: EngineUrl) -> Iterator[World]:
    """A workspace on PostgreSQL, bound; of two objects, records on both sides of the border of a block."""
    with a_world(settings, engine_url) as found, tenant_scope(found.north):
        for code in (ONE, OTHER):
            search.add(code, [(own_id(n), f"ann n{n}", "odd" if n % 2 else "ann even") for n in SHARED])
        yield found


def found(*words: str, limit: int = 99, titles: bool = False, since: int = 0, code: int = ONE) -> list[int]:
    """The numbers of the records that are found."""
    since = own_id(since) if since else 0
    return [number_of(key) for key in search.matching(code, words, limit, titles=titles, since=since)]


def rows(word: str) -> list[tuple[int, int, bytes]]:
    """The rows of a word, by their newest records."""
    kept = SearchToken.select().where(SearchToken.token == word, SearchToken.object == ONE)
    return [
        (number_of(row.record_id), row.in_title, bytes(row.earlier)) for row in kept.order_by(SearchToken.record_id)
    ]


def test_it_gathers_the_records_of_a_block() -> None:
    """Whatever their order; a word of a title is no other word; each row is named by its newest record."""
    records = [
        Words(7, ["ann"], ["lee"]),
        Words(BLOCK, ["ann"], []),
        Words(4, ["bo"], ["ann", "bo"]),
        Words(2, ["ann"], []),
    ]
    assert set(postings(records)) == {
        Posting("ann", 7, 1, b"\5"),
        Posting("ann", 4, 0, b""),
        Posting("bo", 4, 1, b""),
        Posting("lee", 7, 0, b""),
        Posting("ann", BLOCK, 1, b""),
    }
    full = list(postings(Words(n, ["ann"], []) for n in range(BLOCK)))
    assert [sorted(wordlists.records_of(row.record_id, row.earlier)) for row in full] == [[*range(BLOCK)]]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
def test_it_finds_each_record_of_a_row() -> None:
    """The newest first, from a record on, in titles, with all of several beginnings; a few rows or all of them."""
    newest = sorted(SHARED, reverse=True)
    assert rows("ann") == [(BLOCK - 1, 1, b"\2\1"), (BLOCK + 3, 1, b"\3\2\1")]
    assert found("an") == found("a", "n") == found("an", titles=True) == newest
    assert found("ann", limit=2) == newest[:2]
    assert found("ann", since=BLOCK - 2) == newest[:-1]
    assert found("ann", "od") == found("odd") == [n for n in newest if n % 2]
    assert found("odd", titles=True) == found("x") == found("ann", "x") == []
    assert found(f"n{BLOCK - 2}") == [BLOCK - 2]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("few", [1, 2, 3, 5])
def test_it_finds_the_same_among_a_few_rows(few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that stands in a row that was not read is not passed over for an older one."""
    monkeypatch.setattr(wordlists, "_FEW", few)
    newest = sorted(SHARED, reverse=True)
    for limit in range(1, len(newest) + 2):
        for since in (0, BLOCK - 1, BLOCK + 2):
            expected = [n for n in newest if n >= since][:limit]
            assert [found(word, limit=limit, since=since) for word in ("ann", "n")] == [expected, expected]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    "gone",
    [
        [BLOCK - 1],
        [BLOCK - 3, BLOCK + 2],
        [BLOCK],
        [BLOCK + 3, BLOCK + 1, 9999],
        [*SHARED],
        [BLOCK - 2, *range(BLOCK, BLOCK + 4)],
    ],
)
def test_it_takes_records_out_of_the_rows_that_they_share(gone: list[int]) -> None:
    """The others stay found, by every word and once; those of another object too."""
    search.remove_each(ONE, [own_id(n) for n in gone])
    _expect([n for n in SHARED if n not in gone])


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
@pytest.mark.parametrize("low", [0, *SHARED])
@pytest.mark.parametrize("high", [BLOCK - 2, BLOCK - 1, BLOCK, BLOCK + 3, 10 * BLOCK])
def test_it_takes_out_a_range_that_begins_and_ends_inside_rows(low: int, high: int) -> None:
    """Also one that is in one row, and one that is empty."""
    search.remove(ONE, own_id(low), own_id(high))
    _expect([n for n in SHARED if not low <= n <= high])


def _expect(left: list[int]) -> None:
    left = sorted(left, reverse=True)
    assert found("ann") == left
    assert [found(f"n{n}") for n in SHARED] == [[n] if n in left else [] for n in SHARED]
    assert found("even") == [n for n in left if not n % 2]
    assert found("ann", code=OTHER) == sorted(SHARED, reverse=True)
    assert search.indexed(ONE) == len(left)
    assert wordlists.newest(ONE) == (own_id(left[0]) if left else 0)
    kept = [number for key, _flag, earlier in rows("ann") for number in wordlists.records_of(key, earlier)]
    assert sorted(kept, reverse=True) == left


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
def test_it_counts_the_records_wherever_they_are() -> None:
    """Span by span, over numbers that nobody has."""
    search.add(ONE, [(own_id(n), "far", "ann") for n in (100_000, 100_001, 5_000_000)])
    assert [len(span) for span in wordlists.indexed(ONE)] == [1, 2, len(SHARED)]
    assert search.indexed(ONE) == len(SHARED) + 3
    assert found("ann", limit=3) == [5_000_000, 100_001, 100_000]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
def test_it_puts_a_record_back_beside_the_row_it_was_in() -> None:
    """Indexed anew by other words, it is found by these, and by no earlier one."""
    search.replace(ONE, [(own_id(BLOCK - 1), "ann", "new")])
    assert found("new") == [BLOCK - 1]
    assert found(f"n{BLOCK - 1}") == []
    assert found("ann") == sorted(SHARED, reverse=True)
    assert rows("ann") == [(BLOCK - 2, 1, b"\1"), (BLOCK - 1, 1, b""), (BLOCK + 3, 1, b"\3\2\1")]
