"""Tickets: one status at a time, whatever writes them, and a log of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm import clock
from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, NotAllowed, NotFound, UsageError, ValidationError
from smallcrm.services import comments, tickets
from smallcrm.services.comments import COMMENT
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.queue import Asked, queue
from smallcrm.services.records import editing, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.store import Listing
from smallcrm.services.tickets import TICKET
from tests.support.canonical import export, faults
from tests.support.cast import ADAM, EUR, MARA, RUTH

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Values
    from tests.support.world import World

PLACE = Place("EUR", "Europe/Berlin", clock.now())
MONDAY = datetime(2027, 3, 1, 12, tzinfo=UTC)


def add(**values: str) -> int:
    """A new ticket; gives its number."""
    return editing.add(TICKET, Edit({"subject": "Leak", **values}), EUR).changed[0]


def edit(number: int, **values: str) -> int | None:
    """Set some fields of a ticket; gives the operation."""
    return editing.edit_many(TICKET, [number], Edit(values), EUR).operation


def ticket(number: int) -> dict[str, Any]:
    """The ticket as it is."""
    return store.get(TICKET, number)


def found(text: str) -> list[int]:
    """The numbers of the tickets that pass a filter."""
    return store.numbers(TICKET, Filter(TICKET, [text], PLACE))


def say(number: int, text: str = "Yes.", *, public: bool = True, contact: str | None = None) -> int | None:
    """Comment on a ticket; gives the operation."""
    return comments.add(("ticket", own_id(number)), text, public=public, contact=contact).outcome.operation


def statuses(number: int) -> list[str]:
    """The statuses that the log of a ticket names."""
    return [entry["status"] for entry in ticket(number)["status_log"]]


def a_requester(address: str = "ann@acme.com") -> None:
    """Ann at Acme, contact 1."""
    editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
    editing.add(CONTACT, Edit({"first_name": "Ann", "emails": address, "companies": "1"}), EUR)


@pytest.mark.usefixtures("mara")
class TestTraps:
    """What other systems got wrong."""

    def test_it_changes_as_many_as_it_says(self) -> None:
        """Trap 14: what is counted is what differs afterwards."""
        numbers = [add() for _ in range(3)]
        outcome = tickets.assign(numbers, "Adam Admin")
        assert (outcome.matched, outcome.changed) == (3, numbers)
        assert len({ticket(number)["assignee"] for number in numbers} - {None}) == 1
        again = tickets.assign(numbers, "Adam Admin")
        assert (again.changed, again.skipped, again.operation) == ([], numbers, None)

    def test_it_counts_a_reply_whichever_way_it_is_written(self) -> None:
        """Trap 17: not only by the verb; the rule sits in the one write path."""
        number = add()
        values: Values = {"record": {"object": "ticket", "record": own_id(number)}, "body": "Yes.", "public": True}
        with operation("Bring along") as op:
            op.create(COMMENT, values)
        assert ticket(number)["first_response"] == ticket(number)["replies"][0]["at"]
        assert faults() == []

    def test_it_takes_for_a_first_response_only_what_we_say_to_the_customer(self, world: World) -> None:
        """Trap 17: no internal note, no word of the requester, whoever writes it down; the first answer stays first."""
        a_requester(MARA.email)
        number = add(requester="1")
        say(number, public=False)
        say(number)  # Mara is the requester
        with world.acts(ADAM):
            say(number, contact="1")
            assert ticket(number)["first_response"] is None
            say(number)
            first = ticket(number)["first_response"]
            say(number)
        assert [entry["side"] for entry in ticket(number)["replies"]] == ["customer", "customer", "answer", "answer"]
        assert ticket(number)["first_response"] == first == ticket(number)["replies"][2]["at"]

    def test_it_closes_nothing_that_waits(self) -> None:
        """Trap 18: when its day has come a ticket is work again, and still not closed."""
        with clock.frozen(MONDAY):
            number, other = add(), add()
            tickets.wait([number], "2027-03-02")
            tickets.wait([other])
            assert [one["id"] for one in queue(Asked(), "UTC")] == [own_id(number), own_id(other)]
            late = add(priority="low")
            assert queue(Asked(), "UTC")[0]["id"] == own_id(late)
        with clock.frozen(MONDAY.replace(day=2, hour=0)):
            assert [one["id"] for one in queue(Asked(), "UTC")] == [own_id(at) for at in (number, late, other)]
            west = [one["id"] for one in queue(Asked(), "America/New_York")]
            assert west[0] == own_id(late), "there it is still the day before"
        assert (ticket(number)["status"], ticket(number)["closed_at"]) == ("waiting", None)

    def test_it_goes_on_when_the_customer_speaks(self) -> None:
        """Trap 19: waiting or closed, it is open again in the same operation; our own words change no status."""
        a_requester()
        waiting, closed, new = add(requester="1"), add(requester="1"), add(requester="1")
        tickets.wait([waiting], "2027-03-02")
        tickets.close([closed])
        for number in (waiting, closed, new):
            say(number)
            say(number, public=False)
        assert [ticket(at)["status"] for at in (waiting, closed, new)] == ["waiting", "closed", "new"]
        before = export()
        done = [say(number, contact="1") for number in (waiting, closed, new)]
        assert [ticket(at)["status"] for at in (waiting, closed, new)] == ["open", "open", "new"]
        assert (ticket(waiting)["waiting_until"], ticket(closed)["closed_at"]) == (None, None)
        assert statuses(closed) == ["new", "closed", "open"]
        for operation_number in reversed(done):
            assert undo.undo(operation_number).left == []
        assert export() == before

    def test_it_says_which_of_many_refused(self, world: World) -> None:
        """Trap 21: the others go on, and nothing is left out in silence."""
        numbers = [add() for _ in range(3)]
        editing.trash_many(TICKET, [numbers[1]])
        outcome = tickets.close(numbers)
        assert (outcome.changed, outcome.failed) == ([1, 3], {2: "Ticket 2 is in the trash."})
        with pytest.raises(Conflict, match="in the trash"):
            tickets.close([2])
        with world.acts(RUTH), pytest.raises(NotAllowed):
            tickets.close([1])


@pytest.mark.usefixtures("mara")
class TestStatus:
    """What a status brings along."""

    def test_it_begins_new_and_normal(self) -> None:
        """With the first entry of its log, and its number as it is shown."""
        found = ticket(add())
        assert (found["status"], found["priority"], found["assignee"], found["closed_at"]) == (
            "new",
            "normal",
            None,
            None,
        )
        assert statuses(1) == ["new"]
        with pytest.raises(ValidationError, match="needs a subject"):
            add(subject=" ")

    def test_it_logs_each_status_and_stamps_closing(self, frozen_clock: Any) -> None:  # noqa: ARG002 - it stops the clock
        """In order even where the clock stands still; by verbs and by edits alike."""
        number = add()
        tickets.close([number])
        stamp = ticket(number)["closed_at"]
        assert stamp == ticket(number)["status_log"][-1]["at"]
        assert tickets.close([number]).skipped == [number]
        assert ticket(number)["closed_at"] == stamp
        tickets.reopen([number])
        edit(number, status="closed")
        edit(number, status="waiting")
        edit(number, subject="Flood")
        assert statuses(number) == ["new", "closed", "open", "closed", "waiting"]
        assert (ticket(number)["closed_at"], ticket(number)["reopened"]) == (None, 2)
        times = [entry["at"] for entry in ticket(number)["status_log"]]
        assert times == sorted(set(times))

    def test_it_waits_for_the_customer_or_until_a_day(self) -> None:
        """The day goes with the status; only a waiting ticket has one."""
        number = add()
        with pytest.raises(Conflict, match="Only a waiting ticket"):
            edit(number, waiting_until="2027-03-02")
        tickets.wait([number], "2027-03-02")
        assert ticket(number)["waiting_until"] == "2027-03-02"
        tickets.wait([number])
        assert (ticket(number)["waiting_until"], statuses(number)) == (None, ["new", "waiting"])
        edit(number, waiting_until="2027-03-03")
        tickets.reopen([number])
        assert (ticket(number)["status"], ticket(number)["waiting_until"]) == ("open", None)
        with pytest.raises(ValidationError, match="must be a date"):
            tickets.wait([number], "soon")

    def test_it_waits_for_no_day_that_is_past(self) -> None:
        """Today is not, nor is what a word means."""
        number = add()
        with pytest.raises(ValidationError, match="2020-01-01 is past"):
            tickets.wait([number], "2020-01-01")
        with pytest.raises(ValidationError, match="is past"):
            tickets.wait([number], "yesterday")
        tickets.wait([number], "today")
        assert ticket(number)["status"] == "waiting"

    def test_it_leaves_a_new_one_new_when_reopening(self) -> None:
        """And an open one open."""
        new, opened = add(), add(status="open")
        assert tickets.reopen([new, opened]).skipped == [new, opened]

    def test_it_drops_the_word_for_a_status_with_it(self) -> None:
        """Unless another comes along."""
        number = add(status_label="Just in")
        assert ticket(number)["status_label"] == "Just in"
        edit(number, status="open")
        assert ticket(number)["status_label"] is None
        edit(number, status="waiting", status_label="At the supplier's")
        assert ticket(number)["status_label"] == "At the supplier's"

    def test_it_sets_nothing_by_hand_that_the_program_keeps(self) -> None:
        """No log, no stamp, no count; and it always has a status, and a priority."""
        number = add()
        for key in ("status_log", "replies", "closed_at", "first_response", "reopened"):
            with pytest.raises(Conflict):
                edit(number, **{key: "1"})
        with pytest.raises(Conflict, match="always has a status"):
            edit(number, status="")
        edit(number, priority="urgent")
        edit(number, priority="")
        assert ticket(number)["priority"] == "normal"

    def test_it_takes_a_status_back_with_its_log_and_its_stamp_or_not_at_all(self) -> None:
        """As a deal's stage."""
        number = add()
        first = tickets.close([number]).operation
        tickets.reopen([number])
        tickets.close([number])
        with pytest.raises(Conflict) as caught:
            undo.undo(first)
        assert caught.value.details[0].startswith("ticket 1:")
        assert (statuses(number), faults()) == (["new", "closed", "open", "closed"], [])


@pytest.mark.usefixtures("mara")
class TestFields:
    """Who has to do with it."""

    def test_it_takes_the_company_of_the_requester(self) -> None:
        """If none is said, and until one is; an explicit nothing is nothing."""
        a_requester()
        editing.add(COMPANY, Edit({"name": "Globex"}), EUR)
        usual, other, none, later = (
            add(requester="1"),
            add(requester="1", company="2"),
            add(requester="1", company=""),
            add(),
        )
        assert [ticket(at)["company"] for at in (usual, other, none, later)] == [own_id(1), own_id(2), None, None]
        edit(later, requester="1")
        assert ticket(later)["company"] == own_id(1)
        edit(usual, company="2")
        edit(usual, requester="")
        edit(usual, requester="1")
        assert ticket(usual)["company"] == own_id(2)
        editing.trash_many(COMPANY, [1])
        assert ticket(add(requester="1"))["company"] is None

    def test_it_keeps_a_list_of_watchers(self) -> None:
        """Members only, each once, added and taken away one by one."""
        number = add(watchers="me, Adam Admin, mara@north.example")
        assert len(ticket(number)["watchers"]) == 2
        editing.edit_many(TICKET, [number], Edit(remove=[("watchers", "adam@north.example")]), EUR)
        assert len(ticket(number)["watchers"]) == 1
        with pytest.raises(ValidationError, match="must be a member"), operation("Watch") as op:
            op.update(TICKET, own_id(number), {"watchers": [{"member": own_id(99)}]})
        with pytest.raises(NotFound, match="no member 'Nobody'"):
            editing.edit_many(TICKET, [number], Edit(append=[("watchers", "Nobody")]), EUR)

    def test_it_sorts_by_urgency(self) -> None:
        """Not by letter; and pages go on in that order."""
        for priority in ("normal", "urgent", "low", "high"):
            add(priority=priority)
        page = store.page(TICKET, Listing(sort="-priority", limit=2))
        rest = store.page(TICKET, Listing(sort="-priority", limit=2, after=page.next))
        assert [one["priority"] for one in (*page.records, *rest.records)] == ["urgent", "high", "normal", "low"]

    def test_it_is_found_by_a_filter(self) -> None:
        """By who asked, who has it and who watches it; the urgent are more than the usual ones."""
        a_requester()
        mine, urgent = add(assignee="me", watchers="Adam Admin"), add(priority="urgent", requester="1")
        for text, expected in (
            ("assignee:me", [mine]),
            ("watcher:adam@north.example", [mine]),
            ("watchers.name:Adam*", [mine]),
            ("watchers:empty", [urgent]),
            ("priority>normal", [urgent]),
            ("requester.company.name:Acme", None),
            ("company.name:Acme status:new,open", [urgent]),
        ):
            if expected is None:
                with pytest.raises(UsageError):
                    found(text)
            else:
                assert found(text) == expected, text


@pytest.mark.usefixtures("mara")
class TestReplies:
    """What was said in public, and when."""

    def test_it_takes_a_reply_back_with_its_comment(self) -> None:
        """Whichever of two goes first, the other one counts."""
        number = add()
        one, two = say(number), say(number)
        times = [entry["at"] for entry in ticket(number)["replies"]]
        undo.undo(one)
        assert ticket(number)["first_response"] == times[1]
        undo.undo(two)
        assert ticket(number)["first_response"] is None
        undo.redo()
        undo.redo()
        assert (ticket(number)["first_response"], faults()) == (times[0], [])

    def test_it_keeps_the_reply_of_a_comment_that_stays(self) -> None:
        """It was edited since, so it is not undone, and so the ticket is not unanswered."""
        number = add()
        done = say(number)
        comments.edit(1, "No.")
        with pytest.raises(Conflict) as caught:
            undo.undo(done)
        assert caught.value.details == (
            "comment 1: it has been changed since, so it stays",
            "ticket 1: Comment 1 stands, and so does its reply.",
        )
        assert ticket(number)["first_response"] is not None

    def test_it_stays_answered_when_the_comment_is_thrown_away(self) -> None:
        """What was said was said."""
        number = add()
        say(number)
        editing.trash_many(COMMENT, [1])
        assert ticket(number)["first_response"] is not None
