"""`NOUN export`: every record with all its values, to a file or to stdout, in any format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from smallcrm.cli import completing
from smallcrm.cli.cells import columns_of
from smallcrm.cli.edge import session
from smallcrm.cli.filtering import Filters, ShownViews, place_of, warn_of
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Table, output
from smallcrm.cli.records import Source, single
from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smallcrm.cli.output import Output
    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.exporting import Exported

_KINDS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
    ".vcf": "vcard",
    ".xlsx": "xlsx",
}
_EXAMPLES = """
  smallcrm {name} export {plural}.csv
  smallcrm {name} export {plural}.ndjson --columns id,name,tags
  smallcrm {name} export --format json --filter 'tag:vip' | jq length
  smallcrm {name} export {plural}.csv --view NAME
  smallcrm {name} export {plural}.xlsx
"""


def export_command(source: Source) -> App:
    """The command that exports records."""

    def export(
        ctx: typer.Context,
        file: Annotated[
            Path | None, typer.Argument(help="The file to write; stdout without one.", autocompletion=completing.files)
        ] = None,
        columns: Annotated[
            str | None,
            typer.Option(
                help="Only these, with commas between, such as name,owner.name.",
                metavar="NAMES",
                autocompletion=completing.columns,
            ),
        ] = None,
        sort: Annotated[
            str | None,
            typer.Option(
                help="The columns to sort by, with commas between; -name is from the end. Without it, by number.",
                metavar="KEYS",
                autocompletion=completing.sort_keys,
            ),
        ] = None,
        filters: Filters = None,
        view: ShownViews = None,
        force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
        raw: Annotated[bool, typer.Option("--raw", help="CSV for machines: no guard against formulas.")] = False,
        vcard: Annotated[
            str, typer.Option("--vcard", help="The version of vCards: 3.0, which every program reads, or 4.0.")
        ] = "3.0",
    ) -> None:
        from smallcrm.services import selection
        from smallcrm.services.records.words import chosen_columns
        from smallcrm.services.transfer import cards, exporting, writing

        noun, out = source.noun(), output(ctx)
        kind = _kind(ctx, file)
        with session(ctx) as opened:
            said = selection.Said(filters or (), view, sort, columns)
            where, keys, names = selection.listing(noun, said, place_of(opened))
            warn_of(ctx, where)
            fields = chosen_columns(noun, names or ",".join(exporting.export_keys(noun)), further=True)
            if file is not None:
                wanted = exporting.Wanted(fields, kind, where, keys, raw, _version(vcard, cards.VERSIONS))
                done = exporting.export_file(file, noun, wanted, force=force, progress=_progress(out, noun.plural))
                _told(out, noun, done, file)
            elif kind in writing.FORMATS and not out.is_tty:
                out.pieces(exporting.export_text(noun, fields, kind, raw=raw, where=where, sort=keys))
            else:
                out.table(Table(columns_of(fields), exporting.export_rows(noun, fields, where, keys)), raw=raw)

    return single(source, export, "Write every {name} with all its values, in constant memory.", _EXAMPLES)


def _progress(out: Output, plural: str) -> Callable[[int], None]:
    return lambda done: out.progress("Exporting", done, unit=plural)


def _told(out: Output, noun: Noun, done: Exported, file: Path) -> None:
    """Say what was written, and what of it a cell could not hold."""
    if done.cut:
        texts = "1 text is" if done.cut == 1 else f"{done.cut:,} texts are"
        out.warn(f"{texts} longer than a cell of Excel can be, and cut there; CSV and JSON hold all of them.")
    out.note(f"Exported {done.records:,} {noun.name if done.records == 1 else noun.plural} to {file}.")


def _version(said: str, known: Sequence[str]) -> str:
    """The version of vCards that was asked for; raises UsageError for none."""
    found = said if "." in said else f"{said}.0"
    if found not in known:
        raise UsageError(f"There are no vCards of version {said}.", hint=f"--vcard {' or '.join(known)}")
    return found


def _kind(ctx: typer.Context, file: Path | None) -> str:
    """The format that was asked for, or that the name of the file says."""
    said = globals_of(ctx).format
    if file is None:
        return said or output(ctx).format
    kind = said or _KINDS.get(file.suffix.lower())
    if kind not in _KINDS.values():
        raise UsageError(f"What format is {file.name}?", hint="FILE.csv, .tsv, .json, .ndjson, .vcf or .xlsx")
    return str(kind)
