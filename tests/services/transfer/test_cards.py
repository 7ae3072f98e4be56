"""Contacts and companies as vCards: what each version looks like, and everything that smallCRM reads back of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from smallcrm.errors import UsageError
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records import documents, presenting
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.transfer import exporting
from smallcrm.services.transfer.cards import VERSIONS, folded
from smallcrm.services.transfer.exporting import Wanted, export_file
from tests.services.transfer.bringing import bring, fates, places, records
from tests.support import custom
from tests.support.canonical import export
from tests.support.cast import ADAM, EUR, MARA, MEMBERS, NORTH

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.records.schema import Noun
    from tests.support.world import World

ANN = {
    "prefix": "Dr.", "first_name": "Ann; \\n", "middle_name": "B, C", "last_name": "O'Neil", "suffix": "Jr.",
    "nickname": "Nan", "emails": "work:ann@acme.com, me@x.org", "phones": "mobile:+49 30 1, hut:030 2",
    "title": "Head, of; it", "department": "R&D", "companies": "1", "lifecycle": "customer", "birthday": "1980-02-29",
    "website": "https://x.example/a,b;c", "street": "Way 1", "city": "Köln", "region": "NRW",
    "postal_code": "01234", "country": "DE", "description": "One\ntwo; three, \\four", "source": "fair",
    "tags": "vip,old", "external_ids": "vcard:abc, hub:7",
}  # fmt: skip
CARD = """\
BEGIN:VCARD
VERSION:4.0
FN:Ann\\; \\\\n B\\, C O'Neil
N:O'Neil;Ann\\; \\\\n;B\\, C;Dr.;Jr.
NICKNAME:Nan
EMAIL;TYPE=work;PREF=1:ann@acme.com
EMAIL:me@x.org
TEL;TYPE=cell;PREF=1:+49 30 1
item1.TEL:030 2
item1.X-ABLabel:hut
ADR:;;Way 1;Köln;NRW;01234;DE
ORG:Acme\\, Inc.;R&D
TITLE:Head\\, of\\; it
NOTE:One\\ntwo\\; three\\, \\\\four
URL:https://x.example/a,b;c
BDAY:19800229
CATEGORIES:old,vip
UID:abc
X-SMALLCRM-EXTERNAL-IDS:hub:7
X-SMALLCRM-CREATED-AT:2026-03-14T09:26:53.000Z
REV:20260314T092653Z
X-SMALLCRM-LIFECYCLE:customer
X-SMALLCRM-SOURCE:fair
X-SMALLCRM-OWNER:Mara Member
END:VCARD
"""


def written(path: Path, noun: Noun, version: str = "4.0") -> str:
    """The vCards of every record."""
    fields = chosen_columns(noun, ",".join(exporting.export_keys(noun)), further=True)
    wanted = Wanted(fields, "vcard", version=version)
    export_file(path, noun, wanted, force=True, progress=lambda _count: None)
    return path.read_bytes().decode()


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("frozen_clock", "mara")
def test_a_card_of_each_version(tmp_path: Path) -> None:
    """The text of a contact that has everything, and what 3.0 says otherwise; lines end with CR LF."""
    add(COMPANY, Edit({"name": "Acme, Inc.", "domains": "acme.com", "revenue": "10USD"}), EUR)
    add(CONTACT, Edit({**ANN, "owner": "me"}), EUR)
    four, three = (written(tmp_path / "a.vcf", CONTACT, version) for version in reversed(VERSIONS))
    assert four.replace("\r\n", "\n") == CARD
    assert four.count("\n") == four.count("\r\n")
    changed = [line for line in three.splitlines() if line not in four.splitlines()]
    assert changed == [
        "VERSION:3.0", "EMAIL;TYPE=work;TYPE=pref:ann@acme.com", "TEL;TYPE=cell;TYPE=pref:+49 30 1", "BDAY:1980-02-29",
        "REV:2026-03-14T09:26:53Z",
    ]  # fmt: skip
    firm = written(tmp_path / "b.vcf", COMPANY).splitlines()
    assert firm[2:5] == ["FN:Acme\\, Inc.", "KIND:org", "ORG:Acme\\, Inc."]
    assert {"X-SMALLCRM-DOMAINS:acme.com", "X-SMALLCRM-REVENUE:10.00 USD"} <= set(firm)
    with pytest.raises(UsageError, match="Contacts and companies can be vCards, deals cannot"):
        written(tmp_path / "c.vcf", DEAL)
    assert not (tmp_path / "c.vcf").exists()


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=300))
@example("ä" * 75)
@example("a" * 74 + "😀")
def test_no_line_is_longer_than_75_octets(text: str) -> None:
    """Nor is a character torn; taken together again it is the line that it was."""
    lines = folded(text).split("\r\n ")
    assert all(len(line.encode()) <= 75 - bool(at) for at, line in enumerate(lines))
    assert "".join(lines) == text


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=40)
LINES = st.lists(TEXTS.filter(str.strip), min_size=1, max_size=3).map("\n".join)
PEOPLE = st.lists(
    st.fixed_dictionaries(
        {"first_name": TEXTS.filter(str.strip)},
        optional={
            "last_name": TEXTS, "nickname": TEXTS, "title": TEXTS, "city": TEXTS, "description": LINES,
            "lifecycle": st.sampled_from(["lead", "customer"]), "birthday": st.just("1980-02-29"),
            "website": st.just("https://x.example/a,b"), "phones": st.sampled_from(["home:+49 30 1", "hut:030 2"]),
            "tags": st.sampled_from(["vip", "a b"]), "source": st.just("fair"),
        },
    ),
    min_size=1, max_size=3,
)  # fmt: skip
KEYS = (*CONTACT.by_key.keys() - {"owner", "external_ids", "created_at", "next_activity", "companies"}, "companies")


def shown(noun: Noun) -> list[dict[str, Any]]:
    """What the records of the workspace say, as they are presented."""
    ids = [row.id for row in noun.model.select().order_by(noun.model.id)]
    found = presenting.present(noun, documents.load(noun, ids).values(), KEYS)
    return [{key: _named(value) for key, value in record.items() if value not in (None, [])} for record in found]


def _named(value: Any) -> Any:
    """A value without numbers, which are of a workspace."""
    return [_named(each) for each in value] if isinstance(value, list) else (
        {key: each for key, each in value.items() if key != "id"} if isinstance(value, dict) else value
    )  # fmt: skip


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("version", VERSIONS)
def test_any_contact_comes_back(world: World, tmp_path: Path, version: str) -> None:
    """Exported and imported into an empty workspace, a contact says what it said before."""
    path = tmp_path / "people.vcf"

    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    @given(PEOPLE)
    def run(people: list[dict[str, str]]) -> None:
        with world.acts(MARA, world.settle(NORTH, MEMBERS)):
            add(COMPANY, Edit({"name": "Acme, Inc."}), EUR)
            for at, person in enumerate(people):
                email = {"emails": f"work:p{at}@acme.com, q{at}@x.org", "companies": "1"}
                add(CONTACT, Edit({**person, **email}), EUR)
            before = shown(CONTACT)
            written(path, CONTACT, version)
        with world.acts(MARA, world.settle(NORTH, MEMBERS)):
            bring(path)
            assert shown(CONTACT) == before

    run()


def _twins() -> None:
    """Two people of one name, and two companies, of which nothing else tells which is which."""
    for name in ("Acme", "Bolt"):
        add(COMPANY, Edit({"name": name}), EUR)
    for company in ("1", "2"):
        add(CONTACT, Edit({"first_name": "Kim", "last_name": "Lee", "companies": company}), EUR)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_card_is_that_of_its_record(mara: World, tmp_path: Path, version: str) -> None:
    """Two people of one name are told apart by the names of their cards; unedited cards change nothing."""
    del mara
    _twins()
    before = export()
    for noun in (CONTACT, COMPANY):
        text = written(tmp_path / "a.vcf", noun, version)
        assert f"UID:smallcrm-{noun.name}-2\r\n" in text
        assert [fate[3] for fate in fates(bring(tmp_path / "a.vcf")).values()] == [2]
    assert export() == before
    text = written(tmp_path / "a.vcf", CONTACT, version)
    first, second, _end = text.split("END:VCARD\r\n")
    (tmp_path / "a.vcf").write_text(f"{second}TITLE:Boss\r\nEND:VCARD\r\n{first}END:VCARD\r\n", encoding="utf-8")
    assert fates(bring(tmp_path / "a.vcf")) == {"a.vcf": (0, 1, 0, 1, 0, 0)}
    assert [(kim["title"], places(kim)) for kim in records("contact")] == [(None, ["Acme"]), ("Boss", ["Bolt"])]


def test_another_workspace_keeps_the_name_of_a_card(world: World, tmp_path: Path) -> None:
    """And the time at which its record came about; the cards of both workspaces are known there."""
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        _twins()
        written(tmp_path / "there.vcf", CONTACT)
        created = [kim["created_at"] for kim in records("contact")]
    with world.acts(MARA, world.settle(NORTH, MEMBERS)):
        add(CONTACT, Edit({"first_name": "Zoe"}), EUR)
        assert fates(bring(tmp_path / "there.vcf")) == {"there.vcf": (2, 0, 0, 0, 0, 0)}
        assert [kim["created_at"] for kim in records("contact")][1:] == created
        written(tmp_path / "here.vcf", CONTACT)
        before = export()
        assert [fate[3] for fate in fates(bring(tmp_path / "here.vcf")).values()] == [3]
        assert [fate[3] for fate in fates(bring(tmp_path / "there.vcf")).values()] == [2]
        assert export() == before


def test_no_is_an_answer(world: World, tmp_path: Path) -> None:
    """Of a field of the workspace's own, and so is a zero; an opt-out that nobody said is none."""
    with world.acts(ADAM):
        custom.define("contact", "Vegan", "boolean")
        custom.define("contact", "Cats", "integer")
        add(CONTACT, Edit({"first_name": "Ann", "vegan": "no", "cats": "0"}), EUR)
        lines = written(tmp_path / "a.vcf", CONTACT).splitlines()
        assert [line for line in lines if line.startswith(("X-SMALLCRM-VEGAN", "X-SMALLCRM-CATS"))] == [
            "X-SMALLCRM-VEGAN:no", "X-SMALLCRM-CATS:0",
        ]  # fmt: skip
        assert not any("OPT-OUT" in line for line in lines)
