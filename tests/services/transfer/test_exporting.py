"""Exports stream: the memory they need does not grow with the records."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from smallcrm.db.fence import proxy
from smallcrm.errors import NotAllowed
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.transfer import exporting
from smallcrm.services.transfer.writing import FORMATS
from tests.services.transfer.bringing import bring, write_cells
from tests.support.cast import MARA

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

RECORDS = 20_000


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_streams(mara: World, tmp_path: Path) -> None:
    """20,000 contacts in every format for programs: whole, and never held but a page at a time."""
    del mara
    rows = [["Ann", f"Lee{n}", f"ann{n}@x.org", "d" * 2000] for n in range(RECORDS)]
    bring(write_cells(tmp_path / "p.csv", [["First Name", "Last Name", "Email", "Description"], *rows]), look=False)
    del rows
    fields = chosen_columns(CONTACT, ",".join(exporting.export_keys(CONTACT)))
    for kind in FORMATS:
        tracemalloc.start()
        sizes, held = [], []
        for piece in exporting.export_text(CONTACT, fields, kind):
            sizes.append(len(piece))
            held.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        assert sum(sizes) > RECORDS * 2000
        # What is held while a piece is handed out: a page in a few shapes, the last no more than the first.
        assert max(held) < sum(sizes) * 0.7, kind
        assert max(held[-3:]) < max(held[:3]) * 1.2, kind


def test_it_needs_a_member(world: World) -> None:
    """Outside of a role nothing is exported."""
    with world.acts(MARA):
        assert list(exporting.export_rows(CONTACT, chosen_columns(CONTACT, "name"))) == []
    with pytest.raises(NotAllowed):
        list(exporting.export_rows(CONTACT, chosen_columns(CONTACT, "name")))


def test_it_spares_memory(mara: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What reads everything does not keep it mapped, on either engine."""
    del mara
    asked = []

    def spare(database: object) -> None:
        asked.append(database)

    monkeypatch.setattr(type(proxy.target()), "spare_memory", spare)
    list(exporting.export_rows(CONTACT, [CONTACT.by_key["name"]]))
    assert asked == [proxy.target()]
