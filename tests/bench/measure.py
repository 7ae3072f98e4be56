"""What a measured case costs: each in a fresh process, baseline and ours in turn, medians with their range."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ROOT = Path(__file__).resolve().parents[2]
CASES = "tests.bench.cases"
OVER = "over"


@dataclass(frozen=True)
class Options:
    """How to measure: rounds at most, rows, seconds that one comparison may take, and where its files are."""

    rounds: int
    rows: int
    patience: float
    home: Path


@dataclass(frozen=True)
class Result:
    """One line of the table, in words."""

    job: str
    baseline: str
    ours: str
    measure: str
    promise: str
    verdict: str


@dataclass
class Series:
    """The figures of one case, in seconds, and its largest memory in MB."""

    seconds: list[float] = field(default_factory=list)
    memory: float = 0.0

    @property
    def median(self) -> float:
        """The middle figure."""
        return statistics.median(self.seconds)


def in_child(case: str, *arguments: object) -> dict[str, Any]:
    """What a case of `tests.bench.cases` prints of itself, in a process of its own."""
    command = [sys.executable, "-m", CASES, case, *map(str, arguments)]
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def of_command(command: Sequence[str], environment: dict[str, str]) -> float:
    """The seconds of CPU that a whole process takes, from its start to its end."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    said = process.stderr.read() if process.stderr else ""
    if process.stderr:
        process.stderr.close()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)}: {said[-2000:]}")
    return usage.ru_utime + usage.ru_stime


def interleaved(options: Options, cases: dict[str, Callable[[], tuple[float, float]]]) -> dict[str, Series]:
    """Every case once a round, until the rounds or the patience are used up; at least one round."""
    series = {name: Series() for name in cases}
    begun = time.monotonic()
    for round_ in range(options.rounds):
        spent = time.monotonic() - begun
        if round_ and spent + spent / round_ > options.patience:
            break
        for name, case in cases.items():
            seconds, memory = case()
            series[name].seconds.append(seconds)
            series[name].memory = max(series[name].memory, memory)
    return series


def ratios(base: Series, ours: Series) -> list[float]:
    """Ours over the baseline of the same round."""
    return [our / their for our, their in zip(ours.seconds, base.seconds, strict=True)]


def compared(job: str, what: str, base: Series, ours: Series, promise: float, memory: float | None = None) -> Result:
    """The line of a job that is promised as a ratio, and of its memory in MB where that is promised too."""
    found = ratios(base, ours)
    ratio = statistics.median(found)
    shown = f"{ratio:.2f} ({min(found):.2f}..{max(found):.2f}) n={len(found)}"
    limit, verdict = f"≤ {promise:g}", judged(ratio, promise)
    if memory is not None:
        shown += f", {ours.memory:.0f} MB"
        limit += f", ≤ {memory:g} MB"
        if verdict == "ok":
            verdict = judged(ours.memory, memory)
    return Result(job, f"{what} {_time(base.median)}", _time(ours.median), shown, limit, verdict)


def timed(job: str, baseline: str, samples: Sequence[tuple[float, float]], promise: float) -> Result:
    """The line of a job that is promised as milliseconds at the 95th percentile; samples are (wall, CPU).

    It is judged by CPU, which others on the machine change least: nothing waits for a disk here.
    """
    wall, cpu = ([sample[at] for sample in samples] for at in (0, 1))
    middle, high = percentile(cpu, 50), percentile(cpu, 95)
    shown = f"p50 {middle:.2f} p95 {high:.2f} ms n={len(samples)}; wall p95 {percentile(wall, 95):.2f}"
    return Result(job, baseline, f"{middle:.2f} ms", shown, f"p95 ≤ {promise:g} ms", judged(high, promise))


def percentile(samples: Sequence[float], percent: int) -> float:
    """The sample below which that part of them lies."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def judged(figure: float, promise: float) -> str:
    """`ok`, or how many times the promise it is."""
    return "ok" if figure <= promise else f"{OVER}: {figure / promise:.2f} times"


def _time(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.1f} ms"


HEAD = ("| job | baseline | ours | ratio or time | promise | verdict |", "|---|---|---|---|---|---|")


def row(found: Result) -> str:
    """The line as Markdown."""
    cells = (found.job, found.baseline, found.ours, found.measure, found.promise, found.verdict)
    return f"| {' | '.join(cells)} |"
