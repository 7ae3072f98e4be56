"""The field registry: where a field lies, what names a record, and what the engine may take for a column."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import documents, schema
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.records.words import singular, whole_name

TICKET = replace(DEAL, name="ticket", builtin=(Field("subject", "Subject", column="name"), *DEAL.builtin[1:]))


@pytest.mark.parametrize(
    ("field", "columns"),
    [
        (Field("subject", "Subject", column="name"), ("name",)),
        (Field("worth", "Worth", Kind.MONEY, column="amount"), ("amount_amount", "amount_currency")),
        (Field("parent", "Parent", Kind.RECORD, target="company"), ("parent_id",)),
        (Field("about", "About", Kind.RECORD), ("about_object", "about_id")),
        (Field("people", "People", Kind.RECORDS), ()),
        (Field("tier", "Tier", custom=True), ()),
        (Field("chance", "Chance", Kind.PERCENT, computed=True), ()),
    ],
)
def test_it_knows_the_columns_of_a_field(field: Field, columns: tuple[str, ...]) -> None:
    """By its column where that is not its key; none of what is kept elsewhere."""
    assert field.columns == columns


def test_it_names_a_record_by_the_field_in_the_column_name() -> None:
    """Whatever that field is called."""
    assert (TICKET.title, CONTACT.title) == ("subject", "name")
    assert whole_name(TICKET, "It is broken") == {"subject": "It is broken"}


def test_it_reads_and_writes_a_record_of_any_noun() -> None:
    """In two columns."""
    field = Field("about", "About", Kind.RECORD)
    value = {"object": "deal", "record": 7}
    assert documents.to_columns(field, value) == {"about_object": "deal", "about_id": 7}
    assert documents.from_columns(field, ("deal", 7)) == value
    assert documents.from_columns(field, (None, None)) is None
    assert documents.to_columns(field, None) == {"about_object": None, "about_id": None}


def test_it_calls_one_of_several_by_its_own_word() -> None:
    """As it is typed for an option."""
    words = [singular(Field(key, "", Kind.RECORDS)) for key in ("companies", "contacts", "activities")]
    assert words == ["company", "contact", "activity"]
    assert singular(Field("links", "With", Kind.RECORDS, word="with")) == "with"


def test_it_tells_records_from_settings() -> None:
    """And gives each noun after those that its records cannot do without."""
    assert {"company", "contact", "deal", "ticket"} <= set(schema.record_nouns())
    assert not {"pipeline", "stage"} & set(schema.record_nouns())
    assert "comment" not in schema.record_nouns(), "it is part of a record"
    order = list(schema.nouns())
    for noun in schema.nouns().values():
        for field in noun.fields:
            assert not field.firm or order.index(field.target) < order.index(noun.name)


class Noting(dict[str, Any]):
    """An empty document that notes what is asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        """An empty text."""
        self.asked.add(key)
        return ""

    def get(self, key: str, default: Any = None) -> Any:
        """Nothing."""
        self.asked.add(key)
        return default


def test_it_loads_all_that_the_search_reads() -> None:
    """A noun that names what is kept elsewhere and read for the search names all of it."""
    from smallcrm.services import nouns as _registered  # noqa: F401 - registers them

    for noun in schema.record_nouns().values():
        document = Noting()
        noun.search_text(document)
        elsewhere = {field.key for field in noun.builtin if field.apart or field.computed}
        if noun.found_by is not None:
            assert set(noun.found_by) == document.asked & elsewhere
