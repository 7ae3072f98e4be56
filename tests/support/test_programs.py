"""What is missing is skipped with the line that installs it, and fails where nothing may be missing."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.support.corpora import ROOT

if TYPE_CHECKING:
    from pathlib import Path

SKIPS = {
    "marker": "@pytest.mark.program('no-such-program', 'brew install it')\ndef test_x() -> None: pass",
    "fixture": "def test_x(program) -> None: program('no-such-program')",
    "corpora": "def test_x(corpora) -> None: pass",
    "collection": "pytest.importorskip('no_such_module')",
    "lawful": "def test_x() -> None: pytest.skip('root reads every file')",
}


def run(tmp_path: Path, **variables: str) -> str:
    """The output of pytest, with our fixtures, over one test file for each way of skipping."""
    for case, body in SKIPS.items():
        (tmp_path / f"test_{case}.py").write_text(f"import pytest\n{body}\n")
    environment = dict(os.environ, SMALLCRM_CORPORA=str(tmp_path / "none"), COLUMNS="300") | variables
    options = [
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
        "--continue-on-collection-errors",
        "-rsfE",
        "-Wignore",
    ]
    command = [
        sys.executable,
        "-m",
        "pytest",
        *options,
        "--rootdir",
        str(tmp_path),
        "-c",
        os.devnull,
        str(tmp_path),
    ]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.stdout


def test_it_skips_what_is_missing(tmp_path: Path) -> None:
    """On a developer's machine, with the line that helps."""
    words = run(tmp_path)
    assert f"{len(SKIPS)} skipped in" in words
    assert "needs no-such-program: brew install it" in words
    assert "needs no-such-program: apt-get install no-such-program" in words
    assert "set SMALLCRM_CORPORA to the directory" in words


def test_it_fails_where_nothing_may_be_missing(tmp_path: Path) -> None:
    """Under SMALLCRM_CI=1; only what cannot be tested as root may be skipped there."""
    words = run(tmp_path, SMALLCRM_CI="1")
    assert "1 failed, 1 skipped, 3 errors in" in words
    assert "root reads every file" in words
    assert words.count("nothing may be missing)\n") == 2 * (len(SKIPS) - 1)  # the finding and the summary
