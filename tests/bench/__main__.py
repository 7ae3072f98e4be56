"""`python -m tests.bench [NAME…] [--rounds N] [--rows N]`: figures beside their baselines; it never fails a build."""

from __future__ import annotations

import argparse
import compileall
import os
import platform
import sqlite3
import sys
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from tests.bench import jobs, measure
from tests.bench.measure import Options, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

ROWS = 100_000
MANY = 500_000
PATIENCE = 60.0


def main() -> None:
    """Measure what is named and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(jobs.JOBS)}; all without one")
    parser.add_argument("--rounds", type=int, help="at most so many rounds (5; 3 for a million rows)")
    parser.add_argument("--rows", type=int, default=ROWS, help="contacts in the file (100000)")
    parser.add_argument("--home", type=Path, help="keep the workspaces here, and take those that are here")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in jobs.JOBS]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}; there are {', '.join(jobs.JOBS)}")
    many = given.rows >= MANY
    rounds = given.rounds or (3 if many else 5)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    compileall.compile_dir(measure.ROOT / "smallcrm", quiet=2)
    compileall.compile_dir(measure.ROOT / "tests" / "bench", quiet=2)
    _say_where()
    with _home(given.home) as home:
        patience = PATIENCE * (20 if many else 1) * (2 if given.rounds else 1)
        bench = jobs.Bench(Options(rounds, given.rows, patience, home))
        for line in measure.HEAD:
            _say(line)
        for name in jobs.chosen(given.names):
            _say(f"{name} …", sys.stderr)
            try:
                for found in jobs.JOBS[name](bench):
                    _say(measure.row(found))
            except Exception as error:  # noqa: BLE001 - a figure that cannot be had must not stop the others
                traceback.print_exc()
                _say(measure.row(Result(name, "-", "-", "-", "-", f"not measured: {type(error).__name__}")))


@contextmanager
def _home(given: Path | None) -> Iterator[Path]:
    """Where the workspaces are made; one that nobody named goes afterwards."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="smallcrm-bench-") as home:
        yield Path(home)


def _say(line: str, stream: TextIO = sys.stdout) -> None:
    stream.write(f"{line}\n")
    stream.flush()


def _say_where() -> None:
    load = " ".join(f"{figure:.1f}" for figure in os.getloadavg())
    _say(
        f"{os.cpu_count()} cores, load {load}; Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}. "
        "Medians (range) of n rounds, baseline and ours in turn; compare ratios, not seconds.\n"
    )


if __name__ == "__main__":
    main()
