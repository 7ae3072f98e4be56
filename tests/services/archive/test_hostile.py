"""Archives in which one cell was changed: refused in one line with nothing kept, or taken and all is well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.db.ids import own_id
from smallcrm.errors import ValidationError
from smallcrm.services import pipelines
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.archive import restoring
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL, win
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.workspaces import contents as records
from tests.fuzz import archives
from tests.services.archive.test_restoring import FORGED, forged, swap
from tests.services.archive.test_round_trip import archived, contents, filled, quiet, work_of
from tests.support.canonical import faults
from tests.support.cast import EUR, MEMBERS, NORTH, OLGA, STAN

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

CASES = 30
SEED = 0


@pytest.fixture(scope="module")
def sample() -> bytes:
    """The archive that is changed, made before a test opens a database of its own."""
    return archives.sound()


def test_one_changed_cell_is_refused_or_harmless(sample: bytes) -> None:
    """Some of the cells and words of `make fuzz`, always the same."""
    with archives.bench() as bench:
        told = [
            (case, wrong)
            for case in archives.cases(SEED, sample)[:CASES]
            if (wrong := archives.fault(bench, archives.changed(sample, *case))) is not None
        ]
    assert told == []


def test_it_finds_what_is_planted(sample: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive is told that is taken and contradicts itself, or that is refused for a wrong reason."""
    contradiction = archives.changed(sample, "deals.csv", "closed_at", 2, "")
    with archives.bench() as bench:
        assert archives.fault(bench, contradiction) is None
        with monkeypatch.context() as patched:
            patched.setattr("smallcrm.services.archive.restoring.judge", lambda _archive: None)
            assert "is not where it says" in (archives.fault(bench, contradiction) or "")
        with monkeypatch.context() as patched:
            patched.setattr("smallcrm.services.archive.restoring.judge", {}.__getitem__)
            assert "refused with" in (archives.fault(bench, contradiction) or "")


def test_neighbours_keep_what_they_have(world: World, tmp_path: Path) -> None:
    """On either engine: hostile archives are refused with the same words, and the other workspaces are as they were."""
    work_of(world, world.north, [])
    with world.acts(OLGA):
        add(COMPANY, Edit({"name": "Below", "parent": "1", "revenue": "10"}), EUR)
        add(ACTIVITY, Edit({"subject": "Ring", "due": "2026-12-02", "reminders": "1d"}), EUR)
        whole = archived(journal=True)
    with world.acts(STAN):
        add(CONTACT, Edit({"first_name": "Nell", "emails": "a@x.org", "tags": "VIP"}), EUR)
        before = archived(journal=True)
    tenant = world.settle(NORTH, MEMBERS)
    path = tmp_path / "all.zip"
    # A server takes its time, and most of what is refused is refused before it is asked.
    for change, sentence in FORGED[:: 1 if world.engine == "sqlite" else 4]:
        path.write_bytes(forged(whole, change))
        with world.acts(OLGA, tenant), pytest.raises(ValidationError, match=sentence):
            restoring.restore(path, dry_run=False, progress=quiet)
        with world.acts(OLGA, tenant):
            assert records() == {}
    with filled(world, whole, path):
        assert faults() == []
    for person, kept in ((OLGA, whole), (STAN, before)):
        with world.acts(person):
            assert contents(archived(journal=True)) == contents(kept)


def refusal(path: Path) -> str:
    """Why an archive is refused; nothing where it is taken."""
    try:
        restoring.restore(path, dry_run=False, progress=quiet)
    except ValidationError as error:
        return error.sentence
    return ""


@pytest.mark.parametrize("engine_url", ["postgres"], indirect=True)
def test_changed_cells_on_postgres(sample: bytes, world: World, tmp_path: Path) -> None:
    """What SQLite would store as it is: each is refused in one line, or taken and without a fault."""
    with world.acts(STAN):
        add(CONTACT, Edit({"first_name": "Nell", "emails": "a@x.org"}), EUR)
        before = archived(journal=True)
    path = tmp_path / "all.zip"
    tenant = world.settle(NORTH, MEMBERS)
    for case in archives.cases(SEED, sample)[CASES : CASES * 2]:
        path.write_bytes(archives.changed(sample, *case))
        with world.acts(OLGA, tenant):
            told = refusal(path)
            assert (records() if told else faults()) in ({}, []), case
            assert not told or (told.startswith("all.zip") and "damaged" not in told), case
        tenant = tenant if told else world.settle(NORTH, MEMBERS)
    with world.acts(STAN):
        assert contents(archived(journal=True)) == contents(before)


def test_stages_in_any_order_do_no_harm(world: World, tmp_path: Path) -> None:
    """Stages lie as their kinds say, then as their places say, then as their numbers say: whatever is first or twice.

    A pipeline that has no open stage, or no stage at all, takes no new deal and says so; it is not refused, since its
    stages can be added and changed like those of any other.
    """
    work_of(world, world.north, [])
    with world.acts(OLGA):
        whole = archived(journal=False)
    odd = forged(whole, swap("stages.csv", b",Lead,1,1,open,", b",Lead,1,9,open,"))
    odd = forged(odd, swap("stages.csv", b",Won,1,5,won,", b",Won,1,0,won,"))
    odd = forged(odd, swap("stages.csv", b",Lost,1,6,lost,", b",Lost,1,0,lost,"))
    with filled(world, odd, tmp_path / "all.zip"):
        names = [stage.name for stage in pipelines.stages_of(own_id(1))]
        assert names == ["Qualified", "Proposal", "Negotiation", "Lead", "Won", "Lost"]
        made = add(DEAL, Edit({"name": "Next"}), EUR).changed
        assert win(made).changed == made
        assert faults() == []
    with world.acts(OLGA, world.settle(NORTH, MEMBERS)):
        shut = archived(journal=False)
    for stage in (b"Lead,1,1", b"Qualified,1,2", b"Proposal,1,3", b"Negotiation,1,4"):
        shut = forged(shut, swap("stages.csv", stage + b",open,", stage + b",won,"))
    refused = pytest.raises(ValidationError, match="has no stage that is open")
    with filled(world, shut, tmp_path / "all.zip"), refused:
        add(DEAL, Edit({"name": "Next"}), EUR)
