"""The lazy tree: names and summaries without imports, commands when they are called."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

from smallcrm.cli import tree
from smallcrm.cli.lazy import App
from tests.cli.runner import run


def test_it_lists_commands_from_the_table() -> None:
    """The root's help shows names and summaries; bare and with both help options."""
    for argv in ([], ["-h"], ["--help"]):
        result = run(argv)
        assert (result.exit_code, result.stderr) == (0, "")
        assert "  sample     Try things out.\n" in result.stdout


@pytest.mark.parametrize("argv", [["sample"], ["sample", "-h"], ["sample", "--help"]])
def test_it_lists_the_verbs_of_a_noun(argv: list[str]) -> None:
    """A noun alone shows what it can do."""
    result = run(argv)
    assert result.exit_code == 0
    assert "List what there is." in result.stdout
    assert "inner   A noun below a noun." in result.stdout


def test_it_shows_global_options_in_every_help() -> None:
    """In a section of their own, without those that the command refuses."""
    for argv in (["-h"], ["sample", "-h"], ["sample", "list", "-h"], ["only", "-h"]):
        shown = run(argv).stdout
        assert shown.count("Global options:") == 1
        assert "--dry-run" in shown.partition("Global options:")[2]
    assert "--dry-run" not in run(["sample", "said", "-h"]).stdout


def test_it_runs_nested_nouns_and_single_commands() -> None:
    """A noun below a noun, and a module that is one command."""
    assert run(["sample", "inner", "deep"]).stdout == "deep\n"
    assert run(["only"]).stdout == "quiet\n"
    assert run(["only", "--loud"]).stdout == "LOUD\n"


def imported(*argv: str) -> set[str]:
    """The modules that are loaded once a command line was run in a fresh process."""
    code = (
        "import sys, io; from smallcrm.cli import edge; out, sys.stdout = sys.stdout, io.StringIO();"
        "edge.main(sys.argv[1:]); out.write(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code, *argv], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("argv", [["--help"], ["nope"], ["--complete", "bash", "c"]])
def test_it_imports_no_command_it_does_not_call(argv: list[str]) -> None:
    """Help, a mistake and completion at the root load no noun and nothing heavy."""
    loaded = imported(*argv)
    targets = {target.partition(":")[0] for target, _ in tree.COMMANDS.values()}
    assert not loaded & targets
    assert not loaded & {"rich", "textual", "bottle", "pydantic", "peewee", "sqlite3", "psycopg"}


def test_it_imports_only_the_noun_that_is_called() -> None:
    """And no rich, ever."""
    loaded = imported("config", "show")
    assert "smallcrm.cli.config" in loaded
    assert "smallcrm.cli.help" not in loaded
    assert not {name for name in loaded if name.split(".")[0] in ("rich", "peewee", "textual", "pydantic")}


def test_it_lists_records_without_what_writes_them() -> None:
    """Nor what reads typed values; that comes with the verbs that need it."""
    imported("init", "North")
    loaded = imported("contact", "list")
    assert "smallcrm.services.records.store" in loaded
    records = ("editing", "operations", "cleaning", "fitting", "referring", "parsing", "undo")
    assert not loaded & {f"smallcrm.services.records.{name}" for name in records}
    assert not {name for name in loaded if name.split(".")[0] in ("rich", "textual", "bottle", "pydantic")}


def test_it_answers_the_version_before_anything_is_imported() -> None:
    """Not even the parser is loaded."""
    code = (
        "import sys; there = set(sys.modules); sys.argv = ['smallcrm', '--version']; import smallcrm.__main__ as m;"
        "m.main(); print(*(set(sys.modules) - there))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    version, modules = done.stdout.splitlines()
    assert version == "smallcrm 0.1.0"
    assert not {"typer", "re", "smallcrm.cli", "smallcrm.errors"} & set(modules.split())
    assert run(["--version"]).stdout == "smallcrm 0.1.0\n"


@pytest.mark.parametrize("name", sorted(tree.COMMANDS))
def test_it_has_a_module_for_every_row_of_the_table(name: str) -> None:
    """Each one imports and builds, and has a help."""
    target, summary = tree.COMMANDS[name]
    module, _, attribute = target.partition(":")
    app = getattr(import_module(module), attribute)
    assert isinstance(app, App)
    assert app.verbs or app.only
    assert summary.endswith(".")
    assert run([name, "--help"]).exit_code == 0
