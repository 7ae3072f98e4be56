"""Small files about an import: read up to a limit, never waited for, never a device."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from smallcrm.errors import UsageError
from smallcrm.services.transfer import plans
from smallcrm.services.transfer.notes import small_file


def test_a_file_or_what_is_piped_is_read_up_to_a_limit(tmp_path: Path) -> None:
    """As many bytes as are allowed, and not one more."""
    path, pipe = tmp_path / "a", tmp_path / "pipe"
    path.write_bytes(b"x" * 10)
    assert small_file(path, "a plan", 10) == b"x" * 10
    with pytest.raises(UsageError, match="too much for a plan"):
        small_file(path, "a plan", 9)
    os.mkfifo(pipe)
    with pytest.raises(UsageError, match="a pipe that nobody writes into"):
        small_file(pipe, "a plan", 10)
    holder = os.open(pipe, os.O_RDWR)
    os.write(holder, b"said")
    with pytest.raises(UsageError, match="too much for a plan"):
        small_file(pipe, "a plan", 3)
    os.close(holder)


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/full", "/dev"])
def test_what_has_no_end_is_not_begun(device: str) -> None:
    """A device or a folder is no plan."""
    with pytest.raises(UsageError, match="is no file, so it cannot be a plan"):
        plans.read(Path(device))
