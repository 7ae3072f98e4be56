"""Columns one step on in an export: what the records of a list show, in pages, in every format, in any order."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from smallcrm.errors import UsageError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import editing, presenting, store
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.transfer import columnar, exporting
from smallcrm.services.transfer.writing import text_pages
from tests.services.transfer.bringing import bring, write_cells
from tests.support import custom
from tests.support.cast import EUR

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

COLUMNS = "name,company.name,company.revenue,company.tags,company.created_at,company.owner,owner.name,company.domains"
STEPS = "name,companies.revenue,companies.name,owner.email,partner.name"


def _fill(path: Path, count: int = 1_203) -> None:
    """More contacts than two pages hold, at three companies or at none."""
    for name, more in (
        ("=Acme", {"revenue": "1200.50USD", "tags": "old, x", "owner": "me"}),
        ("Bo, Ltd", {}),
        ("Cy", {}),
    ):
        editing.add(COMPANY, Edit({"name": name, **more}), EUR)
    rows = [[f"Ann{n:04}", ("=Acme", "Bo, Ltd", "Cy", "")[n % 4]] for n in range(count)]
    bring(write_cells(path / "p.csv", [["First Name", "Company"], *rows]), look=False)


def test_it_holds_what_a_list_shows(adam: World, tmp_path: Path) -> None:
    """For more than one page, in every format: texts, money, lists, members, instants, and nothing at all."""
    del adam
    custom.define("contact", "Partner", "record", target="company")
    _fill(tmp_path)
    editing.edit_many(CONTACT, [1, 700, 1100], Edit({"owner": "me", "partner": "2"}), EUR)
    for number in range(1, 8):
        editing.add(DEAL, Edit({"name": f"D{number}", "company": str(number % 4 or ""), "owner": "me"}), EUR)
    for noun, text in ((CONTACT, STEPS), (DEAL, COLUMNS)):
        fields = chosen_columns(noun, text, further=True)
        keys = [field.key for field in fields]
        records = list(presenting.present(noun, store.walk(noun, store.Listing(limit=0)), keys))
        for kind in ("json", "ndjson"):
            shown = [tuple(record[key] for key in keys) for record in records]
            assert "".join(exporting.export_text(noun, fields, kind)) == "".join(
                text_pages(kind, keys, [shown], raw=False)
            )
    assert len(records) == 7


def test_it_escapes_and_guards_cells_a_step_on(adam: World, tmp_path: Path) -> None:
    """As those of the record itself: quotes around a comma, a guard before a formula, none where it is raw."""
    del adam
    _fill(tmp_path, 8)
    fields = chosen_columns(CONTACT, "first_name,company.name,company.revenue", further=True)
    text = "".join(exporting.export_text(CONTACT, fields, "csv"))
    assert text.splitlines()[:5] == [
        "first_name,company.name,company.revenue",
        "Ann0000,'=Acme,1200.50 USD",
        'Ann0001,"Bo, Ltd",',
        "Ann0002,Cy,",
        "Ann0003,,",
    ]
    assert "\nAnn0000,=Acme," in "".join(exporting.export_text(CONTACT, fields, "csv", raw=True))
    assert [row[1] for row in exporting.export_rows(CONTACT, fields)][:2] == ["=Acme", "Bo, Ltd"]


def test_it_keeps_an_order_over_its_pages(adam: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every record once, also where pages of the walk and of the export end at different places."""
    del adam
    _fill(tmp_path)
    monkeypatch.setattr(columnar, "_SORTED", 301)
    fields = chosen_columns(CONTACT, "id,first_name,companies,company.name", further=True)
    where = Filter(CONTACT, ["company:any"], Place())
    text = "".join(exporting.export_text(CONTACT, fields, "csv", where=where, sort="-first_name"))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["first_name"] for row in rows] == [f"Ann{n:04}" for n in reversed(range(1_203)) if n % 4 != 3]
    assert {(row["companies"], row["company.name"]) for row in rows} == {
        ("'=Acme", "'=Acme"), ('"Bo, Ltd"', "Bo, Ltd"), ("Cy", "Cy"),
    }  # fmt: skip
    backwards = json.loads("".join(exporting.export_text(CONTACT, fields, "json", sort="-id")))
    assert [record["id"] for record in backwards] == list(range(1_203, 0, -1))


def test_it_refuses_what_is_not_there_before_a_line_is_written(adam: World) -> None:
    """A sort key or a column that nobody knows."""
    del adam
    with pytest.raises(UsageError, match="no sort key"):
        exporting.export_text(CONTACT, chosen_columns(CONTACT, "name"), "csv", sort="nmae")
    with pytest.raises(UsageError, match="no field 'nmae'"):
        chosen_columns(CONTACT, "company.nmae", further=True)
