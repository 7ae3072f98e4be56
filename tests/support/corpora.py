"""The shared corpora: real files and known attacks, kept beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.programs import missing

ROOT = Path(__file__).resolve().parents[2]
CORPORA = (ROOT / os.environ.get("SMALLCRM_CORPORA", "../shared/corpora")).resolve()


def corpus(*parts: str) -> Path:
    """A file or directory of the corpora; skips the test where it is missing."""
    path = CORPORA.joinpath(*parts)
    if not path.exists():
        missing(f"needs {path}: set SMALLCRM_CORPORA to the directory of the corpora")
    return path
