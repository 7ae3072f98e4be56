"""What a person types for each kind of field, as it is stored and as it is shown again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smallcrm import clock
from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, NotFound, UsageError, ValidationError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import cleaning, editing, presenting
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.parsing import find_member, parse
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.nodes import Op, Term, Value
from smallcrm.services.records.query.reading import Asked, read
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.values.locale import Locale
from tests.services.values.test_moments import WORDS
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
    [
        (Kind.PERCENT, "half"), (Kind.DECIMAL, "x"), (Kind.INSTANT, "03/04/2026"), (Kind.DATE, "soon"),
        (Kind.DUE, "١٤:٠٠"), (Kind.DATE, "+999999y"), (Kind.INSTANT, "9999-12-31 23:59Z"), (Kind.DUE, "0999-12-31"),
        (Kind.DATE, "9" * 5000),
    ],
)  # fmt: skip
def test_it_names_the_field_of_what_it_cannot_read(kind: Kind, text: str) -> None:
    """With the text as it was typed, of a long one as much as a person reads."""
    with pytest.raises(ValidationError, match=re.escape(text[:80])) as caught:
        parse(Field("it", "It", kind), text, EUR)
    assert caught.value.field == "it"


FRIDAY = datetime(2026, 3, 13, 23, 30, tzinfo=UTC)  # Saturday in Berlin


@pytest.mark.parametrize(
    ("text", "day", "instant", "kept"),
    [
        ("fri", "2026-03-20", "2026-03-19T23:00Z", "2026-03-20"),
        ("+2w", "2026-03-28", "2026-03-27T23:00Z", "2026-03-28"),
        ("3d", "2026-03-17", "2026-03-16T23:00Z", "2026-03-17"),
        ("eom", "2026-03-31", "2026-03-30T22:00Z", "2026-03-31"),
        ("now", "2026-03-14", "2026-03-13T23:30Z", "2026-03-13T23:30Z"),
        ("-1h", "2026-03-13", "2026-03-13T22:30Z", "2026-03-13T22:30Z"),
        ("mon 9:30", "2026-03-16", "2026-03-16T08:30Z", "2026-03-16T08:30Z"),
        ("31.03.2026", "2026-03-31", "2026-03-30T22:00Z", "2026-03-31"),
    ],
)  # fmt: skip
def test_it_reads_words_of_days_in_the_zone(text: str, day: str, instant: str, kept: str) -> None:
    """In every field of a date or a time; a date of a time is the day on which it falls there."""
    locale = Locale("EUR", "Europe/Berlin")
    with clock.frozen(FRIDAY):
        found = [parse(Field("it", "It", kind), text, locale) for kind in (Kind.DATE, Kind.INSTANT, Kind.DUE)]
    assert found == [day, clock.micros(datetime.fromisoformat(instant)), kept]


@pytest.mark.parametrize("kind", [Kind.DATE, Kind.INSTANT, Kind.DUE])
@pytest.mark.parametrize(
    ("text", "ends"), [("last-month", "som and eom"), ("2026", "soy and eoy"), ("next-week", "sow and eow")]
)
def test_it_wants_one_day_of_a_period(kind: Kind, text: str, ends: str) -> None:
    """The error names the words for its ends."""
    with pytest.raises(
        ValidationError, match=f"It is one day, and '{text}' is all from .* Say which, such as .*; {ends} are"
    ):
        parse(Field("it", "It", kind), text, EUR)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Kind.DATE, "a date such as 2026-03-31, today, fri, +2w or eom: 'soon'"),
        (Kind.INSTANT, "a time such as 2026-03-31 14:00, fri 14:00, now or +2h: 'soon'"),
        (Kind.DUE, "+2w or eom, or a time such as 2026-03-31 14:00, fri 14:00, now or +2h: 'soon'"),
    ],
)
def test_it_shows_words_of_days_where_one_is_wrong(kind: Kind, said: str) -> None:
    """Beside the field and what was typed."""
    with pytest.raises(ValidationError, match=r"^When must be ") as caught:
        parse(Field("it", "When", kind), "soon", EUR)
    assert said in caught.value.sentence


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Kathmandu"])
TEXTS = st.sampled_from(WORDS) | st.text(max_size=12) | st.from_regex(r"[+-]?[0-9]{1,7}[a-z]{1,3}", fullmatch=True)


def filtered(field: Field, text: str, now: datetime, zone: str) -> Any:
    """The span that a filter compares with; None where it refuses."""
    try:
        return read(Asked(text, Term(("it",), Op.IS, ()), Value(text), field, Place("EUR", zone, now)))
    except UsageError:
        return None


def typed(field: Field, text: str, now: datetime, zone: str) -> Any:
    """The value that is kept, or the sentence that refuses it."""
    with clock.frozen(now):
        try:
            return parse(field, text, Locale("EUR", zone))
        except ValidationError as error:
            return error


@given(st.integers(0, 1 << 32), ZONES, TEXTS)
@example(1_835_432_000, "Europe/Berlin", "+1y")  # on a leap day
@example(1_774_740_600, "Europe/Berlin", "+2h")  # the clocks go forward
@example(1_793_500_000, "America/New_York", "sun")  # and back
@example(1_801_350_000, "Asia/Kathmandu", "+1m")  # at the end of January
def test_a_word_is_the_same_day_in_a_filter_and_as_a_value(second: int, zone: str, text: str) -> None:
    """Of each kind; what no filter takes is no value, and what is no value is several days of a filter."""
    now = datetime.fromtimestamp(second, UTC)
    for kind in (Kind.DATE, Kind.INSTANT, Kind.DUE):
        field = Field("it", "It", kind)
        span, value = filtered(field, text, now, zone), typed(field, text, now, zone)
        if span is None or value is None:
            assert isinstance(value, ValidationError) or not text.strip()
        elif isinstance(value, ValidationError):
            assert "is one day, and" in value.sentence
            assert span.low != span.high
        else:
            first = span.low if kind is not Kind.DUE else span.low.instant if "T" in value else span.low.day
            assert value == first


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


@pytest.mark.usefixtures("mara")
def test_it_takes_addresses_of_the_web_only() -> None:
    """Another scheme could do anything."""
    website = COMPANY.by_key["website"]
    assert parse(website, " acme.com ") == "acme.com"
    with pytest.raises(ValidationError, match=r"Website must be a web address such as https://acme\.com: 'javascript:"):
        parse(website, "javascript:alert(1)")


@pytest.mark.usefixtures("mara")
def test_it_says_that_a_record_of_another_noun_is_none() -> None:
    """And offers to add none of that name."""
    with pytest.raises(NotFound, match="Company is one of the companies, and 'contact:971' is none") as caught:
        parse(DEAL.by_key["company"], "contact:971")
    assert caught.value.hint == "smallcrm company list"
