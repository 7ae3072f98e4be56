"""What somebody says of the workspace's own fields while an import is prepared that fills them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.fence import proxy
from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict
from smallcrm.services import field_changes
from smallcrm.services.contacts import CONTACT
from smallcrm.services.fields import FIELD
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer import importing, inserting, people_writing, resolving, unchanged
from tests.services.transfer.bringing import bring, fates, records, write
from tests.support.canonical import faults
from tests.support.custom import define

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.support.world import World

    Act = Callable[[], Any]

FILES = {
    "contact": ("First Name,Last Name,Email,Code", "Ann,Lee,ann@x.example,C1", "Bob,Ray,bob@x.example,C1"),
    "company": ("Company Name,Code", "Acme,C1", "Bolt,C1"),
    "deal": ("Deal Name,Deal Stage,Code", "Roof,Lead,C1", "Wall,Lead,C1"),
    "ticket": ("Ticket Name,Ticket Status,Code", "Roof,Open,C1", "Wall,Open,C1"),
}
NOUNS = pytest.mark.parametrize("noun", FILES)


def make_unique() -> None:
    """Let no two records have the same value in the first field."""
    with operation("unique") as op:
        op.update(FIELD, own_id(1), {"unique": True})


def trash() -> None:
    """Put the first field into the trash."""
    with operation("trash") as op:
        op.trash(FIELD, own_id(1))


def archive() -> None:
    """Let the first field be neither shown nor changed."""
    field_changes.archive([1])


@pytest.fixture(params=["reading", "writing"])
def meanwhile(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Act]]:
    """What somebody else does once the files are recognised, or when all is read and before anything is written."""
    acts: list[Act] = []
    name = {"reading": "terms_of", "writing": "newest_change"}[request.param]
    real = getattr(importing, name)

    def acting(*given: Any) -> Any:
        while acts:
            acts.pop()()
        return real(*given)

    monkeypatch.setattr(importing, name, acting)
    yield acts
    assert acts == []


@NOUNS
@pytest.mark.parametrize("change", [make_unique, trash, archive])
def test_a_field_that_it_fills_is_another(
    adam: World, tmp_path: Path, meanwhile: list[Act], noun: str, change: Act
) -> None:
    """One clear Conflict and nothing half written; a second try goes by what the field is then."""
    del adam
    define(noun, "Code")
    path = write(tmp_path / "a.csv", *FILES[noun])
    meanwhile.append(change)
    with pytest.raises(Conflict, match="changed while the import was being prepared; nothing was imported"):
        bring(path, noun=noun)
    assert records(noun) == []
    assert faults() == []
    bring(path, noun=noun)
    assert len(records(noun)) >= 1
    assert faults() == []


@NOUNS
def test_a_field_that_it_does_not_fill_is_no_obstacle(
    adam: World, tmp_path: Path, meanwhile: list[Act], noun: str
) -> None:
    """The file has no column for it."""
    del adam
    define(noun, "Code")
    meanwhile.append(make_unique)
    rows = (row.rpartition(",")[0] for row in FILES[noun])
    assert fates(bring(write(tmp_path / "a.csv", *rows), noun=noun))["a.csv"][0] == 2
    assert faults() == []


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "import"])
def test_nothing_is_locked_while_rows_are_compared(
    mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, dry_run: bool
) -> None:
    """Also where all is taken back at the end: others write meanwhile."""
    del mara
    bring(write(tmp_path / "a.csv", FILES["contact"][0], "Ann,Lee,ann@x.example,"))
    looked: list[bool] = []

    def watching(real: Any) -> Any:
        def watched(*given: Any) -> Any:
            looked.append(proxy.in_transaction())
            return real(*given)

        return watched

    for module, name in ((resolving, "resolve"), (people_writing, "mark_unchanged"), (inserting, "give_targets")):
        monkeypatch.setattr(module, name, watching(getattr(module, name)))
    files = (write(tmp_path / f"{noun}.csv", *FILES[noun]) for noun in ("contact", "company"))
    bring(*files, dry_run=dry_run)
    assert looked == [False] * 6


def test_a_dry_run_that_was_overtaken_says_so(mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the import would; a second try is as if nothing had been."""
    del mara
    path, real = write(tmp_path / "a.csv", *FILES["contact"]), unchanged.mark_unchanged

    def acting(stage: Any) -> None:
        monkeypatch.setattr(people_writing, "mark_unchanged", real)
        with operation("meanwhile") as op:
            op.create(CONTACT, {"first_name": "Zoe", "emails": [{"address": "zoe@x.example"}]})
        real(stage)

    monkeypatch.setattr(people_writing, "mark_unchanged", acting)
    with pytest.raises(Conflict, match="changed while the import was being prepared; nothing was imported"):
        bring(path, dry_run=True)
    assert [record["name"] for record in records("contact")] == ["Zoe"]
    assert fates(bring(path, dry_run=True)) == fates(bring(path)) == {"a.csv": (2, 0, 0, 0, 0, 0)}
