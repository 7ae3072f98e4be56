"""Export every record of a noun to a file or to stdout, in any format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from smallcrm.cli import edge
from smallcrm.cli.globals import globals_of
from smallcrm.cli.lazy import App
from smallcrm.cli.output import Column, Table, output
from smallcrm.errors import UsageError

_KINDS = {".csv": "csv", ".tsv": "tsv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson", ".md": "markdown"}


def add_export(app: App, name: str) -> None:
    """Give a noun's sub-app its `export` command."""

    @app.command("export", refuses={"dry_run"})
    def export(
        ctx: typer.Context,
        file: Annotated[Path | None, typer.Argument(help="The file to write; stdout without one.")] = None,
        columns: Annotated[str | None, typer.Option("--columns", help="Only these, with commas.")] = None,
        force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
        raw: Annotated[bool, typer.Option("--raw", help="CSV for machines: no guard against formulas.")] = False,
    ) -> None:
        """Write every record with all its values, in constant memory."""
        with edge.session(ctx):
            from smallcrm.services.records import presenting, schema
            from smallcrm.services.transfer import exporting

            noun = schema.noun(name)
            keys = columns.split(",") if columns else exporting.export_keys(noun)
            known = presenting.columns(noun)
            for key in keys:
                if key not in known:
                    raise schema.unknown("column", key, known, f"smallcrm {name} list --columns help")
            fields = [known[key] for key in keys]
            kind = _format(ctx, file)
            rows = exporting.export_records(noun, keys)
            if kind not in ("json", "ndjson"):
                shown = ([presenting.text_of(field, row[field.key]) for field in fields] for row in rows)
            else:
                shown = (list(row.values()) for row in rows)
            table = Table([Column(field.key, field.label) for field in fields], shown)
            out = output(ctx)
            if file is None:
                out.table(table, raw=raw)
                return
            with exporting.private_file(file, force=force) as stream:
                out.table_to(stream, table, kind, raw=raw)
            out.note(f"Exported to {file}.")


def _format(ctx: typer.Context, file: Path | None) -> str:
    said = globals_of(ctx).format
    if said is not None or file is None:
        return said or output(ctx).format
    kind = _KINDS.get(file.suffix.lower())
    if kind is None:
        raise UsageError(f"What format is {file.name}?", hint="--format csv|tsv|json|ndjson")
    return kind
