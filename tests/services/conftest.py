"""Fixtures of the services: the world with the cast in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.cast import ADAM, MARA
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


@pytest.fixture
def mara(world: World) -> Iterator[World]:
    """The world, in which Mara, a member, is at work in the first workspace."""
    with world.acts(MARA):
        yield world


@pytest.fixture
def adam(world: World) -> Iterator[World]:
    """The same with Adam, an admin, who may configure the workspace."""
    with world.acts(ADAM):
        yield world
