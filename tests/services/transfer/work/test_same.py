"""Which rows are about a record that is there, and which are not: nothing is taken for something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import PIPELINE, STAGE
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer.work import matching
from smallcrm.services.transfer.work.matching import Matcher
from tests.services.transfer.bringing import bring, fates, records, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from tests.support.world import World


def named(noun: str, key: str = "name") -> list[Any]:
    """The names of the live records of a noun."""
    return [record[key] for record in records(noun)]


def test_tickets_of_other_companies_are_others(mara: World, tmp_path: Path) -> None:
    """One of them alone, imported again, changes neither."""
    del mara
    header = "Ticket Subject,Description,Status,Company Name"
    rows = ["Help,The roof leaks,Open,Acme", "Help,No heating,Closed,Bolt"]
    bring(write(tmp_path / "t.csv", header, *rows))
    before = records("ticket")
    report = bring(write(tmp_path / "u.csv", header, rows[1]))
    assert fates(report) == {"u.csv": (0, 0, 0, 1, 0, 0)}
    assert records("ticket") == before


def test_deals_without_an_id_keep_their_people(mara: World, tmp_path: Path) -> None:
    """Two deals of one name with other people stay two, in whatever order they come again."""
    del mara
    header = "Deal Name,Stage,Amount,Contact Email"
    rows = ["Roof,Proposal,5,a@x.org", "Roof,Proposal,9,b@x.org"]
    bring(write(tmp_path / "d.csv", header, *rows))
    assert fates(bring(write(tmp_path / "e.csv", header, *reversed(rows)))) == {"e.csv": (0, 0, 0, 2, 0, 0)}


def test_what_only_has_the_name_of_something_is_told_by_its_text(mara: World, tmp_path: Path) -> None:
    """Nothing else tells these apart, so another text is another ticket, and the same is the same."""
    del mara
    path = write(tmp_path / "t.csv", "Ticket Subject,Description", "Help,One", "Help,Two")
    assert fates(bring(path)) == {"t.csv": (2, 0, 0, 0, 0, 0)}
    assert fates(bring(path)) == {"t.csv": (0, 0, 0, 2, 0, 0)}
    assert fates(bring(write(tmp_path / "u.csv", "Ticket Subject,Description", "Help,Three"))) == {
        "u.csv": (1, 0, 0, 0, 0, 0)
    }


def test_a_known_deal_stays_in_its_pipeline(adam: World, tmp_path: Path) -> None:
    """A stage without a pipeline is one of the pipeline that the deal is in."""
    del adam
    with operation("a pipeline") as op:
        partner = op.create(PIPELINE, {"name": "Partner"})
        for name, kind in (("Signed up", "open"), ("Live", "open"), ("Won", "won"), ("Lost", "lost")):
            op.create(STAGE, {"name": name, "pipeline": partner, "kind": kind, "probability": 50})
    bring(write(tmp_path / "d.csv", "Deal ID,Deal Name,Pipeline,Deal Stage", "1,Roof,Partner,Signed up"))
    stages = named("stage")
    bring(write(tmp_path / "d.csv", "Deal ID,Deal Name,Pipeline,Deal Stage", "1,Roof,,Live"))
    assert [record["pipeline"] for record in records("deal")] == [partner]
    assert (named("stage"), DEAL.name) == (stages, "deal")


def test_an_id_of_another_record_is_no_name(mara: World, tmp_path: Path) -> None:
    """Companies and people who have another id in the same program are others, whatever they are called."""
    del mara
    header = "Deal ID,Deal Name,Stage,Company ID,Company Name,Contact ID,Contact Name"
    bring(write(tmp_path / "d.csv", header, "1,A,Proposal,C1,Bolt,P1,Ann Lee", "2,B,Proposal,C2,Bolt,P2,Ann Lee"))
    bring(write(tmp_path / "d.csv", header, "3,C,Proposal,C3,Bolt,P3,Ann Lee"))
    assert (named("company"), named("contact", "last_name")) == (["Bolt"] * 3, ["Lee"] * 3)
    assert len({record["company"] for record in records("deal")}) == 3


def test_somebody_of_another_company_is_somebody_else(mara: World, tmp_path: Path) -> None:
    """A name and a company together mean one who belongs to it, near in the file or far."""
    del mara
    header = "Deal ID,Deal Name,Stage,Company Name,Contact Name"
    rows = [f"{at},D{at},Proposal,Acme," for at in range(2, 600)]
    first, last = "1,D1,Proposal,Acme,John Smith", "700,D700,Proposal,Bolt,John Smith"
    bring(write(tmp_path / "d.csv", header, first, *rows, last))
    firms = {record["id"]: record["name"] for record in records("company")}
    places = [[firms[place["company"]] for place in record["companies"]] for record in records("contact")]
    assert places == [["Acme"], ["Bolt"]]


def test_ids_and_addresses_of_several_people_go_together(mara: World, tmp_path: Path) -> None:
    """As many of each are pairs, in their order."""
    del mara
    bring(write(tmp_path / "d.csv", "Deal ID,Deal Name,Stage,Contact ID,Contact Email",
                "1,A,Proposal,P1;P2,a@x.org;b@x.org"))  # fmt: skip
    found = [(one["external_ids"][0]["key"], one["emails"][0]["address"]) for one in records("contact")]
    assert found == [("P1", "a@x.org"), ("P2", "b@x.org")]


def test_a_record_that_a_later_row_names_is_kept_for_it(mara: World, tmp_path: Path) -> None:
    """A row without an id does not take it, however far before it stands."""
    del mara
    header = "Deal ID,Deal Name,Stage,Amount"
    bring(write(tmp_path / "d.csv", header, "1,Roof,Proposal,5"))
    rows = [f"{at},D{at},Proposal,1" for at in range(2, 600)]
    bring(write(tmp_path / "d.csv", header, ",Roof,Proposal,7", *rows, "1,Roof,Proposal,5"))
    assert sorted(one["amount"]["amount"] for one in records("deal") if one["name"] == "Roof") == [500, 700]


def test_an_unknown_word_overrules_nothing(mara: World, tmp_path: Path) -> None:
    """A status or a priority that means nothing to us leaves alone what the ticket has."""
    del mara
    header = "Ticket ID,Subject,Status,Priority"
    bring(write(tmp_path / "t.csv", header, "1,Help,Closed,Urgent"))
    bring(write(tmp_path / "t.csv", header, "1,Help,Kaputt,P77"))
    assert [(one["status"], one["priority"]) for one in records("ticket")] == [("closed", "urgent")]


def test_what_is_wrong_with_a_row_is_told(mara: World, tmp_path: Path) -> None:
    """An address or a domain that is none is left out, with its line."""
    del mara
    report = bring(write(tmp_path / "d.csv", "Deal ID,Deal Name,Stage,Contact Email,Company Domain",
                         "1,A,Proposal,nobody,not a host"))  # fmt: skip
    assert report.files[0].warnings == [
        "line 2: not an e-mail address: 'nobody'", "line 2: not a domain: 'not a host'",
    ]  # fmt: skip


def test_a_column_of_too_many_stages_is_none(adam: World, tmp_path: Path) -> None:
    """No pipeline goes through a hundred stages; the rows are rejected, and none is made."""
    del adam
    before = named("stage")
    rows = [f"{at},D{at},Step {at}" for at in range(101)]
    report = bring(write(tmp_path / "d.csv", "Deal ID,Deal Name,Deal Stage", *rows))
    assert (len(report.files[0].rejected), named("stage")) == (101, before)
    assert "hardly a column of stages" in report.files[0].rejected[0][1]


def test_stages_of_signs_are_told_apart(adam: World, tmp_path: Path) -> None:
    """Stars and pluses are names too."""
    del adam
    bring(write(tmp_path / "d.csv", "Deal ID,Deal Name,Deal Stage", "1,A,★", "2,B,★★", "3,C,Phase +", "4,D,Phase -"))
    assert len({record["stage"] for record in records("deal")}) == 4


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kept", [50_000, 1])
def test_many_of_one_name_are_each_known(
    mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """In every part of the file, whether their namesakes are read for it again or not; backwards too."""
    del mara
    monkeypatch.setattr(matching, "_MOST_KEPT", kept)
    asked: list[int] = []
    known = Matcher._known

    def counted(self: Matcher, names: Iterable[str], columns: Sequence[str]) -> Iterator[Any]:
        asked.append(1)
        return known(self, names, columns)

    monkeypatch.setattr(Matcher, "_known", counted)
    rows = [f"Help,Text {at}" for at in range(1_100)]
    path = write(tmp_path / "t.csv", "Ticket Subject,Description", *rows, *rows[:2])
    assert fates(bring(path, look=False)) == {"t.csv": (1_102, 0, 0, 0, 0, 0)}
    asked.clear()
    write(path, "Ticket Subject,Description", *reversed(rows), *rows[:2], "Help,Text 1")
    assert fates(bring(path, look=False)) == {"t.csv": (1, 0, 0, 1_102, 0, 0)}
    assert len(asked) == (1 if kept > 1 else 3)
