"""kill -9 of an import at any moment: it is all there or not at all, and the same import then runs to its end."""

from __future__ import annotations

import json
import signal
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.health import Verdict
from smallcrm.db.ids import make_id
from smallcrm.services import maintenance, workspaces
from smallcrm.services.records import undo
from smallcrm.services.transfer.importing import Request, run_import
from tests.services.transfer.bringing import write_cells
from tests.support import killing
from tests.support.canonical import Export, export, faults
from tests.support.cast import OLGA
from tests.support.world import a_world

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from smallcrm.config import Settings
    from tests.conftest import EngineUrl

# Moment and which time it is reached; the staged rows come in several chunks, and some rows update.
KILLS: dict[str, list[tuple[str, int]]] = {
    "parse": [("open", 1), ("open", 2), ("recognise", 2), ("compile", 1), ("compile", 2)],
    "staging": [("create", 1), ("create", 4), ("fill", 1), ("fill", 5), ("resolve", 1)],
    "reservation": [("before", 1), ("within", 1), ("within", 3), ("reserved", 1), ("reserved", 2)],
    "transaction": [("insert", 1), ("companies", 2), ("insert", 4), ("search", 1), ("update", 1),
                    ("journal", 1), ("commit", 1)],
    "checkpoint": [("committed", 1), ("dropping", 1), ("dropped", 1), ("closing", 1), ("checkpoint", 1)],
}  # fmt: skip


class Scene:
    """A workspace with a few people in it, and the files of an import that is going to die."""

    def __init__(self, settings: Settings, engine: EngineUrl, folder: Path) -> None:
        self.settings = replace(settings, database_url=engine.url, system_database_url=engine.system_url)
        self.engine = engine
        header = ["First Name", "Last Name", "Email", "City", "Company", "Company Domain", "Tags"]
        old = [["Old", f"Hand{n}", f"p{n}@host{n}.org", "Bonn", "", "", ""] for n in range(5)]
        new = [
            ["New", f"Hand{n}", f"p{n}@host{n}.org", "Köln", f"Host {n}", f"host{n}.org", "fresh"] for n in range(24)
        ]
        self.before = write_cells(folder / "before.csv", [header, *old])
        people = write_cells(folder / "people.csv", [header, *new])
        hosts = [[f"Host {n}", f"host{n}.org", "Media"] for n in range(0, 24, 2)]
        companies = write_cells(folder / "companies.csv", [["Company Name", "Domain", "Industry"], *hosts])
        self.files = (companies, people)
        self.home = folder
        self.scratch = folder / "scratch"
        self.scratch.mkdir()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """The workspace, open for its owner."""
        with workspaces.open_session(self.settings, workspace="north-1", as_member=OLGA.email):
            yield

    def plan(self, **more: Any) -> dict[str, Any]:
        """What the process that is going to die shall do."""
        home = str(self.home / "home")
        return {"url": self.engine.url, "system_url": self.engine.system_url, "home": home, "member": OLGA.email,
                "workspace": "north-1", "files": [str(path) for path in self.files], "chunk": 8,
                "scratch": str(self.scratch), **more}  # fmt: skip

    def state(self) -> Export:
        """What the workspace holds; it must be sound."""
        with self.at_work():
            assert faults() == []
            return export()

    def finish(self) -> Export:
        """What the workspace holds after the same import has run to its end."""
        with self.at_work():
            run_import(Request(self.files))
            return export()

    def expect_nothing_new(self) -> None:
        """The import that was killed after its end has left nothing to do."""
        with self.at_work():
            assert run_import(Request(self.files)).operation is None

    def step_back(self) -> None:
        """Take the import back."""
        with self.at_work():
            undo.undo()

    def die(self, moment: str, turn: int, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run the import in a process that kills itself when it reaches a moment for the n-th time."""
        return killing.run(self.plan(at=[moment, turn], **more))

    def complaints(self) -> list[str]:
        """What `doctor` finds wrong with the database, and whatever of the staging is left in it."""
        checks = [check for check in maintenance.examine(self.settings) if check.name not in ("versions", "disk")]
        wrong = [f"{check.name}: {check.detail}" for check in checks if check.verdict is not Verdict.OK]
        left = [str(path) for path in self.scratch.rglob("*") if path.is_file()]
        return wrong + left


def by_name(found: Export) -> Any:
    """The records without their numbers, of which a killed import may have used some up."""
    names = {make_id(1, number): record["name"] for number, record in found["company"].items()}

    def told(value: Any) -> Any:
        if isinstance(value, list):
            return sorted(json.dumps({key: told(part) for key, part in json.loads(text).items()}) for text in value)
        return names.get(value, value) if isinstance(value, int) else value

    # Nouns count by themselves: what is company 1 in these two is something else in another.
    return {
        noun: sorted(json.dumps({key: told(value) for key, value in record.items()}) for record in records.values())
        if noun in ("company", "contact")
        else records
        for noun, records in found.items()
    }


@pytest.fixture
def scene(settings: Settings, engine_url: EngineUrl, tmp_path: Path) -> Scene:
    """The scene on each engine in turn."""
    made = Scene(settings, engine_url, tmp_path)
    with a_world(settings, engine_url):
        pass
    with made.at_work():
        run_import(Request((made.before,)))
    return made


@pytest.mark.parametrize("phase", KILLS)
def test_it_is_all_there_or_not_at_all(scene: Scene, phase: str) -> None:
    """Killed at every moment of a phase; afterwards all is well, and the same import runs to the same end."""
    before = scene.state()
    after = by_name(scene.finish())
    scene.step_back()
    for name, turn in KILLS[phase]:
        died = scene.die(f"{phase}.{name}", turn)
        assert died.returncode == -signal.SIGKILL, (name, turn, died.stderr)
        found = scene.state()
        assert found == before if phase != "checkpoint" else by_name(found) == after, (name, turn)
        assert scene.complaints() == []
        assert by_name(scene.finish()) == after, (name, turn)
        if phase == "checkpoint":
            scene.expect_nothing_new()
        scene.step_back()


def test_it_finds_an_import_that_commits_table_by_table(scene: Scene) -> None:
    """The check is able to fail: with such a fault planted, a kill leaves half an import behind."""
    before = scene.state()
    died = scene.die("transaction.insert", 4, fault="commits per table")
    assert died.returncode == -signal.SIGKILL, died.stderr
    with scene.at_work():
        assert export() != before


def test_it_is_killed_at_enough_moments() -> None:
    """At least 25 moments, at least three of each phase."""
    assert sum(map(len, KILLS.values())) >= 25
    assert all(len(moments) >= 3 for moments in KILLS.values())
    assert {
        phase: {name for name, _turn in moments} <= set(killing.MOMENTS[phase]) for phase, moments in KILLS.items()
    } == dict.fromkeys(killing.MOMENTS, True)
