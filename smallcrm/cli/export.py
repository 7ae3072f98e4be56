"""`NOUN export`: every record with all its values, to a file or to stdout, in any format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from smallcrm.cli import completing
from smallcrm.cli.cells import columns_of, rows
from smallcrm.cli.edge import session
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
    ".md": "markdown",
}
_EXAMPLES = """
  smallcrm {name} export {plural}.csv
  smallcrm {name} export {plural}.ndjson --columns id,name,tags
  smallcrm {name} export --format json | jq length
"""


def export_command(source: Source) -> App:
    """The command that exports records."""

    def export(
        ctx: typer.Context,
        file: Annotated[Path | None, typer.Argument(help="The file to write; stdout without one.")] = None,
        columns: Annotated[
            str | None,
            typer.Option(
                help="Only these, with commas between.", metavar="NAMES", autocompletion=completing.columns
            ),
        ] = None,
        force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
        raw: Annotated[
            bool, typer.Option("--raw", help="CSV for machines: no guard against formulas.")
        ] = False,
    ) -> None:
        from smallcrm.services.records.words import chosen_columns
        from smallcrm.services.transfer import exporting

        noun, out = source.noun(), output(ctx)
        fields = chosen_columns(noun, columns or ",".join(exporting.export_keys(noun)))
        kind = _kind(ctx, file)
        with session(ctx):
            records = exporting.export_records(noun, [field.key for field in fields])
            if file is None:
                out.table(Table(columns_of(fields), rows(out, fields, records)), raw=raw)
                return
            with exporting.private_file(file, force=force) as stream:
                out.table_to(
                    stream, Table(columns_of(fields), rows(_Shape(kind), fields, records)), kind, raw=raw
                )
        out.note(f"Exported to {file}.")

    return single(source, export, "Write every {name} with all its values, in constant memory.", _EXAMPLES)


class _Shape(NamedTuple):
    """What rows are shaped for: a format, whether it is written to stdout or not."""

    format: str

    @property
    def is_json(self) -> bool:
        """Whether values keep their structure."""
        return self.format in ("json", "ndjson")


def _kind(ctx: typer.Context, file: Path | None) -> str:
    """The format that was asked for, or that the name of the file says."""
    said = globals_of(ctx).format
    if said is not None or file is None:
        return said or output(ctx).format
    kind = _KINDS.get(file.suffix.lower())
    if kind is None:
        raise UsageError(f"What format is {file.name}?", hint="--format csv|tsv|json|ndjson")
    return kind
