"""What a test needs from the machine; a test is skipped where it is missing."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn, TypeVar

import pytest

# Read once: tests run without any SMALLCRM_ variable.
REQUIRED = os.environ.get("SMALLCRM_CI", "") == "1"
LAWFUL = "Skipped: root "
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


def missing(reason: str) -> NoReturn:
    """Skip the running test with a reason, which names what to install or to set."""
    pytest.skip(reason)


def find_program(name: str, install: str = "") -> Path:
    """The path of a system program; skips the test with the line that installs it."""
    found = shutil.which(name)
    if found is None:
        missing(f"needs {name}: {install or f'apt-get install {name}'}")
    return Path(found)


def refuse_skip(report: Report) -> Report:
    """The report, a failure if it is a skip while SMALLCRM_CI=1 says that nothing may be missing.

    One reason is lawful there: `root ...`, for what cannot be tested as root, such as an unreadable file.
    """
    if not REQUIRED or not report.skipped or hasattr(report, "wasxfail"):
        return report
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not reason.startswith(LAWFUL):
        report.outcome = "failed"
        report.longrepr = f"{reason} (SMALLCRM_CI=1: nothing may be missing)"
    return report
