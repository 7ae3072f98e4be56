"""A whole database on another engine and back: every row the same, whatever stops it on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from peewee import fn

from smallcrm.db.fence import system_scope, tenant_scope
from smallcrm.db.ids import NOBODY, Counter
from smallcrm.errors import Conflict, NotAllowed, UsageError
from smallcrm.models.tag import Tagging
from smallcrm.models.workspace import Workspace
from smallcrm.services import moving
from smallcrm.services.archive import restoring
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.workspaces import opened
from tests.services.archive.test_round_trip import raw, work_of
from tests.support.canonical import faults
from tests.support.cast import EUR, MARA, OLGA, STAN
from tests.support.world import a_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from smallcrm.config import Settings
    from tests.conftest import EngineUrl
    from tests.support.postgres import PostgresServer


def quiet(_label: str, _done: int) -> None:
    """Nobody looks at the progress."""


@pytest.fixture
def source(settings: Settings, tmp_path: Path) -> Settings:
    """The settings of a SQLite database with two workspaces in which much has happened."""
    from tests.conftest import EngineUrl

    lite = EngineUrl("sqlite", f"sqlite:///{tmp_path / 'a.db'}")
    with a_world(settings, lite) as world:
        work_of(world, world.north, [])
        with world.acts(STAN):
            add(CONTACT, Edit({"first_name": "South"}), EUR)
        return world.settings


@pytest.fixture
def postgres(settings: Settings, postgres_server: PostgresServer) -> Iterator[Settings]:
    """The settings of an empty database on PostgreSQL."""
    urls = postgres_server.fresh_database()
    yield replace(settings, database_url=urls.app_url, system_database_url=urls.system_url)
    postgres_server.drop(urls)


def everything(settings: Settings) -> tuple[Any, ...]:
    """What a database holds: its workspaces, the last number of one, every row of each, and what is wrong in it."""
    with opened(settings):
        with system_scope("look at the workspaces"):
            found = [(row.id, row.slug, row.name, row.created_at) for row in Workspace.select().order_by(Workspace.id)]
            last = Counter.get(Counter.tenant_id == NOBODY, Counter.name == "workspace").last
        rows = []
        for number, *_rest in found:
            with tenant_scope(number):
                counted = sorted((row.name, row.last) for row in Counter.select())
                rows.append((raw(), faults(), counted))
        return found, last, rows


def test_a_database_goes_to_the_other_engine_and_back(source: Settings, postgres: Settings, tmp_path: Path) -> None:
    """Every row of every table, and the numbers to go on with; said again, nothing is done."""
    moved = moving.move(source, postgres, quiet)
    assert [(one.slug, one.was_there) for one in moved] == [("north-1", False), ("south-2", False)]
    assert [one.was_there for one in moving.move(source, postgres, quiet)] == [True, True]
    before = everything(postgres)
    back = moving.target_of(postgres, f"sqlite:///{tmp_path / 'b.db'}", None)
    moving.move(postgres, back, quiet)
    assert everything(back) == before
    assert [(rows, wrong) for rows, wrong, _counted in before[2]] == [(rows, []) for rows, _w, _c in before[2]]
    with opened(source), tenant_scope(1):
        assert raw() == before[2][0][0]


def test_what_was_interrupted_is_taken_up(source: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a stop in the middle of the second workspace the first is passed over; nothing is there twice."""
    target = moving.target_of(source, f"sqlite:///{tmp_path / 'b.db'}", None)
    calls: list[Any] = []
    monkeypatch.setattr(restoring, "_put", _stopped_in_second(restoring._put, calls))
    with pytest.raises(KeyboardInterrupt):
        moving.move(source, target, quiet)
    monkeypatch.undo()
    assert [one.was_there for one in moving.move(source, target, quiet)] == [True, False]
    assert everything(target)[2][1][1] == []


def _stopped_in_second(put: Any, calls: list[Any]) -> Any:
    def stopping(*args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return put(*args, **kwargs)

    return stopping


def test_what_somebody_writes_meanwhile_is_found(source: Settings, tmp_path: Path) -> None:
    """A change after a workspace was read ends the move with an error; so does another workspace in the target."""
    target = moving.target_of(source, f"sqlite:///{tmp_path / 'b.db'}", None)
    moving.move(source, target, quiet)
    with opened(source), tenant_scope(1):
        Workspace.update(name="Renamed").where(Workspace.id == 1).execute()
    with pytest.raises(Conflict, match="'north-1' is another in the database to move to: its settings"):
        moving.move(source, target, quiet)
    other = moving.target_of(source, f"sqlite:///{tmp_path / 'c.db'}", None)
    with a_world(source, _lite(tmp_path / "c.db")) as world:
        world.settle(_place(), (OLGA,))
    with pytest.raises(Conflict, match="has workspaces of its own: else-3"):
        moving.move(source, other, quiet)


def test_what_did_not_arrive_is_found(source: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted loss of one row in the target, and a planted change of the source meanwhile, end it with an error."""
    put, bring = restoring._put, moving._bring

    def losing(*args: Any, **kwargs: Any) -> Any:
        done = put(*args, **kwargs)
        Tagging.delete().where(Tagging.id == Tagging.select(fn.MIN(Tagging.id)).scalar()).execute()
        return done

    def meanwhile(*args: Any) -> Any:
        done = bring(*args)
        with opened(source), tenant_scope(1):
            Workspace.update(name="Meanwhile").where(Workspace.id == 1).execute()
        return done

    with monkeypatch.context() as planted:
        planted.setattr(restoring, "_put", losing)
        with pytest.raises(Conflict, match=r"'north-1' is another in the database to move to: taggings.csv"):
            moving.move(source, moving.target_of(source, f"sqlite:///{tmp_path / 'b.db'}", None), quiet)
    monkeypatch.setattr(moving, "_bring", meanwhile)
    with pytest.raises(Conflict, match="Somebody changed the workspace 'north-1' while it was moved"):
        moving.move(source, moving.target_of(source, f"sqlite:///{tmp_path / 'c.db'}", None), quiet)


def _lite(path: Path) -> EngineUrl:
    from tests.conftest import EngineUrl

    return EngineUrl("sqlite", f"sqlite:///{path}")


def _place() -> Any:
    from tests.support.cast import Place

    return Place("Else", "EUR", "UTC")


def test_only_who_looks_after_the_database_moves_it(source: Settings, tmp_path: Path) -> None:
    """A member may not; nobody moves a database to itself."""
    target = moving.target_of(replace(source, workspace="north-1"), f"sqlite:///{tmp_path / 'b.db'}", None)
    with pytest.raises(NotAllowed, match="look after the whole database"):
        moving.move(replace(source, workspace="north-1"), target, quiet, as_member=MARA.email)
    with pytest.raises(UsageError, match="to itself"):
        moving.move(source, source, quiet)
    assert not (tmp_path / "b.db").exists()
    (tmp_path / "same.db").symlink_to(tmp_path / "a.db")
    with pytest.raises(UsageError, match="to itself"):
        moving.move(source, moving.target_of(source, f"sqlite:///{tmp_path / 'same.db'}", None), quiet)
