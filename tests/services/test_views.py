"""Saved views: kept as written, read when used, for those who may, refused when they name what is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from smallcrm import clock
from smallcrm.errors import Conflict, NotAllowed, NotFound, ValidationError
from smallcrm.models.view import SavedView
from smallcrm.services import clearing, tags, trash, views
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import STAGE
from smallcrm.services.records import completion, editing, logbook, lookup, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.views import VIEW
from tests.support.canonical import export, faults
from tests.support.cast import ADAM, EUR, OLGA, RUTH

if TYPE_CHECKING:
    from tests.support.world import World

HOT = {"name": "Hot", "noun": "deal", "filter": "is:open amount>5000"}


def add(**values: str) -> int:
    """A new view; gives its number."""
    return editing.add(VIEW, Edit({**HOT, **values}), EUR).changed[0]


def edit(number: int, **values: str) -> int | None:
    """Set some fields of a view; gives the operation."""
    return editing.edit_many(VIEW, [number], Edit(values), EUR).operation


def deal(**values: str) -> int:
    """A new deal."""
    return editing.add(DEAL, Edit({"name": "Roof", **values}), EUR).changed[0]


def listed(word: str, place: Place | None = None, *more: str) -> list[int]:
    """The numbers of the deals that a view passes now."""
    where = place or Place()
    found = views.ready(DEAL, word, where)
    return store.numbers(DEAL, Filter(DEAL, [*found.filters, *more], where))


@pytest.mark.usefixtures("mara")
class TestKeeping:
    """What is stored, and what is refused."""

    def test_it_keeps_what_was_written(self) -> None:
        """The filter to the letter, and who made it."""
        number = add(noun="Deals", filter="is:open   due<today", sort="-amount,name", columns="name,company.name")
        found = store.get(VIEW, number)
        assert (found["noun"], found["filter"]) == ("deal", "is:open   due<today")
        assert (found["sort"], found["columns"], found["team"]) == ("-amount,name", "name,company.name", False)
        assert store.get(VIEW, number)["owner"] is not None

    @pytest.mark.parametrize(
        ("values", "field", "words"),
        [
            ({"name": ""}, "name", "needs a name"),
            ({"noun": ""}, "noun", "what the view lists"),
            ({"noun": "deel"}, "noun", "Did you mean 'deal'"),
            ({"noun": "stage"}, "noun", "no noun 'stage'"),
            ({"filter": "amuont>5"}, "filter", "Did you mean 'amount'"),
            ({"filter": "stage:Propsal"}, "filter", "no stage 'Propsal'. Did you mean 'Proposal'"),
            ({"filter": "is:closed"}, "filter", "one of open, won, lost"),
            ({"filter": "(is:open"}, "filter", "not closed"),
            ({"filter": "-(name:x OR tag:nowhere)"}, "filter", "no tag 'nowhere'"),
            ({"filter": "owner:Nobody"}, "filter", "no member 'Nobody'"),
            ({"sort": "-amuont"}, "sort", "no sort key"),
            ({"columns": "name,citty"}, "columns", "no field 'citty'"),
            ({"columns": ","}, "columns", "needs a column"),
        ],
    )
    def test_it_refuses_what_means_nothing(self, values: dict[str, str], field: str, words: str) -> None:
        """Naming the field of the view; on adding and on an edit."""
        with pytest.raises(ValidationError, match=words.replace("(", r"\(")) as caught:
            add(**values)
        assert caught.value.field == field
        number = add()
        with pytest.raises(Conflict, match=words.replace("(", r"\(")):
            edit(number, **values)

    def test_it_is_journalled_undone_and_trashed_like_any_record(self) -> None:
        """Each step can be taken back."""
        number = add()
        before = export()
        edit(number, filter="is:won")
        undo.undo()
        assert export() == before
        editing.trash_many(VIEW, [number])
        with pytest.raises(NotFound, match="no view 'Hot'"):
            views.ready(DEAL, "Hot", Place())
        editing.restore_many(VIEW, [number])
        assert views.ready(DEAL, "Hot", Place()).number == number
        assert faults() == []

    def test_it_has_a_name_once_among_those_seen_together(self) -> None:
        """Of one noun: one's own, and the team's."""
        add()
        with pytest.raises(ValidationError, match="already"):
            add(name="HOT")
        add(team="yes")
        add(noun="contact", filter="tag:none")
        with pytest.raises(ValidationError, match="already"):
            add(team="yes")


@pytest.mark.usefixtures("mara")
class TestSharing:
    """Who sees a view, and who may change it."""

    def test_it_shows_a_private_one_to_its_owner_only(self, world: World) -> None:
        """By no door: list, count, number, name, trash, completion, journal; not even to an owner of the workspace."""
        number = add(name="My secret")
        gone = add(name="Old secret")
        editing.trash_many(VIEW, [gone])
        assert [entry.name for entry in trash.entries()] == ["Old secret"]
        assert store.count(VIEW) == 1
        for person in (OLGA, ADAM, RUTH):
            with world.acts(person):
                assert store.count(VIEW) == store.count(VIEW, trashed=True) == 0
                assert store.page(VIEW, store.Listing()).records == []
                assert [*trash.entries(), *completion.records(VIEW, ""), *views.names(DEAL)] == []
                for look in (
                    lambda: store.get(VIEW, number), lambda: logbook.history(VIEW, number),
                    lambda: lookup.find(VIEW, "My secret"), lambda: lookup.find(VIEW, str(number)),
                    lambda: views.ready(DEAL, "My secret", Place()), lambda: views.ready(DEAL, str(number), Place()),
                    lambda: store.ids_of(VIEW, [number]),
                ):  # fmt: skip
                    with pytest.raises(NotFound):
                        look()
                assert all("secret" not in entry.summary for entry in logbook.log())

    def test_it_shows_a_team_one_to_everybody(self, world: World) -> None:
        """A reader uses it, and makes none."""
        add(team="yes")
        with world.acts(RUTH):
            assert views.ready(DEAL, "hot", Place()).filter == HOT["filter"]
            with pytest.raises(NotAllowed):
                add(name="Mine")

    def test_it_takes_ones_own_before_that_of_the_team(self, world: World) -> None:
        """Where both have the name."""
        with world.acts(ADAM):
            add(team="yes")
        mine = add()
        assert views.ready(DEAL, "Hot", Place()).number == mine
        with world.acts(ADAM):
            assert views.ready(DEAL, "Hot", Place()).number != mine

    def test_it_is_changed_by_its_maker_or_by_an_admin(self, world: World) -> None:
        """Whichever verb; a private one by its maker alone."""
        with world.acts(ADAM):
            team = add(team="yes")
        for act in (
            lambda: edit(team, filter="is:won"), lambda: editing.trash_many(VIEW, [team]),
            lambda: edit(team, team="no"),
        ):  # fmt: skip
            with pytest.raises(NotAllowed, match="somebody else's"):
                act()
        mine = add(name="Mine", team="yes")
        edit(mine, filter="is:won")
        with world.acts(OLGA):
            edit(mine, filter="is:lost")
            editing.trash_many(VIEW, [mine])
            editing.restore_many(VIEW, [mine])
        private = add(name="Private")
        operation = edit(private, filter="is:won")
        with world.acts(OLGA), pytest.raises(NotAllowed, match="somebody else's"):
            undo.undo(operation)
        assert store.get(VIEW, private)["filter"] == "is:won"


@pytest.mark.usefixtures("mara")
class TestUsing:
    """What a view finds when it is used."""

    def test_it_joins_a_filter_on_top(self) -> None:
        """Both have to hold, also where the view says OR."""
        one, two, three = deal(amount="6000"), deal(amount="9000", source="fair"), deal(amount="1")
        add(filter="amount>8000 OR amount:6000")
        assert listed("Hot") == [one, two]
        assert listed("Hot", None, "source:fair") == [two]
        assert listed("Hot", None, "source:fair OR amount:1") == [two]
        assert three not in listed("Hot")

    def test_it_reads_today_when_it_is_used(self) -> None:
        """Trap 15: not when it was saved; by the day of the workspace, east and west of UTC."""
        deal(expected_close="2026-03-14")
        with clock.frozen(datetime(2026, 3, 14, 12, tzinfo=UTC)):
            add(filter="due<today")
        for zone, hour, found in (
            ("UTC", datetime(2026, 3, 14, 23, 30, tzinfo=UTC), []),
            ("UTC", datetime(2026, 3, 15, 0, 30, tzinfo=UTC), [1]),
            ("America/Los_Angeles", datetime(2026, 3, 15, 6, 30, tzinfo=UTC), []),
            ("America/Los_Angeles", datetime(2026, 3, 15, 7, 30, tzinfo=UTC), [1]),
            ("Asia/Tokyo", datetime(2026, 3, 14, 15, 30, tzinfo=UTC), [1]),
        ):
            with clock.frozen(hour):
                assert listed("Hot", Place("EUR", zone)) == found
        assert store.get(VIEW, 1)["filter"] == "due<today"

    def test_it_leaves_out_what_is_in_the_trash(self) -> None:
        """Trap 22: a deal that was thrown away passes no view."""
        number, other = deal(amount="6000"), deal(amount="7000")
        add()
        editing.trash_many(DEAL, [number])
        assert listed("Hot") == [other]
        editing.restore_many(DEAL, [number])
        assert listed("Hot") == [number, other]

    def test_it_edits_as_many_as_it_matched(self) -> None:
        """Trap 14: an edit that takes records out of its own view changes all that it found, and says so."""
        for _ in range(7):
            deal(amount="6000", stage="Lead")
        add(filter="stage:Lead amount>5000")
        outcome = editing.edit_many(DEAL, listed("Hot"), Edit({"stage": "Proposal"}), EUR)
        assert (outcome.matched, len(outcome.changed), outcome.failed) == (7, 7, {})
        assert listed("Hot") == []

    def test_it_refuses_when_a_stage_is_gone(self, world: World) -> None:
        """Deleted or called otherwise; above all where it was left out by a minus."""
        deal(amount="6000")
        add(filter="-stage:Proposal")
        assert listed("Hot") == [1]
        with world.acts(ADAM):
            done = editing.edit_many(STAGE, [3], Edit({"name": "Offer"}), EUR)
        with pytest.raises(Conflict, match="View 'Hot' cannot be used: There is no stage 'Proposal'") as caught:
            listed("Hot")
        assert caught.value.hint is not None
        assert caught.value.hint.startswith("smallcrm view edit 1 ")
        with world.acts(ADAM):
            undo.undo(done.operation)
            clearing.delete_stages([3])
        with pytest.raises(Conflict, match="no stage 'Proposal'"):
            listed("Hot")

    def test_it_refuses_when_a_tag_is_gone(self) -> None:
        """Renamed or deleted; what nothing carries just now is still a tag."""
        number = deal(amount="6000", tags="old, vip")
        add(filter="-tag:old")
        assert listed("Hot") == []
        tags.rename("old", "ancient")
        with pytest.raises(Conflict, match="There is no tag 'old'"):
            listed("Hot")
        edit(1, filter="-tag:vip")
        editing.edit_many(DEAL, [number], Edit(clear=["tags"]), EUR)
        assert listed("Hot") == [number]

    def test_it_refuses_when_a_field_is_gone(self) -> None:
        """In the filter, the order and the columns; but not in what is said otherwise."""
        for key, text in (("filter_text", "tier:gold"), ("sort_keys", "tier"), ("column_names", "name,tier")):
            number = add(name=key)
            SavedView.update({key: text}).where(SavedView.name == key).execute()
            with pytest.raises(Conflict, match="'tier'"):
                views.ready(DEAL, str(number), Place())
        assert views.ready(DEAL, "sort_keys", Place(), without=["sort"]).sort is None
        assert views.ready(DEAL, "column_names", Place(), without=["columns"]).columns is None

    def test_it_belongs_to_one_noun(self) -> None:
        """A view of deals lists no contacts."""
        add()
        with pytest.raises(NotFound, match="no view 'Hot'"):
            views.ready(CONTACT, "Hot", Place())
        with pytest.raises(NotFound, match="Did you mean 'Hot'"):
            views.ready(DEAL, "Hott", Place())
        assert views.names(DEAL) == [("Hot", HOT["filter"])]
