"""Activities: what is due on a date or at an instant, what is done, what they are about, and their reminders."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm import clock
from smallcrm.db.fence import proxy
from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, NotAllowed, NotFound, UsageError, ValidationError
from smallcrm.services import activities, trash
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.agenda import agenda, last_and_next
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import editing, logbook, presenting, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.records.parsing import find_member
from smallcrm.services.records.query import names
from smallcrm.services.records.query.checks import Choice
from smallcrm.services.transfer.exporting import export_keys, export_text
from smallcrm.services.values.locale import Locale
from tests.support.canonical import export, faults
from tests.support.cast import ADAM, EUR, MARA, MEMBERS, RUTH, Place

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Values
    from tests.support.world import World

MINUTE = 60_000_000


def add(**values: str) -> int:
    """A new activity; gives its number."""
    return editing.add(ACTIVITY, Edit({"subject": "Call Ann", **values}), EUR).changed[0]


def add_in(zone: str, due: str) -> int:
    """A new activity that somebody types in a zone; gives its number."""
    return editing.add(ACTIVITY, Edit({"subject": "Call Ann", "due": due}), Locale("EUR", zone)).changed[0]


def edit(number: int, **values: str) -> int | None:
    """Set some fields of an activity; gives the operation."""
    return editing.edit_many(ACTIVITY, [number], Edit(values), EUR).operation


def activity(number: int) -> dict[str, Any]:
    """The activity as it is."""
    return store.get(ACTIVITY, number)


def people() -> None:
    """Ann and Bob, Acme, and the deal Roof: number 1 of their nouns, and Bob is contact 2."""
    editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
    for name in ("Ann", "Bob"):
        editing.add(CONTACT, Edit({"first_name": name}), EUR)
    editing.add(DEAL, Edit({"name": "Roof"}), EUR)


def at(text: str) -> Any:
    """The clock stopped at an instant."""
    return clock.frozen(datetime.fromisoformat(text))


def links(number: int) -> list[tuple[str, int]]:
    """What an activity is about, by noun and id."""
    return [(link["object"], link["record"]) for link in activity(number)["links"]]


class TestTraps:
    """What other systems got wrong."""

    @pytest.mark.parametrize(
        ("zone", "now", "timing"),
        [
            ("America/Los_Angeles", "2026-03-12T06:59Z", "today"),
            ("America/Los_Angeles", "2026-03-12T07:00Z", "overdue"),
            ("America/Los_Angeles", "2026-03-11T06:59Z", "planned"),
            ("Europe/Berlin", "2026-03-11T22:59Z", "today"),
            ("Europe/Berlin", "2026-03-11T23:00Z", "overdue"),
        ],
    )
    def test_it_keeps_a_date_west_of_utc(self, world: World, zone: str, now: str, timing: str) -> None:
        """Trap 15: what is due on a date is so until the day is over where the workspace is."""
        tenant = world.settle(Place("Else", "EUR", zone), MEMBERS)
        with world.acts(MARA, tenant), at(now):
            number = add_in(zone, "2026-03-11")
            assert (activity(number)["due"], activity(number)["timing"]) == ("2026-03-11", timing)

    @pytest.mark.parametrize(
        ("zone", "typed"), [("America/Los_Angeles", "2026-03-11 23:30"), ("Pacific/Kiritimati", "2026-03-11 00:30")]
    )
    def test_it_takes_the_whole_day_east_and_west(self, world: World, zone: str, typed: str) -> None:
        """The instant is of another day in UTC."""
        tenant = world.settle(Place("Else", "EUR", zone), MEMBERS)
        with world.acts(MARA, tenant):
            add_in(zone, typed)
            for now, days in (("2026-03-11T07:00Z", 0), ("2026-03-10T11:00Z", 1)):
                with at(now):
                    assert [str(entry.day) for entry in agenda(days).entries] == ["2026-03-11"]

    @pytest.mark.usefixtures("mara")
    def test_it_keeps_the_day_that_today_meant(self) -> None:
        """Trap 15: a word is a day once it is typed, and what is overdue follows from the clock each time."""
        with at("2026-03-11T22:30Z"):
            number = add(due="today")
            version = activity(number)["version"]
        found = []
        for now in ("2026-03-11T22:30Z", "2026-03-11T23:30Z", "2027-01-01T00:00Z"):
            with at(now):
                found.append((activity(number)["due"], activity(number)["timing"]))
        assert found == [("2026-03-11", timing) for timing in ("today", "overdue", "overdue")]
        assert activity(number)["version"] == version

    @pytest.mark.usefixtures("mara")
    def test_it_closes_nothing_by_itself(self) -> None:
        """Trap 18: however long it is overdue or put off, it is open until somebody says so."""
        with at("2026-03-11T10:00Z"):
            late, later = add(due="2026-03-11"), add(due="2027-06-01")
        with at("2027-01-01T10:00Z"):
            agenda()
            assert [activity(number)["status"] for number in (late, later)] == ["open", "open"]
            assert [entry.section for entry in agenda(365).entries] == ["overdue", "planned"]

    @pytest.mark.usefixtures("mara")
    def test_it_stays_with_the_company_when_the_contact_is_deleted(self, world: World) -> None:
        """And nothing of a contact is left in it that was removed for good."""
        people()
        number = add(links="contact:1, company:1", kind="note")
        editing.trash_many(CONTACT, [1])
        assert last_and_next(COMPANY, 1)[0] is not None
        with world.acts(ADAM):
            trash.empty()
        assert links(number) == [("company", own_id(1))]
        assert faults() == []


@pytest.mark.usefixtures("mara")
class TestDone:
    """Whether it is done, and when it was."""

    def test_it_is_a_task_to_be_done_where_nothing_is_said(self) -> None:
        """Of the one who adds it."""
        found = activity(add())
        assert (found["kind"], found["status"], found["done_at"], found["due"]) == ("task", "open", None, None)
        assert found["owner"] == find_member("me")
        assert activity(add(owner=""))["owner"] is None

    @pytest.mark.parametrize(
        ("values", "status"),
        [
            ({"kind": "call"}, "done"), ({"kind": "note"}, "done"), ({"kind": "task"}, "open"),
            ({"kind": "call", "due": "2030-01-01"}, "open"), ({"kind": "meeting", "status": "open"}, "open"),
            ({"status": "canceled"}, "canceled"), ({"kind": "email", "direction": "in"}, "done"),
        ],
    )  # fmt: skip
    def test_it_tells_what_has_happened_from_what_is_to_be_done(self, values: dict[str, str], status: str) -> None:
        """A call without a due was made; what is due is yet to come."""
        found = activity(add(**values))
        assert (found["status"], found["done_at"] is not None) == (status, status == "done")

    def test_it_stamps_the_time_once_and_clears_it_on_reopening(self) -> None:
        """By a verb as by an edit."""
        number = add()
        with at("2026-03-11T10:00Z"):
            assert activities.done([number], "They sign").changed == [number]
        with at("2026-03-12T10:00Z"):
            assert activities.done([number]).skipped == [number]
            edit(number, subject="Called Ann")
        found = activity(number)
        assert (found["outcome"], clock.from_micros(found["done_at"]).isoformat()) == (
            "They sign", "2026-03-11T10:00:00+00:00",
        )  # fmt: skip
        activities.reopen([number])
        assert (activity(number)["status"], activity(number)["done_at"]) == ("open", None)
        edit(number, status="done")
        assert activity(number)["done_at"] is not None
        activities.cancel([number])
        assert (activity(number)["status"], activity(number)["done_at"]) == ("canceled", None)
        with pytest.raises(ValidationError, match="cannot be set"):
            add(done_at="2026-01-01")
        with pytest.raises(ValidationError, match="cannot be set"):
            add(timing="overdue")

    def test_it_works_on_several_as_one_operation(self) -> None:
        """With one undo."""
        numbers = [add(), add()]
        before = export()
        operation_id = activities.done(numbers, "ok").operation
        undo.undo()
        assert export() == before
        undo.redo()
        assert [activity(number)["outcome"] for number in numbers] == ["ok", "ok"]
        assert operation_id is not None
        assert activities.reopen(numbers, dry_run=True).changed == numbers
        assert activity(1)["status"] == "done"

    def test_it_is_not_written_by_a_reader(self, world: World) -> None:
        """The verbs ask as every write does; the agenda is read."""
        number = add()
        with world.acts(RUTH):
            assert len(agenda().entries) == 1
            with pytest.raises(NotAllowed):
                activities.done([number])

    def test_it_leaves_a_status_that_was_changed_since(self) -> None:
        """With its time; what else the operation changed goes back."""
        number = add()
        first = activities.done([number], "ok").operation
        activities.cancel([number])
        outcome = undo.undo(first)
        assert outcome.left == [
            f"activity {number}: status has been changed since",
            f"activity {number}: done_at has been changed since",
        ]
        assert (activity(number)["status"], activity(number)["outcome"]) == ("canceled", None)
        assert faults() == []


@pytest.mark.usefixtures("mara")
class TestRules:
    """What goes together."""

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ({"kind": "note", "due": "2030-01-01"}, "A note is not due"),
            ({"kind": "note", "status": "open"}, "neither open nor canceled"),
            ({"kind": "task", "direction": "in"}, "Only a call or an e-mail"),
            ({"subject": ""}, "needs a subject"),
            ({"due": "soon"}, "Due must be a date"),
            ({"reminders": "soon"}, "are written 30m"),
            ({"kind": "dance"}, "Kind must be one of"),
        ],
    )
    def test_it_refuses_what_makes_no_sense(self, values: dict[str, str], words: str) -> None:
        """Naming the field."""
        with pytest.raises(ValidationError, match=words) as caught:
            add(**values)
        assert caught.value.field in values

    def test_it_becomes_a_note_only_without_a_due(self) -> None:
        """And is then done."""
        number = add(due="2030-01-01")
        with pytest.raises(Conflict, match="A note is not due"):
            edit(number, kind="note")
        editing.edit_many(ACTIVITY, [number], Edit({"kind": "note"}, ["due"]), EUR)
        assert (activity(number)["kind"], activity(number)["status"]) == ("note", "done")
        undo.undo()
        assert (activity(number)["kind"], activity(number)["status"], activity(number)["done_at"]) == (
            "task", "open", None,
        )  # fmt: skip
        with pytest.raises(Conflict):
            activities.cancel([add(kind="note")])

    def test_it_leaves_an_undo_that_a_note_cannot_take(self) -> None:
        """It was open before it was done, and is a note since."""
        number = add()
        done = activities.done([number]).operation
        edit(number, kind="note")
        with pytest.raises(Conflict) as caught:
            undo.undo(done)
        assert caught.value.details == (f"activity {number}: A note is neither open nor canceled.",)
        assert faults() == []

    def test_it_sorts_dates_and_instants_together(self) -> None:
        """Page by page; what is not due comes last."""
        dues = ["2026-03-12", "", "2026-03-11 14:00", "2026-03-11", "2026-03-11 09:30", "2025-12-31 23:59"]
        numbers = [add(due=text) for text in dues]
        found, after = [], None
        while True:
            page = store.page(ACTIVITY, store.Listing("due", after, 2))
            found += [record["id"] for record in page.records]
            after = page.next
            if after is None:
                break
        assert found == [own_id(numbers[place]) for place in (5, 3, 4, 2, 0, 1)]

    def test_it_journals_the_due_as_it_is_stored(self) -> None:
        """A date that becomes an instant goes back to the date."""
        number = add(due="2026-03-11")
        edit(number, due="2026-03-11 14:00")
        assert logbook.history(ACTIVITY, number)[-1].fields == {"due": ["2026-03-11", "2026-03-11T13:00Z"]}
        undo.undo()
        assert activity(number)["due"] == "2026-03-11"


@pytest.mark.usefixtures("mara")
class TestLinks:
    """One activity is about records of any noun."""

    def test_it_tells_records_of_one_number_apart(self) -> None:
        """Contact 1 and company 1 are two; each is named once, and each goes alone."""
        people()
        number = add(links="contact:1, company:1, deal:Roof, contact:Ann")
        assert links(number) == [("contact", own_id(1)), ("company", own_id(1)), ("deal", own_id(1))]
        removed = editing.edit_many(ACTIVITY, [number], Edit(remove=[("links", "company:1")]), EUR).operation
        editing.edit_many(ACTIVITY, [number], Edit(append=[("links", "contact:2")]), EUR)
        assert undo.undo(removed).left == []
        assert set(links(number)) == {(noun, own_id(1)) for noun in ("contact", "company", "deal")} | {
            ("contact", own_id(2))
        }
        with pytest.raises(UsageError, match="Say which record"):
            add(links="Ann")
        with pytest.raises(NotFound):
            add(links="contact:9")

    def test_it_keeps_what_it_names_from_being_hidden(self) -> None:
        """The undo of what is named leaves it; the undo of a link to what is hidden by then leaves that out."""
        people()
        number = add(links="contact:1, deal:1")
        made = logbook.history(DEAL, 1)[0].operation
        with pytest.raises(Conflict, match="Nothing of operation") as caught:
            undo.undo(made)
        assert caught.value.details == (f"deal 1: activity {number} refers to it, so it stays",)
        gone = editing.edit_many(ACTIVITY, [number], Edit(clear=["links"]), EUR).operation
        undo.undo(made)
        outcome = undo.undo(gone)
        assert outcome.left == [f"activity {number}: deal 1 is not there any more"]
        assert links(number) == [("contact", own_id(1))]
        assert faults() == []

    def test_it_lets_go_of_what_is_removed_for_good(self, world: World) -> None:
        """Of the noun that is removed only, though another has the same number; an activity takes its rows along."""
        people()
        editing.add(DEAL, Edit({"name": "Door"}), EUR)
        kept, gone = (
            add(links="contact:1, company:1, deal:1"),
            add(links="deal:2, contact:1", reminders="1d", due="2027-03-02", tags="x"),
        )
        editing.trash_many(DEAL, [1])
        editing.trash_many(ACTIVITY, [gone])
        with world.acts(ADAM):
            trash.empty()
        assert links(kept) == [("contact", own_id(1)), ("company", own_id(1))]
        assert faults() == []
        assert [mention and mention.number for mention in last_and_next(CONTACT, 1)] == [None, None]

    def test_it_exports_every_noun_and_a_reminder_at_the_time_itself(self) -> None:
        """As the list shows them."""
        people()
        add(links="contact:1, company:1, deal:1", reminders="0, 1d", due="2030-03-11 14:00", tags="x", duration="0")
        add(kind="call", direction="out", external_ids="hub:7")
        fields = [presenting.columns(ACTIVITY)[key] for key in export_keys(ACTIVITY)]
        exported = json.loads("".join(export_text(ACTIVITY, fields, "json")))
        shown = presenting.present(ACTIVITY, store.walk(ACTIVITY, store.Listing()), [field.key for field in fields])
        assert exported == list(shown)
        assert exported[0]["reminders"] == [{"minutes": 0}, {"minutes": 1440}]
        assert (exported[0]["duration"], exported[0]["links"][2]) == (0, {"object": "deal", "id": 1, "name": "Roof"})

    def test_it_says_what_was_last_and_what_is_next(self) -> None:
        """Of live ones only, each with its time."""
        people()
        for now in ("2026-03-01T10:00Z", "2026-03-02T10:00Z"):
            with at(now):
                add(kind="call", links="contact:1")
        late, _later = add(due="2026-02-01", links="contact:1"), add(due="2026-02-02 10:00", links="contact:1")
        add(due="2026-01-01", links="contact:2, company:1")
        last, coming = last_and_next(CONTACT, 1)
        assert last is not None
        assert coming is not None
        assert (last.number, last.kind, str(last.done_at)) == (2, "call", "2026-03-02 10:00:00+00:00")
        assert (coming.number, str(coming.due_at)) == (late, "2026-02-01")
        editing.trash_many(ACTIVITY, [2, late])
        last, coming = last_and_next(CONTACT, 1)
        assert [found.number for found in (last, coming) if found] == [1, late + 1]
        assert last_and_next(DEAL, 1) == (None, None)


def _send(number: int, minutes: int) -> None:
    """Note that a reminder was sent now, as whoever sends it does."""
    document = activity(number)
    now = clock.micros(clock.now())
    told: list[Values] = [
        {**reminder, "sent_at": now} if reminder["minutes"] == minutes else reminder
        for reminder in document["reminders"]
    ]
    with operation("Remind") as op:
        op.rewrite(ACTIVITY, document, {"reminders": told})


@pytest.mark.usefixtures("mara")
class TestReminders:
    """They are kept as a span before the due, so they move with it."""

    def test_it_moves_with_the_due(self) -> None:
        """The first one counts; without a due there is none."""
        number = add(due="2026-03-11 14:00", reminders="30m, 1d, 0")
        assert [reminder["minutes"] for reminder in activity(number)["reminders"]] == [30, 1440, 0]
        due = clock.micros(datetime.fromisoformat("2026-03-11T13:00Z"))
        assert activity(number)["remind_at"] == due - 1440 * MINUTE
        edit(number, due="2026-03-12 14:00")
        assert activity(number)["remind_at"] == due
        edit(number, due="2026-03-12")
        assert activity(number)["remind_at"] == due - (14 * 60) * MINUTE
        edit(number, due="")
        assert activity(number)["remind_at"] is None

    def test_it_is_skipped_when_done_or_canceled(self) -> None:
        """And there again when reopened."""
        number = add(due="2026-03-11 14:00", reminders="30m")
        for close in (activities.done, activities.cancel):
            close([number])
            assert activity(number)["remind_at"] is None
            activities.reopen([number])
            assert activity(number)["remind_at"] is not None

    def test_it_is_sent_once_and_again_where_it_was_moved_to_later(self) -> None:
        """An edit keeps the time at which it was sent, and nobody can set it."""
        number = add(due="2026-03-11 14:00", reminders="1d, 30m")
        with at("2026-03-10T13:00Z"):
            _send(number, 1440)
        first = clock.micros(datetime.fromisoformat("2026-03-11T12:30Z"))
        assert activity(number)["remind_at"] == first
        edit(number, reminders="30m, 1d, 2h")
        editing.edit_many(ACTIVITY, [number], Edit(append=[("reminders", "1d")]), EUR)
        sent = {reminder["minutes"]: "sent_at" in reminder for reminder in activity(number)["reminders"]}
        assert sent == {30: False, 1440: True, 120: False}
        edit(number, due="2026-03-20 14:00")
        moved = datetime.fromisoformat("2026-03-19T13:00Z")
        assert activity(number)["remind_at"] == clock.micros(moved)
        undo.undo()
        assert activity(number)["remind_at"] == first - 90 * MINUTE
        with pytest.raises(ValidationError):
            ACTIVITY.clean({"reminders": [{"minutes": -1}]}, activity(number))
        kept = ACTIVITY.clean({"reminders": [{"minutes": 5, "sent_at": 7}]}, activity(number))
        assert kept["reminders"] == [{"minutes": 5}]


@pytest.mark.usefixtures("mara")
class TestAgenda:
    """What is open, by day."""

    def test_it_goes_by_the_days_of_the_workspace(self) -> None:
        """Overdue, today, the next days, without a day; a date before the times of its day."""
        rows = {
            "2026-03-10": ("overdue", "2026-03-10"),
            "2026-03-11 10:00": ("overdue", "2026-03-11"),
            "2026-03-11": ("today", "2026-03-11"),
            "2026-03-11 12:30": ("today", "2026-03-11"),
            "2026-03-12": ("planned", "2026-03-12"),
            "2026-03-12 00:30": ("planned", "2026-03-12"),
            "2026-03-12 23:59": ("planned", "2026-03-12"),
            "2026-03-13 00:00": ("planned", "2026-03-13"),
            "": ("unplanned", "None"),
        }
        for text in reversed(rows):
            add(due=text, subject=text or "none")
        add(due="2026-03-14")
        add(kind="note")
        activities.done([add(due="2026-03-11")])
        editing.trash_many(ACTIVITY, [add(due="2026-03-11")])
        with at("2026-03-11T10:00Z"):
            found = agenda(2)
        shown = [(entry.activity["subject"], (entry.section, str(entry.day))) for entry in found.entries]
        assert shown == [(text or "none", row) for text, row in rows.items()]
        assert (str(found.today), found.cut) == ("2026-03-11", False)

    def test_it_shows_one_member_and_says_where_it_is_cut(self, world: World) -> None:
        """What is nobody's is of all only."""
        mine, _nobodys = add(due="2026-03-11"), add(due="2026-03-11", owner="")
        with world.acts(ADAM):
            add()
            assert [entry.activity["id"] for entry in agenda(member=find_member("Mara Member")).entries] == [
                own_id(mine)
            ]
        assert len(agenda().entries) == 3
        assert [len(found.entries) for found in (agenda(limit=1), agenda(limit=0))] == [2, 3]
        assert (agenda(limit=1).cut, agenda(limit=2).cut) == (True, False)
        for days in (-1, 100_000):
            with pytest.raises(UsageError, match="--days"):
                agenda(days)


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("mara")
def test_it_finds_what_is_overdue_among_what_is_open() -> None:
    """By the index that begins with the status: what was done is never looked at."""
    sql, params = names.handles(ACTIVITY)["timing"].driver(Choice(frozenset({"overdue"}))).sql()
    rows = proxy.target().run_reviewed(f"EXPLAIN QUERY PLAN {sql}", params).fetchall()
    plan = "\n".join(str(row[-1]) for row in rows)
    assert "activity_state_status_due_id (tenant_id=? AND state=? AND status=?" in plan


@pytest.mark.usefixtures("mara")
def test_it_keeps_no_reminder_of_what_is_not_due() -> None:
    """It says what is missing; what is due with it is fine, and later goes without its due."""
    with pytest.raises(ValidationError, match="A reminder counts from when an activity is due"):
        editing.add(ACTIVITY, Edit({"subject": "Call", "reminders": "30m"}), EUR)
    number = editing.add(ACTIVITY, Edit({"subject": "Call", "reminders": "30m", "due": "2027-03-02"}), EUR).changed[0]
    editing.edit_many(ACTIVITY, [number], Edit(clear=["due"]), EUR)
