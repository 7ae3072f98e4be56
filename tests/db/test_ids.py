"""Ids: packed numbers, counted per tenant and table, given out once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.db import ids
from smallcrm.db.fence import proxy, system_scope, tenant_scope
from smallcrm.db.fence.scope import MAX_TENANT, TENANT_SHIFT
from smallcrm.errors import Conflict, FenceRefused, TenantNotBound
from tests.support.world import World, a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.config import Settings
    from tests.conftest import EngineUrl


@pytest.fixture
def world(settings: Settings, engine_url: EngineUrl) -> Iterator[World]:
    """Both workspaces on each engine in turn."""
    with a_world(settings, engine_url) as found:
        yield found


@given(st.integers(1, MAX_TENANT), st.integers(0, ids.MAX_NUMBER))
def test_it_packs_and_unpacks(tenant: int, n: int) -> None:
    """Tenant and number come back, and the whole fits a signed 64-bit column."""
    packed = ids.make_id(tenant, n)
    assert (packed >> TENANT_SHIFT, ids.number_of(packed)) == (tenant, n)
    assert packed < 1 << 63


def test_it_counts_per_tenant_and_table(world: World) -> None:
    """Two workspaces and two tables do not hear of each other."""
    with tenant_scope(world.north), proxy.atomic():
        assert [ids.take("thing"), ids.take("thing", 5), ids.take("thing")] == [1, 2, 7]
        assert ids.take("other") == 1
    with tenant_scope(world.south), proxy.atomic():
        assert ids.take("thing") == 1
    with tenant_scope(world.north):
        assert ids.own_id(8) == world.north << 40 | 8
        assert ids.reserve("thing", 100) == 8
        assert ids.reserve("thing", 1) == 108


def test_it_takes_numbers_with_the_transaction(world: World) -> None:
    """What is rolled back is given out again; what is reserved is not."""
    with tenant_scope(world.north):
        with proxy.atomic() as transaction:
            ids.take("thing", 5)
            transaction.rollback()
        assert ids.reserve("thing", 2) == 1
        with proxy.atomic() as transaction:
            assert ids.take("thing") == 3
            transaction.rollback()
        assert ids.reserve("thing", 1) == 3


def test_it_reserves_before_the_transaction_only(world: World) -> None:
    """A range taken in one would hold the counter until its end."""
    with tenant_scope(world.north), proxy.atomic(), pytest.raises(FenceRefused, match="before the transaction"):
        ids.reserve("thing", 5)


def test_it_needs_a_tenant(world: World) -> None:
    """Unbound and in system scope there is nothing to count for."""
    del world
    with pytest.raises(TenantNotBound):
        ids.bound_tenant()
    with system_scope("test"), pytest.raises(FenceRefused, match="counted per tenant"):
        ids.take("thing")


def test_it_stops_before_numbers_overflow(world: World) -> None:
    """A search row has 36 bits for the number."""
    with tenant_scope(world.north):
        ids.reserve("thing", ids.MAX_NUMBER)
        with pytest.raises(Conflict, match="used up its numbers for thing"):
            ids.reserve("thing", 1)
