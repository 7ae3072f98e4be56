"""The shape of the house: who may import whom, what loads what, how large anything may grow."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import lints
from tests.support.corpora import ROOT

MODULES = lints.modules(ROOT)

# Every use of the system scope, which sees all workspaces: file -> the reasons it gives.
SYSTEM_SCOPES: dict[str, set[str]] = {
    "smallcrm/services/moving.py": {
        "list the workspaces to move",
        "make the workspace that is moved",
        "go on counting workspaces",
    },
    "smallcrm/db/migrations/run.py": {"list the migrations", "migrate the schema"},
    "smallcrm/db/migrations/version.py": {"check the schema version"},
    "smallcrm/services/maintenance.py": {"examine the database"},
    "smallcrm/services/reindexing.py": {"examine the search index"},
    "smallcrm/services/workspaces.py": {
        "create a workspace",
        "find the workspace to open",
        "list the workspaces",
    },
}


def lint_imports(root: Path) -> tuple[int, str]:
    """The exit code and the words of import-linter in a directory with the package and its setup.cfg."""
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        "--no-logo",
        "--config",
        "setup.cfg",
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_it_keeps_the_import_contracts() -> None:
    """Layers, protected packages and the headless core."""
    code, words = lint_imports(ROOT)
    assert code == 0, words
    assert "3 kept, 0 broken" in words


PLANTED_IMPORTS = [
    (
        "smallcrm/services/planted.py",
        "import smallcrm.cli",
        "smallcrm.services is not allowed to import smallcrm.cli",
    ),
    (
        "smallcrm/text.py",
        "from smallcrm import config",
        "smallcrm.text is not allowed to import smallcrm.config",
    ),
    ("smallcrm/models/planted.py", "import smallcrm.services", "smallcrm.models is not allowed to import"),
    (
        "smallcrm/cli/planted.py",
        "def f(): import smallcrm.models.contact",
        "Illegal imports of protected package",
    ),
    ("smallcrm/cli/planted.py", "import smallcrm.db.engine", "Illegal imports of protected package"),
    ("smallcrm/services/planted.py", "import rich", "smallcrm.services.planted -> rich"),
    ("smallcrm/homeless.py", "", "smallcrm.homeless"),
]


@pytest.mark.parametrize(("path", "line", "expected"), PLANTED_IMPORTS)
def test_it_reports_a_planted_import(tmp_path: Path, path: str, line: str, expected: str) -> None:
    """Each contract is able to fail."""
    shutil.copytree(ROOT / "smallcrm", tmp_path / "smallcrm", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "setup.cfg", tmp_path)
    with (tmp_path / path).open("a", encoding="utf-8") as file:
        file.write(f"\n{line}\n")
    code, words = lint_imports(tmp_path)
    assert code == 1
    assert expected in words


LOADS = [
    pytest.param("import smallcrm.cli", {"textual", "bottle", "pydantic", "psycopg"}, id="the command line"),
    pytest.param("import smallcrm.services.contacts", {"typer", "textual", "bottle", "rich"}, id="the core"),
    pytest.param(
        "import runpy, sys; sys.argv = ['smallcrm', '--version']\n"
        "try: runpy.run_module('smallcrm', run_name='__main__')\n"
        "except SystemExit: pass",
        {"typer", "peewee", "rich", "textual", "sqlite3", "smallcrm.config", "smallcrm.db"},
        id="--version",
    ),
]


def loaded_after(code: str) -> set[str]:
    """The modules that an interpreter has loaded after running some code."""
    script = f"{code}\nimport sys; print('LOADED', *sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.rpartition("LOADED ")[2].split())


@pytest.mark.parametrize(("code", "unwanted"), LOADS)
def test_it_loads_nothing_heavy(code: str, unwanted: set[str]) -> None:
    """Start-up is a promise, and the static contracts cannot see an import that is made later."""
    loaded = loaded_after(code)
    assert "sys" in loaded
    assert loaded & unwanted == set()


def test_it_sees_what_is_loaded() -> None:
    """The test above is able to fail."""
    assert "peewee" in loaded_after("import smallcrm.db.engine")


@pytest.mark.parametrize("rule", lints.RULES)
def test_it_follows_the_rule(rule: str) -> None:
    """Each rule of the house holds in every module."""
    assert [finding for module in MODULES for finding in lints.RULES[rule](module)] == []


def test_it_keeps_modules_short() -> None:
    """Half of the modules fit on two screens."""
    assert statistics.median(module.lines for module in MODULES if module.text) <= lints.MEDIAN_LINES


def test_it_lists_every_system_scope() -> None:
    """Who sees all workspaces, and why, is decided here; a reason that is not written out is not accepted."""
    found: dict[str, set[str]] = {}
    for module in MODULES:
        for reason in lints.system_scopes(module):
            found.setdefault(module.path, set()).add(reason)
    assert found == SYSTEM_SCOPES


HEAD = '"""A module."""\n\nfrom __future__ import annotations\n\n'
LONG_FUNCTION = "def f() -> None:\n    " + '"""Long."""\n' + "    f()\n" * lints.FUNCTION_LINES
PLANTED = [
    ("engine_room", "smallcrm/services/x.py", HEAD + "database.connection().execute('x')\n"),
    ("engine_room", "smallcrm/services/x.py", HEAD + "database._state.conn\n"),
    ("engine_room", "smallcrm/services/x.py", HEAD + "from peewee import RawQuery\n"),
    ("engine_room", "smallcrm/cli/x.py", HEAD + "import peewee\npeewee.RawQuery('x')\n"),
    ("engine_room", "smallcrm/cli/x.py", HEAD + "import sqlite3\nsqlite3.connect('x')\n"),
    ("engine_room", "smallcrm/gateways/x.py", HEAD + "from psycopg import connect\n"),
    ("one_clock", "smallcrm/services/x.py", HEAD + "import datetime\ndatetime.datetime.now()\n"),
    ("one_clock", "smallcrm/services/x.py", HEAD + "datetime.utcnow()\n"),
    ("one_clock", "smallcrm/db/x.py", HEAD + "from time import time\n"),
    ("one_clock", "smallcrm/cli/x.py", HEAD + "date.today()\n"),
    ("one_voice", "smallcrm/services/x.py", HEAD + "print('x')\n"),
    ("one_voice", "smallcrm/cli/x.py", HEAD + "import sys\nsys.stderr.write('x')\n"),
    ("one_voice", "smallcrm/services/x.py", HEAD + "from sys import stdout\nstdout.write('x')\n"),
    ("one_voice", "smallcrm/services/x.py", HEAD + "import sys\nsys.stdout.buffer.write(b'x')\n"),
    ("one_voice", "smallcrm/cli/x.py", HEAD + "import sys\nsys.__stderr__.writelines(['x'])\n"),
    ("one_voice", "smallcrm/cli/x.py", HEAD + "import sys\njson.dump({}, sys.stdout)\n"),
    ("one_voice", "smallcrm/cli/x.py", HEAD + "list(map(print, ['x']))\n"),
    ("one_voice", "smallcrm/cli/x.py", HEAD + "from rich import print\n"),
    ("one_voice", "smallcrm/cli/x.py", HEAD + "import typer\ntyper.echo('x')\n"),
    ("one_voice", "smallcrm/cli/x.py", HEAD + "import os\nos.write(1, b'x')\n"),
    ("no_markup_of_data", "smallcrm/cli/x.py", HEAD + "console.print(f'[bold]{name}[/]')\n"),
    ("no_markup_of_data", "smallcrm/cli/x.py", HEAD + "self.console.print(name)\n"),
    ("no_markup_of_data", "smallcrm/cli/x.py", HEAD + "Console().print('[b]' + name)\n"),
    ("no_markup_of_data", "smallcrm/cli/x.py", HEAD + "Text.from_markup(name)\n"),
    ("no_markup_of_data", "smallcrm/tui/x.py", HEAD + "from rich.markup import render\n"),
    ("one_environment", "smallcrm/cli/edge.py", HEAD + "import os\nos.environ['X']\n"),
    ("one_environment", "smallcrm/db/x.py", HEAD + "from os import environ\n"),
    ("one_environment", "smallcrm/db/x.py", HEAD + "import os\nos.getenv('X')\n"),
    ("nothing_unfinished", "smallcrm/x.py", HEAD + "# TO" + "DO later\n"),
    ("docstrings", "smallcrm/x.py", "from __future__ import annotations\n"),
    ("docstrings", "smallcrm/x.py", HEAD + "def f() -> None:\n    return\n"),
    (
        "docstrings",
        "smallcrm/x.py",
        HEAD + 'class C:\n    """C."""\n    def f(self) -> None:\n        return\n',
    ),
    ("sizes", "smallcrm/x.py", HEAD + LONG_FUNCTION),
    ("sizes", "smallcrm/x.py", HEAD + "x = 1\n" * lints.MODULE_LINES),
]


@pytest.mark.parametrize(("rule", "path", "text"), PLANTED)
def test_it_reports_a_planted_violation(rule: str, path: str, text: str) -> None:
    """Each rule of the house finds what it is for, and no other rule does."""
    module = lints.parse(path, text)
    assert {name for name, check in lints.RULES.items() if list(check(module))} == {rule}


def test_it_has_a_planted_violation_for_each_rule() -> None:
    """A rule that cannot fail is not a rule."""
    assert {rule for rule, _, _ in PLANTED} == set(lints.RULES)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("with system_scope('mend'): pass", "mend"),
        ("with fence.system_scope(reason='mend'): pass", "mend"),
        ("with system_scope(why): pass", "?"),
    ],
)
def test_it_finds_a_planted_system_scope(line: str, reason: str) -> None:
    """By any way of calling it; a reason that is computed counts as none."""
    assert list(lints.system_scopes(lints.parse("smallcrm/x.py", line))) == [reason]


@pytest.mark.parametrize(
    "line",
    ["console.print('[bold]done[/]')", "console.print(Text(name))", "console.print(name, markup=False)", "math.log(x)"],
)
def test_it_lets_constants_be_markup(line: str) -> None:
    """What the program itself wrote, and what is told to be literal."""
    assert list(lints.no_markup_of_data(lints.parse("smallcrm/cli/x.py", HEAD + line + "\n"))) == []
