"""What a command shows: tables, records and values on stdout, notes and progress on stderr."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from smallcrm.cli import formats, streams, tables
from smallcrm.cli.globals import globals_of, settings_of
from smallcrm.cli.tables import Column, Row, Style, Table
from smallcrm.errors import UsageError
from smallcrm.services.values.reading import reader
from smallcrm.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from typer._click import Context

    from smallcrm.cli.progress import Progress

__all__ = ["Column", "Output", "Row", "Table", "output", "print_text"]
_KEY = "smallcrm.output"


def output(ctx: Context) -> Output:
    """The output of this command, made after its global options and settings."""
    found = ctx.meta.get(_KEY)
    if not isinstance(found, Output):
        found = ctx.meta[_KEY] = Output(ctx)
    return found


def print_text(text: str) -> None:
    """Print a text of the program's own: help, version, a script."""
    streams.emit([text if text.endswith("\n") else text + "\n"])


class Output:
    """Writes tables, records and values in the format in force; notes and progress go to stderr.

    `zone` is the time zone in which people read instants; whoever opens a workspace sets it.
    """

    def __init__(self, ctx: Context) -> None:
        given, settings = globals_of(ctx), settings_of(ctx)
        self.zone = "UTC"
        self.is_quiet = given.quiet
        self.is_tty = _is_tty(sys.stdout)
        self.format = settings.format or ("table" if self.is_tty else "tsv")
        self.is_json = self.format in ("json", "ndjson")
        self.has_color = settings.color == "always" or (settings.color == "auto" and self.is_tty)
        self._is_paged = self.is_tty and not given.no_pager
        self._pager = settings.pager
        self._progress: Progress | None = None

    def table(self, table: Table, *, raw: bool = False) -> None:
        """Write many records; `raw` leaves out the formula guard of CSV."""
        if self.format == "table":
            table, hidden = tables.fitted(table, self._style())
            if hidden:
                self.note(f"No room for {', '.join(hidden)}: --columns, --format vertical or a wider window.")
        self._write(self._render(table, raw=raw))

    def pieces(self, pieces: Iterable[str]) -> None:
        """Write text in a format for programs, as it comes."""
        self._clear_progress()
        streams.emit(pieces)

    def record(self, columns: Sequence[Column], record: Row, *, raw: bool = False) -> None:
        """Write one record: an object in JSON, a field per line for people."""
        table = Table(columns, [record])
        if self.format == "json":
            row = next(tables.values(table))
            pairs = dict(zip([column.key for column in columns], row, strict=True))
            self._write([formats.document(pairs) + "\n"])
        elif self.format == "table":
            self._write(tables.vertical(table, self._style()))
        else:
            self._write(self._render(table, raw=raw))

    def value(self, value: object) -> None:
        """Write one bare value, such as a count or the id of what was made."""
        shown = formats.document(value) if self.is_json else safe_text(self._style().read(value))
        self._write([shown + "\n"])

    def document(self, value: Mapping[str, object] | Sequence[object]) -> None:
        """Write one JSON document, for results that have no columns."""
        self._write([formats.document(value) + "\n"])

    def lines(self, lines: Iterable[str]) -> None:
        """Write text for people, line by line, each made safe."""
        self._write(safe_text(line, multiline=True) + "\n" for line in lines)

    def note(self, sentence: str) -> None:
        """Tell the user something on stderr, unless --quiet."""
        if not self.is_quiet:
            self._talk(sentence)

    def warn(self, sentence: str) -> None:
        """Warn the user on stderr, even with --quiet."""
        self._talk(f"warning: {sentence}")

    def cut(self, sentence: str, *, asked: bool) -> None:
        """Say that a list was cut: a script that did not ask for it is warned whatever it says of notes."""
        if asked or (self.is_tty and not self.is_quiet):
            self.note(sentence)
        else:
            self.warn(sentence)

    def progress(self, label: str, done: int, total: int | None = None, unit: str = "") -> None:
        """Show how far a long job is, with its rate and the time left; only on a terminal."""
        if self.is_quiet or not _is_tty(sys.stderr):
            return
        if self._progress is None or self._progress.label != label:
            from smallcrm.cli.progress import Progress

            self._clear_progress()
            self._progress = Progress(label, total, unit)
        self._progress.show(done)
        if total is not None and done >= total:
            self._clear_progress()

    def _clear_progress(self) -> None:
        """Take the line of progress off the screen."""
        if self._progress is not None:
            self._progress.clear()
            self._progress = None

    def _talk(self, sentence: str) -> None:
        """One line on stderr."""
        self._clear_progress()
        streams.talk(safe_text(sentence) + "\n")

    def width(self) -> int | None:
        """The cells of a line, None where it has no end."""
        if not self.is_tty:
            return None
        from shutil import get_terminal_size

        return get_terminal_size().columns

    def _style(self) -> Style:
        """How people read it here."""
        return Style(reader(self.zone), self.width(), self.has_color)

    def _render(self, table: Table, *, raw: bool) -> Iterator[str]:
        """The table as text in the format in force."""
        return self._rendered(table, self.format, is_tty=self.is_tty, raw=raw)

    def _rendered(self, table: Table, kind: str, *, is_tty: bool, raw: bool) -> Iterator[str]:
        """The table as text in a format."""
        if kind in ("csv", "tsv", "ndjson"):
            return formats.exported(table, kind, is_raw=raw, is_tty=is_tty)
        programs = {"json": formats.json_array, "ids": formats.ids}
        if kind in programs:
            return programs[kind](table)
        people = {"table": tables.aligned, "vertical": tables.vertical, "markdown": tables.markdown}
        return people[kind](table, self._style())

    def _write(self, chunks: Iterable[str]) -> None:
        """Write text to stdout, through a pager if it is longer than the screen."""
        self._clear_progress()
        if self._is_paged:
            from smallcrm.cli.pager import page

            page(chunks, self._pager)
        else:
            streams.emit(chunks)


@contextmanager
def stdin_lines(what: str) -> Iterator[Iterator[str]]:
    """The lines of stdin, for a command that was given `-`; UsageError if nobody pipes anything in."""
    if _is_tty(sys.stdin):
        msg = f"'-' reads {what} from stdin, and stdin is a terminal."
        raise UsageError(msg, hint=f"pipe the {what} in, or give them as arguments")
    yield (line.rstrip("\r\n") for line in sys.stdin)


def _is_tty(stream: TextIO | None) -> bool:
    """Whether a person sits behind a stream."""
    return stream is not None and not stream.closed and stream.isatty()
