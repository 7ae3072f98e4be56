"""A filter means the same in Python and in the SQL of both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from smallcrm.services.activities import ACTIVITY
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import store
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.store import Listing
from smallcrm.services.tickets import TICKET
from tests.services.records.query import sample

if TYPE_CHECKING:
    from datetime import datetime

    from smallcrm.services.records.schema import Noun
    from tests.support.world import World

EASY = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


def found(noun: Noun, *texts: str, sort: str = "id") -> list[int]:
    """The ids that a list with a filter shows."""
    where = Filter(noun, texts, sample.PLACE)
    page = store.page(noun, Listing(sort=sort, where=where))
    ids = [record["id"] for record in page.records]
    assert store.count(noun, where=where) == len(ids)
    return ids


@pytest.fixture(params=[1, 2])
def known(mara: World, request: pytest.FixtureRequest, frozen_clock: datetime) -> sample.Known:  # noqa: ARG001
    """The sample, in two mixtures."""
    sample.fill(request.param)
    return sample.Known()


@EASY
@given(text=sample.joined(sample.COMPANIES))
def test_it_finds_the_companies_that_are_meant(known: sample.Known, text: str) -> None:
    """Any filter, the same records."""
    assert found(COMPANY, text) == known.meant(COMPANY, Filter(COMPANY, [text], sample.PLACE))


@EASY
@given(text=sample.joined(sample.CONTACTS))
def test_it_finds_the_contacts_that_are_meant(known: sample.Known, text: str) -> None:
    """Any filter, the same records."""
    assert found(CONTACT, text) == known.meant(CONTACT, Filter(CONTACT, [text], sample.PLACE))


@EASY
@given(text=sample.joined(sample.DEALS))
def test_it_finds_the_deals_that_are_meant(known: sample.Known, text: str) -> None:
    """Any filter, the same records."""
    assert found(DEAL, text) == known.meant(DEAL, Filter(DEAL, [text], sample.PLACE))


@EASY
@given(text=sample.joined(sample.ACTIVITIES))
def test_it_finds_the_activities_that_are_meant(known: sample.Known, text: str) -> None:
    """Any filter, the same records."""
    assert found(ACTIVITY, text) == known.meant(ACTIVITY, Filter(ACTIVITY, [text], sample.PLACE))


@EASY
@given(text=sample.joined(sample.TICKETS))
def test_it_finds_the_tickets_that_are_meant(known: sample.Known, text: str) -> None:
    """Any filter, the same records."""
    assert found(TICKET, text) == known.meant(TICKET, Filter(TICKET, [text], sample.PLACE))


def test_it_has_something_to_tell_apart(known: sample.Known) -> None:
    """Neither all nor none of them are open and due, reminded of, answered, reopened or left alone."""
    for noun, text in (
        (ACTIVITY, "timing:overdue"), (ACTIVITY, "timing:today"), (ACTIVITY, "timing:planned"),
        (ACTIVITY, "timing:none"), (ACTIVITY, "reminder>=1d"), (TICKET, "reopened>0"), (TICKET, "first-response:any"),
        (DEAL, "rotting:yes"), (DEAL, "-rotting:yes"), (DEAL, "rotting:no is:open"),
    ):  # fmt: skip
        meant = known.meant(noun, Filter(noun, [text], sample.PLACE))
        assert 0 < len(meant) < len(known.of[noun.name]) - 2
        assert found(noun, text) == meant
