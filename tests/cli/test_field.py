"""`smallcrm field`, and custom fields in the commands of their nouns."""

from __future__ import annotations

import pytest

from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run

HOSTILE = "\x1b[31m=1+1 \u202e 'x' \\"


@pytest.fixture(autouse=True)
def workspace() -> None:
    """A workspace in which contacts have a tier and a badge."""
    a_workspace()
    made("field", "add", "contact", "Customer tier", "--type", "select", "--option", "Gold", "--option", "Silver")
    made("field", "add", "contact", "Badge", "--unique", "--hint", "on the back")


def test_it_adds_and_lists_fields() -> None:
    """The key is made of the label."""
    found = data("field", "list", "--columns", "key,label,type,options,unique,help")
    assert found[0] == {
        "key": "customer_tier", "label": "Customer tier", "type": "select", "unique": False, "help": None,
        "options": [{"option": "gold", "label": "Gold", "position": 1},
                    {"option": "silver", "label": "Silver", "position": 2}],
    }  # fmt: skip
    assert (found[1]["unique"], found[1]["help"]) == (True, "on the back")
    assert "Gold, Silver" in ok("field", "show", "customer_tier", "-f", "table").stdout
    assert ok("field", "count").stdout == "2\n"
    columns = {one["column"]: one for one in data("contact", "list", "--columns", "help")}
    assert columns["customer_tier"]["values"] == ["gold", "silver"]


def test_it_goes_where_a_built_in_field_goes() -> None:
    """Add, edit, list, show, export, history, undo: by the key, for people by the label of the option."""
    number = made("contact", "add", "Cid", "--set", "customer-tier=Gold", "--set", "badge=7")
    ok("contact", "edit", number, "--set", "customer_tier=silver", "--clear", "badge")
    assert data("contact", "show", number)["customer_tier"] == "silver"
    shown = ok("contact", "show", number, "-f", "table").stdout
    assert "Customer tier  Silver\n" in shown
    listed = ok("contact", "list", "--columns", "id,customer_tier", "-f", "csv").stdout
    assert listed == "id,customer_tier\n1,\n2,\n3,Silver\n"
    assert ok("contact", "export", "-f", "csv", "--columns", "id,customer_tier").stdout == listed
    assert data("contact", "export")[2]["customer_tier"] == "silver"
    lines = [(one["field"], one["before"], one["after"]) for one in data("contact", "history", number)]
    assert ("badge", "7", None) in lines
    ok("undo")
    assert data("contact", "show", number)["badge"] == "7"
    planned = ok("contact", "edit", number, "--set", "customer_tier=silver", "--dry-run", "-f", "tsv").stdout
    assert planned.splitlines()[1] == f"update\t{number}\tCid\tcustomer_tier\tGold\tSilver"
    refused = run(["contact", "edit", "1", "--set", "badge=7"])
    assert (refused.exit_code, refused.stderr.splitlines()[0]) == (
        5, "error: The Badge 7 already belongs to contact 3 (Cid), so Ann van Smith cannot have it."
    )  # fmt: skip


def test_it_shows_hostile_texts_harmlessly() -> None:
    """As labels, options, hints and values."""
    said = ("--key", "evil", "--type", "multi-select", "--option", HOSTILE, "--hint", "\x07")
    ok("field", "add", "contact", HOSTILE, *said)
    number = made("contact", "add", "Cid", "--set", f"evil={HOSTILE}", "--set", f"badge={HOSTILE}")
    assert data("contact", "show", number)["badge"] == HOSTILE
    for argv in (
        ["field", "list", "-f", "table"], ["field", "show", "evil", "-f", "table"],
        ["contact", "show", number, "-f", "table"],
        ["contact", "list", "--columns", "all", "-f", "table"],
        ["contact", "list", "--columns", "help", "-f", "table"],
        ["contact", "edit", number, "--set", "evil=x"], ["contact", "history", number, "-f", "table"],
        ["log", "-f", "table"],
        ["contact", "edit", "1", "--set", f"badge={HOSTILE}"], ["contact", "export", "-f", "table"],
    ):  # fmt: skip
        result = run(argv)
        assert not {"\x1b", "\u202e", "\x07"} & set(result.stdout + result.stderr), argv
    csv = ok("contact", "export", "-f", "csv", "--columns", "badge").stdout
    assert csv.splitlines()[-1].strip('"').startswith("\x1b[31m=1+1")


def test_it_changes_a_field_and_its_type() -> None:
    """Another type is told before it is taken."""
    ok("field", "edit", "badge", "--label", "Number", "--no-unique", "--position", "1")
    ok("contact", "edit", "1", "--set", "badge=7")
    ok("contact", "edit", "2", "--set", "badge=seven")
    planned = ok("field", "edit", "badge", "--type", "integer", "--dry-run").stderr
    assert "would be emptied: contact 2: seven" in planned
    assert "Values: 1 would be kept, 1 would be emptied." in planned
    refused = run(["field", "edit", "badge", "--type", "integer"])
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (5, "hint: --force empties them")
    ok("field", "edit", "badge", "--type", "integer", "--force")
    assert [one["badge"] for one in data("contact", "list", "--columns", "badge")] == [7, None]
    ok("undo")
    assert [one["badge"] for one in data("contact", "list", "--columns", "badge")] == ["7", "seven"]
    assert run(["field", "edit", "badge", "--type", "integer", "--label", "x"]).exit_code == 2
    assert run(["field", "edit", "badge", "--force"]).exit_code == 2


def test_it_keeps_options() -> None:
    """Add, rename, archive, offer again, delete."""
    ok("contact", "edit", "1", "--set", "customer_tier=gold")
    ok("field", "option", "add", "customer_tier", "Bronze")
    ok("field", "option", "rename", "customer_tier", "Gold", "Premium")
    assert data("contact", "show", "1")["customer_tier"] == "gold"
    ok("field", "option", "archive", "customer_tier", "Premium")
    refused = run(["contact", "edit", "2", "--set", "customer_tier=premium"])
    assert (refused.exit_code, refused.stderr) == (
        5,
        "error: Customer tier must be one of Silver, Bronze: 'premium'.\n",
    )
    ok("field", "option", "archive", "customer_tier", "Premium", "--back")
    refused = run(["field", "option", "delete", "customer_tier", "Premium"])
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (5, "hint: --map-to OPTION gives them another")
    ok("field", "option", "delete", "customer_tier", "Premium", "--map-to", "Bronze")
    assert data("contact", "show", "1")["customer_tier"] == "bronze"


def test_it_archives_restores_and_deletes() -> None:
    """What has values is deleted only with its key as confirmation."""
    ok("contact", "edit", "1", "--set", "badge=7")
    ok("field", "archive", "badge")
    assert "badge" not in data("contact", "show", "1")
    ok("field", "restore", "badge")
    refused = run(["field", "delete", "badge", "--yes", "--no-input"])
    assert (refused.exit_code, refused.stderr.splitlines()[-1]) == (2, "hint: add --confirm='badge'")
    ok("field", "delete", "badge", "--confirm", "badge")
    assert run(["contact", "list", "--columns", "badge"]).exit_code == 2
    ok("field", "restore", "badge")
    assert data("contact", "show", "1")["badge"] == "7"
    ok("field", "delete", "badge", "--dry-run")
    assert data("contact", "show", "1")["badge"] == "7"


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["contact", "edit", "1", "--set", "customer_t"], ["customer_tier="]),
        (["contact", "edit", "1", "--set", "customer_tier="], ["gold", "silver"]),
        (["contact", "edit", "1", "--clear", "bad"], ["badge"]),
        (["contact", "list", "--columns", "id,bad"], ["id,badge"]),
        (["field", "edit", "cust"], ["customer_tier"]),
        (["field", "option", "rename", "customer_tier", "S"], ["Silver"]),
        (["field", "add", "con"], ["contact"]),
        (["field", "add", "contact", "X", "--type", "multi"], ["multi-select"]),
    ],
)
def test_it_completes_keys_and_options(typed: list[str], offered: list[str]) -> None:
    """In the commands of the noun and of the field."""
    shown = ok("--complete", "bash", *typed).stdout.splitlines()
    assert [line.removeprefix("customer_tier=") or line for line in shown] == offered
