"""Kinds that few nouns have: decimals, options, records of any noun, what is worked out, other words for a field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import UsageError
from smallcrm.models.deal import Deal
from smallcrm.models.external_id import ExternalId
from smallcrm.models.tag import Tag, Tagging
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import PIPELINE, STAGE
from smallcrm.services.records import documents, editing, presenting, store, words
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.query import names
from smallcrm.services.records.query.anyrecord import AnyLink, read_any
from smallcrm.services.records.query.evaluating import holds
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.query.handles import Column
from smallcrm.services.records.query.parser import parse
from smallcrm.services.records.query.parts import Elements
from smallcrm.services.records.query.reading import Asked
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.records.store import Listing
from tests.services.records.query.sample import PLACE
from tests.services.records.query.test_sorting import walked
from tests.services.test_deals import add, second_pipeline
from tests.support.cast import ADAM, EUR

if TYPE_CHECKING:
    from smallcrm.services.records.query.handles import Handle
    from smallcrm.services.records.schema import Noun, Values
    from tests.support.world import World

pytestmark = pytest.mark.usefixtures("mara")


def numbers(text: str, noun: Noun = DEAL) -> list[int]:
    """The numbers that pass a filter."""
    return store.numbers(noun, Filter(noun, [text], PLACE))


def provide(monkeypatch: pytest.MonkeyPatch, handle: Handle) -> None:
    """Let deals have one more field."""
    monkeypatch.setattr(names, "_providers", [lambda noun: [handle] if noun is DEAL else []])


def test_it_compares_decimals_as_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not as the texts that they are kept as, in SQL and in Python; and orders by them, page by page."""
    score = Column(Field("score", "Score", Kind.DECIMAL), Deal, ("source",))
    provide(monkeypatch, score)
    for value in ("9.50", "10", "-0.25", "9.5", ""):
        add(source=value)
    for text, found in (
        ("score>9.5", [2]), ("score:9.5", [1, 4]), ("score<0", [3]), ("score:-1..9.6", [1, 3, 4]), ("score:none", [5]),
        ("score!=9.5", [2, 3, 5]), ("score>=9.50", [1, 2, 4]), ("score>1k", []),
    ):  # fmt: skip
        assert numbers(text) == found
        bound = Filter(DEAL, [text], PLACE).bound
        every = {at: {**store.get(DEAL, at), "score": store.get(DEAL, at)["source"]} for at in range(1, 6)}
        assert [at for at, document in every.items() if holds(DEAL, bound, document, _nobody)] == found
    for size in (1, 2, 5):
        assert [number_of(found) for found in walked(DEAL, "score,id", size)] == [3, 1, 4, 2, 5]
        assert [number_of(found) for found in walked(DEAL, "-score,id", size)] == [2, 1, 4, 3, 5]
    with pytest.raises(UsageError, match="a number such as"):
        numbers("score>x")


def _nobody(name: str, record_id: int) -> Values:
    raise AssertionError((name, record_id))


def test_it_asks_for_options_of_which_a_record_has_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what they are called or by their key; any, all, none; never by a part."""
    field = Field("skills", "Skills", Kind.MULTI_SELECT, choices=("1", "2", "3"), labels=("Go", "C", "Ada"))
    part = RowPart("skills", ExternalId, "record_id", {"value": "key"}, lambda _element: {"source": "x"},
                   {"object": "skill"}, shown="value")  # fmt: skip
    provide(monkeypatch, Elements(field, Deal, part))
    with operation("fill"):
        for chosen in (["1"], ["1", "2"], []):
            part.save([(own_id(add()), [{"value": value} for value in chosen], True)])
    for text, found in (
        ("skill:go", [1, 2]), ("skill:2", [2]), ("skills:all(Go,C)", [2]), ("skill:none(c,ada)", [1, 3]),
        ("skill:any", [1, 2]), ("skill:empty", [3]), ("skill!=Go", [3]), ("skill:c,ada", [2]),
    ):  # fmt: skip
        assert numbers(text) == found
    for text, said in (("skill:Goo", "Did you mean 'Go'"), ("skill~g", "some of a few"), ("skill>Go", "some of a few")):
        with pytest.raises(UsageError, match=said):
            numbers(text)


def _asked(text: str, field: Field) -> Asked:
    term: Any = parse(text)
    return Asked(text, term, term.values[0], field, PLACE)


def test_it_asks_for_a_record_of_any_noun() -> None:
    """By its noun, its number or its name; in one column and in several rows, in SQL and in Python."""
    with operation("fill") as op:
        for name, tags in (("Acme", ["x", "y"]), ("Bolt", ["y"])):
            op.create(COMPANY, {"name": name, "tags": [{"name": tag} for tag in tags]})
        op.create(CONTACT, {"last_name": "Acme", "tags": [{"name": "z"}]})
    one = Field("about", "About", Kind.RECORD)
    many = Field("about", "About", Kind.RECORDS)
    link = AnyLink(one, Tagging, ("object", "record_id"))
    part = RowPart("about", Tagging, "tag_id", {"object": "object", "record": "record_id"}, shown="record")
    links = Elements(many, Tag, part)
    for text, expected in (
        ("about:company:1", "xy"), ("about:company", "xy"), ("about:contact", "z"), ('about:"company:bolt"', "y"),
        ("about:company:Acme", "xy"), ("about:contact:Acme", "z"), ("about:contact:9", ""), ("about:deal:1", ""),
        ("about:company:none", ""),
    ):  # fmt: skip
        check = read_any(_asked(text, many))
        named: list[Any] = list(Tag.select(Tag.name).where(links.condition(check, Tag)).order_by(Tag.name).tuples())
        assert "".join(row[0] for row in named) == expected
        rows: list[Any] = list(
            Tagging.select(Tagging.object, Tagging.record_id).where(link.condition(check, Tagging)).tuples()
        )
        every: list[Any] = list(Tagging.select(Tagging.object, Tagging.record_id).tuples())
        values = [{"object": row[0], "record": row[1]} for row in every]
        assert len(rows) == sum(link.holds(check, {"about": value}, _nobody) for value in values)
        assert len(rows) == sum(links.holds(check, {"about": [value]}, _nobody) for value in values)
    for text, said in (
        ("about:7", "such as contact:42"), ("about:compani:7", "Did you mean 'company'"), ("about:stage:1", "such as"),
        ("about~company", "names a record"), ("about:company:", "such as"), ("about:comp*", "such as"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=said):
            read_any(_asked(text, one))


def test_it_reads_a_stage_by_kind_or_by_name(world: World) -> None:
    """A bare open, won or lost is the kind, and any stage called so; in quotes it is the name alone."""
    second_pipeline(world)
    with world.acts(ADAM):
        editing.edit_many(STAGE, [5], Edit({"name": "Gewonnen"}), EUR)
        editing.add(STAGE, Edit({"name": "Open", "pipeline": "Partners", "probability": "1"}), EUR)
    lead, won, signed, opened = add(), add(stage="Gewonnen"), add(stage="Signed"), add(stage="Open")
    for text, found in (
        ("stage:won", [won, signed]), ("is:won", [won, signed]), ("stage.kind:won", [won, signed]),
        ("stage:gewonnen", [won]), ("stage:9", [signed]), ("stage:open", [lead, opened]), ('stage:"open"', [opened]),
        ("stage!=won", [lead, opened]), ("-is:won pipeline:Partners", [opened]), ("is:won,lost", [won, signed]),
        ("stage:ge*", [won]), ("stage~EW", [won]), ("stage:Won,Lead", [lead, won, signed]),
        ("pipeline:2 is:open", [opened]), ("stage:none", []),
    ):  # fmt: skip
        assert numbers(text) == found
    for text, said in (
        ('stage:"won"', "no stage 'won'"), ("stage:Leed", "Did you mean 'Lead'"), ("stage:77", "no stage '77'"),
        ("stage>Lead", "no order"), ("pipeline:Sails", "Did you mean 'Sales'"), ("is:closed", "one of open, won, lost"),
        ("kind:won", "no field 'kind'"), ("stage:a..b", "no order"), ("stage_log:1", "no field 'stage_log'"),
    ):  # fmt: skip
        with pytest.raises(UsageError, match=said):
            numbers(text)


def test_it_takes_a_probability_of_nothing_for_that_of_the_stage() -> None:
    """0 is 0; what is decided is decided, whatever was said."""
    silent, zero, won = add(stage="Proposal"), add(probability="0"), add(probability="5", stage="Won")
    assert numbers("chance:0") == [zero]
    assert numbers("chance>=50") == [silent, won]
    assert numbers("chance:100%") == [won]
    assert numbers("probability:none") == [silent]
    assert numbers("chance:none") == []
    with pytest.raises(UsageError, match="whole percents"):
        numbers("chance>half")


def test_it_knows_a_field_by_its_other_words() -> None:
    """In filters, orders, columns and edits."""
    number = add(expected_close="2026-03-01")
    assert numbers("due:2026-03 close<2026-03-02 expected-close:any") == [number]
    assert [field.key for field in words.chosen_columns(DEAL, "due,closed")] == ["expected_close", "closed_at"]
    assert store.page(DEAL, Listing("-due")).records[0]["id"] == own_id(number)
    assert words.field_of(DEAL, "close").key == "expected_close"


def test_it_orders_by_the_stages_of_the_pipeline(world: World) -> None:
    """By their place and not by their names, one pipeline after the other."""
    second_pipeline(world)
    with world.acts(ADAM):
        editing.edit_many(STAGE, [1], Edit({"name": "Zeta"}), EUR)
        editing.edit_many(PIPELINE, [2], Edit({"name": "Alpha"}), EUR)
    for stage in ("Lost", "Signed", "Proposal", "Zeta", "Won", "Pitch"):
        add(stage=stage, lost_reason="price" if stage == "Lost" else "")
    assert [number_of(found) for found in walked(DEAL, "stage", 2)] == [4, 3, 5, 1, 6, 2]
    assert [number_of(found) for found in walked(DEAL, "-stage", 2)] == [2, 6, 1, 5, 3, 4]
    assert [number_of(found) for found in walked(DEAL, "pipeline", 4)] == [2, 6, 1, 3, 4, 5]


def test_it_shows_a_column_one_step_on() -> None:
    """Of one record its value, of several their texts; what has ended is left out."""
    with operation("fill") as op:
        acme = op.create(COMPANY, {"name": "Acme", "revenue": {"amount": 150, "currency": "EUR"}})
        bolt = op.create(COMPANY, {"name": "Bolt"})
        old = {"company": bolt, "ended": "2020-01-01"}
        op.create(CONTACT, {"last_name": "Ann", "companies": [{"company": acme}, {"company": bolt}]})
        op.create(CONTACT, {"last_name": "Bo", "companies": [old]})
    add(company="Acme", owner="me")
    add()
    shown = _shown(CONTACT, "name,company.name,companies.revenue")
    assert shown == [
        {"name": "Ann", "company.name": ["Acme", "Bolt"], "company.revenue": ["1.50 EUR"]},
        {"name": "Bo", "company.name": [], "company.revenue": []},
    ]
    assert _shown(DEAL, "company.name,company.revenue,owner.name,stage.kind,stage.pipeline") == [
        {
            "company.name": "Acme", "company.revenue": {"amount": 150, "currency": "EUR"}, "owner.name": "Mara Member",
            "stage.kind": "open", "stage.pipeline": {"id": 1, "name": "Sales"},
        },
        {
            "company.name": None, "company.revenue": None, "owner.name": None,
            "stage.kind": "open", "stage.pipeline": {"id": 1, "name": "Sales"},
        },
    ]  # fmt: skip
    for text in ("company.nam", "name.x", "company.parent.name", "compani.name", "company."):
        with pytest.raises(UsageError, match="no field"):
            words.chosen_columns(CONTACT, text, further=True)


def _shown(noun: Noun, text: str) -> list[dict[str, Any]]:
    every = [row[0] for row in noun.model.select(noun.model.id).order_by(noun.model.id).tuples()]
    keys = [field.key for field in words.chosen_columns(noun, text, further=True)]
    return list(presenting.present(noun, documents.load(noun, every).values(), keys))
