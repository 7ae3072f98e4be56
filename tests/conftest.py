"""Fixtures for every test: a home of its own, both engines, a stopped clock, the corpora, system programs."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from smallcrm import clock
from tests.support.corpora import CORPORA, corpus
from tests.support.postgres import PostgresMissing, PostgresServer
from tests.support.programs import find_program, missing, refuse_skip

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from pathlib import Path

    from smallcrm.config import Settings

FROZEN_AT = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
_FOREIGN = ("NO_COLOR", "FORCE_COLOR", "PAGER", "EDITOR", "VISUAL", "COLUMNS", "LINES", "PYTHONPATH")

hypothesis_settings.register_profile("ci", derandomize=True, deadline=None, max_examples=40, database=None)
hypothesis_settings.register_profile(
    "deep", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("ci")


@dataclass(frozen=True, slots=True)
class EngineUrl:
    """An empty database: its engine's name, its URL, and the owner's URL on PostgreSQL."""

    engine: str
    url: str
    system_url: str | None = None


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked `program` where its program is missing."""
    for mark in item.iter_markers("program"):
        find_program(*mark.args, **mark.kwargs)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Make a skipped test a failure where nothing may be missing."""
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Make a skipped module a failure where nothing may be missing."""
    return refuse_skip((yield))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory, with nothing of the developer's environment around it."""
    for name in [*_FOREIGN, *(name for name in os.environ if name.startswith("SMALLCRM_"))]:
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("XDG_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(folder / ".local" / "share"))
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:  # noqa: ARG001  # the environment must be clean before it is read
    """The settings of somebody who has set nothing: one SQLite file in an empty home."""
    from smallcrm import config

    return config.load(dict(os.environ))


@pytest.fixture
def frozen_clock() -> Iterator[datetime]:
    """The instant at which the clock stands still."""
    with clock.frozen(FROZEN_AT):
        yield FROZEN_AT


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server for this session; skips where there are no binaries."""
    try:
        server = PostgresServer()
    except PostgresMissing as reason:
        missing(str(reason))
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def engine_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EngineUrl]:
    """An empty database on each engine in turn; closed and removed afterwards.

    A test for one engine asks for it: `@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)`.
    """
    if request.param == "sqlite":
        yield EngineUrl("sqlite", f"sqlite:///{tmp_path / 'smallcrm.db'}")
        _close_database()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    urls = server.fresh_database()
    yield EngineUrl("postgres", urls.app_url, urls.system_url)
    _close_database()
    server.drop(urls)


def _close_database() -> None:
    # Only if the test has loaded it: a test of one module must not depend on another's import.
    engine = sys.modules.get("smallcrm.db.engine")
    if engine is not None:
        engine.close_database()


@pytest.fixture
def corpora() -> Path:
    """The directory of the corpora; skips where there is none."""
    corpus()
    return CORPORA


@pytest.fixture
def program() -> Callable[..., Path]:
    """Finds a system program's path by its name; skips the test with the line that installs it."""
    return find_program
