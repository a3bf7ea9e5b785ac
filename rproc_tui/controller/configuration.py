"""The user's `config.toml`: what it may hold, and what is wrong with one that holds something else.

The file and each of its tables may be missing. Each key has a reader in `_TABLES`; a table whose keys are names of the
user's own choice has one in `_NAMED`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rproc_tui.errors import UsageError
from rproc_tui.sanitise import sanitise

if TYPE_CHECKING:
    from rproc_tui.controller.source_lines import Mapping as SourceMapping

FILE_MOST = 1 << 20
"""Bytes of a configuration."""
SETTLE_MOST = 3600.0
"""Seconds that a changed file may be asked to rest."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the user has chosen; None where nothing was."""

    source_map: tuple[SourceMapping, ...] = ()
    """`[source] map`: as of `--source-map`. The folders need not exist."""
    rollback: bool | None = None
    """`[watch] rollback`: go back to the last good firmware when a reload fails."""
    settle: float | None = None
    """`[watch] settle`: seconds for which a changed firmware file must stay as it is."""
    theme: str | None = None
    """`[screen] theme`: the name of a theme."""
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """`[keys]`: the keys of an action, by its name. Whether there is such an action is for the screen to say."""
    hosts: Mapping[str, str] = field(default_factory=dict)
    """`[hosts]`: `[USER@]HOST` by the label that the screen shows."""


class _Wrong(Exception):
    """What a key must be instead."""


def configuration_folder(environment: Mapping[str, str] | None = None) -> str:
    """Where people put what is theirs: `$XDG_CONFIG_HOME/rproc-tui`; it need not exist."""
    environment = os.environ if environment is None else environment
    base = environment.get("XDG_CONFIG_HOME") or os.path.join(environment.get("HOME", "/"), ".config")
    return os.path.join(base, "rproc-tui")


def configuration_path(environment: Mapping[str, str] | None = None) -> str:
    """The file; it need not exist."""
    return os.path.join(configuration_folder(environment), "config.toml")


def read_configuration(path: str | None = None) -> Configuration:
    """What the file says, or nothing without one; UsageError names the file and each key that is wrong."""
    path = configuration_path() if path is None else path
    try:
        with open(path, "rb") as file:
            content = file.read(FILE_MOST + 1)
    except FileNotFoundError:
        return Configuration()
    except OSError as error:
        if isinstance(error, PermissionError) and not os.access(os.path.dirname(path), os.X_OK):
            return Configuration()  # another user's folder, as behind `sudo -u`: nothing of it is meant for this one
        raise UsageError(f"{sanitise(path)} cannot be read: {error.strerror}", errno=error.errno) from None
    if len(content) > FILE_MOST:
        raise UsageError(f"{sanitise(path)} is larger than {FILE_MOST >> 20} MiB, which is no configuration")
    return parse_configuration(content.decode("utf-8", "replace"), source=path)


def parse_configuration(text: str, *, source: str) -> Configuration:
    """The configuration in a TOML text; UsageError names `source` and each key that is wrong."""
    import tomllib  # noqa: PLC0415 (nobody pays for it without a configuration)

    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{sanitise(source)} is no TOML: {sanitise(str(error))}") from None
    problems: list[str] = []
    values: dict[str, Any] = {}
    for name, table in document.items():
        if name not in _TABLES and name not in _NAMED:
            problems.append(f"unknown table `{sanitise(name)}`; there are {', '.join((*_TABLES, *_NAMED))}")
        elif not isinstance(table, dict):
            problems.append(f"`{name}` must be a table")
        elif name in _NAMED:
            values[name] = dict(_read_named(name, table, problems))
        else:
            values.update(_read_table(name, table, problems))
    if problems:
        raise UsageError(f"{sanitise(source)}: {'; '.join(problems)}")
    return Configuration(**values)


def _read_table(name: str, table: Mapping[str, Any], problems: list[str]) -> Iterable[tuple[str, Any]]:
    readers = _TABLES[name]
    for key, value in table.items():
        if key not in readers:
            problems.append(f"unknown key `{name}.{sanitise(key)}`; there are {', '.join(readers)}")
            continue
        attribute, read = readers[key]
        try:
            yield attribute, read(value)
        except _Wrong as wrong:
            problems.append(f"`{name}.{key}` must be {wrong}")


def _read_named(name: str, table: Mapping[str, Any], problems: list[str]) -> Iterable[tuple[str, Any]]:
    for key, value in table.items():
        try:
            yield key, _NAMED[name](value)
        except _Wrong as wrong:
            problems.append(f"`{name}.{sanitise(key)}` must be {wrong}")


def _boolean(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("true or false")
    return value


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= SETTLE_MOST:
        raise _Wrong(f"seconds, from 0 to {SETTLE_MOST:g}")
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise _Wrong("a string")
    return value


def _texts(value: object) -> tuple[str, ...]:
    """One string, or a list of them."""
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) and one for one in values):
        raise _Wrong("a string or a list of strings")
    return tuple(values)


def _source_map(value: object) -> tuple[SourceMapping, ...]:
    from rproc_tui.controller.source_lines import split_mapping  # noqa: PLC0415 (few files have one)

    try:
        return tuple(split_mapping(text) for text in _texts(value))
    except (_Wrong, UsageError):
        raise _Wrong('a list of "OLD=NEW"') from None


_TABLES: Mapping[str, Mapping[str, tuple[str, Callable[[object], Any]]]] = {
    "source": {"map": ("source_map", _source_map)},
    "watch": {"rollback": ("rollback", _boolean), "settle": ("settle", _seconds)},
    "screen": {"theme": ("theme", _text)},
}
"""For each key of each table: the attribute of `Configuration`, and what reads the value."""

_NAMED: Mapping[str, Callable[[object], Any]] = {"keys": _texts, "hosts": _text}
"""Tables whose keys are names of the user's own choice; each is an attribute of `Configuration`."""
