"""The wheel: its metadata, read back, and everything that must be inside."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
import zipfile
from email import message_from_bytes
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from smallcrm import __version__
from tests.support.corpora import ROOT

if TYPE_CHECKING:
    from email.message import Message

pytestmark = pytest.mark.slow
RUNTIME = {
    "typer",
    "textual",
    "rich",
    "peewee",
    "pyotp",
    "bottle",
    "schedule",
    "orjson",
    "idna",
    "python-calamine",
    "xlsxwriter",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    """The root of a wheel, built from a copy of the tree, without isolation and so without network."""
    work = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "smallcrm", work / "smallcrm", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "LICENSE", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, work)
    command = [
        sys.executable,
        "-m",
        "build",
        "--wheel",
        "--no-isolation",
        "--outdir",
        str(work / "dist"),
        str(work),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = (work / "dist").glob("*.whl")
    return zipfile.Path(built)


def info(wheel: zipfile.Path, name: str) -> zipfile.Path:
    """A file of the wheel's metadata directory."""
    return wheel / f"smallcrm-{__version__}.dist-info" / name


@pytest.fixture(scope="module")
def metadata(wheel: zipfile.Path) -> Message:
    """The wheel's METADATA."""
    return message_from_bytes(info(wheel, "METADATA").read_bytes())


def requirements(metadata: Message, extra: str = "") -> dict[str, Requirement]:
    """What the wheel requires, always or for an extra, by canonical name."""
    listed = [Requirement(line) for line in metadata.get_all("Requires-Dist", [])]
    wanted = [each for each in listed if (each.marker is not None) == bool(extra)]
    return {
        canonicalize_name(each.name): each
        for each in wanted
        if each.marker is None or each.marker.evaluate({"extra": extra})
    }


def test_it_says_who_it_is(metadata: Message) -> None:
    """Name, version, Python and licence."""
    assert (metadata["Name"], metadata["Version"]) == ("smallcrm", __version__)
    assert metadata["Requires-Python"] == ">=3.11"
    assert "MIT" in (metadata["License-Expression"] or metadata["License"])
    assert metadata["Summary"]


def test_it_bounds_every_requirement(metadata: Message) -> None:
    """No requirement may bring in a version that nobody has seen."""
    runtime = requirements(metadata)
    assert set(runtime) == RUNTIME
    for requirement in runtime.values():
        assert {each.operator for each in requirement.specifier} in ({">=", "<"}, {"=="}), requirement
    assert str(runtime["peewee"].specifier) == "==4.5.3"
    assert set(str(runtime["typer"].specifier).split(",")) == {">=0.26", "<0.29"}


def test_it_has_its_extras(metadata: Message) -> None:
    """`postgres` for who runs on PostgreSQL, `dev` for who works on it."""
    assert set(metadata.get_all("Provides-Extra", [])) == {"postgres", "dev"}
    postgres = requirements(metadata, "postgres")
    assert set(postgres) == {"psycopg"}
    assert postgres["psycopg"].extras == {"binary"}
    assert {"pytest", "hypothesis", "mypy", "ruff", "import-linter"} <= set(requirements(metadata, "dev"))


def test_it_installs_one_command(wheel: zipfile.Path) -> None:
    """`smallcrm` calls the composition root."""
    lines = info(wheel, "entry_points.txt").read_text().split("\n")
    assert [line for line in lines if line] == ["[console_scripts]", "smallcrm = smallcrm.__main__:main"]


def test_it_holds_every_file_of_the_package(wheel: zipfile.Path) -> None:
    """SQL, samples and templates as well as modules; and nothing else."""
    with zipfile.ZipFile(str(wheel.root.filename)) as archive:
        inside = {name for name in archive.namelist() if not name.startswith(f"smallcrm-{__version__}.dist-info/")}
    files = [path for path in (ROOT / "smallcrm").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert inside == {path.relative_to(ROOT).as_posix() for path in files}
    assert "smallcrm/py.typed" in inside


def test_it_keeps_its_metadata_in_one_place() -> None:
    """The pyproject file configures tools; setup.cfg describes the package."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "project" not in project
    assert "setuptools" not in project["tool"]


def test_it_pins_every_requirement_for_the_checkout() -> None:
    """The constraints name one version of each thing that is required, within its bounds."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = {str(canonicalize_name(line.split("==")[0])): line.split("==")[1] for line in lines if "==" in line}
    assert len(pins) == len([line for line in lines if line and not line.startswith("#")])
    assert pins["peewee"] == "4.5.3"
    assert set(pins) >= RUNTIME
