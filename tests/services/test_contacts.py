"""The rules of contacts, on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.ids import own_id
from smallcrm.errors import Conflict, UsageError, ValidationError
from smallcrm.services.contacts import CONTACT, full_name, further
from smallcrm.services.records import editing, store
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from tests.support.cast import EUR

if TYPE_CHECKING:
    from tests.support.world import World


def add(**values: str) -> int:
    """A new contact; gives its number."""
    return editing.add(CONTACT, Edit(values), EUR).changed[0]


def change(number: int, edit: Edit) -> editing.Outcome:
    """An edit of one contact."""
    return editing.edit_many(CONTACT, [number], edit, EUR)


def read(number: int) -> dict[str, Any]:
    """A contact as it is."""
    return store.get(CONTACT, number)


@pytest.mark.usefixtures("mara")
class TestAddresses:
    """E-mail addresses."""

    def test_it_takes_two_spellings_for_one_address(self) -> None:
        """John@ and john@ are one person's, in one record and across records."""
        number = add(first_name="John", emails="John@x.org, john@x.org")
        assert read(number)["emails"] == [{"address": "John@x.org", "primary": True}]
        with pytest.raises(Conflict, match=r"john@x\.org already belongs to contact 1 \(John\), so Bo cannot"):
            add(first_name="Bo", emails="john@x.org")
        with pytest.raises(Conflict, match="already belongs"):
            add(first_name="Bo", emails="bo@x.org, JOHN@X.ORG")

    def test_it_promotes_the_next_when_the_primary_goes(self) -> None:
        """There is one primary address while there is any."""
        number = add(first_name="Ann", emails="a@x.org, b@x.org, c@x.org")
        change(number, Edit(remove=[("emails", "A@X.org")]))
        assert read(number)["emails"] == [{"address": "b@x.org", "primary": True}, {"address": "c@x.org"}]
        change(number, Edit(clear=["emails"]))
        assert read(number)["emails"] == []

    def test_it_keeps_the_primary_when_another_comes(self) -> None:
        """An address that is added comes after the others."""
        number = add(first_name="Ann", emails="a@x.org")
        change(number, Edit(append=[("emails", "work:b@x.org")]))
        assert read(number)["emails"] == [
            {"address": "a@x.org", "primary": True}, {"address": "b@x.org", "label": "work"}
        ]  # fmt: skip

    def test_it_keeps_a_tag_in_the_address_apart(self) -> None:
        """`+tag` makes another address."""
        add(first_name="Ann", emails="a@x.org")
        assert add(first_name="Ann", emails="a+news@x.org") == 2

    def test_it_refuses_what_is_no_address(self) -> None:
        """The sentence names what was typed."""
        with pytest.raises(ValidationError, match="Not an e-mail address: 'nobody'") as caught:
            add(first_name="Ann", emails="nobody")
        assert caught.value.field == "emails"


@pytest.mark.usefixtures("mara")
class TestNames:
    """Names, and what a contact must have."""

    def test_it_needs_something_to_be_called_by(self) -> None:
        """A contact without a name needs an address; it cannot lose its last name for nothing."""
        with pytest.raises(ValidationError, match="needs a first name"):
            add(city="Rome")
        number = add(emails="a@x.org")
        assert read(number)["name"] == "a@x.org"
        with pytest.raises(Conflict, match="needs a first name"):
            change(number, Edit(clear=["emails"]))

    def test_it_reads_its_names_together(self) -> None:
        """The displayed name follows from its parts and cannot be set."""
        assert full_name({"first_name": "Ann", "middle_name": "B.", "last_name": "Çelik"}) == "Ann B. Çelik"
        with pytest.raises(ValidationError, match="worked out from other fields"):
            add(name="Ann")

    @pytest.mark.parametrize(("text", "fault"), [("a\0b", "NUL"), ("a\ud800b", "surrogate")])
    @pytest.mark.parametrize("key", ["first_name", "description", "emails", "phones", "tags", "external_ids"])
    def test_it_refuses_text_that_cannot_be_stored(self, key: str, text: str, fault: str) -> None:
        """NUL and half a surrogate pair, in every kind of text; the field is named."""
        typed = {"emails": f"{text}@x.org", "phones": f"030 {text}", "external_ids": f"hub:{text}"}.get(key, text)
        with pytest.raises(ValidationError, match=fault) as caught:
            add(last_name="Bo", **{key: typed}) if key != "first_name" else add(first_name=typed)
        assert caught.value.field == key
        assert CONTACT.by_key[key].label in caught.value.sentence

    def test_it_names_the_nearest_field(self) -> None:
        """An unknown field is an error, never nothing."""
        with pytest.raises(UsageError, match=r"no field 'frist_name'\. Did you mean 'first_name'"):
            add(frist_name="Ann")
        number = add(first_name="Ann")
        for edit in (Edit(clear=["citty"]), Edit(append=[("emial", "a@x.org")]), Edit(remove=[("tag", "x")])):
            with pytest.raises(UsageError, match="Did you mean"):
                change(number, edit)
        with pytest.raises(UsageError, match="holds one value"):
            change(number, Edit(append=[("city", "Rome")]))


@pytest.mark.usefixtures("mara")
class TestPlaces:
    """The companies of a contact."""

    def test_it_has_one_primary_among_those_that_have_not_ended(self) -> None:
        """An ended place keeps its history and is never the primary one."""
        from smallcrm.services.companies import COMPANY

        for name in ("Acme", "Bolt"):
            editing.add(COMPANY, Edit({"name": name}), EUR)
        number = add(first_name="Ann", companies="1, 2")
        one, two = own_id(1), own_id(2)
        with operation("move") as op:
            ended = [{"company": one, "ended": "2025-12-31", "primary": True}, {"company": two, "role": "boss"}]
            op.update(CONTACT, own_id(number), {"companies": ended})
        assert read(number)["companies"] == [
            {"company": two, "role": "boss", "primary": True}, {"company": one, "ended": "2025-12-31"}
        ]  # fmt: skip

    def test_it_can_be_edited_while_a_company_is_in_the_trash(self) -> None:
        """A link that stands may stay; a new one to what is in the trash is refused."""
        from smallcrm.services.companies import COMPANY

        for name in ("Acme", "Bolt", "Cog"):
            editing.add(COMPANY, Edit({"name": name}), EUR)
        number = add(first_name="Ann", companies="1")
        editing.trash_many(COMPANY, [1, 3])
        change(number, Edit(append=[("companies", "2")]))
        assert [element["company"] for element in read(number)["companies"]] == [own_id(1), own_id(2)]
        with pytest.raises(Conflict, match="no such company"), operation("link") as op:
            op.update(CONTACT, own_id(number), {"companies": [{"company": own_id(3)}]})

    def test_it_refuses_a_company_of_another_workspace(self, mara: World) -> None:
        """Not even by its full id."""
        with pytest.raises(ValidationError, match="no such company"), operation("link") as op:
            op.create(CONTACT, {"first_name": "Ann", "companies": [{"company": mara.south << 40 | 1}]})


@pytest.mark.usefixtures("mara")
def test_it_spells_a_tag_as_the_workspace_does() -> None:
    """The first spelling stays, and tagging again changes nothing."""
    number = add(first_name="Ann", tags="VIP, old, vip")
    assert sorted(element["name"] for element in read(number)["tags"]) == ["VIP", "old"]
    assert change(number, Edit({"tags": "vip, OLD"})).skipped == [number]
    change(number, Edit(remove=[("tags", "vip")]))
    assert read(number)["tags"] == [{"name": "old"}]


@pytest.mark.usefixtures("mara")
def test_it_tells_external_ids_by_source_and_key() -> None:
    """Two systems may use one key; removing one leaves the other."""
    number = add(first_name="Ann", external_ids="hub:1, sf:1")
    other = add(first_name="Bo", external_ids="hub:2, sf:3")
    with pytest.raises(Conflict, match=r"external id sf:1 already belongs to contact 1"):
        change(other, Edit(append=[("external_ids", "sf:1")]))
    change(other, Edit({"external_ids": "hub:3, sf:2"}))
    change(number, Edit(remove=[("external_ids", "hub:1")]))
    assert read(number)["external_ids"] == [{"source": "sf", "key": "1"}]
    change(other, Edit(append=[("external_ids", "hub:1")]))


def test_it_moves_a_lifecycle_forward_only() -> None:
    """What an import may do; an edit by hand may go back."""
    assert further(None, "lead") == "lead"
    assert further("customer", "lead") == "customer"
    assert further("lead", "customer") == "customer"


@pytest.mark.usefixtures("mara")
@pytest.mark.parametrize(
    "values",
    [
        {"emails": "a@x.org"}, {"emails": [1]}, {"phones": {"number": "1"}}, {"owner": True}, {"owner": 1 << 70},
        {"companies": [{"company": "1"}]}, {"companies": [{}]}, {"birthday": "1980-02-30"}, {"opt_out": "yes"},
        {"lifecycle": "boss"}, {"external_ids": [{"source": "hub"}]}, {"tags": [{"name": "a,b"}]},
        {"first_name": "x" * 1001}, {"emails": [{"address": f"a{n}@x.org"} for n in range(201)]},
    ],
)  # fmt: skip
def test_it_refuses_values_of_the_wrong_shape(values: dict[str, Any]) -> None:
    """A sentence that names the field, not a traceback."""
    with pytest.raises(ValidationError) as caught, operation("add") as op:
        op.create(CONTACT, {"last_name": "Bo", **values})
    assert caught.value.field == next(iter(values))
