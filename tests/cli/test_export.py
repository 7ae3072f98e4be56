"""`NOUN export`: every format, whole files only, private, and back in again."""

from __future__ import annotations

import csv
import io
import json
import stat
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services.transfer import columnar
from tests.cli.crm import a_workspace, data, ok
from tests.cli.runner import run
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from pathlib import Path

SHAPES = {"csv": ".csv", "tsv": ".tsv", "json": ".json", "ndjson": ".ndjson"}


@pytest.fixture
def crm(home: Path) -> Path:
    """A home with HubSpot's companies and contacts in it."""
    assert run(["init", "Acme"]).exit_code == 0
    files = [str(corpus("import/hubspot", name)) for name in ("hubspot_companies.csv", "hubspot_contacts.csv")]
    assert run(["import", *files]).exit_code == 0
    return home


@pytest.mark.parametrize("noun", ["company", "contact"])
def test_it_writes_every_format(crm: Path, noun: str) -> None:
    """A file holds every record in the format that its name says, for its owner only; stdout gives the same bytes."""
    count = int(run([noun, "count"]).stdout)
    for kind, suffix in SHAPES.items():
        path = crm / f"out{suffix}"
        assert run([noun, "export", str(path)]).exit_code == 0
        text = path.read_bytes().decode("utf-8")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert run([noun, "export", "--format", kind]).stdout.replace("\r\n", "\n") == text.replace("\r\n", "\n")
        assert rows_of(kind, text) == count


def rows_of(kind: str, text: str) -> int:
    """How many records a text of a format holds."""
    if kind == "json":
        return len(json.loads(text))
    if kind == "ndjson":
        return len([json.loads(line) for line in text.splitlines()])
    if kind == "csv":
        return len(list(csv.DictReader(io.StringIO(text))))
    return len(text.strip().splitlines()) - 1


def test_it_refuses_a_file_of_no_known_format(crm: Path) -> None:
    """A name that says no format for programs is a usage error; nothing is written."""
    for name in ("out.md", "out", "out.doc"):
        assert run(["contact", "export", str(crm / name)]).exit_code == 2
        assert not (crm / name).exists()


def test_it_never_writes_over_a_file_unless_told(crm: Path) -> None:
    """Without --force an existing file stays as it is; with it, it is replaced."""
    path = crm / "out.csv"
    path.write_text("mine", encoding="utf-8")
    assert run(["contact", "export", str(path)]).exit_code == 2
    assert path.read_text(encoding="utf-8") == "mine"
    assert run(["contact", "export", str(path), "--force"]).exit_code == 0
    assert path.read_text(encoding="utf-8").startswith("id,")


def test_it_leaves_nothing_of_an_export_that_fails(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong on the way, neither the file nor a part of it is there, and the old one is whole."""
    path = crm / "out.csv"
    path.write_text("mine", encoding="utf-8")

    def broken(*_args: Any, **_more: Any) -> Any:
        yield from pages(*_args, **_more)
        raise KeyboardInterrupt

    pages = columnar.pages
    monkeypatch.setattr(columnar, "pages", broken)
    for name in ("out.csv", "out.vcf", "out.xlsx"):
        assert run(["contact", "export", str(crm / name), "--force"]).exit_code == 130
    assert path.read_text(encoding="utf-8") == "mine"
    assert [found.name for found in crm.glob("*out.*")] + [found.name for found in crm.glob(".out*")] == ["out.csv"]


def test_it_writes_cards_and_workbooks(crm: Path) -> None:
    """By the ending of the name; every record is in it, and the version of cards is what was asked for."""
    count = run(["contact", "count"]).stdout.strip()
    for name, more, begin in (
        ("a.vcf", [], b"BEGIN:VCARD\r\nVERSION:3.0\r\n"),
        ("b.vcf", ["--vcard", "4"], b"BEGIN:VCARD\r\nVERSION:4.0\r\n"),
        ("c.xlsx", [], b"PK"),
    ):
        assert f"Exported {count} contacts to" in ok("contact", "export", str(crm / name), *more).stderr
        assert (crm / name).read_bytes().startswith(begin)
    assert (crm / "a.vcf").read_bytes().count(b"END:VCARD") == int(count)
    assert run(["contact", "export", str(crm / "d.vcf"), "--vcard", "2.1"]).exit_code == 2
    assert run(["deal", "export", str(crm / "d.vcf")]).exit_code == 2


def test_it_guards_people_from_formulas(home: Path) -> None:
    """A cell that a spreadsheet would run is guarded; --raw leaves it as it is; the import takes the guard off."""
    run(["init", "Acme"])
    run(["contact", "add", "--set", "last_name==1+1", "--email", "a@x.org"])
    guarded = run(["contact", "export", "--format", "csv", "--columns", "last_name,emails"]).stdout
    raw = run(["contact", "export", "--format", "csv", "--columns", "last_name,emails", "--raw"]).stdout
    assert "'=1+1" in guarded
    assert "'" not in raw
    (home / "g.csv").write_text(guarded, encoding="utf-8")
    run(["init", "Other"])
    assert run(["import", str(home / "g.csv"), "--as", "contact", "-w", "other"]).exit_code == 0
    assert json.loads(run(["contact", "show", "1", "-w", "other", "--json"]).stdout)["last_name"] == "=1+1"


def test_it_shows_columns_one_step_on(home: Path) -> None:
    """As a list does: in a file, in a pipe, and in a table."""
    a_workspace()
    argv = ("contact", "export", "--columns", "name,company.name,company.revenue,owner.name")
    ok("contact", "edit", "2", "--set", "owner=me")
    assert data(*argv) == data("contact", "list", *argv[2:])
    me = data("contact", "show", "2")["owner"]["name"]
    ok(*argv, str(home / "out.csv"))
    assert (home / "out.csv").read_text(encoding="utf-8").splitlines() == [
        "name,company.name,company.revenue,owner.name",
        'Ann van Smith,"Acme, Inc.",1200.00 EUR,',
        f"Bob,,,{me}",
    ]
    assert "Acme, Inc." in ok(*argv, "--format", "table").stdout
    refused = run(["contact", "export", "--columns", "name,company.nmae"])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "Did you mean 'name'" in refused.stderr


# What CSV cannot hold, or holds under other names: numbers of records and of companies, the time of the last change,
# ids of other systems; of a phone it holds no label.
LOST = {"id", "updated_at", "companies", "external_ids", "version", "trashed_at"}


def test_it_comes_back_in_as_it_went_out(crm: Path) -> None:
    """Contacts exported as CSV and imported into an empty workspace are the same, but for what CSV cannot hold."""
    path = crm / "contacts.csv"
    assert run(["contact", "export", str(path)]).exit_code == 0
    assert run(["init", "Other"]).exit_code == 0
    result = run(["contact", "import", str(path), "-w", "other"])
    assert result.exit_code == 0, result.stderr

    def contents(name: str) -> list[dict[str, Any]]:
        found = json.loads(run(["contact", "export", "--format", "json", "-w", name]).stdout)
        kept = [{key: value for key, value in record.items() if key not in LOST} for record in found]
        for record in kept:
            record["phones"] = [element["number"] for element in record["phones"]]
        return sorted(kept, key=lambda record: str(record["emails"]))

    assert contents("other") == contents("acme")


@pytest.mark.usefixtures("crm")
def test_it_names_the_folder_that_is_not_there() -> None:
    """And no file that nobody asked for."""
    result = run(["company", "export", "/nope/x.csv"])
    assert (result.exit_code, result.stderr.splitlines()[0]) == (2, "error: There is no folder /nope.")
