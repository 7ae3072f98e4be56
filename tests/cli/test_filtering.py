"""--filter on the command line: list, count, export, edit, delete, completion and help."""

from __future__ import annotations

import json
import re

import pytest

from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run


@pytest.fixture(autouse=True)
def workspace() -> None:
    """Two companies, and two contacts: Ann at Acme, Bob nowhere."""
    a_workspace()


def test_it_lists_counts_and_exports_what_passes() -> None:
    """The same records for each; several filters have to hold all."""
    assert [found["name"] for found in data("contact", "list", "--filter", "company:Acme* OR tag:vip")] == [
        "Ann van Smith"
    ]
    assert ok("contact", "count", "--filter", "-company:any").stdout == "1\n"
    assert ok("contact", "count", "--filter", "email~acme", "--filter", "tag:none").stdout == "0\n"
    assert ok("company", "list", "--filter", "revenue>1k", "--format", "ids").stdout == "1\n"
    exported = ok("contact", "export", "--filter", "tag:vip", "--columns", "id,emails,tags", "--format", "csv").stdout
    assert exported == "id,emails,tags\n1,ann@acme.com,vip\n".replace("\n", "\r\n" if "\r\n" in exported else "\n")
    assert json.loads(ok("contact", "export", "--filter", "id:2", "--columns", "id", "--json").stdout) == [{"id": 2}]


def test_it_pages_with_a_filter() -> None:
    """The note counts what passes, and its cursor goes on among that."""
    for name in ("Cy", "Dee", "Eve"):
        ok("contact", "add", name)
    first = ok("contact", "list", "--filter", "-tag:vip", "--sort", "-name,id", "--limit", "2", "--format", "ids")
    assert first.stdout == "5\n4\n"
    assert "2 of 4 contacts" in first.stderr
    cursor = first.stderr.split("--after ")[1].strip()
    more = ("contact", "list", "--sort", "-name,id", "--format", "ids", "--after", cursor)
    assert ok(*more, "--filter", "-tag:vip").stdout == "3\n2\n"
    assert run(more).exit_code == 2
    assert "No contacts pass the filter." in run(["contact", "list", "--filter", "id:77"], tty=True).stderr


def test_it_edits_what_passed_at_the_start() -> None:
    """The ids are frozen before the first change: an edit that undoes its own filter reaches all of them."""
    for name in ("Cy", "Dee"):
        ok("contact", "add", name, "--city", "Rome")
    result = ok("contact", "edit", "--filter", "city:rome", "--set", "city=Oslo")
    assert result.stdout == "3\n4\n"
    assert "2 matched, 2 changed." in result.stderr
    assert ok("contact", "count", "--filter", "city:Rome").stdout == "0\n"
    ok("undo")
    assert ok("contact", "count", "--filter", "city:Rome").stdout == "2\n"
    planned = ok("contact", "edit", "--filter", "city:rome", "--set", "city=Oslo", "--dry-run")
    assert "2 would be changed" in planned.stderr
    assert ok("contact", "count", "--filter", "city:Rome").stdout == "2\n"


def test_it_asks_above_ten() -> None:
    """For an edit and for a delete by filter; a yes lets it go on."""
    for at in range(11):
        ok("contact", "add", f"X{at}", "--city", "Rome")
    for argv in (["edit", "--set", "city=Oslo"], ["delete"]):
        refused = run(["contact", *argv, "--filter", "city:Rome"])
        assert refused.exit_code == 2
        assert "needs a yes" in refused.stderr
    assert ok("contact", "count", "--filter", "city:Rome").stdout == "11\n"
    assert "11 matched, 11 moved to the trash" in ok("contact", "delete", "--filter", "city:Rome", "--yes").stderr
    assert ok("contact", "count", "--filter", "city:Rome", "--trashed").stdout == "11\n"
    nothing = ok("contact", "delete", "--filter", "city:Rome", "--yes")
    assert (nothing.stdout, "0 matched" in nothing.stderr) == ("", True)


@pytest.mark.parametrize("value", ["lifecycle=customers", "emails=nonsense", "birthday=someday", "owner=nobody"])
def test_it_refuses_a_value_that_fits_no_record_before_it_asks(value: str) -> None:
    """Once, with its own exit code, and not for each of them."""
    for at in range(11):
        ok("contact", "add", f"X{at}", "--city", "Rome")
    refused = run(["contact", "edit", "--filter", "city:Rome", "--set", value, "--yes"])
    assert (refused.exit_code, refused.stdout) == (3 if "owner" in value else 5, "")
    assert refused.stderr.startswith("error: ")
    assert "needs a yes" not in run(["contact", "edit", "--filter", "city:Rome", "--set", value]).stderr
    assert ok("log", "--limit", "1", "--json").stdout.count("Add contact") == 1


def test_it_says_once_what_many_refuse_alike() -> None:
    """With their count and the first numbers."""
    for name in ("A", "B", "C"):
        ok("deal", "add", name)
    refused = run(["deal", "edit", "1", "2", "3", "--set", "stage=Lost"])
    assert refused.exit_code == 5
    assert "warning: 3 deals (1, 2, 3): A lost deal needs a reason." in refused.stderr
    assert refused.stderr.count("needs a reason") == 1


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["list", "--filter", "citty:x"], ["no field 'citty'", "Did you mean 'city'", "  citty:x", "  ^"]),
        (["list", "--filter", "city:x )"], ["no opening parenthesis", "         ^"]),
        (["list", "--filter", "(" * 100_000], ["100,000 characters"]),
        (["edit", "1", "--filter", "id:1", "--set", "city=x"], ["not both"]),
        (["edit", "--set", "city=x"], ["Name the records, or give --filter"]),
        (["delete"], ["Name the records, or give --filter"]),
        (["list", "--trashed", "--filter", "ann"], ["nothing in the trash"]),
        (["count", "--filter", "city:\x1b[31m\0"], ["NUL"]),
    ],
)
def test_it_says_what_is_wrong(argv: list[str], words: list[str]) -> None:
    """Exit code 2, the sentence, and the place in the text; nothing raw reaches the terminal."""
    result = run(["contact", *argv])
    assert result.exit_code == 2
    assert [word for word in words if word not in result.stderr] == []
    assert "\x1b" not in result.stderr


def test_it_tells_programs_where_the_fault_is() -> None:
    """As JSON the text and the mark are details."""
    error = json.loads(run(["contact", "list", "--filter", "a city:", "--json"]).stderr)
    assert error["error"] == "usage_error"
    assert error["details"] == ["a city:", "       ^"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lifec", ["lifecycle:"]),
        ("city:x -lifec", ["city:x -lifecycle:"]),
        ("(lifecycle:cu", ["(lifecycle:customer"]),
        ("company.ind", ["company.industry:"]),
        ("tag:v", ["tag:vip"]),
        ("opt-out:y", ["opt-out:yes"]),
        ("owner:m", ["owner:me"]),
        ("nonsense:x", []),
        ("city.x", []),
    ],
)
def test_it_completes_the_last_term(typed: str, found: list[str]) -> None:
    """Fields, steps and values, with what stands before."""
    offered = run(["--complete", "zsh", "contact", "list", "--filter", typed]).stdout.splitlines()
    assert [line.partition("\t")[0] for line in offered] == found


def test_it_completes_sort_keys() -> None:
    """The last of several."""
    offered = run(["--complete", "bash", "contact", "list", "--sort", "name,-lifec"]).stdout.splitlines()
    assert offered == ["name,-lifecycle"]


def test_it_explains_filters() -> None:
    """Each example of the topic is a filter of contacts, of companies or of deals."""
    text = ok("help", "filters").stdout
    assert max(map(len, text.splitlines())) <= 100
    rows = [re.split(r" {2,}", line.strip())[:-1] for line in text.splitlines() if line.startswith("  ")]
    examples = [example for row in rows for example in row]
    assert len(examples) > 20
    for example in examples:
        codes = [run([noun, "count", f"--filter={example}"]).exit_code for noun in ("contact", "company", "deal")]
        assert 0 in codes, example


def test_it_warns_of_an_operator_in_small_letters() -> None:
    """Wherever a filter is read, and of none that is meant as a word."""
    made("view", "add", "Odd", "--noun", "contact", "--filter", "first_name:ann or last_name:x")
    warned = "warning: or is searched as a word here; write OR\n"
    for argv in (["list"], ["count"], ["export"], ["edit", "--set", "title=x"]):
        said = run(["contact", *argv, "--filter", "first_name:ann or last_name:x"])
        assert said.stderr.count(warned) == 1
        assert warned in run(["contact", *argv, "--view", "Odd"]).stderr
    for text, words in (("not first_name:ann", ["not"]), ("title:a and (title:b Or title:c)", ["and", "Or"]),
                        ("ann or bob", ["or"]), ("ann and bob", []), ('title:a "or" title:b', []), ("or", []),
                        ("title:a OR title:b", [])):  # fmt: skip
        told = [f"warning: {word} is searched as a word here; write {word.upper()}" for word in words]
        assert [
            line for line in run(["contact", "count", "--filter", text]).stderr.splitlines() if "word" in line
        ] == told
