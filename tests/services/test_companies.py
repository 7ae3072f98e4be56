"""The rules of companies, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, ValidationError
from smallcrm.services.companies import COMPANY
from smallcrm.services.records import editing, store, undo
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from tests.support.cast import EUR

pytestmark = pytest.mark.usefixtures("mara")


def add(**values: str) -> int:
    """A new company; gives its number."""
    return editing.add(COMPANY, Edit(values), EUR).changed[0]


def change(number: int, **values: str) -> int | None:
    """Set some fields of a company; gives the operation."""
    return editing.edit_many(COMPANY, [number], Edit(values), EUR).operation


def test_it_keeps_a_domain_as_a_host() -> None:
    """Scheme, case, `www.`, port and path do not make another domain."""
    number = add(name="Acme", domains="HTTPS://www.Acme.com:8080/about, acme.com, uk.acme.com")
    assert store.get(COMPANY, number)["domains"] == [
        {"domain": "acme.com", "primary": True}, {"domain": "uk.acme.com"}
    ]  # fmt: skip
    with pytest.raises(Conflict, match=r"domain acme\.com already belongs to company 1 \(Acme\), so Other cannot"):
        add(name="Other", domains="www.acme.com.")
    with pytest.raises(ValidationError, match="Not a domain"):
        add(name="Other", domains="no domain")


def test_it_removes_a_domain_however_it_is_typed() -> None:
    """The host counts, and the next becomes the primary one."""
    number = add(name="Acme", domains="acme.com, acme.org")
    editing.edit_many(COMPANY, [number], Edit(remove=[("domains", "https://ACME.com/")]), EUR)
    assert store.get(COMPANY, number)["domains"] == [{"domain": "acme.org", "primary": True}]


def test_it_is_called_by_its_domain_where_it_has_no_name() -> None:
    """A company needs one of the two."""
    assert store.get(COMPANY, add(domains="acme.com"))["name"] == "acme.com"
    with pytest.raises(ValidationError, match="needs a name or a domain"):
        add(city="Rome")


def test_it_is_never_above_itself() -> None:
    """A parent that is the company, or below it, is refused."""
    one, two, three = add(name="One"), add(name="Two", parent="One"), add(name="Three", parent="Two")
    for parent in (one, two, three):
        with pytest.raises(Conflict, match="is itself below this one"):
            change(one, parent=str(parent))
    assert change(three, parent=str(one)) is not None


def test_it_does_not_make_a_circle_by_undo() -> None:
    """One's parent is taken away, One becomes a parent: undoing the first must leave it."""
    one, two = add(name="One"), add(name="Two")
    change(one, parent="Two")
    freed = editing.edit_many(COMPANY, [one], Edit(clear=["parent"]), EUR).operation
    change(two, parent="One")
    with pytest.raises(Conflict, match="can be taken back any more") as caught:
        undo.undo(freed)
    assert caught.value.details == ("company 1: Company 2 is itself below this one.",)
    assert store.get(COMPANY, one)["parent"] is None


@pytest.mark.parametrize(
    "values",
    [
        {"revenue": 5}, {"revenue": {"amount": True, "currency": "EUR"}}, {"revenue": {"amount": 1, "currency": "eur"}},
        {"employees": -1}, {"employees": 1 << 60}, {"parent": "1"}, {"parent": 7}, {"domains": ["acme.com"]},
    ],
)  # fmt: skip
def test_it_refuses_values_of_the_wrong_shape(values: dict[str, Any]) -> None:
    """A sentence that names the field, not a traceback."""
    with pytest.raises(ValidationError) as caught, operation("add") as op:
        op.create(COMPANY, {"name": "Acme", **values})
    assert caught.value.field == next(iter(values))


def test_it_holds_money_with_its_currency() -> None:
    """Minor units; the workspace's currency where none is typed."""
    number = add(name="Acme", revenue="1200.50")
    assert store.get(COMPANY, number)["revenue"] == {"amount": 120050, "currency": "EUR"}
    change(number, revenue="3USD")
    assert store.get(COMPANY, number)["revenue"] == {"amount": 300, "currency": "USD"}
    with operation("empty") as op:
        op.update(COMPANY, own_id(number), {"revenue": None})
    assert store.get(COMPANY, number)["revenue"] is None
