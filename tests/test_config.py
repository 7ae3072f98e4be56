"""Settings: precedence, origins, and sentences for what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from smallcrm import config
from smallcrm.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


def env_with(tmp_path: Path, toml: str | None = None, **extra: str) -> dict[str, str]:
    """An environment whose home is the test's directory, with a configuration file if one is given."""
    if toml is not None:
        path = tmp_path / ".config" / "smallcrm" / "config.toml"
        path.parent.mkdir(parents=True)
        path.write_text(toml, "utf-8")
    return {"HOME": str(tmp_path), **extra}


def test_it_has_defaults_for_everything(tmp_path: Path) -> None:
    """An empty environment gives a SQLite file under the data home, and no origins."""
    settings = config.load(env_with(tmp_path))
    assert settings.home == tmp_path / ".local/share/smallcrm"
    assert settings.database_url == f"sqlite:///{tmp_path}/.local/share/smallcrm/smallcrm.db"
    assert (settings.color, settings.debug, settings.no_input, settings.origins) == ("auto", False, False, {})


def test_it_prefers_environment_to_file_to_default(tmp_path: Path) -> None:
    """And says which of them spoke."""
    toml = 'workspace = "file"\nformat = "csv"\ndebug = true\n'
    settings = config.load(env_with(tmp_path, toml, SMALLCRM_WORKSPACE="env"))
    assert (settings.workspace, settings.format, settings.debug) == ("env", "csv", True)
    assert settings.origins["workspace"] == "environment variable SMALLCRM_WORKSPACE"
    assert settings.origins["format"].endswith("smallcrm/config.toml")


def test_it_lets_the_command_line_overrule(tmp_path: Path) -> None:
    """An option beats both, and is named as the origin."""
    settings = config.load(env_with(tmp_path, SMALLCRM_WORKSPACE="env")).overridden("--workspace", workspace="cli")
    assert (settings.workspace, settings.origins["workspace"]) == ("cli", "--workspace")


@pytest.mark.parametrize(
    ("variable", "value", "why"),
    [
        ("SMALLCRM_FORMAT", "xml", "one of table"),
        ("SMALLCRM_NO_INPUT", "perhaps", "true or false"),
        ("SMALLCRM_DATABASE_URL", "mysql://x", "postgresql://"),
        ("SMALLCRM_WORKSPACE", "a\x1b[2J", "one line"),
        ("SMALLCRM_HOME", "~nobody-of-that-name/x", "home directory"),
    ],
)
def test_it_names_setting_value_and_source(tmp_path: Path, variable: str, value: str, why: str) -> None:
    """A wrong value is one clear line."""
    with pytest.raises(ConfigError) as caught:
        config.load(env_with(tmp_path, **{variable: value}))
    sentence = caught.value.sentence
    assert variable.removeprefix("SMALLCRM_").lower() in sentence
    assert variable in sentence
    assert why in sentence
    assert "\x1b" not in sentence


def test_it_refuses_an_unknown_setting_and_guesses(tmp_path: Path) -> None:
    """A misspelt key is an error with the nearest match."""
    with pytest.raises(ConfigError, match=r"'formt'.*Did you mean 'format'"):
        config.load(env_with(tmp_path, 'formt = "csv"\n'))


@pytest.mark.parametrize("toml", ["format = csv", "\x00", "[format", 'format = ["csv"]', "format = 3"])
def test_it_refuses_a_broken_file(tmp_path: Path, toml: str) -> None:
    """The sentence names the file."""
    with pytest.raises(ConfigError, match=r"config\.toml"):
        config.load(env_with(tmp_path, toml))


@pytest.mark.parametrize(
    ("toml", "why"),
    [
        ("a = " + "[" * 5000 + "]" * 5000, "nested too deep"),
        ("a = " + "{a=" * 5000, "nested too deep"),
        ("a = " + "9" * 5000, "not valid TOML"),
        ("debug = 0x" + "f" * 9000, "'debug' cannot be '…'"),
        ("x" * 500_000 + " = 1", "There is no setting 'x{100}…'"),
        ("#" * (1 << 20) + "\n", "larger than 1048576 bytes"),
    ],
)
def test_it_refuses_a_hostile_file_in_one_line(tmp_path: Path, toml: str, why: str) -> None:
    """Whatever the parser makes of it."""
    with pytest.raises(ConfigError, match=why) as raised:
        config.load(env_with(tmp_path, toml))
    assert len(raised.value.sentence) < 2 * 200 + len(str(tmp_path))


def test_it_refuses_what_never_ends(tmp_path: Path) -> None:
    """A pipe that nobody writes to, and a device."""
    env = env_with(tmp_path, "")
    path = config.config_path(env)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(ConfigError, match="a pipe"):
        config.load(env)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(ConfigError, match="larger than"):
        config.load(env)


def test_it_expands_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """~ and relative paths are made absolute, in addresses too; a relative XDG directory is ignored."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    env = env_with(tmp_path, SMALLCRM_HOME="~/crm", XDG_DATA_HOME="nowhere")
    assert config.load(env).home == tmp_path / "crm"
    assert config.load({**env, "SMALLCRM_HOME": "a/../b"}).home == tmp_path / "b"
    for url in ("x.db", "sqlite:///x.db", "~/x.db", f"sqlite:///{tmp_path}/x.db"):
        assert config.load({**env, "SMALLCRM_DATABASE_URL": url}).database_url == f"sqlite:///{tmp_path}/x.db"
    assert config.load({"HOME": str(tmp_path), "XDG_DATA_HOME": "rel"}).home == tmp_path / ".local/share/smallcrm"


@pytest.mark.parametrize(
    ("env", "color", "no_color"),
    [
        ({"NO_COLOR": "1"}, "never", True),
        ({"NO_COLOR": "1", "SMALLCRM_COLOR": "always"}, "always", True),
        ({"FORCE_COLOR": "1"}, "always", False),
        ({"FORCE_COLOR": "0"}, "auto", False),
        ({"NO_COLOR": "0", "CLICOLOR_FORCE": "1"}, "never", True),
    ],
)
def test_it_knows_the_colour_variables(tmp_path: Path, env: dict[str, str], color: str, no_color: bool) -> None:
    """NO_COLOR with any value means none; the program's own setting is the strongest."""
    settings = config.load(env_with(tmp_path, **env))
    assert (settings.color, settings.no_color) == (color, no_color)


def test_it_masks_passwords() -> None:
    """An address is shown without its password, in errors too."""
    assert config.display("database_url", "postgresql://u:secret@h/d") == "postgresql://u:***@h/d"
    assert (
        config.display("system_database_url", "postgresql://h/d?password=a b&x=y")
        == "postgresql://h/d?password=***&x=y"
    )
    with pytest.raises(ConfigError) as caught:
        config.load({"HOME": "/nowhere", "SMALLCRM_DATABASE_URL": "mysql://u:secret@h/d"})
    assert "secret" not in caught.value.sentence


def test_it_reads_toml_only_when_there_is_a_file(tmp_path: Path) -> None:
    """Nobody pays for a parser that is not used."""
    code = "import sys, smallcrm.config as c; c.load({'HOME': sys.argv[1]}); print('tomllib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
