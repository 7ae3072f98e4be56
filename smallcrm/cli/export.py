"""`NOUN export`: every record with all its values, to a file or to stdout, in any format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

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

_KINDS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".ndjson": "ndjson",
    ".jsonl": "ndjson",
}
_EXAMPLES = """
  smallcrm {name} export {plural}.csv
  smallcrm {name} export {plural}.ndjson --columns id,name,tags
  smallcrm {name} export --format json --filter 'tag:vip' | jq length
  smallcrm {name} export {plural}.csv --view NAME
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
    ) -> None:
        from smallcrm.services import selection
        from smallcrm.services.records.words import chosen_columns
        from smallcrm.services.transfer import exporting, writing
        from smallcrm.services.transfer.private import private_file

        noun, out = source.noun(), output(ctx)
        kind = _kind(ctx, file)
        with session(ctx) as opened:
            said = selection.Said(filters or (), view, sort, columns)
            where, keys, names = selection.listing(noun, said, place_of(opened))
            warn_of(ctx, where)
            fields = chosen_columns(noun, names or ",".join(exporting.export_keys(noun)), further=True)
            if file is not None:
                with private_file(file, force=force) as stream:
                    stream.writelines(exporting.export_text(noun, fields, kind, raw=raw, where=where, sort=keys))
            elif kind in writing.FORMATS and not out.is_tty:
                out.pieces(exporting.export_text(noun, fields, kind, raw=raw, where=where, sort=keys))
            else:
                out.table(Table(columns_of(fields), exporting.export_rows(noun, fields, where, keys)), raw=raw)
                return
        if file is None:
            return
        out.note(f"Exported to {file}.")

    return single(source, export, "Write every {name} with all its values, in constant memory.", _EXAMPLES)


def _kind(ctx: typer.Context, file: Path | None) -> str:
    """The format that was asked for, or that the name of the file says."""
    said = globals_of(ctx).format
    if file is None:
        return said or output(ctx).format
    kind = said or _KINDS.get(file.suffix.lower())
    if kind not in _KINDS.values():
        raise UsageError(f"What format is {file.name}?", hint="--format csv|tsv|json|ndjson")
    return str(kind)
