"""Settings: the only reader of the environment and of the configuration file."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_ISFIFO
from typing import TYPE_CHECKING, Any

from smallcrm.errors import ConfigError
from smallcrm.text import mask_secrets, safe_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FORMATS = ("table", "json", "ndjson", "csv", "tsv", "markdown", "vertical", "ids")
COLORS = ("auto", "always", "never")
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "home": ("SMALLCRM_HOME",),
    "database_url": ("SMALLCRM_DATABASE_URL",),
    "system_database_url": ("SMALLCRM_SYSTEM_DATABASE_URL",),
    "workspace": ("SMALLCRM_WORKSPACE",),
    "format": ("SMALLCRM_FORMAT",),
    "no_input": ("SMALLCRM_NO_INPUT",),
    "color": ("SMALLCRM_COLOR",),
    "pager": ("SMALLCRM_PAGER", "PAGER"),
    "editor": ("SMALLCRM_EDITOR", "VISUAL", "EDITOR"),
    "debug": ("SMALLCRM_DEBUG",),
}
# Far more than all settings take; a device gives bytes for ever.
MAX_BYTES = 1 << 20
_LONGEST = 100
_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Settings:
    """Every setting with its value in force; `origins` says where each came from."""

    home: Path
    database_url: str
    system_database_url: str | None = None
    workspace: str | None = None
    format: str | None = None
    no_input: bool = False
    no_color: bool = False
    color: str = "auto"
    pager: str | None = None
    editor: str | None = None
    debug: bool = False
    origins: dict[str, str] = field(default_factory=dict, compare=False)

    def overridden(self, origin: str, **values: str | bool) -> Settings:
        """The settings with some values taken from the command line; ConfigError if one is wrong."""
        checked = {name: _check(name, value, origin) for name, value in values.items()}
        origins = self.origins | dict.fromkeys(checked, origin)
        return replace(self, origins=origins, **checked)

    def as_environment(self, **values: str) -> dict[str, str]:
        """The environment in which another process works with the same database; `values` are further settings."""
        said = {"home": str(self.home), "database_url": self.database_url, **values}
        if self.system_database_url is not None:
            said["system_database_url"] = self.system_database_url
        return {ENVIRONMENT[name][0]: value for name, value in said.items()}


def load(env: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force: environment before configuration file before default."""
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    path = config_path(env)
    stored = _read_file(path)
    for name, variables in ENVIRONMENT.items():
        origin, raw = _find(name, variables, env, stored, path)
        if origin is not None:
            values[name] = _check(name, raw, origin)
            origins[name] = origin
    _add_color(values, origins, env)
    values.setdefault("home", _data_home(env) / "smallcrm")
    values.setdefault("database_url", f"sqlite:///{values['home'] / 'smallcrm.db'}")
    return Settings(**values, origins=origins)


def config_path(env: Mapping[str, str] = os.environ) -> Path:
    """Where the configuration file is looked for."""
    base = env.get("XDG_CONFIG_HOME", "")
    folder = Path(base) if base.startswith("/") else _user_home(env) / ".config"
    return folder / "smallcrm" / "config.toml"


def child_environment(**defaults: str) -> dict[str, str]:
    """The environment for a program we start, with values for what is not set in it."""
    return defaults | dict(os.environ)


def display(name: str, value: object) -> str:
    """A setting's value as it may be shown: passwords in addresses are masked."""
    try:
        shown = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    except (ValueError, RecursionError):  # a number of more digits than Python writes, or a list of lists of lists
        shown = "…"
    return mask_secrets(shown.replace(" ", "%20")) if name.endswith("_url") and "://" in shown else shown


def _find(
    name: str, variables: tuple[str, ...], env: Mapping[str, str], stored: Mapping[str, Any], path: Path
) -> tuple[str | None, Any]:
    """The first source that gives a setting, and what it says; (None, None) if none does."""
    for variable in variables:
        if env.get(variable, ""):
            return f"environment variable {variable}", env[variable]
    if name in stored:
        return f"{path}", stored[name]
    return None, None


def _read_file(path: Path) -> dict[str, Any]:
    """The configuration file as a dictionary, empty if there is none."""
    try:
        content = _content(path)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        msg = f"The configuration file {safe_text(str(path))} cannot be read: {error.strerror}."
        raise ConfigError(msg) from error
    import tomllib

    try:
        stored = tomllib.loads(content.decode())
    except RecursionError as error:
        msg = f"The configuration file {safe_text(str(path))} is nested too deep."
        raise ConfigError(msg) from error
    except ValueError as error:  # of TOML, of UTF-8, and of numbers with too many digits
        msg = f"The configuration file {safe_text(str(path))} is not valid TOML: {safe_text(str(error))}."
        raise ConfigError(msg) from error
    for name in stored:
        if name not in ENVIRONMENT:
            raise _unknown(name, path)
    return stored


def _content(path: Path) -> bytes:
    """What the file holds; ConfigError for what is no file that could be one."""
    shown = safe_text(str(path))
    if S_ISFIFO(path.stat().st_mode):
        msg = f"The configuration file {shown} cannot be read: it is a pipe."
        raise ConfigError(msg)
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        msg = f"The configuration file {shown} is larger than {MAX_BYTES} bytes."
        raise ConfigError(msg)
    return content


def _unknown(name: str, path: Path) -> ConfigError:
    """The error for a setting that does not exist, with the nearest one that does."""
    from difflib import get_close_matches

    near = get_close_matches(name[:_LONGEST], ENVIRONMENT, n=1, cutoff=0.5)
    question = f" Did you mean '{near[0]}'?" if near else ""
    sentence = f"There is no setting '{safe_text(name)}' (in {safe_text(str(path))}).{question}"
    return ConfigError(sentence, hint="smallcrm help environment")


def _add_color(values: dict[str, Any], origins: dict[str, str], env: Mapping[str, str]) -> None:
    """Let NO_COLOR, FORCE_COLOR and CLICOLOR_FORCE have their say where nothing else was said."""
    if env.get("NO_COLOR"):
        values["no_color"] = True
        origins["no_color"] = "environment variable NO_COLOR"
    if "color" in values:
        return
    forced = next((name for name in ("FORCE_COLOR", "CLICOLOR_FORCE") if env.get(name, "0") not in ("", "0")), None)
    unwanted = "NO_COLOR" if env.get("NO_COLOR") else "TERM" if env.get("TERM") == "dumb" else None
    if unwanted == "NO_COLOR" or (unwanted and not forced):
        values["color"], origins["color"] = "never", f"environment variable {unwanted}"
    elif forced:
        values["color"], origins["color"] = "always", f"environment variable {forced}"


def _check(name: str, value: object, origin: str) -> Any:
    """The value of a setting in its own type; ConfigError names setting, value and source."""
    try:
        return _CHECKS.get(name, _text)(value)
    except ValueError as error:
        shown = safe_text(display(name, value))
        sentence = f"The setting '{name}' cannot be '{shown}' (from {safe_text(origin)}): {error}."
        raise ConfigError(sentence, hint="smallcrm help environment") from None


def _text(value: object) -> str:
    """A text that is not empty and holds no control character."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        msg = "it must be a text on one line"
        raise ValueError(msg)
    return value


def _flag(value: object) -> bool:
    """A yes or no."""
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in _YES | _NO:
        return value.lower() in _YES
    msg = "it must be true or false"
    raise ValueError(msg)


def _path(value: object) -> Path:
    """An absolute path; ~ and relative paths are expanded."""
    try:
        return Path(os.path.abspath(Path(_text(value)).expanduser()))  # noqa: PTH100 - resolve() follows links
    except RuntimeError as error:
        msg = "there is no such home directory"
        raise ValueError(msg) from error


def _url(value: object) -> str:
    """A database address; a path means a SQLite file there."""
    url = _text(value)
    if url.startswith(("postgresql://", "postgres://")):
        return url.replace("postgres://", "postgresql://", 1)
    if "://" in url and not url.startswith("sqlite:///"):
        msg = "it must begin with sqlite:/// or postgresql://"
        raise ValueError(msg)
    return f"sqlite:///{_path(url.removeprefix('sqlite:///'))}"


def _one_of(choices: tuple[str, ...]) -> Callable[[object], str]:
    """A check for one of a few words."""

    def check(value: object) -> str:
        if value not in choices:
            msg = f"it must be one of {', '.join(choices)}"
            raise ValueError(msg)
        return str(value)

    return check


def _user_home(env: Mapping[str, str]) -> Path:
    """The user's home directory."""
    return Path(env["HOME"]) if env.get("HOME") else Path.home()


def _data_home(env: Mapping[str, str]) -> Path:
    """The directory that programs keep their data in; a relative one is ignored, as the standard says."""
    base = env.get("XDG_DATA_HOME", "")
    return Path(base) if base.startswith("/") else _user_home(env) / ".local" / "share"


_CHECKS: dict[str, Callable[[object], Any]] = {
    "home": _path,
    "database_url": _url,
    "system_database_url": _url,
    "format": _one_of(FORMATS),
    "color": _one_of(COLORS),
    "no_input": _flag,
    "debug": _flag,
}
