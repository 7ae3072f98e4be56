"""The search index: beginnings of words, ranked by title and number, one tenant's and one object's at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from peewee import IntegrityError

from smallcrm.db import fulltext, ranking, search
from smallcrm.db.fence import proxy, system_scope, tenant_scope
from smallcrm.db.ids import make_id, number_of, own_id
from smallcrm.db.wordlists import SearchToken
from smallcrm.errors import FenceRefused
from smallcrm.services.records import schema
from tests.support.world import World, a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.config import Settings
    from tests.conftest import EngineUrl

ONE, OTHER = 1, 2


@pytest.fixture
def world(settings: Settings, engine_url: EngineUrl) -> Iterator[World]:
    """Both workspaces on each engine in turn, the first one bound."""
    with a_world(settings, engine_url) as found, tenant_scope(found.north):
        yield found


def put(n: int, title: str, words: str = "", code: int = ONE) -> None:
    """Index a record."""
    search.add(code, [(own_id(n), search.prepared(title), search.prepared(words))])


def hits(text: str, code: int = ONE, limit: int = 10) -> list[int]:
    """The numbers of the records that a text finds, the best first."""
    return [number_of(hit.record_id) for hit in ranking.ranked(code, search.words_of(text), limit).best]


@pytest.mark.usefixtures("world")
def test_it_finds_beginnings_of_words() -> None:
    """Of every word one; the newest first."""
    put(1, "Ann Lee", "ann@acme.com Rome")
    put(2, "Ann Miller", "rome")
    put(3, "Bo Annan")
    assert hits("ann") == [3, 2, 1]
    assert hits("ann rom") == [2, 1]
    assert hits("rom an") == [2, 1]
    assert hits("om nn") == []
    assert hits("acme.com") == [1]
    assert hits("ann", limit=2) == [3, 2]
    assert hits("") == hits(" .,") == hits("zzz") == []


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Çelik", "celik"),
        ("Straße", "STRASSE"),
        ("Ærø", "aero"),
        ("李小龙", "小"),
        ("李小龙", "小龙"),
        ("O'Neil", "neil"),
    ],
)
def test_it_folds_what_is_written_and_what_is_asked(title: str, text: str) -> None:
    """No accents, no case; each CJK character is a word."""
    put(1, title)
    assert hits(text) == [1]
    assert hits(title) == [1]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("text", "found"),
    [('"', []), ("a*", [1]), ("NEAR(ann bo)", []), ("title:ann", []), ("ann OR bo", []), ("-ann", [1]),
     ("' OR 1=1 --", []), ("a\0b", []), ("%", []), ("_", [])],
)  # fmt: skip
def test_it_takes_no_text_for_a_query(text: str, found: list[int]) -> None:
    """What means something to an engine is a word like any other."""
    put(1, "Ann")
    put(2, "Bo")
    assert hits(text) == found


@pytest.mark.usefixtures("world")
def test_it_removes_and_replaces() -> None:
    """A range goes at once; a record indexed anew is found by its new words only."""
    for n in range(1, 6):
        put(n, f"Ann {n}")
    search.remove(ONE, own_id(2), own_id(4))
    assert hits("ann") == [5, 1]
    search.replace(ONE, [(own_id(1), "bo", ""), (own_id(2), "ann", "")])
    assert (hits("ann"), hits("bo")) == ([5, 2], [1])
    search.remove_each(ONE, [own_id(1), own_id(2), own_id(9)])
    search.remove_each(ONE, [])
    assert (hits("ann"), hits("bo")) == ([5], [])


def test_it_keeps_objects_and_tenants_apart(world: World) -> None:
    """Equal numbers are different records; another tenant's is refused and unseen."""
    put(1, "Ann")
    put(1, "Bo", code=OTHER)
    assert (hits("ann"), hits("bo"), hits("bo", OTHER)) == ([1], [], [1])
    foreign = make_id(world.south, 1)
    for act in (search.add, search.replace):
        with pytest.raises(FenceRefused):
            act(ONE, [(foreign, "ann", "")])
    search.remove_each(OTHER, [own_id(1)])
    assert (hits("ann"), hits("bo", OTHER)) == ([1], [])


def test_it_does_not_see_the_neighbour(world: World) -> None:
    """The same word and number in the other workspace, written and removed, changes nothing here."""
    put(1, "Ann")
    _as_neighbour(world)
    assert hits("ann") == [1]


def _as_neighbour(world: World) -> None:
    import contextvars

    def act() -> None:
        with tenant_scope(world.south):
            put(1, "Ann")
            assert hits("ann") == [1]
            search.remove(ONE, own_id(0), own_id(9))
            assert hits("ann") == []

    contextvars.Context().run(act)


@pytest.mark.usefixtures("world")
def test_it_ranks_titles_before_the_rest() -> None:
    """Every word in the title, then the others; each record once, the newest first of each."""
    put(1, "Ann Rome")
    put(2, "Ann", "rome")
    put(3, "Rome", "ann@rome.org")
    put(4, "Romeo and Annabel")
    assert hits("ann rom") == [4, 1, 3, 2]
    assert hits("ann rom", limit=3) == [4, 1, 3]
    assert hits("rome ann rome") == hits("ann rom")


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("text", ["ann", "a", "an x"])
def test_it_says_whether_there_is_more(text: str) -> None:
    """Exactly as many as asked for is all of them."""
    for n in range(1, 5):
        put(n, "Ann", "xyz")
    words = search.words_of(text)
    assert [ranking.ranked(ONE, words, limit).more for limit in (3, 4, 5)] == [True, False, False]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("text", ["a", "an", "ann"])
def test_it_finds_an_old_title_before_many_new_others(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than are looked at at first; but where a letter or two are dense, among the newest only."""
    few(monkeypatch)
    put(1, "Ann")
    search.add(ONE, [(own_id(n), "Bo", "annex" if n % 5 == 0 else "") for n in range(2, 121)])
    found = ranking.ranked(ONE, [text], 3)
    numbers = [number_of(hit.record_id) for hit in found.best]
    assert numbers == ([1, 120, 115] if text == "ann" else [120, 115, 110])
    assert found.more


@pytest.mark.parametrize("text", ["a", "ann"])
def test_it_finds_titles_further_back_than_others(world: World, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as titles are looked through, which are more than the rest; on PostgreSQL only for a whole word."""
    few(monkeypatch)
    put(79, "Ann")
    search.add(ONE, [(own_id(n), "Bo", "annex") for n in range(80, 121)])
    assert hits(text, limit=2) == ([120, 119] if world.engine == "postgres" and text == "a" else [79, 120])


def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look through a few records only."""
    monkeypatch.setattr(ranking, "CANDIDATES", 10)
    monkeypatch.setattr(ranking, "WINDOW", 20)
    monkeypatch.setattr(ranking, "TITLES", 50)
    monkeypatch.setattr(ranking, "SHORT_TITLES", 50)


@pytest.mark.usefixtures("world")
def test_it_takes_as_many_titles_as_are_wanted_from_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece inside a word is no beginning, and takes no room."""
    few(monkeypatch)
    for n in range(1, 61):
        put(n, "Joanna" if n % 2 else "Ann Lee")
    found = ranking.ranked(ONE, ["ann"], 3)
    assert [number_of(hit.record_id) for hit in found.best] == [60, 58, 56]
    assert found.more
    assert hits("oan") == []


def test_it_indexes_every_noun_that_is_searched() -> None:
    """The tables of SQLite are those of the nouns."""
    assert {noun.code: name for name, noun in schema.searched_nouns().items()} == fulltext.OBJECTS


@pytest.mark.usefixtures("world")
def test_it_finds_a_rare_letter_wherever_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the newest records have too few of them, the whole index is asked."""
    monkeypatch.setattr(ranking, "WINDOW", 40)
    put(1, "Xaver")
    put(2, "Bo", "x")
    search.add(ONE, [(own_id(n), "Bo", "annex") for n in range(3, 80)])
    put(80, "Xenia")
    assert hits("x") == [80, 1, 2]
    assert hits("x b") == [2]
    assert not ranking.ranked(ONE, ["x"], 3).more


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("text", ["ze", "zeb"])
def test_it_shows_as_many_as_are_wanted_where_there_are_so_many(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Dense among the newest ones, but fewer there than are wanted: the others come from further back."""
    few(monkeypatch)
    search.add(ONE, [(own_id(n), "Bo", "zebra" if n % 3 == 0 else "") for n in range(1, 61)])
    threes = list(range(60, 0, -3))
    for limit in (3, 7, 19, 20, 50):
        found = ranking.ranked(ONE, [text], limit)
        assert [number_of(hit.record_id) for hit in found.best] == threes[:limit]
        assert found.more == (limit < len(threes))


def plans(text: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The engine's plan for each query of a search, as the application's role has it."""
    database = proxy.target()
    run, seen = database._run, list[tuple[str, Any]]()

    def watched(sql: str, params: Any) -> Any:
        seen.append((sql, params))
        return run(sql, params)

    with monkeypatch.context() as patch:
        patch.setattr(database, "_run", watched)
        assert hits(text)
    explained = []
    for sql, params in seen:
        rows = database.run_reviewed(f"EXPLAIN {'QUERY PLAN ' if '?' in sql else ''}{sql}", params).fetchall()
        explained.append("\n".join(str(row[-1]) for row in rows))
    return explained


@pytest.mark.parametrize("text", ["a", "an", "ann", "annex bo", "a b"])
def test_it_stays_inside_the_index_of_the_tenant(world: World, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Row numbers or words of one tenant are a range of the index, which bounds every query."""
    monkeypatch.setattr(ranking, "WINDOW", 100)
    for start in range(1, 3001, 500):
        search.add(ONE, [(own_id(n), f"Bo{n}", "annex") for n in range(start, start + 500)])
    if world.engine == "postgres":
        with_statistics(world)
    found = plans(text, monkeypatch)
    assert found
    for plan in found:
        if world.engine == "sqlite":
            # The full-text table gives its plan as it was asked: 0:M is words, > and < are the bounds of the rows.
            assert "VIRTUAL TABLE INDEX" in plan or "USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)" in plan
            assert ">" in plan
            assert "<" in plan
            assert "TEMP B-TREE" not in plan
        else:
            assert "Seq Scan" not in plan
            assert re.search(r"Index Cond: \(\(?tenant_id = ", plan), plan


def with_statistics(world: World) -> None:
    """Let PostgreSQL know how much there is, as it will after a while."""
    import contextvars

    def act() -> None:
        with system_scope("statistics for a test"):
            proxy.target().execute_sql("ANALYZE search_token")

    assert world.engine == "postgres"
    contextvars.Context().run(act)


@pytest.mark.usefixtures("world")
def test_a_word_is_of_a_record_of_its_own_tenant() -> None:
    """The engine says so itself, as of every reference."""
    row = {"token": "x", "object": ONE, "in_title": 1}
    SearchToken.insert(record_id=own_id(1), **row).execute()
    for other in (make_id(OTHER, 1), make_id(OTHER, 1) + (1 << 41), 1):
        with pytest.raises(IntegrityError), proxy.atomic():
            SearchToken.insert(record_id=other, **row).execute()
