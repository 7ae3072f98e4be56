"""Looking after the database as a whole, on both engines and on files that are not well."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from smallcrm.db import migrations
from smallcrm.db.migrations.run import Applied
from smallcrm.errors import DatabaseTooNew, NotAllowed, NotFound, UsageError
from smallcrm.services import maintenance
from tests.support.cast import ADAM, MARA, RUTH
from tests.support.damaged import SENTENCES, damaged_copy
from tests.support.world import a_world

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.config import Settings
    from tests.conftest import EngineUrl


@pytest.fixture
def at(settings: Settings, engine_url: EngineUrl, tmp_path: Path) -> Settings:
    """Settings that name an empty database of each engine."""
    (tmp_path / "private").mkdir(mode=0o700)
    return replace(
        settings,
        home=tmp_path / "private",
        database_url=engine_url.url,
        system_database_url=engine_url.system_url,
    )


def _create(at: Settings) -> None:
    migrations.create_database(at.database_url, at.system_database_url)


def test_it_finds_nothing_wrong_with_a_new_database(at: Settings) -> None:
    """Every check is made, none complains."""
    _create(at)
    checks = {check.name: check for check in maintenance.examine(at)}
    assert {check.verdict for check in checks.values()} <= {"ok", "warning"}, checks
    expected = {"versions", "schema", "integrity", "references", "tables", "fence", "search"}
    files = {"permissions", "disk"} if at.database_url.startswith("sqlite") else set()
    assert set(checks) == expected | files


def test_it_says_what_the_database_lacks(at: Settings) -> None:
    """A missing file, or a server's database without tables."""
    if at.database_url.startswith("sqlite"):
        with pytest.raises(NotFound):
            maintenance.schema_status(at)
        found = maintenance.examine(at)[-1]
        assert (found.name, found.verdict, found.hint) == ("database", "problem", "smallcrm init NAME")
        return
    assert [state.state for state in maintenance.schema_status(at)] == ["pending"] * len(migrations.known())
    found = maintenance.examine(at)[-1]
    assert (found.name, found.verdict, found.hint) == ("schema", "problem", "smallcrm db migrate")
    assert maintenance.migrate(at) == list(migrations.known())


def test_it_refuses_a_newer_database(at: Settings) -> None:
    """The newest unknown migration is named."""
    _create(at)
    states = maintenance.schema_status(at)
    maintenance.refuse_newer(states)
    with pytest.raises(DatabaseTooNew, match=r"\(0007\); update"):
        maintenance.refuse_newer([*states, replace(states[0], name="0007_later", state=Applied.UNKNOWN)])


def test_it_copies_a_file_and_leaves_a_server_to_its_own_tool(at: Settings, tmp_path: Path) -> None:
    """The hint for PostgreSQL can be typed, and holds no password."""
    _create(at)
    target = tmp_path / "copy.db"
    if at.database_url.startswith("sqlite"):
        assert maintenance.backup_to(at, target) == target.stat().st_size
        copied = replace(at, database_url=f"sqlite:///{target}")
        assert {check.verdict for check in maintenance.examine(copied)} <= {"ok", "warning"}
        return
    with pytest.raises(UsageError, match="PostgreSQL makes its own copies") as refusal:
        maintenance.backup_to(at, target)
    assert str(refusal.value.hint).startswith(
        f"pg_dump --enable-row-security --format=custom --file={target} 'postgresql://"
    )
    assert at.system_database_url
    assert at.system_database_url.split(":")[2].split("@")[0] not in str(refusal.value.hint)


@pytest.mark.parametrize("name", SENTENCES)
def test_it_examines_a_damaged_file_without_changing_it(settings: Settings, tmp_path: Path, name: str) -> None:
    """The last check says what is wrong and what helps."""
    path = damaged_copy(name, tmp_path)
    before = path.read_bytes()
    found = maintenance.examine(replace(settings, database_url=f"sqlite:///{path}"))[-1]
    assert found.verdict == "problem"
    assert found.hint
    assert path.read_bytes() == before


def test_it_examines_a_damaged_database_of_ours_to_the_end(settings: Settings, tmp_path: Path) -> None:
    """Wherever the damage is, the other checks are still made."""
    path = tmp_path / "smallcrm.db"
    migrations.create_database(f"sqlite:///{path}")
    whole = path.read_bytes()
    at = replace(settings, database_url=f"sqlite:///{path}")
    for first in (12, 20, 30):
        path.write_bytes(whole[: first * 4096] + os.urandom(4096 * 4) + whole[(first + 4) * 4096 :])
        before = path.read_bytes()
        checks = {check.name: check for check in maintenance.examine(at)}
        assert checks["integrity"].verdict == "problem"
        assert path.read_bytes() == before


def test_it_keeps_the_whole_database_from_readers(settings: Settings, engine_url: EngineUrl, tmp_path: Path) -> None:
    """Nobody copies, migrates or mends it in the name of a member or reader; an admin may."""
    with a_world(settings, engine_url) as world:
        at = replace(world.settings, workspace="north-1")
    target = tmp_path / "copy.db"
    for person in (RUTH, MARA):
        for work in (
            lambda said: maintenance.backup_to(at, target, **said),
            lambda said: maintenance.migrate(at, **said),
            lambda said: maintenance.examine(at, fix=True, **said),
        ):
            with pytest.raises(NotAllowed, match="look after the whole database"):
                work({"as_member": person.email})
    assert not target.exists()
    assert maintenance.migrate(at, as_member=ADAM.email) == []
    assert maintenance.examine(at, as_member=RUTH.email)
