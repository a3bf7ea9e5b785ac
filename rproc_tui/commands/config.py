"""`config`: where the configuration is, what holds with it, and what is wrong with it.

`show` prints a file that could stand there as it is: what was chosen, and behind a `#` what is usual. With `--json`::

    {"schema": "rproc-tui/config", "version": 1, "path": "…", "exists": true, "problems": [],
     "values": {"source": {"map": []}, "watch": {"rollback": false, "settle": 0.15}, "screen": {"theme": null},
                "keys": {}, "hosts": {}}}

`values` is null where the file cannot be used.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rproc_tui.commands.session import print_json
from rproc_tui.controller.configuration import Configuration, configuration_path, read_configuration
from rproc_tui.controller.settings import Settings
from rproc_tui.errors import UsageError
from rproc_tui.sanitise import sanitise

if TYPE_CHECKING:
    from rproc_tui.commands.screen_facts import ScreenFacts

_ASKED = ("path", "show", "check")


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the question."""
    text = "path: which file it is; show: what holds, as such a file; check: what is wrong with it, exit 1 if anything"
    parser.add_argument("question", choices=_ASKED, help=text)
    parser.add_argument("--json", action="store_true", help="one object instead of text")


def run(options: argparse.Namespace) -> int:
    """Answer it."""
    path = configuration_path()
    screen = options.screen_facts() if options.screen_facts is not None and options.question != "path" else None
    if options.question == "path" and not options.json:
        print(path)
        return 0
    configuration, problems = _look(screen)
    wrong = options.question == "check" and bool(problems)
    if options.json:
        print_json(_as_json(path, configuration, problems))
    elif options.question == "check":
        _tell(path, problems)
    elif configuration is None:
        raise UsageError(problems[0])
    else:
        print("\n".join(_as_toml(path, configuration, screen)))
    return int(wrong)


def _look(screen: ScreenFacts | None) -> tuple[Configuration | None, tuple[str, ...]]:
    """What it says, or None, and what is wrong with it."""
    try:
        configuration = read_configuration()
    except UsageError as error:
        return None, (str(error),)
    return configuration, () if screen is None else tuple(screen.problems(configuration))


def _tell(path: str, problems: Sequence[str]) -> None:
    for problem in problems:
        print(f"✖ {sanitise(problem)}")
    if not problems:
        print(f"✔ {path}" if os.path.exists(path) else f"✔ there is no {path}: everything is as usual")
    sys.stdout.flush()


def _as_json(path: str, configuration: Configuration | None, problems: Sequence[str]) -> dict[str, Any]:
    return {
        "schema": "rproc-tui/config",
        "version": 1,
        "path": path,
        "exists": os.path.exists(path),
        "problems": list(problems),
        "values": None if configuration is None else _values(configuration),
    }


def _values(configuration: Configuration) -> dict[str, dict[str, Any]]:
    """What holds, by table and key."""
    usual = Settings()
    return {
        "source": {"map": [f"{old}={new}" for old, new in configuration.source_map]},
        "watch": {
            "rollback": usual.rollback if configuration.rollback is None else configuration.rollback,
            "settle": usual.settle if configuration.settle is None else configuration.settle,
        },
        "screen": {"theme": configuration.theme},
        "keys": {name: list(keys) for name, keys in configuration.keys.items()},
        "hosts": dict(configuration.hosts),
    }


def _as_toml(path: str, configuration: Configuration, screen: ScreenFacts | None) -> Iterator[str]:
    yield f"# {path}" + ("" if os.path.exists(path) else " (there is none: all is as usual)")
    chosen = _chosen(configuration)
    for table, values in _values(configuration).items():
        yield from ("", f"[{table}]")
        if table == "keys" and screen is not None:
            yield from _key_lines(configuration, screen)
            continue
        if table == "screen" and screen is not None:
            yield f"# themes: {', '.join(screen.themes())}"
        for key, value in values.items():
            mark = "" if (table, key) in chosen or table == "hosts" else "# "
            yield f"{mark}{_toml_key(key)} = {_toml(value)}"


def _chosen(configuration: Configuration) -> set[tuple[str, str]]:
    """What the file sets."""
    candidates = {
        ("source", "map"): configuration.source_map or None,
        ("watch", "rollback"): configuration.rollback,
        ("watch", "settle"): configuration.settle,
        ("screen", "theme"): configuration.theme,
    }
    return {place for place, value in candidates.items() if value is not None}


def _key_lines(configuration: Configuration, screen: ScreenFacts) -> Iterator[str]:
    for _, keys in screen.actions():
        for key in keys:
            own = configuration.keys.get(key.name)
            usual = f"# {_toml_key(key.name)} = {_toml(list(key.keys))}"
            line = usual if own is None else f"{_toml_key(key.name)} = {_toml(list(own))}"
            yield f"{line:<44} # {key.help}"


def _toml_key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else _toml(key)


def _toml(value: object) -> str:
    """JSON's strings, numbers, lists and booleans are TOML's; it has no word for nothing."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return '""' if value is None else json.dumps(value, ensure_ascii=True)
