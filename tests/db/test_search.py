"""The search index: whole words and a last prefix, one tenant's and one object's at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.db import search
from smallcrm.db.fence import tenant_scope
from smallcrm.db.ids import make_id, own_id
from smallcrm.errors import FenceRefused
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
    """The numbers of the records that a text finds."""
    return [record_id & (1 << 40) - 1 for record_id in search.find(code, text, limit)]


@pytest.mark.usefixtures("world")
def test_it_finds_words_and_a_last_prefix() -> None:
    """Every word must be there; only the last may be unfinished; newest first."""
    put(1, "Ann Lee", "ann@acme.com Rome")
    put(2, "Ann Miller", "rome")
    put(3, "Bo Annan")
    assert hits("ann") == [3, 2, 1]
    assert hits("ann rom") == [2, 1]
    assert hits("rom ann") == []
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
    [('"', []), ("a*", [1]), ("NEAR(a b)", []), ("title:ann", []), ("ann OR bo", []), ("-ann", [1]),
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


def test_it_keeps_objects_and_tenants_apart(world: World) -> None:
    """Equal numbers are different records; another tenant's is refused and unseen."""
    put(1, "Ann")
    put(1, "Bo", code=OTHER)
    assert (hits("ann"), hits("bo"), hits("bo", OTHER)) == ([1], [], [1])
    foreign = make_id(world.south, 1)
    for act in (
        lambda: search.add(ONE, [(foreign, "ann", "")]),
        lambda: search.row_number(ONE, foreign),
        lambda: search.replace(ONE, [(foreign, "ann", "")]),
    ):
        with pytest.raises(FenceRefused):
            act()


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
