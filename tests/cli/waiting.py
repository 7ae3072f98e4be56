"""A command that waits until it is interrupted."""

from __future__ import annotations

import sys
from threading import Event

from smallcrm.cli.lazy import App

app = App()


@app.command()
def wait() -> None:
    """Say that it is ready, and wait."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    # In turns: a signal that comes just before a wait without an end would be seen after it.
    while not Event().wait(0.1):
        pass
