"""What a person types for each kind of field, as it is stored and as it is shown again."""

from __future__ import annotations

from typing import Any

import pytest

from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, NotFound, UsageError, ValidationError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import cleaning, editing, presenting
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.parsing import find_member, parse
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.values.locale import Locale
from tests.support.cast import EUR

ABOUT = Field("about", "About", Kind.RECORD)
LINKS = Field("links", "Links", Kind.RECORDS)


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (Kind.PERCENT, "35 %", 35), (Kind.PERCENT, "0", 0), (Kind.DECIMAL, "1,234.50", "1234.50"),
        (Kind.INSTANT, "2026-07-01 12:00", 1_782_900_000_000_000), (Kind.DECIMAL, "-3", "-3"),
        (Kind.INSTANT, "2026-07-01T10:00:00Z", 1_782_900_000_000_000), (Kind.DECIMAL, "1.50", "1.50"),
        (Kind.MULTI_SELECT, "a, B", [{"value": "a"}, {"value": "B"}]),
    ],
)  # fmt: skip
def test_it_reads_what_is_typed(kind: Kind, text: str, value: Any) -> None:
    """An instant without a zone is in the workspace's."""
    assert parse(Field("it", "It", kind), text, Locale("EUR", "Europe/Berlin")) == value


@pytest.mark.usefixtures("mara")
@pytest.mark.parametrize("text", ["member", "Mara Membre", "MARA"])
def test_it_names_the_member_who_may_be_meant(text: str) -> None:
    """By a part of the name or of the address, else by the nearest name."""
    with pytest.raises(NotFound, match=r"Did you mean .*'Mara Member'"):
        find_member(text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [(Kind.PERCENT, "half"), (Kind.DECIMAL, "x"), (Kind.INSTANT, "03/04/2026")],
)
def test_it_names_the_field_of_what_it_cannot_read(kind: Kind, text: str) -> None:
    """With the text as it was typed."""
    with pytest.raises(ValidationError, match=text) as caught:
        parse(Field("it", "It", kind), text, EUR)
    assert caught.value.field == "it"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.PERCENT, 101), (Kind.PERCENT, -1), (Kind.PERCENT, True), (Kind.DECIMAL, 1.5), (Kind.DECIMAL, "1e5"),
        (Kind.DECIMAL, "9" * 41), (Kind.INSTANT, "now"), (Kind.INSTANT, 1 << 62),
        (Kind.MONEY, {"amount": -1, "currency": "EUR"}), (Kind.SELECT, "c"), (Kind.MULTI_SELECT, [{"value": "c"}]),
    ],
)  # fmt: skip
def test_it_refuses_what_cannot_be_stored(kind: Kind, value: Any) -> None:
    """Whoever gives it."""
    field = Field("it", "It", kind, choices=("a", "b"))
    with pytest.raises(ValidationError):
        cleaning._CLEANERS[kind](field, value)


def test_it_takes_a_choice_by_its_label() -> None:
    """The choice is stored, whatever the label says."""
    field = Field("it", "It", Kind.SELECT, choices=("open", "won"), labels=("In work", "Gewonnen"))
    assert [cleaning._CLEANERS[Kind.SELECT](field, said) for said in ("gewonnen", "OPEN")] == ["won", "open"]
    with pytest.raises(ValidationError, match="In work, Gewonnen"):
        cleaning._CLEANERS[Kind.SELECT](field, "lost")


def test_it_may_be_negative_only_where_said() -> None:
    """An amount below zero."""
    field = Field("it", "It", Kind.MONEY, negative=True)
    assert cleaning._CLEANERS[Kind.MONEY](field, {"amount": -1, "currency": "EUR"})["amount"] == -1


@pytest.mark.usefixtures("mara")
def test_it_names_a_record_of_any_noun() -> None:
    """By noun and number, or by noun and what it is known by; and shows it with its noun."""
    editing.add(COMPANY, Edit({"name": "Acme, Inc.", "domains": "acme.com"}), EUR)
    editing.add(CONTACT, Edit({"first_name": "Ann", "emails": "ann@acme.com"}), EUR)
    acme = {"object": "company", "record": own_id(1)}
    assert [parse(ABOUT, text, EUR) for text in ("company:1", "company:acme.com", "company:Acme, Inc.")] == [acme] * 3
    assert parse(LINKS, "company:Acme, Inc.", EUR) == [acme]
    both = parse(LINKS, "company:1, contact:ann@acme.com", EUR)
    assert both == [acme, {"object": "contact", "record": own_id(1)}]
    assert cleaning._CLEANERS[Kind.RECORD](ABOUT, acme) == acme
    names = presenting.names_of([LINKS], [{"links": both}])
    assert presenting.plain(LINKS, both, names) == [
        {"object": "company", "id": 1, "name": "Acme, Inc."},
        {"object": "contact", "id": 1, "name": "Ann"},
    ]
    for text, error in (("1", UsageError), ("firm:1", UsageError), ("company:9", NotFound)):
        with pytest.raises(error):
            parse(ABOUT, text, EUR)
    for value in ({"object": "company", "record": own_id(9)}, {"object": "x", "record": 1}, 5):
        with pytest.raises(ValidationError):
            cleaning._CLEANERS[Kind.RECORD](ABOUT, value)


@pytest.mark.usefixtures("mara")
def test_it_takes_a_role_before_a_record() -> None:
    """Where nothing is called that as a whole."""
    for name in ("Acme", "Boss: Acme"):
        editing.add(COMPANY, Edit({"name": name}), EUR)
    field = CONTACT.by_key["companies"]
    assert parse(field, "CTO:Acme", EUR) == [{"company": own_id(1), "role": "CTO"}]
    assert parse(field, "company:1", EUR) == [{"company": own_id(1)}]
    assert parse(field, "Boss: Acme", EUR) == [{"company": own_id(2)}]
    editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
    with pytest.raises(Conflict, match="Several companies are called"):
        parse(field, "Acme", EUR)
    with pytest.raises(NotFound, match="There is no company 'CTO:Zed'"):
        parse(field, "CTO:Zed", EUR)
