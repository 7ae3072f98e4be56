"""Files for their owner alone."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from smallcrm.errors import DiskFull, UsageError
from smallcrm.services.transfer.private import private_bytes, private_file


def test_it_writes_into_a_pipe_and_leaves_it_one(tmp_path: Path) -> None:
    """What is no file, such as /dev/null or a pipe, is never replaced by one, not even where that is forced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text(encoding="utf-8")), daemon=True)
    reader.start()
    with private_file(pipe, force=True) as stream:
        stream.write("id")
    reader.join(5)
    assert (read, pipe.is_fifo()) == (["id"], True)


def test_it_never_replaces_a_database(tmp_path: Path) -> None:
    """Not even where that is forced; the file keeps every byte."""
    path = tmp_path / "smallcrm.db"
    path.write_bytes(b"SQLite format 3\x00 and the rest")
    with pytest.raises(UsageError, match="is a database"), private_file(path, force=True):
        pass
    assert path.read_bytes() == b"SQLite format 3\x00 and the rest"


def test_only_its_owner_reads_it_and_half_of_it_is_nothing(tmp_path: Path) -> None:
    """There is no file before it is whole, none after a fault, and none that is there already is replaced."""
    path = tmp_path / "out.zip"
    with private_bytes(path) as stream:
        stream.write(b"whole")
        assert not path.exists()
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"whole", 0o600)
    with pytest.raises(UsageError, match="There is a file"), private_bytes(path):
        pass
    with suppress(ZeroDivisionError), private_bytes(path, force=True) as stream:
        stream.write(b"%d" % (1 // 0))
    assert (path.read_bytes(), [*tmp_path.glob("*out*"), *tmp_path.glob(".*out*")]) == (b"whole", [path])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told_with_the_file() -> None:
    """It is the file that has no room, and not the database."""
    with pytest.raises(DiskFull, match="no room left to write /dev/full"), private_bytes(Path("/dev/full")) as stream:
        stream.write(b"x" * (1 << 20))
