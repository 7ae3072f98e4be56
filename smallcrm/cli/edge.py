"""Where the command line meets the program: every error becomes one line and an exit code."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from itertools import pairwise
from typing import TYPE_CHECKING

from typer.exceptions import Exit

from smallcrm.cli import streams, tree
from smallcrm.cli.faults import as_error
from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.errors import SmallCRMError
from smallcrm.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from typer._click import Context

    from smallcrm.services.desk import Desk
    from smallcrm.services.workspaces import Session, WorkspaceInfo

    Screen = Callable[[], Callable[[Desk, WorkspaceInfo, Mapping[str, str], Sequence[str], str], None]]

COMPLETE = "--complete"
PIPE_CLOSED = 141


def main(argv: Sequence[str], screen: Screen | None = None) -> int:
    """Run one command line; the result is the exit code, and no exception leaves.

    `screen` imports what draws the screen, where there is one, and gives what shows a workspace on it: the desk, the
    workspace, the environment and the options with which commands are about it, and the noun to begin with.
    """
    streams.prepare()
    _end_in_order()
    try:
        code = _run(list(argv), screen)
        streams.flush()
    except BrokenPipeError:
        return PIPE_CLOSED
    except SystemExit as stopped:
        return int(stopped.code or 0)
    except BaseException as fault:  # noqa: BLE001 - the one place where everything ends
        return _reported(fault, argv)
    return code


def _end_in_order() -> None:
    """Let a request to stop take down what lies on the disk for a while, as Ctrl-C does."""
    import signal

    def stop(number: int, _frame: object) -> None:
        # A second one must not end the taking down.
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        # Who started us with it ignored, as nohup does, wants that to stay so.
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, stop)


def _run(argv: list[str], screen: Screen | None) -> int:
    """Parse and run a command line; the result is the exit code."""
    if argv[:1] == [COMPLETE]:
        from smallcrm.cli.completion import answer

        return answer(argv[1:])
    root = tree.root()
    try:
        with root.make_context("smallcrm", argv, obj=screen) as ctx:
            root.invoke(ctx)
    except Exit as leaving:
        return leaving.exit_code
    return 0


@contextmanager
def session(ctx: Context) -> Iterator[Session]:
    """The workspace in force, opened for the acting member."""
    from smallcrm.cli.output import output
    from smallcrm.services.workspaces import open_session

    given, settings = globals_of(ctx), settings_of(ctx)
    with open_session(settings, workspace=settings.workspace, as_member=given.as_member) as opened:
        output(ctx).zone = opened.workspace.zone
        yield opened


def _reported(fault: BaseException, argv: Sequence[str]) -> int:
    """Report an error; the result is the exit code, even where reporting it goes wrong too."""
    try:
        return _report(fault, argv)
    except Exception:  # noqa: BLE001 - there is nobody left to tell
        with suppress(Exception):
            streams.talk("error: Something went wrong inside smallcrm, and again when it was to be told.\n")
        return fault.exit_code if isinstance(fault, SmallCRMError) else 1


def _report(fault: BaseException, argv: Sequence[str]) -> int:
    """Print an error on stderr, as a line with a hint or as a JSON object; the result is the exit code."""
    error = as_error(fault)
    words = list(argv)[: argv.index("--")] if "--" in argv else list(argv)
    if "--debug" in words or _is_debugging():
        import traceback

        streams.talk(safe_text("".join(traceback.format_exception(fault)), multiline=True))
    streams.talk(_as_json(error) if _wants_json(words) else _as_lines(error))
    with suppress(BrokenPipeError, SmallCRMError):
        streams.flush()
    return error.exit_code


def _as_lines(error: SmallCRMError) -> str:
    """An error for people."""
    lines = [f"error: {error.sentence}", *(f"  {detail}" for detail in error.details)]
    if error.hint:
        lines.append(f"hint: {error.hint}")
    return "".join(safe_text(line) + "\n" for line in lines)


def _as_json(error: SmallCRMError) -> str:
    """An error for programs."""
    from smallcrm.cli.formats import document

    kind = "".join(f"_{c.lower()}" if c.isupper() else c for c in type(error).__name__).lstrip("_")
    told = {
        "error": "error" if type(error) is SmallCRMError else kind,
        "message": error.sentence,
        "exit_code": error.exit_code,
        "hint": error.hint,
        "field": getattr(error, "field", None),
        "details": list(error.details),
    }
    return document({key: value for key, value in told.items() if value not in (None, [])}) + "\n"


def _wants_json(words: Sequence[str]) -> bool:
    """Whether the command line asks for JSON, even one that could not be parsed."""
    if any(option in ("--format", "-f") and value in ("json", "ndjson") for option, value in pairwise(words)):
        return True
    return any(word in ("--json", "--format=json", "--format=ndjson", "-fjson", "-fndjson") for word in words)


def _is_debugging() -> bool:
    """Whether the settings ask for tracebacks; broken settings do not."""
    from smallcrm.config import load

    try:
        return load().debug
    except Exception:  # noqa: BLE001 - they may be what went wrong
        return False
