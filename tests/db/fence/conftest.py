"""The attacked databases: one for each engine and set of walls, made once for the whole directory."""

from __future__ import annotations

import contextlib
import itertools
from typing import TYPE_CHECKING, Any

import pytest

from tests.db.fence import rows, servers
from tests.db.fence.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Maker = "Callable[[str, str | None, bool], World]"


@pytest.fixture(scope="session")
def server() -> Iterator[servers.Server]:
    """One PostgreSQL for the whole directory."""
    with servers.running() as started:
        yield started


@pytest.fixture(scope="session")
def worlds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., World]]:
    """A function that gives the database of an engine, its walls and its content, made at first use."""
    made: dict[tuple[Any, ...], World] = {}
    numbers = itertools.count()

    def get(engine: str, walls: str | None, *, oracle: bool = False) -> World:
        key = (engine, walls, oracle)
        if key not in made:
            content = rows.oracle_rows() if oracle else rows.all_rows()
            place = tmp_path_factory.mktemp("world")
            made[key] = make(request, place, f"world{next(numbers)}", World(engine, walls, content, ""))
        return made[key]

    yield get
    with contextlib.suppress(Exception):
        made.clear()


def make(request: pytest.FixtureRequest, place: Path, name: str, world: World) -> World:
    """Create the database of a world."""
    if world.engine == "sqlite":
        world.url = f"sqlite:///{place}/file-0.db"
    else:
        application, owner, outside = servers.create_database(request.getfixturevalue("server"), name)
        world.url = application if world.walls else owner
        world.system_url, world.outside_url = owner, outside
    world.build()
    return world
