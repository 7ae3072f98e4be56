"""The texts of `smallcrm help`; what the code knows is taken from the code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smallcrm import errors
from smallcrm.cli.edge import PIPE_CLOSED
from smallcrm.config import COLORS, ENVIRONMENT, FORMATS, config_path

if TYPE_CHECKING:
    from collections.abc import Callable


class Topic(NamedTuple):
    """A topic: a line on it, and its text."""

    summary: str
    text: Callable[[], str]


_FORMAT_LINES = {
    "table": "aligned columns, cut to the window; the default on a terminal",
    "tsv": "tab-separated values; the default in a pipe. Tab, line feed and backslash are \\t, \\n and \\\\",
    "csv": "comma-separated values. A cell that a spreadsheet would run as a formula gets a leading '",
    "json": "one array of objects, or one object for one record; errors are an object on stderr",
    "ndjson": "one object per line",
    "markdown": "a table of Markdown",
    "vertical": "one field per line",
    "ids": "only the ids, one per line, for the commands that take '-'; of a search, as contact:42",
}
_SETTING_LINES = {
    "home": "directory of the data",
    "database_url": "the database: sqlite:///PATH, a path, or postgresql://…",
    "system_database_url": "the same PostgreSQL database as its owner, for operators",
    "workspace": "the workspace to work in",
    "format": f"one of {', '.join(FORMATS)}",
    "no_input": "true: never ask",
    "color": f"one of {', '.join(COLORS)}",
    "pager": "the pager for long output; cat for none",
    "editor": "the editor for long texts; no command opens one yet",
    "debug": "true: show tracebacks",
}

_ENVIRONMENT = """\
Settings: an option beats the environment, which beats the configuration file, which beats
the default. The configuration file is TOML with the names below as keys:
  {path}

{settings}

NO_COLOR and TERM=dumb turn colours off; FORCE_COLOR and CLICOLOR_FORCE turn them on, but not
against NO_COLOR. Without a home, the data are in $XDG_DATA_HOME/smallcrm, which is
~/.local/share/smallcrm where that is not set; the configuration file is in $XDG_CONFIG_HOME.
'smallcrm config show --origin' says where each value came from."""
_COMPLETION = """\
The Tab key completes commands, options and values. Add one line to the file of your shell:

  bash (~/.bashrc)  eval "$(smallcrm help completion bash)"
  zsh  (~/.zshrc)   eval "$(smallcrm help completion zsh)"    after compinit"""
_OPTIONS = """\
Global options work before and after the noun; said twice, the last one counts; -- ends all options.

  --dry-run   A command that writes shows what it would change; one that only reads does what it
              always does. A command that writes and cannot show it refuses the option: exit code 2.
  --yes       Answers simple questions. What cannot be undone asks for a name: --confirm=NAME.
  --no-input  Like having no terminal: a question that nobody answered ends the command: exit code 2.
  -           Where ids are expected, reads them from stdin; stdin is never read otherwise."""

_OTHER = "any other error; doctor found a problem; a question was answered with no"
_FILTERS = """\
Filters: --filter TEXT, in single quotes; several --filter have to hold all.

  city:Rome   city=Rome        is Rome; not: city!=Rome
  city:new*   city~york        begins with it; holds it; holds it not: city!~york
  city:Rome,Oslo               one of these
  city:empty  city:any         has none; has one
  employees>50                 and >= < <=; between two: employees:10..50, 10.., ..50
  revenue>1m  revenue>5000USD  in the currency of the workspace, or in another
  created:today                a day, a time or several days, as below
  tag:vip     -tag:old         has the tag; has it not; tag:all(a,b), tag:none(a,b)
  owner:me    owner:none       members by name or e-mail address
  company.industry:Media       one step through a reference: company, parent, owner, contacts
  stage:won   is:open          a stage by name or kind; pipeline:Sales; due<eow; chance>=50
  id:1,2,7    email~@acme.com  numbers and addresses
  ann lee                      words that begin so, from the search index
  "free text" city:"New York"  in quotes every character means itself; a backslash does it for one

  a b         both;  a OR b  one of them;  -a or NOT a  not;  (a OR b) c  together

Days, in filters and as the value of any date or time, read in the zone of the workspace:

  today  tomorrow  yesterday   2026-03-31
  fri  friday                  the next one, today not counted
  3d  +2w  -6m  1q  -1y        days, weeks, months, quarters, years from today
  sow eow  som eom  soq eoq    first and last day of this week, month, quarter; soy eoy of the year
  now  +2h  -30min             a time; so are fri 14:00, tomorrow 2pm, 18:00, 2026-03-31T14:00
  last-month  this-week  2026  several days: in filters only; also next-, -quarter, -year, 2026-03

A filter chooses among the records of one noun; 'smallcrm search WORDS' looks through all nouns.

Sort orders: --sort -revenue,name; a dash is from the end; missing values come last.
Views: 'smallcrm view add NAME' saves a filter; 'smallcrm deal list --view NAME' uses it.
'smallcrm NOUN list --columns help' lists the fields. docs/filters.md has the grammar."""


def _formats() -> str:
    """How data are printed."""
    lines = [f"  {name.ljust(9)} {_FORMAT_LINES[name]}" for name in FORMATS]
    return "\n".join(
        [
            "Formats: --format NAME, or --json for --format json.",
            "The data are the same on a terminal and in a pipe.",
            "Data go to stdout; notes, warnings, progress and questions go to stderr.",
            "",
            *lines,
            "",
            "In JSON, instants are ISO 8601 in UTC, dates are YYYY-MM-DD, and money is",
            '{"amount": minor units, "currency": "EUR"}. Characters that would control a terminal are',
            "written as \\u001b and the like, which every program reads back as they were.",
            "In CSV and TSV, instants are the same, several values stand in one cell with '; ' between",
            "them, and money is 12.50 EUR. Tables show instants in the workspace's time zone.",
            "On a terminal, characters that would control it are shown in a visible form in every format;",
            "CSV and TSV in a pipe or a file hold them as they are.",
            "Output that is longer than the screen goes through the pager: --no-pager, or PAGER=cat, for none.",
        ]
    )


def exit_codes() -> dict[int, str]:
    """Every exit code with the errors that lead to it, as the error tree has them."""
    codes = {0: "done"}
    for kind in _kinds(errors.SmallCRMError):
        doc = (kind.__doc__ or "").partition("\n")[0].partition(";")[0].rstrip(".")
        line = _OTHER if kind is errors.SmallCRMError else doc[:1].lower() + doc[1:]
        if kind.exit_code not in codes:
            codes[kind.exit_code] = line
        elif kind.exit_code != 1:
            codes[kind.exit_code] += f"; {line}"
    codes[PIPE_CLOSED] = "the program that read our output stopped reading"
    return dict(sorted(codes.items()))


def _kinds(kind: type[errors.SmallCRMError]) -> list[type[errors.SmallCRMError]]:
    """An error class and all below it."""
    return [kind, *(below for child in kind.__subclasses__() for below in _kinds(child))]


def _exit_codes() -> str:
    """The exit codes as a list."""
    lines = []
    for code, meaning in exit_codes().items():
        first, *more = meaning.split("; ")
        lines += [f"  {code:>3}  {first}", *(f"       {other}" for other in more)]
    return "Exit codes:\n\n" + "\n".join(lines)


def _environment() -> str:
    """The settings and where they are read from."""
    width = max(map(len, _SETTING_LINES))
    lines = []
    for name, variables in ENVIRONMENT.items():
        lines += [
            f"  {name.ljust(width)}  {_SETTING_LINES[name]}",
            f"  {' ' * width}  {', '.join(variables)}",
        ]
    return _ENVIRONMENT.format(path=config_path(), settings="\n".join(lines))


TOPICS: dict[str, Topic] = {
    "filters": Topic("which records are meant: --filter and --sort", lambda: _FILTERS),
    "formats": Topic("how data are printed", _formats),
    "exit-codes": Topic("what the exit code says", _exit_codes),
    "environment": Topic("settings, variables and the configuration file", _environment),
    "options": Topic("what the global options mean", lambda: _OPTIONS),
    "completion": Topic("completion for bash and zsh", lambda: _COMPLETION),
}
