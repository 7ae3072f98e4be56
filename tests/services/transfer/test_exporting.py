"""Exports stream: the memory they need does not grow with the records."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

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
ROOM = 24_000_000


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_streams(mara: World, tmp_path: Path) -> None:
    """20,000 contacts in every format for programs: whole, and in less memory than they take themselves."""
    del mara
    rows = [["Ann", f"Lee{n}", f"ann{n}@x.org", "d" * 2000] for n in range(RECORDS)]
    bring(write_cells(tmp_path / "p.csv", [["First Name", "Last Name", "Email", "Description"], *rows]), look=False)
    del rows
    fields = chosen_columns(CONTACT, ",".join(exporting.export_keys(CONTACT)))
    for kind in FORMATS:
        tracemalloc.start()
        size = sum(len(piece) for piece in exporting.export_text(CONTACT, fields, kind))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert size > RECORDS * 2000
        assert peak < ROOM, (kind, peak)


def test_it_needs_a_member(world: World) -> None:
    """Outside of a role nothing is exported."""
    with world.acts(MARA):
        assert list(exporting.export_rows(CONTACT, chosen_columns(CONTACT, "name"))) == []
    with pytest.raises(NotAllowed):
        list(exporting.export_rows(CONTACT, chosen_columns(CONTACT, "name")))
