"""`demo`: the tour runs to its end on the bundled samples and leaves nothing behind."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cli.runner import run

if TYPE_CHECKING:
    import pytest


def test_it_tours_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every step works, twice in a row; the folder is gone, and the home was not touched."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    for _time in range(2):
        result = run(["demo"])
        assert result.exit_code == 0, result.stderr
        assert "Traceback" not in result.stdout + result.stderr
        for word in ("init Demo", "import samples/", "undo", "redo", "contact export ./contacts.ndjson"):
            assert word in result.stdout
        assert list((tmp_path / "scratch").iterdir()) == []
    assert not list(Path(tmp_path / "home").rglob("*.db"))


def test_it_keeps_the_workspace_where_it_is_told_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --keep the database stays and is named."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    result = run(["demo", "--keep"])
    (database,) = tmp_path.glob("smallcrm-demo-*/demo.db")
    assert str(database) in result.stdout
    assert int(run(["contact", "count", "--db", f"sqlite:///{database}"]).stdout) > 0
