"""Colour themes from TOML files: those that come with the program and those of the user.

A file has `name`, `dark` and a table `[colors]` with the words of a Textual theme (`background`, `accent`, ...); a
table `[variables]` may set any colour of `theme_variables`. Whatever else stands there is an error that names it.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import BUILTIN_THEMES, Theme

from rproc_tui.errors import ThemeError
from rproc_tui.sanitise import sanitise
from rproc_tui.tui.terminal.profile import Colours, Profile
from rproc_tui.tui.theme_variables import VARIABLES

DEFAULT_THEME = "midnight"
SIXTEEN_COLOURS = "serial"
"""The theme of terminals that have no more."""

_TOP = {"name": str, "dark": bool, "ansi": bool, "colors": dict, "variables": dict}
_COLORS = frozenset(
    {
        "primary",
        "secondary",
        "accent",
        "success",
        "warning",
        "error",
        "foreground",
        "background",
        "surface",
        "panel",
        "boost",
    }
)
_TYPE_NAMES = {str: "a string", bool: "true or false", dict: "a table"}


def default_theme(profile: Profile) -> str:
    """The theme of a terminal on which nobody has chosen one."""
    return DEFAULT_THEME if profile.colours is Colours.TRUECOLOR else SIXTEEN_COLOURS


def parse_theme(text: str, *, source: str) -> Theme:
    """The theme in a TOML text; ThemeError names `source` and the key that is wrong."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ThemeError(f"{sanitise(source)} is no TOML: {sanitise(str(error))}") from None
    _check_keys(document, _TOP, source, "")
    for key, value in document.items():
        if not isinstance(value, _TOP[key]):
            raise ThemeError(f"{sanitise(source)}: `{key}` must be {_TYPE_NAMES[_TOP[key]]}")
    name = document.get("name")
    if not name:
        raise ThemeError(f"{sanitise(source)}: `name` is missing")
    colors = _colours(document.get("colors", {}), _COLORS, source, "colors.")
    if "primary" not in colors:
        raise ThemeError(f"{sanitise(source)}: `colors.primary` is missing")
    variables = _colours(document.get("variables", {}), VARIABLES, source, "variables.")
    theme = Theme(sanitise(name, limit=40), colors["primary"], variables=variables)
    theme.dark, theme.ansi = document.get("dark", True), document.get("ansi", False)
    if theme.ansi:  # style sheets of Textual name these in such themes
        theme.variables = BUILTIN_THEMES["ansi-dark" if theme.dark else "ansi-light"].variables | variables
    for key, value in colors.items():
        setattr(theme, key, value)
    return theme


def load_theme(path: Path) -> Theme:
    """The theme in a file; ThemeError says what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ThemeError(f"{sanitise(str(path))} cannot be read: {sanitise(str(error))}") from None
    return parse_theme(text, source=path.name)


def shipped_folder() -> Path:
    """Where the themes of the program lie: in the installed package, or beside it in a checkout."""
    installed = Path(str(files("rproc_tui"))) / "themes"
    return installed if installed.is_dir() else installed.parents[1] / "themes"


def user_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Where people put themes of their own; it need not exist."""
    environment = os.environ if environment is None else environment
    base = environment.get("XDG_CONFIG_HOME") or os.path.join(environment.get("HOME", "/"), ".config")
    return Path(base) / "rproc-tui" / "themes"


def folders() -> tuple[Path, Path]:
    """Where themes lie: ours, and after them those of the user."""
    return shipped_folder(), user_folder()


def all_names(own: Mapping[str, Theme]) -> frozenset[str]:
    """Those of files and those that Textual brings."""
    return frozenset(own) | frozenset(BUILTIN_THEMES)


def unknown(name: str, own: Mapping[str, Theme]) -> str:
    """What to say of a name that no theme has."""
    return f"no theme is called {sanitise(name)}; there are {', '.join(sorted(own))}"


def theme_for(wanted: str | None, profile: Profile, own: Mapping[str, Theme]) -> str:
    """The theme to begin with. One of more colours than the terminal has is left for one of its own.

    ThemeError where there is none of that name.
    """
    if wanted is None:
        return default_theme(profile)
    if wanted not in all_names(own):
        raise ThemeError(unknown(wanted, own))
    theme = own.get(wanted) or BUILTIN_THEMES[wanted]
    return wanted if theme.ansi or profile.colours is Colours.TRUECOLOR else default_theme(profile)


def theme_or_default(wanted: str | None, profile: Profile, own: Mapping[str, Theme]) -> str:
    """The same for a name that may be of a theme that is gone."""
    return theme_for(wanted if wanted in all_names(own) else None, profile, own)


def load_themes(folders: Iterable[Path]) -> tuple[dict[str, Theme], list[ThemeError]]:
    """All themes by name, a later folder's winning, and what is wrong with those that cannot be used."""
    themes: dict[str, Theme] = {}
    errors: list[ThemeError] = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                theme = load_theme(path)
            except ThemeError as error:
                errors.append(error)
            else:
                themes[theme.name] = theme
    return themes, errors


def _check_keys(table: Mapping[str, Any], known: Iterable[str], source: str, prefix: str) -> None:
    for key in table:
        if key not in known:
            raise ThemeError(f"{sanitise(source)}: unknown key `{prefix}{sanitise(key)}`")


def _colours(table: Mapping[str, Any], known: Iterable[str], source: str, prefix: str) -> dict[str, str]:
    _check_keys(table, known, source, prefix)
    for key, value in table.items():
        try:
            Color.parse(value if isinstance(value, str) else "")
        except ColorParseError:
            shown = sanitise(str(value), limit=40)
            raise ThemeError(f"{sanitise(source)}: `{prefix}{key}` is no colour: {shown!r}") from None
    return dict(table)
