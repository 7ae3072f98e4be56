"""Archive, import and archive again: the same bytes, the same records, on either engine and from one to the other."""

from __future__ import annotations

import io
import json
import re
import zipfile
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smallcrm.db.fence.scope import TENANT_SHIFT
from smallcrm.db.ids import bound_tenant, number_of
from smallcrm.errors import NothingLeft, SmallCRMError
from smallcrm.services.archive import exporting, restoring
from smallcrm.services.archive.tables import tables
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import undo
from smallcrm.services.records.documents import fetch
from smallcrm.services.records.editing import Edit, add, edit_many
from tests.conftest import EngineUrl
from tests.services.records.test_undo_property import ACTORS, SEED, UNDOING
from tests.support.actions import ACTIONS, add_fields, perform
from tests.support.canonical import export, faults
from tests.support.cast import EUR, MARA, MEMBERS, NORTH, OLGA
from tests.support.world import a_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from smallcrm.config import Settings
    from tests.support.world import World

_LONG = re.compile(r"\d{13,}")
SHARE = {"sqlite": 2, "postgres": 8}


def quiet(_label: str, _done: int) -> None:
    """Nobody looks at the progress."""


def archived(*, journal: bool) -> bytes:
    """The archive of the bound workspace."""
    stream = io.BytesIO()
    exporting.export(stream, journal=journal, progress=quiet)
    return stream.getvalue()


def contents(data: bytes) -> dict[str, bytes]:
    """The files of an archive, its manifest without the date."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(found["manifest.json"])
    manifest.pop("exported_at")
    return {**found, "manifest.json": json.dumps(manifest).encode()}


@contextmanager
def filled(world: World, data: bytes, path: Path) -> Iterator[None]:
    """A new workspace, filled from the archive, in which Olga is at work."""
    tenant = world.settle(NORTH, MEMBERS)
    path.write_bytes(data)
    with world.acts(OLGA, tenant):
        restoring.restore(path, dry_run=False, progress=quiet)
        yield


def seen() -> str:
    """The canonical export of the bound workspace, its ids as numbers, so that another may hold the same."""
    tenant = bound_tenant()

    def short(found: re.Match[str]) -> str:
        return str(number_of(int(found[0]))) if int(found[0]) >> TENANT_SHIFT == tenant else found[0]

    return _LONG.sub(short, json.dumps(export(), sort_keys=True))


def raw() -> dict[str, list[Any]]:
    """Every row of every table with every column, the derived ones too, the ids as numbers."""
    found = {}
    for table in tables():
        fields = [field for field in table.model._meta.sorted_fields if field.column_name != "tenant_id"]
        ids = [
            at for at, field in enumerate(fields) if getattr(field, "packed", hasattr(field, "rel_model")) or at == 0
        ]
        rows = fetch(table.model.select(*fields).order_by(table.model.id))
        found[table.name] = [
            [number_of(value) if at in ids and value is not None else value for at, value in enumerate(row)]
            for row in rows
        ]
    # Ids inside of changes are of the workspace; the archive compares them.
    found["change"] = [row[:-1] for row in found["change"]]
    return found


def work_of(world: World, tenant: int, work: list[Any]) -> None:
    """Let things happen in a workspace, undo among them."""
    done: list[int] = []
    with world.acts(OLGA, tenant):
        add_fields()
    for person, action in [*((MARA, action) for action in SEED), *work]:
        with world.acts(person, tenant):
            if action[0] in ("undo", "redo", "pick"):
                _undo(action, done)
            else:
                number = perform(action)
                done += [] if number is None else [number]


def _undo(action: tuple[str, int], done: list[int]) -> None:
    verb, at = action
    with suppress(SmallCRMError):
        if verb == "redo":
            undo.redo()
        else:
            undo.undo(done[at % len(done)] if verb == "pick" and done else None)


def test_any_workspace_comes_back_as_it_was(world: World, tmp_path: Path) -> None:
    """With the journal every row of every table; without it all that is seen, and nothing that is wrong in itself."""
    path = tmp_path / "all.zip"

    @settings(max_examples=settings().max_examples // SHARE[world.engine], suppress_health_check=list(HealthCheck))
    @given(st.lists(st.tuples(ACTORS, st.one_of(ACTIONS, ACTIONS, UNDOING)), max_size=12))
    def run(work: list[Any]) -> None:
        tenant = world.settle(NORTH, MEMBERS)
        work_of(world, tenant, work)
        with world.acts(OLGA, tenant):
            before, rows = seen(), raw()
            whole, shown = archived(journal=True), archived(journal=False)
        with filled(world, whole, path):
            assert (raw(), seen(), faults()) == (rows, before, [])
            assert contents(archived(journal=True)) == contents(whole)
        with filled(world, shown, path):
            assert (seen(), faults()) == (before, [])
            assert contents(archived(journal=False)) == contents(shown)

    run()


def test_what_was_done_can_be_undone_where_the_journal_came_along(world: World, tmp_path: Path) -> None:
    """Undo in the new workspace does what it would have done in the old one; without the journal it says why not."""
    tenant = world.settle(NORTH, MEMBERS)
    work_of(world, tenant, [])
    with world.acts(MARA, tenant):
        whole, shown = _as_olga(world, tenant)
        undo.undo()
        undo.undo()
        expected = seen()
    with filled(world, whole, tmp_path / "whole.zip"):
        new = bound_tenant()
    with world.acts(MARA, new):
        undo.undo()
        undo.undo()
        assert (seen(), faults()) == (expected, [])
    with filled(world, shown, tmp_path / "shown.zip"), pytest.raises(NothingLeft, match="came without its changes"):
        undo.undo(5)


def _as_olga(world: World, tenant: int) -> tuple[bytes, bytes]:
    with world.acts(OLGA, tenant):
        return archived(journal=True), archived(journal=False)


def test_who_is_called_by_an_address_still_is(world: World, tmp_path: Path) -> None:
    """A contact without a name is listed and sorted by the primary address, which lies in another file."""
    with world.acts(OLGA):
        add(CONTACT, Edit({"emails": "zoe@x.org"}), EUR)
        add(CONTACT, Edit({"emails": "home:y@x.org, amy@x.org"}), EUR)
        edit_many(CONTACT, [2], Edit({"nickname": "Amy"}), EUR)
        rows, data = raw(), archived(journal=False)
    with filled(world, data, tmp_path / "all.zip"):
        assert raw()["contact"] == rows["contact"]
        assert faults() == []


def test_it_goes_from_one_engine_to_the_other(
    settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """SQLite to PostgreSQL and back: the same bytes."""
    server = request.getfixturevalue("postgres_server")
    urls = server.fresh_database()
    lite = EngineUrl("sqlite", f"sqlite:///{tmp_path / 'a.db'}")
    post = EngineUrl("postgres", urls.app_url, urls.system_url)
    with a_world(settings, lite) as world:
        work_of(world, world.north, [])
        with world.acts(OLGA):
            first, before = archived(journal=True), seen()
    with a_world(settings, post) as world, filled(world, first, tmp_path / "a.zip"):
        assert (seen(), faults()) == (before, [])
        second = archived(journal=True)
    server.drop(urls)
    back = EngineUrl("sqlite", f"sqlite:///{tmp_path / 'b.db'}")
    with a_world(settings, back) as world, filled(world, second, tmp_path / "b.zip"):
        assert contents(archived(journal=True)) == contents(second) == contents(first)
