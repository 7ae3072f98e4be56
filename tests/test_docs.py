"""The documents: what they show is what the program prints, and what they name exists."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.cli import reference, spec, topics, tree
from smallcrm.config import ENVIRONMENT
from tests.support import guides, pictures
from tests.support.corpora import ROOT
from tests.support.shown import BLOCK, GAP, SCREEN, agrees, blocks, commands, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgres import PostgresServer

DOCS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
SHOWN = ("README.md", "docs/guide.md", "docs/filters.md", "docs/importing.md", "docs/operations.md")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_FOREIGN = re.compile(r"\b(language model|chat ?bot|prompted|workplace|to[d]o|fix[m]e)\b", re.IGNORECASE)


@pytest.fixture
def desk(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the bundled samples in it, where Ann sits; gives her home."""
    folder = tmp_path / "desk"
    shutil.copytree(ROOT / "smallcrm" / "samples", folder)
    monkeypatch.chdir(folder)
    for name, value in SCREEN.items():
        monkeypatch.setenv(name, value)
    return home


@pytest.mark.parametrize("name", SHOWN)
def test_it_shows_what_the_program_prints(name: str, desk: Path) -> None:
    """Each command of a document, run one after the other in an empty home, prints what stands below it."""
    found = list(commands((ROOT / name).read_text("utf-8")))
    assert found, "a document without a command proves nothing"
    for shown in found:
        printed = run(shown.line, desk)
        assert agrees(shown.output, printed), "\n".join([f"$ {shown.line}", *printed])


@pytest.mark.parametrize("page", guides.PAGES, ids=lambda page: page.stem)
def test_it_shows_how_the_exports_of_others_come_in(page: Path, desk: Path) -> None:
    """Each command of a page, run on the files that it was tried on, prints what stands below it: all of it."""
    guides.lay_out(page, Path.cwd())
    text = page.read_text("utf-8")
    assert guides.written(text, desk) == text, "python -m tests.support.guides"


def test_it_has_a_page_for_every_source() -> None:
    """And the guide leads to each of them."""
    guide = (ROOT / "docs" / "importing.md").read_text("utf-8")
    assert [page.name for page in guides.PAGES if f"(importing/{page.name})" not in guide] == []


def test_it_notices_other_output() -> None:
    """The comparison is able to fail, with and without a gap."""
    assert agrees(["a", GAP, "d"], ["a", "b", "c", "d"])
    assert not agrees(["a", GAP, "d"], ["a", "d"])
    assert not agrees(["a"], ["a", "b"])
    assert not agrees(["a", "b"], ["a"])
    assert not agrees(["a", GAP, "x"], ["a", "b", "c"])


def test_it_has_every_key_of_the_screen() -> None:
    """docs/tui.md is what `make docs` writes."""
    page = pictures.PAGE.read_text("utf-8")
    assert pictures.with_keys(page) == page, "run make docs"


def test_it_has_the_reference_of_the_commands() -> None:
    """docs/cli.md is what `make docs` writes."""
    assert (ROOT / "docs" / "cli.md").read_text("utf-8") == reference.markdown(), "run make docs"


def described(command: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A command and every command below it."""
    yield command
    for below in command.get("commands", {}).values():
        yield from described(below)


def test_it_explains_every_command() -> None:
    """Each command has a summary and a help, each of its arguments and options a text."""
    every = list(described(spec.tree(tree.root())))
    assert [found["path"] for found in every if not (found["summary"] and found["help"])] == []
    silent = [(found["path"], p["name"]) for found in every for p in found["parameters"] if not p["help"]]
    assert silent == []


def test_it_explains_every_setting() -> None:
    """The topic names each setting, on a line with what it is, and each variable that sets it."""
    text = topics.TOPICS["environment"].text()
    for name, variables in ENVIRONMENT.items():
        assert re.search(rf"^  {name} +\S", text, re.MULTILINE), name
        for variable in variables:
            assert re.search(rf"\b{variable}\b", text), variable


def anchors(text: str) -> set[str]:
    """The names by which the headings of a document can be linked to."""
    found = re.findall(r"^#+ (.+)$", re.sub(BLOCK, "", text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in found}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_it_links_to_what_exists(path: Path) -> None:
    """Each relative link leads to a file, and to a heading in it where it names one."""
    text = path.read_text("utf-8")
    for link in _LINK.findall(re.sub(BLOCK, "", text)):
        if re.match(r"\w+:", link):
            continue
        name, _hash, anchor = link.partition("#")
        target = (path.parent / name) if name else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


def named_files(text: str) -> set[str]:
    """The files and directories of the repository that a document names in code; NAME and * are left out."""
    words = (word for code in _CODE.findall(re.sub(BLOCK, "", text)) for word in code.split())
    bare = (word.rstrip(".,:;") for word in words)
    like = re.compile(r"(?:smallcrm|tests|docs|\.ci)/[\w./-]*|[\w-]+\.(?:md|toml|cfg|txt)|Makefile")
    return {word for word in bare if like.fullmatch(word) and not re.search("NAME|NOUN|NNNN", word)}


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_it_names_files_that_exist(path: Path) -> None:
    """A recipe that names a file that has moved is worse than none."""
    found = named_files(path.read_text("utf-8"))
    assert found or path.name != "CONTRIBUTING.md"
    assert [name for name in sorted(found) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", DOCS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_it_speaks_of_the_program_only(path: Path) -> None:
    """No document names a place on somebody's machine, or how it came to be written."""
    text = path.read_text("utf-8")
    places = set(re.findall(r"(?<![\w./:~{$)-])/([a-z]+)/", text))
    assert places <= {"home", "var", "etc", "usr", "run", "tmp", "srv", "mnt"}
    assert not _FOREIGN.search(text)


def test_it_makes_the_roles_of_the_handbook(
    postgres_server: PostgresServer, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the SQL of docs/operations.md and its two addresses a workspace can be made, used and examined."""
    (script,) = blocks((ROOT / "docs" / "operations.md").read_text("utf-8"), "sql")
    before, after = re.sub(r"--.*", "", script).split("\\connect crm\n")
    for name, part in (("postgres", before), ("crm", after)):
        with postgres_server._connect(name) as connection:
            for statement in filter(None, map(str.strip, part.split(";"))):
                connection.execute(statement)
    address = "postgresql://{}:change-me@127.0.0.1:" + f"{postgres_server.port}/crm"
    monkeypatch.setenv("SMALLCRM_DATABASE_URL", address.format("crm_app"))
    monkeypatch.setenv("SMALLCRM_SYSTEM_DATABASE_URL", address.format("crm_owner"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    fresh = [sys.executable, "-m", "smallcrm", "init", "Acme", "--as-member", "ann@acme.example"]
    subprocess.run(fresh, check=True, capture_output=True, timeout=60)
    who = "--as-member ann@acme.example"
    assert run(f"smallcrm contact add --set last_name=Smith {who} -q", desk) == ["1"]
    assert run(f"smallcrm import companies.csv {who} -q", desk)[0].startswith("companies.csv: 12 rows:")
    assert run("smallcrm contact count", desk)[0] == "error: On a server, say which member acts."
    assert not [line for line in run("smallcrm doctor", desk) if "problem" in line]
