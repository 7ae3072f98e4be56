"""A command that waits until it is interrupted."""

from __future__ import annotations

import signal
import sys

from smallcrm.cli.lazy import App

app = App()


@app.command()
def wait() -> None:
    """Say that it is ready, and wait."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    signal.pause()
