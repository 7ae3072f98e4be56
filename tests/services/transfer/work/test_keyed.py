"""Rows of deals, tickets and activities known by the one key that the user names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import UsageError
from smallcrm.services.records.schema import noun as noun_of
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import bring, fates, only, records, write
from tests.services.transfer.test_hidden import add, reasons, trash
from tests.support import custom

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.transfer.report import Report
    from tests.support.world import World

HEADERS = {
    "deal": "Deal ID,Deal Name,Deal Stage,Amount",
    "ticket": "Ticket ID,Ticket Subject,Ticket Status,Ticket Description",
    "activity": "Activity ID,Activity Type,Subject,Notes Description",
}
ROWS = {"deal": "{id},{name},Proposal,{n}", "ticket": "{id},{name},Open,{n}", "activity": "{id},Note,{name},{n}"}
NOUNS = pytest.mark.parametrize("noun", list(HEADERS))


def by(match: str | None, path: Path, **how: Any) -> Report:
    """Import with rows known by one key."""
    return bring(path, rules=Rules(match=match, **how))


def filed(path: Path, noun: str, *rows: tuple[str, str, int]) -> Path:
    """A file of the id, the name and a number of each record."""
    return write(path, HEADERS[noun], *(ROWS[noun].format(id=key, name=name, n=n) for key, name, n in rows))


def number(record: dict[str, Any]) -> int:
    """The number that a row gave its record."""
    return record["amount"]["amount"] // 100 if "amount" in record else int(record["description"])


@NOUNS
def test_a_record_is_known_by_its_name(mara: World, tmp_path: Path, noun: str) -> None:
    """Whatever else differs; rows of one name are one record, and an id of the same program says otherwise."""
    del mara
    title = noun_of(noun).title
    bring(filed(tmp_path / "a.csv", noun, ("", "Roof", 1), ("X1", "Cellar", 2)))
    report = by(title, filed(tmp_path / "a.csv", noun, ("", "ROOF", 5), ("", "Attic", 6), ("", "attic", 7)))
    assert fates(report) == {"a.csv": (1, 1, 1, 0, 0, 0)}
    report = by("name", filed(tmp_path / "a.csv", noun, ("X2", "Cellar", 8), ("X1", "Attic", 9)))
    assert fates(report) == {"a.csv": (1, 1, 0, 0, 0, 0)}
    found = [(record[title], number(record)) for record in records(noun)]
    assert found == [("ROOF", 5), ("Attic", 9), ("Attic", 6), ("Cellar", 8)]


@NOUNS
def test_a_name_that_several_have_is_refused(mara: World, tmp_path: Path, noun: str) -> None:
    """And they are named."""
    del mara
    path = filed(tmp_path / "a.csv", noun, ("X1", "Roof", 1), ("X2", "Roof", 2))
    bring(path)
    report = by("name", filed(tmp_path / "b.csv", noun, ("", "Roof", 3)))
    assert reasons(report) == [f"several {noun_of(noun).plural} have its {noun_of(noun).title} (1, 2)"]
    assert fates(by("name", path)) == {"a.csv": (0, 0, 0, 2, 0, 0)}


@NOUNS
def test_only_an_id_counts_or_nothing_at_all(mara: World, tmp_path: Path, noun: str) -> None:
    """Then every row without one is new; and with nothing, an id that is taken is refused."""
    del mara
    path = filed(tmp_path / "a.csv", noun, ("X1", "Roof", 1), ("", "Cellar", 2))
    bring(path)
    assert fates(by("external_id", path)) == {"a.csv": (1, 0, 0, 1, 0, 0)}
    report = by(
        "none", filed(tmp_path / "a.csv", noun, ("X1", "Roof", 1), ("", "Cellar", 2), ("X9", "a", 1), ("X9", "b", 1))
    )
    assert fates(report) == {"a.csv": (2, 0, 0, 0, 2, 0)}
    last = len(records(noun))
    assert reasons(report) == [f"its id is taken: X1 ({noun} 1)", f"its id is taken: X9 ({noun} {last})"]


@NOUNS
def test_a_unique_field_of_the_workspace_is_a_key(adam: World, tmp_path: Path, noun: str) -> None:
    """Live or in the trash; a row without a value is new."""
    del adam
    custom.define(noun, "Order no", unique="yes")
    header, title = f"{HEADERS[noun]},Order no", noun_of(noun).title
    bring(write(tmp_path / "a.csv", header, *(ROWS[noun].format(id="", name="A", n=at) + f",N{at}" for at in (1, 2))))
    rows = [ROWS[noun].format(id="", name="B", n=7) + f",{key}" for key in ("n2", "N3", "")]
    report = by("order_no", write(tmp_path / "a.csv", header, *rows))
    assert fates(report) == {"a.csv": (2, 1, 0, 0, 0, 0)}
    assert [record[title] for record in records(noun)] == ["A", "B", "B", "B"]
    trash(noun_of(noun), [records(noun)[1]["id"]])
    report = by("Order no", write(tmp_path / "a.csv", header, rows[0]))
    assert reasons(report) == [f"{noun} 2, which it is about, is in the trash (smallcrm {noun} restore 2)"]
    assert fates(by("order_no", tmp_path / "a.csv", restore=True)) == {"a.csv": (0, 1, 0, 0, 0, 0)}


@NOUNS
@pytest.mark.parametrize("match", [None, "name", "external_id"])
def test_a_record_comes_out_of_the_trash(mara: World, tmp_path: Path, noun: str, match: str | None) -> None:
    """And counts as updated, even where nothing else changes; a row that is none leaves its record there."""
    del mara
    path = filed(tmp_path / "a.csv", noun, ("X1", "Roof", 1))
    bring(path)
    trash(noun_of(noun))
    assert fates(by(match, path)) == {"a.csv": (0, 0, 0, 0, 1, 0)}
    assert fates(by(match, path, restore=True)) == {"a.csv": (0, 1, 0, 0, 0, 0)}
    assert number(only(noun)) == 1
    trash(noun_of(noun))
    assert fates(by(match, filed(path, noun, ("X1", "Roof", 4)), restore=True)) == {"a.csv": (0, 1, 0, 0, 0, 0)}
    assert number(only(noun)) == 4


def test_what_cannot_come_back_is_a_rejected_row(adam: World, tmp_path: Path) -> None:
    """Here its unique value belongs to another by now; it stays in the trash."""
    del adam
    custom.define("deal", "Order no", unique="yes")
    header, row = f"{HEADERS['deal']},Order no", ROWS["deal"].format(id="X1", name="Roof", n=1)
    path = write(tmp_path / "a.csv", header, f"{row},N1")
    bring(path)
    trash(noun_of("deal"))
    bring(write(tmp_path / "b.csv", header, f"{row.replace('X1', 'X2')},N1"))
    report = by(None, path, restore=True)
    assert len(reasons(report)) == 1
    assert "N1" in reasons(report)[0]
    assert [record["external_ids"][0]["key"] for record in records("deal")] == ["X2"]


def test_several_in_the_trash_are_told(mara: World, tmp_path: Path) -> None:
    """None of them is the one; what is live counts before them."""
    del mara
    for _ in range(2):
        add(noun_of("ticket"), subject="Roof")
    trash(noun_of("ticket"))
    path = filed(tmp_path / "a.csv", "ticket", ("", "Roof", 1))
    assert reasons(by("subject", path, restore=True)) == ["several tickets in the trash have its subject (1, 2)"]
    add(noun_of("ticket"), subject="Roof")
    assert fates(by("subject", path, restore=True)) == {"a.csv": (0, 1, 0, 0, 0, 0)}


def test_a_stage_is_one_of_the_pipeline_that_the_named_deal_is_in(adam: World, tmp_path: Path) -> None:
    """No stage is made in another."""
    del adam
    header = "Deal Name,Pipeline,Deal Stage"
    bring(write(tmp_path / "a.csv", header, "Roof,Partner,Signed up", "Attic,Partner,Live"))
    stages = [record["name"] for record in records("stage")]
    report = by("name", write(tmp_path / "b.csv", "Deal Name,Deal Stage", "Roof,Live"))
    assert fates(report) == {"b.csv": (0, 1, 0, 0, 0, 0)}
    assert [record["name"] for record in records("stage")] == stages
    roof, attic = records("deal")
    assert (roof["pipeline"], roof["stage"]) == (attic["pipeline"], attic["stage"])


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("noun", "keys"), [
    ("deal", "external_id, name, none"), ("ticket", "external_id, subject, none"),
])  # fmt: skip
def test_a_key_that_is_none_is_refused(mara: World, tmp_path: Path, noun: str, keys: str) -> None:
    """With those that there are; and one that no column gives as well."""
    del mara
    path = filed(tmp_path / "a.csv", noun, ("", "Roof", 1))
    with pytest.raises(UsageError, match="is no field of") as caught:
        by("domain", path)
    assert caught.value.hint == f"--match {keys}"
    with pytest.raises(UsageError, match="has no column for what its rows are to be known by"):
        by("external_id", write(tmp_path / "a.csv", HEADERS[noun].partition(",")[2], "Roof,Open,1"))
