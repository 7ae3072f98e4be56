"""What a test needs from the machine: skipped where it is missing, a failure where everything is required."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

# Read once: tests run without any SMALLCRM_ variable.
REQUIRED = os.environ.get("SMALLCRM_CI", "") == "1"


def missing(reason: str) -> NoReturn:
    """Skip the running test with a reason, or fail it when SMALLCRM_CI=1 says that nothing may be missing."""
    if REQUIRED:
        pytest.fail(f"{reason} (SMALLCRM_CI=1: nothing may be missing)", pytrace=False)
    pytest.skip(reason)


def find_program(name: str, install: str = "") -> Path:
    """The path of a system program; skips the test with the line that installs it."""
    found = shutil.which(name)
    if found is None:
        missing(f"needs {name}: {install or f'apt-get install {name}'}")
    return Path(found)
