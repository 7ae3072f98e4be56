"""Search across every noun: what is found, in which order, by whom, and which piece of it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.db import search as index
from smallcrm.db.ids import own_id
from smallcrm.errors import NotLoggedIn, UsageError
from smallcrm.services import comments, searching
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import editing, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.schema import noun, record_nouns
from tests.support.cast import EUR, RUTH, STAN

if TYPE_CHECKING:
    from tests.support.world import World


def add(kind: str, **values: str) -> int:
    """A record of a noun; gives its number."""
    return editing.add(noun(kind), Edit(set=values), EUR).changed[0]


def found(*texts: str, only: tuple[str, ...] = (), limit: int = 50) -> list[str]:
    """What these texts find, as noun:number."""
    return [f"{one.noun}:{one.number}" for one in searching.search(texts, only=only, limit=limit).found]


@pytest.fixture
def people(mara: World) -> World:
    """A few records of several nouns, one after another."""
    add("company", name="Ann's Bakery", domains="bakery.example", city="Rome")
    add("contact", first_name="Zoë", last_name="Çelik", emails="zoe@bakery.example", city="Rome")
    add("contact", first_name="Ann", last_name="Rome", emails="ann@other.example")
    add("deal", name="Annual order", source="Rome fair")
    return mara


@pytest.mark.usefixtures("people")
def test_it_finds_beginnings_of_words_in_every_noun() -> None:
    """All of them wanted; titles first, then the newest; a phrase in quotes is its words."""
    assert found("ann") == ["deal:1", "contact:2", "company:1"]
    assert found("rome", "ann") == found("rome ann") == ["contact:2", "deal:1", "company:1"]
    assert found("ANN", "ann", "annu") == ["deal:1"]
    assert found("celik") == found("Çel", "zoe") == ["contact:1"]
    assert found("bakery") == ["company:1", "contact:1"]
    assert found("akery") == found("ann zoe") == []


@pytest.mark.usefixtures("people")
def test_it_looks_among_some_nouns_only() -> None:
    """Those that are named; a name that is none is answered with the nearest."""
    assert found("ann", only=("contact", "deal")) == ["deal:1", "contact:2"]
    with pytest.raises(UsageError, match="Did you mean 'contact'"):
        found("ann", only=("contct",))
    with pytest.raises(UsageError, match="noun to search 'stage'"):
        found("ann", only=("stage",))


@pytest.mark.usefixtures("people")
def test_it_shows_the_piece_that_matched() -> None:
    """With its field; of a record whose title has every word, none."""
    pieces = {f"{one.noun}:{one.number}": one.pieces for one in searching.search(["rome", "ann"]).found}
    assert pieces == {
        "contact:2": [],
        "deal:1": [{"field": "source", "value": "Rome fair"}],
        "company:1": [{"field": "city", "value": "Rome"}],
    }
    (one,) = searching.search(["zoe@bak", "rom"], only=["contact"]).found
    assert (one.title, [piece["value"] for piece in one.pieces]) == ("Zoë Çelik", ["zoe@bakery.example", "Rome"])


@pytest.mark.usefixtures("mara")
def test_it_cuts_a_long_piece_around_the_word() -> None:
    """So that the word is on the line."""
    add("contact", first_name="Bo", title=f"{'very ' * 60}special envoy {'indeed ' * 60}")
    (one,) = searching.search(["envoy"]).found
    (piece,) = one.pieces
    assert "envoy" in piece["value"]
    assert piece["value"].startswith("…")
    assert piece["value"].endswith("…")
    assert len(piece["value"]) < 100


@pytest.mark.usefixtures("people")
def test_it_says_whether_there_is_more() -> None:
    """Than the limit lets be shown."""
    assert [searching.search(["ann"], limit=limit).more for limit in (1, 2, 3, 4)] == [True, True, False, False]
    assert found("ann", limit=2) == ["deal:1", "contact:2"]


@pytest.mark.usefixtures("mara")
@pytest.mark.parametrize("texts", [[], [""], ["!?", "-"], [" ".join(f"w{n}" for n in range(21))]])
def test_it_refuses_what_it_cannot_look_for(texts: list[str]) -> None:
    """No word at all, or more than anybody types."""
    with pytest.raises(UsageError):
        searching.search(texts)


@pytest.mark.usefixtures("mara")
@pytest.mark.parametrize("limit", [0, -1, 501])
def test_it_refuses_a_limit_that_is_none(limit: int) -> None:
    """A search shows the best; all of them is what a filter is for."""
    with pytest.raises(UsageError, match="--limit"):
        searching.search(["ann"], limit=limit)


@pytest.mark.usefixtures("people")
def test_it_finds_nothing_in_the_trash() -> None:
    """Nor what an undo has hidden; what comes back is found again."""
    editing.trash_many(CONTACT, [2])
    assert found("ann", only=("contact",)) == []
    editing.restore_many(CONTACT, [2])
    assert found("ann", only=("contact",)) == ["contact:2"]
    number = editing.add(COMPANY, Edit(set={"name": "Annex"}), EUR).operation
    assert found("annex") == ["company:2"]
    undo.undo(number)
    assert found("annex") == []


@pytest.mark.usefixtures("people")
def test_it_shows_no_trashed_record_even_if_the_index_is_wrong() -> None:
    """The row decides, not the index."""
    document = store.get(CONTACT, 2)
    editing.trash_many(CONTACT, [2])
    index.add(CONTACT.code, [(document["id"], *CONTACT.search_text(document))])
    assert found("ann", only=("contact",)) == []


def test_it_finds_nothing_of_the_neighbours(people: World) -> None:
    """The same words in another workspace are other records."""
    assert found("ann")
    import contextvars

    def elsewhere() -> list[str]:
        with people.acts(STAN):
            add("contact", first_name="Stan's Ann")
            return found("ann")

    assert contextvars.Context().run(elsewhere) == ["contact:1"]
    assert found("stan") == []


def test_it_lets_a_reader_search_and_nobody_else(world: World) -> None:
    """Whoever may read may search; without a member nothing is read."""
    with world.acts(RUTH):
        assert found("ann") == []
    with pytest.raises(NotLoggedIn):
        found("ann")


@pytest.mark.usefixtures("mara")
def test_it_searches_every_noun_of_customer_data() -> None:
    """Each registered noun has a code of its own and a place in the index."""
    codes = [one.code for one in record_nouns().values()]
    assert len(set(codes)) == len(codes)
    assert all(0 < code < 16 for code in codes)


def test_it_finds_what_was_said(people: World) -> None:
    """A comment by its words, with the record it is about; none whose record is in the trash."""
    del people
    comments.add(("contact", own_id(2)), "The annual fee was *waived*")
    comments.add(("deal", own_id(1)), "Fee to be paid by Ann")
    assert found("fee") == ["comment:2", "comment:1"]
    assert found("ann", only=("comment",)) == ["comment:2", "comment:1"]
    [one] = searching.search(["waived"]).found
    assert one.title == "The annual fee was *waived*"
    assert [piece["field"] for piece in one.pieces] == ["record"]
    assert one.pieces[0]["value"] == "Ann Rome"
    editing.trash_many(CONTACT, [2])
    assert found("fee") == ["comment:2"]
    editing.restore_many(CONTACT, [2])
    assert found("fee") == ["comment:2", "comment:1"]
