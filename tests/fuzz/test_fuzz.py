"""Some hundred changed files, the same each time; what long runs have found; and that they can find it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from smallcrm.services.transfer.readers import kinds, workbook
from tests.fuzz.__main__ import CRASHES, case, run
from tests.fuzz.samples import samples
from tests.fuzz.trying import MEGABYTES, SECONDS, attempt

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
SOUND = samples()
# To read a workbook takes a process of its own each time.
CASES = {"csv": 60, "tsv": 30, "json": 80, "ndjson": 30, "vcf": 80, "zip": 16, "xlsx": 10, "ods": 8, "xls": 4}


@pytest.mark.parametrize("kind", SOUND)
def test_it_ends_in_rows_or_in_one_sentence(tmp_path: Path, kind: str) -> None:
    """Within the time and the memory that a small file may take."""
    path = tmp_path / f"case.{kind}"
    for number in range(CASES[kind]):
        path.write_bytes(case(0, kind, number, SOUND))
        wrong = run(path)
        assert wrong is None, f"make fuzz ARGS='--seed 0 --kind {kind} --case {number}'\n{wrong}"


@pytest.mark.parametrize("kind", SOUND)
def test_it_reads_what_was_not_changed(tmp_path: Path, kind: str) -> None:
    """Most of the sound files hold rows; a fuzz run of what is refused at once would find nothing."""
    said = []
    for data in SOUND[kind]:
        (tmp_path / f"case.{kind}").write_bytes(data)
        said.append(attempt(tmp_path / f"case.{kind}"))
    assert kind == "xls" or any(text.endswith(" rows") and text != "0 rows" for text in said), said


@pytest.mark.parametrize("path", sorted(CRASHES.iterdir()), ids=lambda path: path.name)
def test_it_stands_what_was_found_once(path: Path) -> None:
    """Every file that a long run has stumbled over."""
    assert run(path) is None


def _fails(*_given: object) -> None:
    raise KeyError("planted")


def _hangs(*_given: object) -> None:
    while True:
        pass


def _swells(*_given: object) -> None:
    bytearray((MEGABYTES + 50) << 20)


@pytest.mark.parametrize(
    ("fault", "word"), [(_fails, "KeyError: 'planted'"), (_hangs, "TooSlow"), (_swells, "MemoryError")]
)
def test_it_finds_a_planted_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[..., None], word: str
) -> None:
    """An exception that is no sentence, a reader without an end, one that takes all memory."""
    monkeypatch.setattr(kinds, "tables_of", fault)
    monkeypatch.setattr("tests.fuzz.__main__.limits.__wrapped__.__defaults__", (0.5, MEGABYTES))
    (tmp_path / "a.csv").write_bytes(SOUND["csv"][0])
    assert word in (run(tmp_path / "a.csv") or "")


def test_it_gives_the_same_files_for_a_seed() -> None:
    """So that a failure can be repeated; and others for another."""
    assert case(7, "vcf", 3, SOUND) == case(7, "vcf", 3, samples())
    assert case(7, "vcf", 3, SOUND) != case(8, "vcf", 3, SOUND)


def test_it_runs_as_long_as_it_is_told() -> None:
    """The command prints its seed at once, and how to repeat what it finds."""
    command = [sys.executable, "-m", "tests.fuzz", "--seed", "5", "--kind", "vcf", "--minutes", "0.01"]
    done = subprocess.run(command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("seed 5, 0.01 minutes, kinds vcf\n")
    assert done.stdout.endswith("files, 0 found; seed 5\n")


def test_it_allows_a_small_file_no_more() -> None:
    """Five seconds and 300 MB, and less than the other process for workbooks has for large ones."""
    assert (SECONDS, MEGABYTES) == (5, 300)
    assert workbook.MAX_ROW < MEGABYTES << 20
