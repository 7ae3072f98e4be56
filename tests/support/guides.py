"""The pages of docs/importing, one for each source: `python -m tests.support.guides` writes anew what they show.

A page begins with a remark that names the files that it was tried on, in the corpora or among our own.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from tests.services.transfer.corpus.expected.own_deals import MONDAY_ROWS
from tests.support.corpora import ROOT, corpus
from tests.support.shown import BLOCK, SCREEN, run
from tests.support.workbooks import xlsx

PAGES = sorted((ROOT / "docs" / "importing").glob("*.md"))
_OWN = ROOT / "tests" / "services" / "transfer"
_MADE = {"monday_board.xlsx": {"sales pipeline": MONDAY_ROWS}}
_TRIED = re.compile(r"<!-- Tried on: (.+) -->")


def tried_on(page: Path) -> list[Path]:
    """The files that a page was tried on; skips where there are no corpora."""
    found = _TRIED.match(page.read_text("utf-8"))
    assert found, f"{page.name} does not say what it was tried on"
    names = found[1].split(", ")
    return [_OWN / name if name.startswith("exports/") else corpus("import", *name.split("/")) for name in names]


def lay_out(page: Path, desk: Path) -> None:
    """Put the files of a page, and nothing else, into a folder."""
    for path in desk.iterdir():
        path.unlink()
    for path in tried_on(page):
        if path.name in _MADE:
            xlsx(desk / path.name, _MADE[path.name])
        else:
            shutil.copy(path, desk)


def written(text: str, home: Path) -> str:
    """A page with what its commands print now, in a new workspace."""
    run("smallcrm init Example", home)

    def shown(found: re.Match[str]) -> str:
        lines = [line for line in found[2].splitlines() if line.startswith("$ ")]
        printed = [line for command in lines for line in (command, *run(command.removeprefix("$ "), home))]
        return "\n".join([f"```{found[1]}", *printed, "```"])

    return BLOCK.sub(shown, text)


def main() -> None:
    """Write every page, or those that are named."""
    for page in PAGES:
        if sys.argv[1:] and page.stem not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as home, tempfile.TemporaryDirectory() as desk:
            os.environ.update({**SCREEN, "HOME": home, "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": ""})
            os.chdir(desk)
            lay_out(page, Path(desk))
            page.write_text(written(page.read_text("utf-8"), Path(home)), "utf-8")
            os.chdir(ROOT)


if __name__ == "__main__":
    main()
