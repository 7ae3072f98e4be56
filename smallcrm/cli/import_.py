"""Import files as they are: the plan is printed, everything goes in as one operation, one undo takes it back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from smallcrm.cli import archive, completing, edge
from smallcrm.cli.asking import answer, can_ask, choose
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import output
from smallcrm.cli.records import Source, single
from smallcrm.errors import PartialImport, SmallCRMError, UsageError
from smallcrm.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smallcrm.services.transfer.inference import Ambiguity
    from smallcrm.services.transfer.report import FileReport, Report
    from smallcrm.services.transfer.unknowns import Question

_MOST_SAID = 1 << 20
app = App(help="Import records from files, whatever wrote them.")
_EXAMPLES = """\b
Examples:
  smallcrm import companies.csv contacts.csv
  smallcrm import export.csv --dry-run
  smallcrm import export.csv --plan-out plan.json
  smallcrm import people.xlsx
  smallcrm import contacts.vcf users.json
  smallcrm import export.zip exports/
  smallcrm import everything.zip
  smallcrm import export.csv --unknown custom
  smallcrm import export.csv --unknown ask
  smallcrm import people.csv --match email
  gunzip -c export.csv.gz | smallcrm import -
  smallcrm import people.csv --as contact --map "Betrieb=company:name" --date-order dmy"""


def _named(text: str) -> Path:
    """A file that is named; an empty name would be the folder that somebody happens to be in."""
    if not text:
        raise UsageError("A file to import has an empty name.", hint="smallcrm import . for this folder")
    return Path(text)


_Files = Annotated[
    list[Path],
    typer.Argument(
        parser=_named,
        help="Files, folders and ZIP archives, in any order; - is what is piped in.",
        metavar="FILE…",
        autocompletion=completing.files,
    ),
]
_Maps = Annotated[
    list[str] | None,
    typer.Option("--map", help="Where a column goes: HEADER=FIELD, HEADER=- to skip it, @FILE for lines of these."),
]
_Encoding = Annotated[str | None, typer.Option("--encoding", help="How the file is encoded, e.g. cp1250.")]
_Dates = Annotated[str | None, typer.Option("--date-order", help="How its dates are written: dmy, mdy or ymd.")]
_Decimal = Annotated[str | None, typer.Option("--decimal", help="Its decimal mark: . or ,")]
_Unknown = Annotated[
    str, typer.Option("--unknown", help="Columns that no field is for: skip, custom (add fields), or ask.")
]
_Match = Annotated[
    str | None,
    typer.Option(
        "--match",
        help="What tells which records are known: email, domain, external_id, name, a unique field, or none.",
        metavar="FIELD",
    ),
]
_Clear = Annotated[
    bool, typer.Option("--clear-blanks", help="What a row leaves blank is emptied in the record that it is about.")
]
_Restore = Annotated[
    bool, typer.Option("--restore", help="Records in the trash that rows are about are restored and updated.")
]
_Owners = Annotated[
    list[str] | None,
    typer.Option(
        "--owner-map",
        help="Who an owner is: NAME=MEMBER, NAME=- for nobody, or a file of two columns.",
        metavar="FILE|NAME=MEMBER",
    ),
]
_OnError = Annotated[str, typer.Option("--on-error", help="At a bad row: skip it, or stop.")]
_PlanOut = Annotated[
    Path | None, typer.Option("--plan-out", help="Change nothing, and write what would happen into a file to apply.")
]
_MapOut = Annotated[
    Path | None, typer.Option("--map-out", help="Write where each column goes into a file, to change and --map @FILE.")
]
_Rejects = Annotated[Path | None, typer.Option("--rejects", help="Where bad rows go; else beside the file.")]


@app.command(epilog=_EXAMPLES)
def import_files(
    ctx: typer.Context,
    files: _Files,
    *,
    noun: Annotated[
        str | None, typer.Option("--as", help="What the rows are: company, contact, deal, ticket or activity.")
    ] = None,
    targets: _Maps = None,
    encoding: _Encoding = None,
    date_order: _Dates = None,
    decimal: _Decimal = None,
    unknown: _Unknown = "skip",
    match: _Match = None,
    clear_blanks: _Clear = False,
    restore: _Restore = False,
    owners: _Owners = None,
    on_error: _OnError = "skip",
    rejects: _Rejects = None,
    plan_out: _PlanOut = None,
    map_out: _MapOut = None,
) -> None:
    """Import files, whatever wrote them; every row is counted, bad rows go to a file of their own."""
    said = {"noun": noun, "targets": _targets(targets or []), "date_order": date_order, "decimal": decimal}
    how = {"encoding": encoding, "unknown": unknown, "on_error": on_error}
    ruled = {"match": match, "clear_blanks": clear_blanks, "restore": restore, "owners": owners or []}
    _run(ctx, files, said, how, ruled, _Outs(rejects, plan_out, map_out))


def import_command(source: Source) -> App:
    """The command that imports records of one noun."""

    def import_one(
        ctx: typer.Context,
        files: _Files,
        *,
        targets: _Maps = None,
        encoding: _Encoding = None,
        date_order: _Dates = None,
        decimal: _Decimal = None,
        unknown: _Unknown = "skip",
        match: _Match = None,
        clear_blanks: _Clear = False,
        restore: _Restore = False,
        owners: _Owners = None,
        on_error: _OnError = "skip",
        rejects: _Rejects = None,
        plan_out: _PlanOut = None,
        map_out: _MapOut = None,
    ) -> None:
        said = {
            "noun": source.name,
            "targets": _targets(targets or []),
            "date_order": date_order,
            "decimal": decimal,
        }
        how = {"encoding": encoding, "unknown": unknown, "on_error": on_error}
        ruled = {"match": match, "clear_blanks": clear_blanks, "restore": restore, "owners": owners or []}
        _run(ctx, files, said, how, ruled, _Outs(rejects, plan_out, map_out))

    return single(source, import_one, "Import {plural} from files, whatever wrote them.")


def _run(
    ctx: typer.Context,
    files: list[Path],
    said: dict[str, Any],
    how: dict[str, Any],
    ruled: dict[str, Any],
    outs: _Outs,
) -> None:
    """Import the files and show what became of them; `said` is of their columns, `ruled` of their rows."""
    if archive.imported(ctx, files, (*said.values(), *ruled.values(), *outs, how["encoding"])):
        return
    outs.refuse_taken(files)
    from smallcrm.services.transfer.sources import gathered, one_of_several

    with edge.session(ctx) as session, one_of_several(files), gathered(files) as sources:
        from smallcrm.services.transfer import plans
        from smallcrm.services.transfer.importing import Request, run_import
        from smallcrm.services.transfer.importing import options as options_of
        from smallcrm.services.transfer.owners import owner_pairs
        from smallcrm.services.transfer.remembering import as_lines
        from smallcrm.services.transfer.rules import Rules

        ruled |= {"owners": owner_pairs(ruled["owners"])}
        options = options_of(currency=session.workspace.currency, **said)
        request = Request(
            tuple(sources.paths),
            options=options,
            **how,
            zone=session.workspace.zone,
            dry_run=globals_of(ctx).dry_run or outs.plan is not None,
            inside=sources.inside,
            ask=partial(_ask, ctx) if can_ask(ctx) else None,
            ask_column=partial(_ask_column, ctx) if can_ask(ctx) else None,
            rules=Rules(**ruled),
            signed=outs.plan is not None,
        )
        was = plans.before(request) if outs.plan is not None else None
        report = run_import(request, output(ctx).progress)
        report.left_out[:0] = sources.notes
        if outs.plan is not None and was is not None:
            plans.write(outs.plan, plans.document(request, files, report, was))
        if outs.mapping is not None:
            plans.write_new(outs.mapping, "\n".join(as_lines(report)) + "\n")
        show(ctx, report, {path: outs.rejects or sources.rejects.get(path) for path in sources.paths}, outs.plan)


def _ask(ctx: typer.Context, name: str, open_question: Ambiguity) -> str | None:
    """What the user says of a column whose values leave something open."""
    samples = ", ".join(open_question.samples)
    return choose(ctx, f"{name}: {open_question.question} It holds {samples}.", open_question.choices)


def _ask_column(ctx: typer.Context, question: Question) -> str | None:
    """What the user wants to become of a column that no field is for."""
    prompt = f"What is to become of it? [{'|'.join(question.choices)}]"
    return answer(ctx, question.sentence, prompt, question.answer)


class _Outs(NamedTuple):
    """The files that an import writes beside what it prints."""

    rejects: Path | None
    plan: Path | None
    mapping: Path | None

    def refuse_taken(self, files: list[Path]) -> None:
        """Raise UsageError before anything is read where one of them could not be written, or a plan not applied."""
        if self.plan is not None and self.rejects is not None:
            raise UsageError("A plan has no rejects: rows are rejected when it is applied.", hint="leave out --rejects")
        if self.plan is not None and Path("-") in files:
            raise UsageError("What is piped in is gone when the plan is applied.", hint="import a file that stays")
        for path, flag in zip(self, ("--rejects", "--plan-out", "--map-out"), strict=True):
            if path is None:
                continue
            other = f"{flag} OTHER{path.suffix}"
            if path.exists() or path.is_symlink():
                raise UsageError(f"There is a file {path.name} already.", hint=other)
            if not path.parent.is_dir():
                raise UsageError(f"There is no directory {path.parent}.", hint=other)


def _targets(texts: list[str]) -> dict[str, str]:
    """Where columns go, as --map says; @FILE reads it from the lines of a file."""
    if not texts:
        return {}
    from smallcrm.services.mappings import targets_of

    lines: list[str] = []
    for text in texts:
        lines += _lines_of(Path(text[1:])) if text.startswith("@") and "=" not in text else [text]
    return targets_of(lines)


def _lines_of(path: Path) -> list[str]:
    from smallcrm.services.mappings import without_remarks
    from smallcrm.services.transfer.notes import small_file

    try:
        return without_remarks(small_file(path, "a mapping", _MOST_SAID).decode("utf-8-sig").splitlines())
    except UnicodeDecodeError:
        raise UsageError(f"{path.name} is not UTF-8 text.", hint="lines of HEADER=FIELD") from None


def show(ctx: typer.Context, report: Report, rejects: Mapping[Path, Path | None], plan_out: Path | None = None) -> None:
    """Print what became of the files of an import, or would; raises PartialImport where rows were rejected."""
    from smallcrm.cli import import_report
    from smallcrm.services.transfer import outcome

    out = output(ctx)
    written: list[Path | None] = []
    for file in report.files:
        taken = [path for path in written if path is not None]
        written.append(None if report.dry_run else _rejects_of(out, file, rejects[file.path], taken))
    for file in report.files:
        for line in import_report.plan_lines(file):
            out.note(line)
    for sentence in report.left_out:
        out.warn(sentence)
    if out.is_json:
        out.document(outcome.document(report, written))
    else:
        for file, path in zip(report.files, written, strict=True):
            # What a file is called is no line of ours.
            out.lines(
                map(safe_text, import_report.outcome_lines(file, half=report.shares(file), dry_run=report.dry_run))
            )
            if path is not None:
                out.lines([safe_text(f"  the rejected rows are in {path}: mend them there and import that file")])
        import_report.show_preview(out, report.preview)
    lost = not report.dry_run and any(f.rejected and not path for f, path in zip(report.files, written, strict=True))
    import_report.show_kept(out, report, plan_out)
    _close(out, report, lost=lost)


def _rejects_of(out: Any, file: FileReport, rejects: Path | None, taken: list[Path]) -> Path | None:
    """Write a file's rejects; the import is done by now, so a file that cannot be written is only told."""
    from smallcrm.services.transfer.rejects import write_rejects

    if not file.rejected:
        return None
    try:
        return write_rejects(file, rejects, taken)
    except (OSError, SmallCRMError) as error:
        # Those that were found late are read again, and the file may be another by now.
        reason = error.sentence if isinstance(error, SmallCRMError) else error.strerror
        out.warn(f"the rejected rows of {file.name} are in no file: {reason}")
        return None


def _close(out: Any, report: Report, *, lost: bool) -> None:
    from smallcrm.services.transfer.telling import rows_text

    rejected = sum(len(file.rejected) for file in report.files)
    if report.dry_run:
        out.note("Nothing was changed: this was a dry run.")
    elif report.operation is None:
        out.note("Nothing had to be changed.")
    else:
        out.note(f"Operation {report.operation}. To take it back: smallcrm undo")
    if rejected and report.dry_run:
        raise PartialImport(f"{rows_text(rejected)} would be rejected.")
    if rejected:
        refused = f"{rows_text(rejected)} {'was' if rejected == 1 else 'were'}"
        others = any(file.rows > len(file.rejected) + file.blank + file.passed_over for file in report.files)
        rest = "; the others are in." if others else "; there were no others."
        if lost:
            raise PartialImport(
                f"{refused} rejected and could not be written to a file{rest}",
                hint="smallcrm import FILE --rejects OTHER.csv: the same file again gives them again",
            )
        raise PartialImport(f"{refused} rejected{rest}")
