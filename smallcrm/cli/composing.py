"""A longer text from the user: as an argument, from stdin, or from an editor on a terminal."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from smallcrm.cli.asking import can_ask
from smallcrm.cli.globals import settings_of
from smallcrm.cli.output import stdin_lines
from smallcrm.config import child_environment
from smallcrm.errors import ConfigError, SmallCRMError, UsageError

if TYPE_CHECKING:
    from typer._click import Context

EDITOR = "vi"


def composed(ctx: Context, text: str | None, before: str = "") -> str:
    """The text that was given; `-` reads it from stdin, and without one an editor opens on what was there before."""
    if text == "-":
        with stdin_lines("the text") as lines:
            return "\n".join(lines)
    if text is not None:
        return text
    if not can_ask(ctx):
        raise UsageError("The text is missing.", hint="give it as an argument, or - to read it from stdin")
    return _edited(_command(settings_of(ctx).editor), before)


def _command(editor: str | None) -> list[str]:
    """The editor to start; raises ConfigError where there is none."""
    try:
        words = shlex.split(editor or EDITOR)
    except ValueError:
        words = []
    if not words or which(words[0]) is None:
        raise ConfigError(
            f"There is no editor {editor or EDITOR!r}.", hint="set EDITOR, or give the text as an argument"
        )
    return words


def _edited(command: list[str], before: str) -> str:
    """What the user leaves in a file that an editor opens."""
    with TemporaryDirectory(prefix="smallcrm-") as folder:
        path = Path(folder) / "comment.md"
        path.write_text(f"{before}\n" if before else "", encoding="utf-8")
        done = subprocess.run([*command, str(path)], env=child_environment(), check=False)  # noqa: S603 - the user's own
        if done.returncode:
            raise SmallCRMError(f"The editor ended with {done.returncode}, so nothing was changed.")
        # What an editor of another encoding leaves is still worth keeping.
        return path.read_text(encoding="utf-8", errors="replace").strip()
