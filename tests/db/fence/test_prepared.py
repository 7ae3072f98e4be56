"""Kept queries: what was rendered for one tenant is never run for another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.db import fence
from smallcrm.errors import FenceRefused, TenantNotBound
from tests.db.fence.rows import MINE, THEIRS

if TYPE_CHECKING:
    from tests.db.fence.world import Env


def test_it_shows_each_tenant_its_own_rows(env: Env) -> None:
    """Whoever asked first, and however often; the ids of another are not there."""
    contacts = env.Contact
    kept = fence.Prepared(lambda low: contacts.select(contacts.id).where(contacts.id >= low), 1)
    for tenant in (MINE, THEIRS, MINE, THEIRS):
        with fence.tenant_scope(tenant):
            found = [row[0] for row in kept.rows(0)]
            assert found
            assert {row_id >> 40 for row_id in found} == {tenant}


def test_it_runs_nothing_unbound(env: Env) -> None:
    """Not even what was rendered before."""
    kept = fence.Prepared(lambda: env.Contact.select(env.Contact.id), 0)
    with fence.tenant_scope(MINE):
        assert kept.rows()
    with pytest.raises(TenantNotBound):
        kept.rows()


def test_it_keeps_no_write_and_takes_no_node(env: Env) -> None:
    """A write is checked by its values; a node as a value would never have been seen by the wall."""
    contacts = env.Contact
    kept = fence.Prepared(lambda low: contacts.select(contacts.id).where(contacts.id >= low), 1)
    write = fence.Prepared(lambda: contacts.delete(), 0)  # noqa: PLW0108 - made when it is run
    with fence.tenant_scope(MINE):
        for value in (contacts.id, None, True, 1.5):
            with pytest.raises(FenceRefused):
                kept.rows(value)  # type: ignore[arg-type]
        with pytest.raises(FenceRefused):
            kept.rows()
        with pytest.raises(FenceRefused):
            write.rows()
