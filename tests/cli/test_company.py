"""`smallcrm company`: what differs from contacts, and that one noun's commands load no other's."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """The workspace of every test."""
    a_workspace()


def test_it_adds_from_a_domain_alone() -> None:
    """The domain is the name then; a second owner of a domain is refused with the first one's name."""
    number = made("company", "add", "--domain", "https://www.Initech.com/about")
    assert data("company", "show", number)["name"] == "initech.com"
    result = run(["company", "add", "Copy", "--domain", "initech.com"])
    assert result.exit_code == 5
    assert f"company {number} (initech.com)" in result.stderr
    assert result.stderr.splitlines()[1] == f"hint: smallcrm company show {number}"


def test_it_finds_by_domain_and_shows_its_people() -> None:
    """Money as minor units for programs, as an amount for people."""
    assert data("company", "show", "acme.com")["revenue"] == {"amount": 120000, "currency": "EUR"}
    shown = ok("company", "show", "ACME.com", "-f", "table").stdout
    assert "Revenue  1200.00 EUR\n" in shown
    assert "People   Ann van Smith (1)\n" in shown


def test_it_takes_a_name_with_a_comma_whole() -> None:
    """A company is not two because its name has a comma."""
    ok("contact", "add", "Cy", "--company", "Acme, Inc.", "--company", "Globex")
    assert [one["name"] for one in data("contact", "show", "Cy")["companies"]] == ["Acme, Inc.", "Globex"]


def test_it_keeps_a_parent_above() -> None:
    """A circle is refused."""
    ok("company", "edit", "Globex", "--set", "parent=acme.com")
    assert data("company", "show", "2")["parent"] == {"id": 1, "name": "Acme, Inc."}
    assert run(["company", "edit", "1", "--set", "parent=2"]).exit_code == 5


def test_it_builds_no_other_commands() -> None:
    """One verb is imported; heavy libraries are not."""
    code = (
        "import sys; from smallcrm.cli.edge import main; main(['company', 'list', '--json'])\n"
        "sys.stderr.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert "smallcrm.cli.listing" in loaded
    unwanted = {"rich", "textual", "pydantic", "bottle", "psycopg", "zoneinfo", "smallcrm.cli.contact"}
    assert not loaded & (unwanted | {"smallcrm.cli.adding", "smallcrm.cli.editing", "smallcrm.cli.record_view"})


def test_it_says_who_names_what_is_deleted() -> None:
    """They stay, and none that is deleted too is counted."""
    made("deal", "add", "Roof", "--company", "acme.com")
    made("ticket", "add", "Leak", "--company", "acme.com")
    for argv in (["-n"], []):
        said = ok("company", "delete", "acme.com", *argv).stderr
        assert "What still names it and stays as it is: 1 contact, 1 deal, 1 ticket.\n" in said
    ok("deal", "edit", "Roof", "--append", "contact=ann@acme.com")
    assert "What still names it and stays as it is: 1 deal.\n" in ok("contact", "delete", "ann@acme.com").stderr
    assert "still names" not in ok("deal", "delete", "1").stderr


def test_it_says_how_many_records_lack_what_is_required() -> None:
    """Of a new field and of one that becomes required."""
    count = int(ok("contact", "count").stdout)
    told = f"{count} contacts have no value in it: only a new one needs it.\n"
    assert told in ok("field", "add", "contact", "Tier", "--required").stderr
    made("field", "add", "contact", "Score")
    ok("contact", "edit", "1", "--set", "score=1", "--set", "tier=x")
    said = ok("field", "edit", "score", "--required").stderr
    assert f"{count - 1} contact" in said
