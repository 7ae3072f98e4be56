"""The composition root: the version is answered before anything heavy is imported."""

from __future__ import annotations

import sys

from smallcrm import __version__


def main() -> int:
    """Run the program on the command line it was started with; the result is the exit code."""
    if sys.argv[1:] == ["--version"]:
        sys.stdout.write(f"smallcrm {__version__}\n")
        return 0
    try:
        from smallcrm.cli.edge import main as run
    except KeyboardInterrupt:
        return 130
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
