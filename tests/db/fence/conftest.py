"""The attacked databases: one for each engine and set of walls, made once for the whole directory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.db.fence import rows
from tests.db.fence.app_world import AppWorld
from tests.db.fence.world import Env, World
from tests.support.postgres import ADMIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
def worlds(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., World]]:
    """A function that gives the database of an engine, its walls and its content, made at first use."""
    made: dict[tuple[Any, ...], World] = {}

    def get(engine: str, walls: str | None, *, oracle: bool = False) -> World:
        key = (engine, walls, oracle)
        if key not in made:
            content = rows.oracle_rows() if oracle else rows.all_rows()
            place = tmp_path_factory.mktemp("world")
            made[key] = make(request, place, World(engine, walls, content, ""))
        return made[key]

    yield get
    for world in made.values():
        if world.admin is not None:
            world.admin.close()


def make(request: pytest.FixtureRequest, place: Path, world: World) -> World:
    """Create the database of a world."""
    if world.engine == "sqlite":
        world.url = f"sqlite:///{place}/file-0.db"
    else:
        server: PostgresServer = request.getfixturevalue("postgres_server")
        urls = server.fresh_database()
        world.url = urls.app_url if world.walls else urls.system_url
        world.system_url, world.outside_url = urls.system_url, server._url(ADMIN, urls.name)
    world.build()
    return world


@pytest.fixture(scope="session")
def app_worlds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], AppWorld]]:
    """A function that gives the database of the application's tables on an engine."""
    made: dict[str, AppWorld] = {}

    def get(engine: str) -> AppWorld:
        if engine not in made:
            world = AppWorld(engine, "both", {}, "")
            make(request, tmp_path_factory.mktemp("application"), world)
            made[engine] = world
        return made[engine]

    yield get
    for world in made.values():
        if world.admin is not None:
            world.admin.close()


@pytest.fixture(params=["sqlite", "postgres"])
def env(request: pytest.FixtureRequest, worlds: Callable[..., World]) -> Iterator[Env]:
    """The database behind both walls, open, in no scope; put back afterwards."""
    world = worlds(request.param, "both")
    with world.attacked() as opened:
        yield opened
    if world.engine == "sqlite" or world.state() != world.seeded:
        world.restore()
