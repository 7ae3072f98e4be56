"""Stored text, arguments and names of files that try to be obeyed by the terminal: none ever is, byte by byte."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm import config
from smallcrm.cli import formats, tables, tree
from smallcrm.config import FORMATS
from smallcrm.services import nouns as _registered  # noqa: F401 - every noun is walked
from smallcrm.services import workspaces
from smallcrm.services.records import documents, editing, store
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.schema import nouns, record_nouns
from smallcrm.services.values.locale import Locale
from tests.support import payloads
from tests.support.terminal import Heard, obeyed, on_terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from smallcrm.cli.lazy import Group

EUR = Locale("EUR", "UTC")
ONE_LINE = ("table", "markdown", "tsv", "ndjson")
NOUNS = list(nouns())
OPTIONS = ("--filter", "--sort", "--columns", "--format", "--workspace", "--as-member", "--limit", "--after", "--db")


@dataclass
class Full:
    """A home whose workspace is full of payloads, and how many records of each noun it has."""

    home: Path
    made: dict[str, int]

    def heard(self, *argv: str, **env: str) -> Heard:
        """What a command writes to a terminal; never anything that it would obey."""
        found = self.raw(*argv, **env)
        assert obeyed(found.raw) == set(), (argv, found.raw[:2000])
        return found

    def raw(self, *argv: str, **env: str) -> Heard:
        """What a command writes to a terminal."""
        return on_terminal(argv, {"SMALLCRM_HOME": str(self.home), **env})


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Full:
    """Every payload in every text field of every noun, in the journal, in tags, and some of it in the trash."""
    home = tmp_path_factory.mktemp("full")
    settings = config.load({"SMALLCRM_HOME": str(home), "HOME": str(home)})
    workspaces.create_workspace(settings, f"W {payloads.ALL}", owner=f"O {payloads.ALL}")
    with workspaces.open_session(settings):
        made = payloads.fill()
        for name, each in nouns().items():
            _rename(name, payloads.storable() if name == "contact" else payloads.storable()[:3])
            if not each.settings:
                editing.trash_many(each, range(made[name] - 9, made[name] + 1))
    return Full(home, made)


def _rename(name: str, texts: list[str]) -> None:
    """Give the newest live record one text after another, so that its history and the journal hold them."""
    each = nouns()[name]
    key = next(field.key for field in each.builtin if field.writable and field.kind in payloads.TEXTS)
    for text in texts:
        editing.edit_many(each, [1], Edit(set={key: f"x{text}"}), EUR)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A directory of the test's own, where commands may write."""
    monkeypatch.chdir(tmp_path)


def test_it_holds_the_payloads(full: Full) -> None:
    """What follows would prove nothing of empty tables."""
    settings = config.load({"SMALLCRM_HOME": str(full.home), "HOME": str(full.home)})
    with workspaces.open_session(settings):
        for name, each in nouns().items():
            ids = [store.id_of(name, number, hint="") for number in range(1, full.made[name] + 5)]
            found = "".join(text for one in documents.load(each, ids).values() for text in payloads.texts_of(one, each))
            wanted = payloads.FIELDS / 2 if name == "field" else 0.9 * len(payloads.payloads())
            assert full.made[name] > wanted, name
            assert {"\x1b", "\x07", "\x9b", "\u202e", "\x7f"} <= set(found), name
            assert "\u2066" in found or name == "field", name


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("name", NOUNS)
def test_it_shows_records_without_being_obeyed(full: Full, name: str, kind: str) -> None:
    """Every command of the noun that shows what is stored, in every format; a record stays on its line."""
    said = ("--format", kind, "--quiet")
    listed = full.heard(name, "list", *_everything(name), "--limit", "0", "--no-pager", *said)
    assert listed.exit_code == 0
    lines = listed.text.rstrip("\n").split("\n")
    numbers = full.heard(name, "list", "--limit", "0", "--format", "ids", "--quiet").text.split()
    heads = {"markdown": 2, "ndjson": 0, "json": 2, "ids": 0}
    if kind in (*ONE_LINE, "json", "ids"):
        assert len(lines) == len(numbers) + heads.get(kind, 1)
    some = numbers[:: max(1, len(numbers) // 40)]
    for words in (
        ("show", *some), ("history", "1"), ("count",), ("list", "--trashed", *_everything(name)),
        ("edit", *some[:5], "--set", f"{_text_of(name)}={payloads.ALL}", "--dry-run"), ("delete", *some, "--dry-run"),
    ):  # fmt: skip
        full.heard(name, *words, "--no-input", "--yes", *said)
    if nouns()[name] in record_nouns().values():
        assert full.heard(name, "export", *said).exit_code == 0


def _everything(name: str) -> tuple[str, ...]:
    """How a list shows all its columns; that of comments always does."""
    return () if name == "comment" else ("--columns", "all")


def _text_of(name: str) -> str:
    return next(f.key for f in nouns()[name].builtin if f.writable and f.kind in payloads.TEXTS)


@pytest.mark.parametrize("kind", FORMATS)
def test_it_shows_the_rest_without_being_obeyed(full: Full, kind: str) -> None:
    """The journal, the trash, tags, searches, workspaces and checks."""
    for words in (
        ("log", "--limit", "0"), ("trash", "list"), ("tag", "list"), ("search", "x", "--limit", "500"),
        ("search", "evil"), ("workspace", "list"), ("undo", "--dry-run"), ("trash", "empty", "--dry-run"), ("doctor",),
        ("config", "show"),
    ):  # fmt: skip
        found = full.heard(*words, "--format", kind, "--no-pager", "--no-input")
        assert found.exit_code in (0, 5), (words, found.text)


@pytest.mark.parametrize("name", NOUNS)
def test_it_gives_json_without_loss(full: Full, name: str) -> None:
    """What a program reads from the terminal is what is stored, to the character, and its controls are ASCII."""
    found = json.loads(
        full.heard(name, "list", *_everything(name), "--limit", "0", "--json", "--quiet", "--no-pager").text
    )
    settings = config.load({"SMALLCRM_HOME": str(full.home), "HOME": str(full.home)})
    with workspaces.open_session(settings):
        each = nouns()[name]
        ids = [store.id_of(name, record["id"], hint="") for record in found]
        stored = documents.load(each, ids)
    assert found
    keys = [field.key for field in each.builtin if field.kind in payloads.TEXTS and field.key in found[0]]
    assert keys
    for record_id, record in zip(ids, found, strict=True):
        assert {key: record[key] for key in keys} == {key: stored[record_id][key] for key in keys}


def test_it_writes_its_own_colours_only(full: Full) -> None:
    """A bold header of a table, and the bold names of fields."""
    table = full.raw("contact", "list", "--limit", "0", "--no-pager", "--quiet", NO_COLOR="")
    head, rest = table.raw.split(b"\n", 1)
    assert head.startswith(b"\x1b[1m")
    assert head.endswith(b"\x1b[0m")
    assert obeyed(head[4:-4]) == obeyed(rest) == set()
    shown = full.raw("contact", "show", "1", "2", "3", "--no-pager", NO_COLOR="").text
    assert "\x1b[1m" in shown
    for line in shown.splitlines():
        assert obeyed(line.removeprefix("\x1b[1m").replace("\x1b[0m", "", 1).encode()) == set(), line


def test_it_pages_without_being_obeyed(full: Full) -> None:
    """A pager of its own process hears what is safe only."""
    paged = full.heard("contact", "list", "--limit", "0", "--quiet", SMALLCRM_PAGER="tee", LINES="10")
    assert paged.raw == full.heard("contact", "list", "--limit", "0", "--quiet", "--no-pager").raw


_TYPED: list[tuple[str, ...]] = [
    ("tag", "rename", ""), ("undo", ""), ("list", "--workspace", ""), ("\x1b",), ("search", "x", "--noun", ""),
]  # fmt: skip


def _typed_of_nouns() -> Iterator[tuple[str, ...]]:
    """What is typed so far where values of a noun are completed."""
    for name in NOUNS:
        for words in ("show/", "show/x", "edit/1/--set/", "list/--columns/"):
            yield (name, *words.split("/"))
        for begun in ("", "tag:", "owner:"):
            yield (name, "list", "--filter", begun)


def test_it_completes_without_being_obeyed(full: Full) -> None:
    """Records, tags, values, members and operations, for both shells; one that is not safe is left out."""
    offered = b""
    for words in [*_typed_of_nouns(), *_TYPED]:
        for shell in ("bash", "zsh"):
            offered += full.heard("--complete", shell, *words).raw
    assert b"<script>" in offered


def leaves(group: Group, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command of the tree."""
    with group.make_context("smallcrm", [], resilient_parsing=True) as ctx:
        for name in group.entries:
            command: Any = group.get_command(ctx, name)
            path = (*above, name)
            yield from leaves(command, path) if hasattr(command, "entries") else [path]


def test_it_echoes_arguments_without_being_obeyed(full: Full) -> None:
    """Whatever command they are given to, as people and as programs read the error."""
    paths = [path for path in leaves(tree.root()) if path[0] not in ("sample", "only")]
    assert len(paths) > 40
    for path in paths:
        for said in ((), ("--json",)):
            full.heard(*path, payloads.ALL, *said, "--no-input", "--dry-run")
    for words in (
        [payloads.ALL], ["contact", payloads.ALL], ["contact", "list", f"--{payloads.ALL}"],
        ["contact", "show", payloads.ALL, "--debug"],
    ):  # fmt: skip
        assert full.heard(*words).exit_code in (2, 3)
    options = (
        "--filter",
        "--sort",
        "--columns",
        "--format",
        "--workspace",
        "--as-member",
        "--limit",
        "--after",
        "--db",
    )
    for option in options:
        for text in (payloads.ALL, "\x1b[2J", f"city:{payloads.ALL}", f"{payloads.ALL}:x"):
            full.heard("contact", "list", option, text, "--quiet")
            full.heard("contact", "list", option, text, "--json")


@pytest.mark.parametrize("name", [b"\x1b]0;x\x07.csv", b"a\x9b31m\xff.csv", "b\x9b\u202e\r\n.csv".encode()])
def test_it_imports_without_being_obeyed(tmp_path: Path, name: bytes) -> None:
    """The name of a file, its columns and cells: in plan, progress, outcome, rejects and journal."""
    home = tmp_path / "home"
    on_terminal(["init", "W"], {"SMALLCRM_HOME": str(home)})
    full = Full(home, {})
    columns = [text.replace('"', "'") for text in payloads.storable()]
    rows = [["First Name", "Email", "Tags", *columns]]
    rows += [[text, f"p{at}@x.org", text, *([text] * len(columns))] for at, text in enumerate(columns)]
    rows.append(["\x1b[2J", "no address \x9b", "x", *columns, "one cell too many \x07"])
    path = os.fsencode(tmp_path) + b"/" + name
    with open(path, "w", encoding="utf-8", newline="") as file:  # noqa: PTH123 - a name that is no text
        file.writelines(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    for said in (("--dry-run",), ("--json", "--dry-run"), (), ("--json",)):
        found = full.heard("import", os.fsdecode(path), *said)
        assert found.exit_code in (0, 5), found.text
    assert b"\r\x1b[K" in found.raw
    assert b"not imported" in found.raw
    for words in ("log", "contact list", "contact show 1", "tag list", "undo", "import \x1b.csv"):
        full.heard(*words.split(" "))


@pytest.mark.parametrize(
    ("module", "function", "kind"),
    [(tables, "safe_text", "table"), (tables, "safe_text", "vertical"), (formats, "safe_text", "csv"),
     (formats, "safe_text", "tsv"), (formats, "escape_json", "json")],
)  # fmt: skip
def test_it_catches_a_raw_write(
    full: Full, module: Any, function: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where one place forgets to make text safe, the tests above fail."""

    def forgetful(text: str, multiline: bool = False) -> str:  # noqa: FBT002, ARG001 - as safe_text has it
        return text

    monkeypatch.setattr(module, function, forgetful)
    found = full.raw("contact", "list", "--columns", "all", "--limit", "0", "--format", kind, "--no-pager")
    assert obeyed(found.raw)
