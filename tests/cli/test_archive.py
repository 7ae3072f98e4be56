"""`export FILE.zip` and `import` of it: what people see, and what is left of a fault."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from tests.cli.crm import a_workspace, data, ok
from tests.cli.runner import run

if TYPE_CHECKING:
    from pathlib import Path


def test_a_workspace_leaves_and_comes_back(home: Path) -> None:
    """Another workspace of the same database is filled; its records have the same numbers."""
    a_workspace()
    path = home / "all.zip"
    assert f"Exported to {path}." in ok("export", str(path)).stderr
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    ok("init", "Elsewhere")
    planned = ok("-w", "elsewhere", "import", str(path), "--dry-run")
    assert "This was a dry run: nothing was changed." in planned.stderr
    assert data("-w", "elsewhere", "contact", "list") == []
    done = ok("-w", "elsewhere", "import", str(path))
    assert "contacts.csv,2" in done.stdout.replace("\t", ",")
    assert "cannot be undone" in done.stderr
    assert data("-w", "elsewhere", "contact", "list") == data("-w", "north", "contact", "list")
    assert "came without its changes" in run(["-w", "elsewhere", "undo", "1"]).stderr


def test_it_is_never_written_over_a_file_unless_that_is_said(home: Path) -> None:
    """The file stays; with --force it is replaced; a name that says something else is refused."""
    a_workspace()
    path = home / "all.zip"
    path.write_bytes(b"mine")
    refused = run(["export", str(path)])
    assert (refused.exit_code, path.read_bytes()) == (2, b"mine")
    assert "--force replaces it" in refused.stderr
    ok("export", str(path), "--force")
    assert path.read_bytes()[:2] == b"PK"
    other = run(["export", str(home / "all.csv")])
    assert (other.exit_code, (home / "all.csv").exists()) == (2, False)
    assert "is exported as FILE.zip" in other.stderr


def test_it_is_imported_alone(home: Path) -> None:
    """Beside other files, or with options for them, nobody could know what was meant."""
    a_workspace()
    path = home / "all.zip"
    ok("export", str(path), "--journal")
    (home / "more.csv").write_text("Name,Email\nZoe,zoe@x.org\n", encoding="utf-8")
    for more in ([str(home / "more.csv")], ["--as", "contact"], ["--plan-out", str(home / "plan.json")]):
        refused = run(["import", str(path), *more])
        assert refused.exit_code == 2
        assert "is the archive of a workspace" in refused.stderr
    (home / "exports").mkdir()
    (home / "exports" / "all.zip").write_bytes(path.read_bytes())
    alone = run(["import", str(home / "exports")])
    assert (alone.exit_code, "all.zip is the archive of a workspace" in alone.stderr) == (2, True)
    (home / "exports" / "more.csv").write_text("Name,Email\nZoe,zoe@x.org\n", encoding="utf-8")
    assert "all.zip" in ok("import", str(home / "exports")).stderr
    full = run(["import", str(path)])
    assert full.exit_code == 5
    assert "goes into an empty workspace, and this one has companies" in full.stderr


def test_a_database_is_moved(home: Path) -> None:
    """Every workspace is in the other database; a dry run is no such thing, and is refused."""
    a_workspace()
    url = f"sqlite:///{home / 'other.db'}"
    moved = ok("db", "move", "--to", url)
    assert moved.stdout.replace("\t", ",").splitlines()[1].endswith(",moved")
    assert "The old database is as it was." in moved.stderr
    assert data("--db", url, "contact", "list") == data("contact", "list")
    assert "was there" in ok("db", "move", "--to", url).stdout
    assert run(["db", "move", "--to", "nonsense://x"]).exit_code == 2
