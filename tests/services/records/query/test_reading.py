"""What a value means for a field, and the sentence for one that means nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm import clock
from smallcrm.errors import UsageError
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import store
from smallcrm.services.records.operations import operation
from smallcrm.services.records.query import names
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.records.query.handles import Key
from smallcrm.services.records.query.parser import parse
from smallcrm.services.records.schema import Field
from smallcrm.services.records.store import Listing
from tests.conftest import FROZEN_AT
from tests.services.records.query.sample import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smallcrm.services.records.query.handles import Handle
    from smallcrm.services.records.schema import Noun
    from tests.support.world import World

pytestmark = pytest.mark.usefixtures("mara")


def numbers(noun: Noun, text: str, place: Place = PLACE) -> list[int]:
    """The numbers that pass a filter."""
    return store.numbers(noun, Filter(noun, [text], place))


@pytest.mark.parametrize(
    ("noun", "text", "mark", "words"),
    [
        (COMPANY, "citty:x", 0, "no field 'citty'. Did you mean 'city'"),
        (COMPANY, "city:a parent.citty:x", 7, "Did you mean 'city'"),
        (COMPANY, "parent.parent.city:x", 0, "one step further at most"),
        (COMPANY, "city.name:x", 0, "City refers to nothing"),
        (COMPANY, "tenant_id:1", 0, "no field 'tenant_id'"),
        (COMPANY, "name_key:x", 0, "no field"),
        (COMPANY, "__class__:x", 0, "no field"),
        (COMPANY, "employees:many", 10, "compared with a whole number: 'many'"),
        (COMPANY, "employees:1.5", 10, "whole number"),
        (COMPANY, "employees~5", 0, "compared with : > >= < <="),
        (COMPANY, "employees:99999999999999999999", 10, "whole number"),
        (COMPANY, "revenue:5e", 8, "an amount such as"),
        (COMPANY, "revenue:5.001", 8, "Revenue: '5.001' could be thousands"),
        (COMPANY, "revenue:0.001", 8, "EUR has 2 decimals at most"),
        (COMPANY, "revenue:1..5USD", 8, "same currency"),
        (COMPANY, "revenue>1..5", 8, "A range follows ':'"),
        (COMPANY, "id:x", 3, "whole number such as 42"),
        (COMPANY, "id:68719476736", 3, "whole number such as 42"),
        (COMPANY, "created:soon", 8, "a date such as"),
        (COMPANY, "created:999999y", 8, "a date such as"),
        (COMPANY, "owner:Olgaa", 6, "no member 'Olgaa' in this workspace"),
        (COMPANY, "owner:a..b", 6, "has no order"),
        (COMPANY, "owner>me", 0, "has no order"),
        (COMPANY, "tag>a", 0, "has no order"),
        (COMPANY, "domain:nonsense", 7, "Not a domain"),
        (COMPANY, "phone:()", 6, "A value is missing"),
        (COMPANY, 'phone:"()"', 6, "Not a part of a phone number"),
        (COMPANY, "city:all(a,b)", 0, "holds one value"),
        (COMPANY, "city~new*", 5, "star at the end"),
        (COMPANY, '"!!!"', 0, "no letter or digit"),
        (ACTIVITY, "reminder:soon", 9, "a time such as 30m, 2h or 1d: 'soon'"),
        (ACTIVITY, "reminder~1h", 0, "compared with : > >= < <="),
        (ACTIVITY, "timing:late", 7, "is one of overdue, today, planned"),
        (ACTIVITY, "remind-at>now", 0, "no field 'remind-at'"),
        (CONTACT, "lifecycle:boss", 10, "is one of subscriber"),
        (CONTACT, "lifecycle:custommer", 10, "Did you mean 'customer'"),
        (CONTACT, "lifecycle~cust", 0, "is one of a few"),
        (CONTACT, "opt-out:perhaps", 8, "is yes or no"),
        (CONTACT, "email:ann", 6, "Not an e-mail address"),
        (CONTACT, "birthday:2026-02-30", 9, "a date such as"),
    ],
)
def test_it_points_at_what_has_no_meaning(noun: Noun, text: str, mark: int, words: str) -> None:
    """The sentence names the field, the mark stands below the value or the name; exit code 2."""
    with pytest.raises(UsageError) as caught:
        Filter(noun, [text], PLACE)
    assert words in caught.value.sentence
    assert caught.value.details[1] == " " * mark + "^"


def test_it_compares_amounts_of_one_currency() -> None:
    """In major units; another currency passes no comparison, and so is part of the opposite."""
    with operation("fill") as op:
        for amount, currency in ((5_000_00, "EUR"), (5_000_01, "EUR"), (9_999_00, "USD"), (6_000, "JPY")):
            op.create(COMPANY, {"name": "x", "revenue": {"amount": amount, "currency": currency}})
        op.create(COMPANY, {"name": "none"})
    assert numbers(COMPANY, "revenue>5000") == [2]
    assert numbers(COMPANY, "revenue>=5000") == [1, 2]
    assert numbers(COMPANY, "revenue:5000.01") == [2]
    assert numbers(COMPANY, "revenue>1USD") == [3]
    assert numbers(COMPANY, "revenue:6000JPY") == [4]
    assert numbers(COMPANY, "revenue!=5000") == [2, 3, 4, 5]
    assert numbers(COMPANY, "revenue>1", Place("JPY", "UTC", FROZEN_AT)) == [4]


def test_it_reads_today_when_it_runs() -> None:
    """A filter keeps its words; the day is the workspace's, also west of Greenwich."""
    at = FROZEN_AT.replace(hour=3)
    with clock.frozen(at), operation("fill") as op:
        op.create(CONTACT, {"last_name": "x", "birthday": "2026-03-14"})
    west = Place("USD", "America/New_York", at)
    assert numbers(CONTACT, "created:today", west) == numbers(CONTACT, "created:2026-03-13", west) == [1]
    assert numbers(CONTACT, "created:today", Place("EUR", "Europe/Berlin", at)) == [1]
    assert numbers(CONTACT, "created:2026-03-13", Place("EUR", "Europe/Berlin", at)) == []
    assert numbers(CONTACT, "birthday:2026-03-14", west) == [1]
    assert numbers(CONTACT, "birthday:tomorrow", west) == [1]


def test_it_takes_a_word_in_quotes_for_itself() -> None:
    """A city called empty, a tag called none, a company called 1848."""
    with operation("fill") as op:
        op.create(COMPANY, {"name": "1848", "city": "empty", "tags": [{"name": "none"}]})
        op.create(COMPANY, {"name": "b", "parent": op.create(COMPANY, {"name": "c"})})
        op.update(COMPANY, store.ids_of(COMPANY, [3])[0], {"parent": store.ids_of(COMPANY, [1])[0]})
    assert numbers(COMPANY, 'city:"empty"') == numbers(COMPANY, "city:any") == [1]
    assert numbers(COMPANY, "city:empty") == numbers(COMPANY, 'city:""') == [2, 3]
    assert numbers(COMPANY, 'tag:"none"') == [1]
    assert len(numbers(COMPANY, "tag:none")) == 2
    assert numbers(COMPANY, 'parent:"1848"') == numbers(COMPANY, "parent:1") == [3]


def test_it_is_whole_with_its_opposite() -> None:
    """A filter and what it leaves out are all records, whatever is missing in them."""
    with operation("fill") as op:
        for city in (None, "Rome", "Oslo"):
            op.create(CONTACT, {"last_name": "x", "city": city})
    for text in ("city:Rome", "city>P", "city~o", "lifecycle:lead", "birthday<today", "company.city:x", "owner.name~a"):
        assert sorted(numbers(CONTACT, text) + numbers(CONTACT, f"-({text})")) == [1, 2, 3]


class Length:
    """A field that is no column: how long the name is."""

    field = Field("length", "Length", derived=True)

    def condition(self, check: Any, row: Any) -> Any:
        """As long as the text says."""
        from peewee import fn

        return fn.LENGTH(row.name) == int(check.text)

    def holds(self, check: Any, document: Any, find: Any) -> bool:  # noqa: ARG002
        """The same in Python."""
        return len(document["name"]) == int(check.text)

    def driver(self, check: Any) -> Any:  # noqa: ARG002
        """No index."""
        return None

    def order(self, row: Any) -> tuple[Key, ...]:
        """By the length."""
        from peewee import fn

        return (Key(fn.LENGTH(row.name), int, null=False),)


def test_it_takes_a_field_that_is_no_column(mara: World, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """A provider adds it to filters, to orders and to steps."""

    def provider(noun: Noun) -> Iterable[Handle]:
        return [Length()] if noun is COMPANY else []

    monkeypatch.setattr(names, "_providers", [])
    names.provide(provider)
    with operation("fill") as op:
        for name in ("abc", "a", "ab", "x"):
            op.create(COMPANY, {"name": name})
        op.create(CONTACT, {"last_name": "y", "companies": [{"company": store.ids_of(COMPANY, [3])[0]}]})
    assert numbers(COMPANY, "length:1") == [2, 4]
    assert numbers(CONTACT, "company.length:2") == [1]
    page = store.page(COMPANY, Listing("-length,name", limit=2))
    rest = store.page(COMPANY, Listing("-length,name", after=page.next))
    assert [record["name"] for record in (*page.records, *rest.records)] == ["abc", "ab", "a", "x"]
    assert parse("length:1")
