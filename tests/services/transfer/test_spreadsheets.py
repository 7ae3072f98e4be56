"""What spreadsheets do with our files: LibreOffice opens them, and runs nothing of what people have stored."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services.archive import exporting as archiving
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.records.words import chosen_columns
from smallcrm.services.transfer.exporting import Wanted, export_file
from tests.support.cast import EUR, OLGA
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

_FORMULA = re.compile(rb"<f[ >]")


def payloads() -> list[str]:
    """The texts of the corpus of formulas that can be stored."""
    found = json.loads((corpus("attacks/own") / "csv_formula.json").read_text(encoding="utf-8"))
    return [text for text in _texts(found) if text.strip() and "\0" not in text]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]


def formulas(paths: list[Path], folder: Path) -> list[int]:
    """How many formulas LibreOffice finds in each of these files."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    out = folder / "out"
    words = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(out), *map(str, paths)]
    subprocess.run(words, check=True, capture_output=True, timeout=240)
    found = []
    for path in paths:
        with zipfile.ZipFile(out / f"{path.stem}.xlsx") as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
            found.append(sum(len(_FORMULA.findall(book.read(name))) for name in sheets))
    return found


@pytest.mark.program("soffice", install="apt-get install libreoffice-calc-nogui")
@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_nothing_that_is_stored_is_run(world: World, tmp_path: Path) -> None:
    """In CSV, in an Excel workbook and in an archive; without the guard LibreOffice does find formulas."""
    with world.acts(OLGA):
        for text in payloads():
            add(CONTACT, Edit({"first_name": text, "description": text}), EUR)
        fields = chosen_columns(CONTACT, "first_name,description", further=True)
        for name, wanted in (
            ("guarded.csv", Wanted(fields, "csv")),
            ("raw.csv", Wanted(fields, "csv", raw=True)),
            ("book.xlsx", Wanted(fields, "xlsx")),
        ):
            export_file(tmp_path / name, CONTACT, wanted, force=False, progress=lambda _count: None)
        with (tmp_path / "all.zip").open("w+b") as stream:
            archiving.export(stream, journal=True, progress=lambda _name, _count: None)
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        files = [name for name in archive.namelist() if name.endswith(".csv")]
        archive.extractall(tmp_path / "archive", files)
    paths = [tmp_path / "raw.csv", tmp_path / "guarded.csv", tmp_path / "book.xlsx"]
    raw, *others = formulas(paths + [tmp_path / "archive" / name for name in files], tmp_path)
    assert raw > 5
    assert others == [0] * len(others)
