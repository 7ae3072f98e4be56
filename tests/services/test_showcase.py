"""The company of the demo: on whatever day it is shown, and on both engines, there is something of everything."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from smallcrm import clock
from smallcrm.services import agenda, comments, showcase, workspaces
from smallcrm.services.board import board
from smallcrm.services.companies import COMPANY
from smallcrm.services.deals import DEAL
from smallcrm.services.queue import Asked, queue
from smallcrm.services.records import logbook, store
from smallcrm.services.story import STORY
from smallcrm.services.transfer.importing import Request, run_import
from smallcrm.services.values.due import OVERDUE, PLANNED, TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from smallcrm.config import Settings
    from tests.conftest import EngineUrl

OWNER = "olga@north.example"
DAYS = {
    "plain": datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC),
    "after midnight": datetime(2026, 3, 31, 22, 10, tzinfo=UTC),
    "before midnight": datetime(2026, 11, 2, 22, 50, tzinfo=UTC),
    "new year": datetime(2027, 12, 31, 23, 30, tzinfo=UTC),
    "leap day": datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
}


@pytest.fixture
def told(settings: Settings, engine_url: EngineUrl, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """The company of the demo, open, as it is shown on a day."""
    at = replace(settings, database_url=engine_url.url, system_database_url=engine_url.system_url)
    with clock.frozen(getattr(request, "param", DAYS["plain"])):
        showcase.lay_out(tmp_path / "samples")
        with showcase.days_ago(showcase.BEGUN):
            workspaces.create_workspace(at, showcase.NAME, showcase.CURRENCY, showcase.ZONE, owner=OWNER)
        with workspaces.open_session(at, as_member=OWNER) as session:
            with showcase.days_ago(showcase.BEGUN):
                run_import(Request(tuple(tmp_path / "samples" / name for name in showcase.SAMPLES)))
            showcase.tell(session)
            yield


@pytest.mark.usefixtures("told")
def test_it_has_deals_in_every_stage_and_one_that_rots() -> None:
    """Won, lost with a reason, and one that has been in its stage for longer than it may be."""
    lanes = {lane.name: lane for lane in board().lanes}
    assert all(lane.deals for lane in lanes.values())
    (lost,) = lanes["Lost"].cards
    assert store.get(DEAL, lost.number)["lost_reason"]
    assert [card.name for lane in lanes.values() for card in lane.cards if card.rotting] == ["Fleet tracking"]
    assert {code for lane in lanes.values() for code in lane.totals} == {"EUR", "CHF"}


@pytest.mark.usefixtures("told")
def test_it_has_tickets_that_want_work() -> None:
    """The first is urgent and nobody has answered it; the last waits for the customer, who was answered."""
    found = queue(Asked(), showcase.ZONE)
    assert (found[0]["priority"], found[0]["first_response"]) == ("urgent", None)
    assert (found[-1]["status"], found[-1]["first_response"] is not None) == ("waiting", True)
    said = Counter((comment["public"], comment["contact"] is not None) for comment in comments.listed())
    assert {(True, False), (True, True), (False, False)} == set(said)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("told", DAYS.values(), ids=DAYS, indirect=True)
def test_it_has_an_agenda_on_any_day() -> None:
    """Something is overdue, something is for today, and something for each half of the week, whatever the date."""
    found = agenda.agenda()
    assert [entry.section for entry in found.entries] == [OVERDUE, TODAY, PLANNED, PLANNED]
    away = [(entry.day - found.today).days for entry in found.entries if entry.day is not None]
    assert away == [-3, 0, 4, 7]


@pytest.mark.usefixtures("told")
def test_it_fills_fields_of_its_own() -> None:
    """A select and a date, with days that lie ahead; and tags."""
    assert [field.kind for field in COMPANY.custom] == ["select", "date"]
    companies = [store.get(COMPANY, number) for number in range(1, 13)]
    ends = {company["contract_ends"] for company in companies} - {None}
    assert len(ends) == 3
    assert all(date.fromisoformat(day) > clock.today(showcase.ZONE) for day in ends)
    assert sum(bool(company["tags"]) for company in companies) == 2


@pytest.mark.usefixtures("told")
def test_it_happened_in_order() -> None:
    """The journal goes from the import to today, and nothing happened before the company began."""
    entries = logbook.log(limit=len(STORY) + 10)
    times = [entry.at for entry in reversed(entries)]
    assert times == sorted(times)
    assert len(entries) == len(STORY) + 1
    assert max(line.ago for line in STORY) < showcase.BEGUN
