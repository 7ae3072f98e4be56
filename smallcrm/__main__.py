"""The composition root: the version is answered before anything heavy is imported."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

from smallcrm import __version__

# A short command makes less garbage than looking for it costs; a long one still has it collected.
YOUNG_OBJECTS = 100_000


def main() -> int:
    """Run the program on the command line it was started with; ends the process with its exit code."""
    if sys.argv[1:] == ["--version"] and sys.stdout is not None:
        # What goes wrong in printing it is for the whole program to tell.
        try:
            sys.stdout.write(f"smallcrm {__version__}\n")
            sys.stdout.flush()
        except OSError:
            pass
        else:
            return 0
    gc.set_threshold(YOUNG_OBJECTS)
    try:
        from smallcrm.cli.edge import main as run
    except KeyboardInterrupt:
        return 130
    code = run(sys.argv[1:], screen=_screen)
    # Everything is closed and flushed by now; taking the interpreter apart would be an eighth of a short command.
    os._exit(code)


def _screen() -> Any:
    """What shows a workspace on the screen: the command line knows that there is such a thing, and not which."""
    from smallcrm.tui.app import show

    return show


if __name__ == "__main__":
    sys.exit(main())
