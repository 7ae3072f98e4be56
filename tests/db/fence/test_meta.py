"""The schema is fenced, and a table that is not is seen."""

# Names of tests are sentences.
# ruff: noqa: D103
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db import engine as database
from smallcrm.db import fence
from tests.db.fence import lint
from tests.db.fence.tables import FENCED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.db.fence.world import World

TENANT = "tenant_id bigint NOT NULL"
GOOD = f"CREATE TABLE planted (id bigint PRIMARY KEY, {TENANT}, CHECK ((id >> 40) = tenant_id)\n)"
NO_ID_CHECK = f"CREATE TABLE planted (id bigint PRIMARY KEY, {TENANT})"
NO_REFERENCE_CHECK = (
    f"CREATE TABLE planted (id bigint PRIMARY KEY, {TENANT}, tag_id bigint REFERENCES atk_tag (id),\n"
    "CHECK ((id >> 40) = tenant_id)\n)"
)
WRONG_KEY = GOOD + "; CREATE UNIQUE INDEX planted_key ON planted (id, tenant_id)"
PLANTED = {
    "no class": (GOOD, False, "has no class"),
    "no id check": (NO_ID_CHECK, True, "has no check on id"),
    "no reference check": (NO_REFERENCE_CHECK, True, "has no check on tag_id"),
    "wrong key": (WRONG_KEY, True, "has a key that does not lead with the tenant"),
}


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest, worlds: Callable[..., World]) -> Iterator[World]:
    """The fenced database, open, for faults to be planted in."""
    found = worlds(request.param, "both")
    found.open()
    with fence.tenant_scope(1):
        FENCED.Tag.update(label="none").where(FENCED.Tag.id == 0).execute()
    yield found
    database.close_database()
    lint.unregister("planted")
    with found.outside() as connection:
        connection.execute("DROP TABLE IF EXISTS planted")


def plant(world: World, statements: str, *, registered: bool) -> None:
    """Put a table into the schema past every tool."""
    with world.outside() as connection:
        for statement in statements.split(";"):
            connection.execute(statement)
    if registered:
        lint.register(lint.Policy("planted", lint.TableClass.TENANT))


def test_it_finds_nothing_wrong_with_the_attacked_tables(world: World) -> None:
    assert lint.problems(world) == []


@pytest.mark.parametrize("fault", PLANTED)
def test_it_sees_a_planted_table(world: World, fault: str) -> None:
    statements, registered, expected = PLANTED[fault]
    plant(world, statements, registered=registered)
    assert any(expected in line for line in lint.problems(world, ["planted"]))


def test_it_sees_a_table_without_the_engines_wall(world: World) -> None:
    plant(world, GOOD, registered=True)
    expected = "has no trigger on" if world.engine == "sqlite" else "has no forced row-level security"
    assert any(expected in line for line in lint.problems(world, ["planted"]))


def test_it_sees_a_wall_taken_down(world: World) -> None:
    assert lint.problems(world, ["atk_tag"]) == []
    if world.engine == "sqlite":
        with fence.system_scope("take a trigger down"):
            fence.proxy.execute_sql("DROP TRIGGER temp.fence_atk_tag_update")
        assert lint.problems(world, ["atk_tag"]) == ["atk_tag: has no trigger on UPDATE"]
        return
    with world.outside() as connection:
        connection.execute("ALTER TABLE atk_tag NO FORCE ROW LEVEL SECURITY")
    assert lint.problems(world, ["atk_tag"]) == ["atk_tag: has no forced row-level security"]
    with world.outside() as connection:
        connection.execute("ALTER TABLE atk_tag FORCE ROW LEVEL SECURITY")


def test_it_refuses_a_table_without_a_class(world: World) -> None:
    plant(world, GOOD, registered=False)
    import peewee as pw

    from smallcrm.errors import FenceError

    table: Any = pw.Table("planted").bind(fence.proxy)
    with fence.tenant_scope(1), pytest.raises(FenceError):
        list(table.select(table.c.id))
