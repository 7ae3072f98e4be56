"""The nearest names to one that nothing has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.errors import NotFound, UsageError
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import editing, lookup
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.nearest import near_members, near_records
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.views import VIEW
from tests.support.cast import EUR, RUTH

if TYPE_CHECKING:
    from tests.support.world import World


def people(*names: str) -> None:
    """Contacts of these names."""
    for name in names:
        editing.add(CONTACT, Edit({"first_name": name}), EUR)


@pytest.mark.usefixtures("mara")
class TestRecords:
    """By the order of their names."""

    @pytest.mark.parametrize("word", ["Anna", "anna mul", "Ana Müller", "Anna Mueller", "Nana Müller"])
    def test_it_names_who_may_be_meant(self, word: str) -> None:
        """The rest of a name, and one slip of the keys, even where a hundred others stand between."""
        people("Anna Müller", "Zoë Zimmer", *(f"Anz{at:03}" for at in range(60)))
        assert near_records(CONTACT, word) == " Did you mean Anna Müller (1)?"

    def test_it_names_three_at_most_and_the_nearest_first(self) -> None:
        """Nothing where nothing is near."""
        people("Annabel", "Anna B", "Anna A", "Annette")
        assert near_records(CONTACT, "Anna") == " Did you mean Anna A (3) or Anna B (2) or Annabel (1)?"
        assert near_records(CONTACT, "Wolfgang") == ""
        assert near_records(CONTACT, "") == ""

    def test_it_names_what_the_member_sees(self, world: World) -> None:
        """Nothing that lies in the trash, and no view of somebody else."""
        people("Anna Müller")
        editing.trash_many(CONTACT, [1])
        assert near_records(CONTACT, "Anna") == ""
        editing.add(VIEW, Edit({"name": "Annas", "noun": "contact"}), EUR)
        assert near_records(VIEW, "Anna") == " Did you mean Annas (1)?"
        with world.acts(RUTH):
            assert near_records(VIEW, "Anna") == ""

    def test_a_command_says_them(self) -> None:
        """Where a name is not found."""
        people("Anna Müller")
        with pytest.raises(NotFound) as caught:
            lookup.find(CONTACT, "Anna")
        assert caught.value.sentence == "There is no contact 'Anna'. Did you mean Anna Müller (1)?"
        assert near_records(ACTIVITY, "Anna") == ""


@pytest.mark.usefixtures("mara")
def test_it_names_members_who_may_be_meant() -> None:
    """By a part of the name or of the address, in filters too."""
    assert near_members("adm") == " Did you mean 'Adam Admin'?"
    assert near_members("ruth@") == " Did you mean 'Ruth Reader'?"
    with pytest.raises(UsageError, match=r"no member 'ruth' in this workspace\. Did you mean 'Ruth Reader'\?"):
        Filter(CONTACT, ["owner:ruth"], Place())
