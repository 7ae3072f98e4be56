"""An export by columns holds what the records hold when they are read and presented one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import presenting, store
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.transfer import exporting
from smallcrm.services.transfer.writing import FORMATS, text_pages, wants_texts
from tests.services.transfer.bringing import bring, write_cells

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

HEADER = ["First Name", "Last Name", "Email", "Phone", "Company", "Description", "Tags"]
ROWS = [
    ["Ann", "Lee", "ann@x.org", "+43 1 2441955", "Acme, Inc.", "plain", "vip;new"],
    ["Łukasz", 'O"Neil', "b@x.org; b2@x.org", "", "", "two\nlines, \\ and \u202e", ""],
    ["=1+1", "Bo", "", "+43 1 2441956", "Acme, Inc.", "", "vip"],
    ["Zoë", "", "z@x.org", "", "Øre", "del \x7f", ""],
    ["", "Tab\tbed", "t@x.org", "", "", "", ""],
]


def test_it_holds_what_the_records_hold(mara: World, tmp_path: Path) -> None:
    """In every format, on both engines: lists, quotes, formulas, what a terminal would reorder, and nothing at all."""
    del mara
    bring(write_cells(tmp_path / "p.csv", [HEADER, *ROWS]), look=False)
    keys = exporting.export_keys(CONTACT)
    fields = chosen_columns(CONTACT, ",".join(keys))
    records = list(presenting.present(CONTACT, store.walk(CONTACT, store.Listing(limit=0)), keys))
    assert len(records) == len(ROWS)
    for kind in FORMATS:
        shown = [
            tuple(presenting.cell_of(f, r[f.key]) if wants_texts(kind) else r[f.key] for f in fields) for r in records
        ]
        for raw in (False, True):
            found = "".join(exporting.export_text(CONTACT, fields, kind, raw=raw))
            assert found == "".join(text_pages(kind, keys, [shown], raw=raw)), kind
