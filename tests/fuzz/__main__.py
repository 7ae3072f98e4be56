"""Long runs: `make fuzz ARGS="--minutes 30 --seed 7 --kind vcf"`; every case is told by its seed, kind and number.

What is found is written to tests/fuzz/crashes, where tests/fuzz/test_crashes.py reads it from then on.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

from tests.fuzz import archives
from tests.fuzz.mutating import mutated
from tests.fuzz.samples import samples
from tests.fuzz.trying import TooSlow, attempt, limits

CRASHES = Path(__file__).with_name("crashes")
ARCHIVE = "archive"
"""The kind of the native archive; its cases are every column with every hostile word, in the order of the seed."""


def case(seed: int, kind: str, number: int, sound: dict[str, list[bytes]]) -> bytes:
    """The file that a seed gives for a number."""
    if kind == ARCHIVE:
        every = archives.cases(seed, archives.sound())
        return archives.changed(archives.sound(), *every[number % len(every)])
    return mutated(Random(f"{seed} {kind} {number}"), kind, sound)


def run(path: Path) -> str | None:
    """Read a file within the limits; what is wrong, if anything is."""
    if path.suffix == f".{ARCHIVE}":
        with archives.bench() as bench:
            return archives.fault(bench, path.read_bytes())
    try:
        with limits():
            attempt(path)
    except (Exception, TooSlow):  # noqa: BLE001 - whatever it is, it is what is looked for
        return traceback.format_exc()[-2_000:]
    return None


def main() -> int:
    """Read changed files until the time is over; 1 where something was found."""
    said = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    said.add_argument("--minutes", type=float, default=10)
    said.add_argument("--seed", type=int, default=int(time.time()))
    said.add_argument("--kind", choices=[*sorted(samples()), ARCHIVE])
    said.add_argument("--case", type=int, help="this case alone")
    options = said.parse_args()
    sound = samples()
    kinds = [options.kind] if options.kind else [*sorted(sound), ARCHIVE]
    until, number, found = time.monotonic() + options.minutes * 60, options.case or 0, 0
    print(f"seed {options.seed}, {options.minutes:g} minutes, kinds {', '.join(kinds)}", flush=True)  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="smallcrm-fuzz-") as folder:
        while time.monotonic() < until:
            for kind in kinds:
                path = Path(folder) / f"case.{kind}"
                path.write_bytes(data := case(options.seed, kind, number, sound))
                if wrong := run(path):
                    found += 1
                    print(_keep(kind, data), wrong, sep="\n")  # noqa: T201
                    print(f"again: make fuzz ARGS='--seed {options.seed} --kind {kind} --case {number}'", flush=True)  # noqa: T201
            number += 1
            if options.case is not None:
                break
    print(f"{number * len(kinds)} files, {found} found; seed {options.seed}")  # noqa: T201
    return 1 if found else 0


def _keep(kind: str, data: bytes) -> Path:
    path = CRASHES / f"{hashlib.sha256(data).hexdigest()[:12]}.{kind}"
    path.write_bytes(data)
    return path


if __name__ == "__main__":
    sys.exit(main())
