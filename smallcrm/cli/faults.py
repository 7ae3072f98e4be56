"""Exceptions that are not ours, as errors that are: one clear sentence each."""

from __future__ import annotations

import errno
import os
import re
import shlex
from pathlib import Path
from typing import Any

from typer.exceptions import Abort, TyperException

from smallcrm import errors
from smallcrm.config import load

_DRIVERS = ("sqlite3", "peewee", "psycopg")
_DATABASE: tuple[tuple[str, type[errors.SmallCRMError], str], ...] = (
    ("locked", errors.DatabaseBusy, "The database is locked by another process; try again in a moment."),
    ("disk is full", errors.DiskFull, "There is no room left on the disk; nothing was changed."),
    ("malformed", errors.DatabaseDamaged, "The database file is damaged."),
    ("not a database", errors.DatabaseDamaged, "The file is not a smallCRM database."),
    ("readonly", errors.DatabaseUnavailable, "The database can only be read, not written to."),
    ("unable to open", errors.DatabaseUnavailable, "The database file cannot be opened."),
    ("connection", errors.DatabaseUnavailable, "The database server cannot be reached."),
)
_EXTRA = re.compile(r"unexpected extra arguments?(?:\(s\))? \((.+)\)", re.DOTALL)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def as_error(fault: BaseException) -> errors.SmallCRMError:
    """The error that a person can read, for anything that may have been raised."""
    if isinstance(fault, errors.SmallCRMError):
        return fault
    if isinstance(fault, (KeyboardInterrupt, Abort, EOFError)):
        return errors.Interrupted("Interrupted.")
    if isinstance(fault, TyperException):
        return _from_parser(fault)
    if isinstance(fault, OSError):
        return _from_system(fault)
    return _from_driver(fault) or _unexpected(fault)


def _from_parser(fault: TyperException) -> errors.SmallCRMError:
    """A usage error of the command line, with the nearest option and where to read on."""
    possible = getattr(fault, "possibilities", None)
    sentence = fault.format_message().strip().replace("\n\t", " ").replace("\n", " ")
    if possible:
        sentence = f"No such option '{getattr(fault, 'option_name', '')}'. Did you mean '{possible[0]}'?"
    context = getattr(fault, "ctx", None)
    path = context.command_path if context is not None else "smallcrm"
    return errors.UsageError(sentence, hint=_hint_for_words(context, sentence) or f"{path} --help")


def _hint_for_words(context: Any, sentence: str) -> str | None:
    """What looks for words, where somebody gave them to a command that takes a filter."""
    extra = _EXTRA.search(sentence)
    if extra is None or not any("--filter" in param.opts for param in context.command.params):
        return None
    words = shlex.quote(extra[1])
    return f"{context.command_path} --filter {words}, or smallcrm search {words}"


def _from_system(fault: OSError) -> errors.SmallCRMError:
    """A file that cannot be read or written."""
    if fault.errno in _FULL:
        return errors.DiskFull("There is no room left to write to.")
    name = f" {fault.filename}" if isinstance(fault.filename, (str, Path)) else ""
    reason = fault.strerror or str(fault) or type(fault).__name__
    if isinstance(fault, FileNotFoundError):
        return errors.NotFound(f"There is no file{name}.")
    return errors.SmallCRMError(f"Cannot use the file{name}: {reason}.")


def _from_driver(fault: BaseException) -> errors.SmallCRMError | None:
    """A database error that escaped the database layer, whichever driver raised it."""
    if not any(kind.__module__.partition(".")[0] in _DRIVERS for kind in type(fault).__mro__):
        return None
    text = str(fault).lower()
    for sign, kind, sentence in _DATABASE:
        if sign in text:
            return kind(sentence, hint="smallcrm doctor" if kind is errors.DatabaseDamaged else None)
    return None


def _unexpected(fault: BaseException) -> errors.SmallCRMError:
    """The error for a mistake in the program; its traceback is kept in a file only the user can read."""
    sentence = f"Something went wrong inside smallcrm ({type(fault).__name__})."
    import traceback

    log = _write_log("".join(traceback.format_exception(fault)))
    where = f"the details are in {log}; " if log else ""
    return errors.SmallCRMError(sentence, hint=f"{where}--debug shows the traceback")


def _write_log(text: str) -> Path | None:
    """Add a traceback to the log beside the data; None if there is no such place."""
    try:
        path = load().home / "error.log"
        with open(path, "a", encoding="utf-8", errors="backslashreplace", opener=_private) as log:
            log.write(text + "\n")
    except Exception:  # noqa: BLE001 - the settings may be what went wrong
        return None
    return path


def _private(path: str, flags: int) -> int:
    """Open a file that nobody else may read, and never through a link."""
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)
