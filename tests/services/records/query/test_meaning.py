"""A filter means the same in Python and in the SQL of both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import store
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.store import Listing
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


@pytest.mark.parametrize("text", ["rotting:yes", "-rotting:yes", "rotting:yes is:open"])
def test_it_finds_the_deals_that_rot(known: sample.Known, text: str) -> None:
    """Neither all nor none of them, so that the filters above have something to tell apart."""
    meant = known.meant(DEAL, Filter(DEAL, [text], sample.PLACE))
    assert 3 < len(meant) < len(known.of["deal"]) - 3
    assert found(DEAL, text) == meant
