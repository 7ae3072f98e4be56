"""Nothing of a workspace is missing from its archive: every table, and every column that is not worked out anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw
import pytest

from smallcrm.db.fence import TenantModel
from smallcrm.db.fence.register import TableClass, unregister
from smallcrm.db.ids import number_of, own_id
from smallcrm.models import all_models
from smallcrm.services import field_changes
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.archive import cells
from smallcrm.services.archive.tables import APART, FILES, VALUES, tables
from smallcrm.services.comments import COMMENT
from smallcrm.services.companies import COMPANY
from smallcrm.services.deals import DEAL
from smallcrm.services.fields import FIELD
from smallcrm.services.mappings import MAPPING
from smallcrm.services.pipelines import PIPELINE, STAGE
from smallcrm.services.records import undo
from smallcrm.services.records.editing import Edit, add, edit_many, trash_many
from smallcrm.services.records.operations import operation
from smallcrm.services.tickets import TICKET
from smallcrm.services.views import VIEW
from tests.services.archive.test_round_trip import archived, filled, raw, work_of
from tests.support.actions import perform
from tests.support.cast import EUR, MARA, OLGA

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from smallcrm.services.archive.tables import Table
    from tests.support.world import World


def missing(models: Iterable[Any]) -> list[str]:
    """The tables of customer data that are in no archive."""
    named = FILES.keys() | APART
    return [
        model._meta.table_name
        for model in models
        if model.table_class is TableClass.TENANT and model._meta.table_name not in named
    ]


def test_every_table_of_customer_data_has_a_file() -> None:
    """A new one has to be named; a planted one is found."""
    assert missing(all_models()) == []
    assert sorted(FILES) == sorted(table.name for table in tables())
    assert len(set(FILES.values())) == len(FILES)

    class Planted(TenantModel):
        name = pw.TextField()

    assert missing([*all_models(), Planted]) == ["planted"]
    unregister("planted")


SAMPLES = {
    id(cells.TEXT): "x",
    id(cells.WHOLE): 7,
    id(cells.FLAG): 1,
    id(cells.INSTANT): 1_700_000_000_000_001,
    id(cells.DATE): "2020-01-31",
    id(cells.PERCENT): 5,
}
VALUED = {
    "text": 'Ä, "b"', "long text": "=a\nb\r\nc", "integer": "-7", "decimal": "-1.50", "money": "-12.30USD",
    "date": "2026-02-28", "datetime": "2026-12-01T10:00Z", "boolean": "no", "select": "One",
    "multi-select": "Two, One", "url": "https://x.example/a", "email": "A@x.example", "phone": "+49 30 1234567",
    "user": "me", "record": "1",
}  # fmt: skip
FULL = (
    ("add", "company", Edit({
        "name": "Full", "website": "https://full.example", "industry": "Toys", "employees": "3", "revenue": "10EUR",
        "street": "A 1", "city": "B", "region": "C", "postal_code": "1", "country": "DE", "description": "D\r\nE",
        "parent": "1", "owner": "me", "phones": "work:+49 30 1234567", "tags": "big", "external_ids": "hub:9",
    })),
    ("add", "contact", Edit({
        "prefix": "Dr.", "first_name": "F", "middle_name": "M", "last_name": "L", "suffix": "Jr.", "nickname": "N",
        "emails": "home:f@full.example", "phones": "home:+49 30 7654321", "title": "T", "department": "D",
        "lifecycle": "customer", "birthday": "1980-02-29", "website": "https://f.example", "street": "S", "city": "C",
        "region": "R", "postal_code": "0", "country": "DE", "description": "=1+1", "source": "fair", "opt_out": "yes",
        "owner": "me", "tier": "gold", "badge": "9", "partner": "1",
    })),
    ("places", "contact", (3, [{"company": 1, "role": "boss"}, {"company": 2, "role": None, "ended": "2020-01-31"}])),
    ("add", "deal", Edit({
        "name": "Full", "amount": "1.50EUR", "probability": "35", "expected_close": "2027-02-28", "company": "1",
        "source": "web", "description": "D", "owner": "me", "contacts": "buyer:1",
    })),
    ("add", "activity", Edit({
        "subject": "Full", "kind": "call", "direction": "out", "due": "2026-12-01T10:00Z", "duration": "30",
        "place": "P", "description": "D", "status": "done", "outcome": "O", "reminders": "1d", "owner": "me",
    })),
    ("add", "ticket", Edit({
        "subject": "Full", "status": "waiting", "waiting_until": "2027-02-28", "status_label": "Hm", "priority": "high",
        "type": "incident", "channel": "mail", "source": "web", "requester": "1", "company": "1", "description": "D",
        "assignee": "me", "watchers": "me",
    })),
    ("comment", "ticket", (2, "Said.", True, "1")),
    ("say otherwise", "comment", (1, "Said otherwise, @adam.")),
    ("trash", "contact", [4]),
)  # fmt: skip


def fill(world: World) -> None:
    """Let there be a value in every column of every table."""
    work_of(world, world.north, [(MARA, action) for action in FULL])
    with world.acts(OLGA):
        add(VIEW, Edit({"name": "V", "noun": "deal", "filter": "amount>1", "sort": "-amount", "columns": "name"}), EUR)
        edit_many(STAGE, [1], Edit({"rot_days": "5"}), EUR)
        for number, (kind, value) in enumerate(VALUED.items()):
            options = ["One", "Two"] if "select" in kind else []
            target = {"target": "company"} if kind == "record" else {}
            default = {"help": "which", "default": "1"} if kind == "integer" else {}
            said = {"object": "deal", "label": f"Field {number}", "key": f"f{number}", "type": kind}
            field_changes.add(Edit({**said, **target, **default}), options, EUR)
            edit_many(DEAL, [1], Edit({f"f{number}": value}), EUR)
        with operation("Import") as op:
            op.create(MAPPING, {"name": "M", "noun": "contact", "columns": "A=first_name", "date_order": "dmy",
                                "decimal": ",", "shape": "s"})  # fmt: skip
        perform(("import", "contact", ([{"name": "I", "address": "i@x.org"}], Edit({"city": "X"}))))
        undo.undo()
        _trash()


def _trash() -> None:
    """Let there be something of every noun in the trash, and what else is closed or put away."""
    said: dict[str, Any] = {"name": "Gone", "noun": "deal", "subject": "Gone", "status": "closed"}
    add(PIPELINE, Edit({"name": "Gone", "description": "was"}), EUR)
    add(STAGE, Edit({"name": "Gone", "pipeline": "Gone", "probability": "5"}), EUR)
    for noun in (COMPANY, DEAL, ACTIVITY, TICKET, VIEW):
        keys = {"ticket": ("subject", "status"), "activity": ("subject",), "view": ("name", "noun")}
        add(noun, Edit({key: said[key] for key in keys.get(noun.name, ("name",))}), EUR)
    field_changes.add(Edit({"object": "ticket", "label": "Gone", "type": "text"}), [], EUR)
    field_changes.archive_option(1, "Tin")
    with operation("Import") as op:
        op.create(MAPPING, {"name": "Gone", "noun": "contact", "columns": "", "shape": "t"})
    for noun in (STAGE, PIPELINE, COMPANY, DEAL, ACTIVITY, TICKET, VIEW, FIELD, MAPPING):
        last = noun.model.select(pw.fn.MAX(noun.model.id)).scalar()
        trash_many(noun, [number_of(last)])
    trash_many(COMMENT, [2])


def _complete() -> None:
    """Put something into the columns that nothing fills yet, or that the work above has left empty."""
    for table in tables():
        for column in table.columns if table.name != VALUES else ():
            field = table.model._meta.columns[column.name]
            if column.null and column.name != "fields" and not table.model.select().where(~field.is_null()).exists():
                first = table.model.select().order_by(table.model.id).first()
                sample = own_id(1) if column.cell is cells.NUMBER else SAMPLES[id(column.cell)]
                table.model.update({field: sample}).where(table.model.id == first.id).execute()


def columns(table: Table) -> list[str]:
    """The columns of a table, whose rows `raw` gives."""
    names = [field.column_name for field in table.model._meta.sorted_fields]
    return [name for name in names if name != "tenant_id"]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_every_column_comes_back(world: World, tmp_path: Path) -> None:
    """A workspace in which no column is empty throughout comes back with every value."""
    fill(world)
    with world.acts(OLGA):
        _complete()
        rows, data = raw(), archived(journal=True)
        empty = [
            f"{table.name}.{name}"
            for table in tables()
            for at, name in enumerate(columns(table))
            if name != "fields" and all(row[at] is None for row in rows[table.name])
        ]
    assert not empty, chr(10).join(empty)
    with filled(world, data, tmp_path / "all.zip"):
        assert raw() == rows


def test_what_is_unique_is_told_by_a_column_of_the_file() -> None:
    """Also where what is compared is worked out from it; of most tables nothing is."""
    told = {table.name: table.unique for table in tables() if table.unique}
    assert told == {
        "member": "email", "company_domain": "domain", "contact_email": "address", "field_option": "value",
        VALUES: "value", "tag": "name", "tagging": "tag_id", "external_id": "key",
    }  # fmt: skip
    assert all(told[table.name] in [column.name for column in table.columns] for table in tables() if table.unique)
