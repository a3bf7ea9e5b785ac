"""`schema [NAME]`: the JSON Schema (draft 2020-12) of what a verb prints with --json, whole in one document."""

from __future__ import annotations

import argparse
import importlib.resources
import json
from collections.abc import Iterator
from typing import Any

from rproc_tui.commands.session import print_json
from rproc_tui.commands.table import table
from rproc_tui.errors import UsageError

COMMON = "common"
"""What the others refer to."""


def prepare_parser(parser: argparse.ArgumentParser) -> None:
    """Add the verb's own argument."""
    text = "the word behind `rproc-tui/` in the object's `schema`; without it: which there are"
    parser.add_argument("name", metavar="NAME", nargs="?", help=text)


def run(options: argparse.Namespace) -> int:
    """Print one, or the list."""
    if options.name is None:
        print(table(("NAME", "OF"), [(name, read(name)["description"]) for name in names()]))
    elif options.name not in names():
        raise UsageError(f"there is no schema {options.name}", hint=f"there are: {', '.join(names())}")
    else:
        print_json(bundled(options.name))
    return 0


def names() -> list[str]:
    """Every schema of an object that is printed."""
    files = (importlib.resources.files("rproc_tui") / "schemas").iterdir()
    found = {file.name.removesuffix(".json") for file in files if file.name.endswith(".json")}
    return sorted(found - {COMMON})


def read(name: str) -> dict[str, Any]:
    """One as it is shipped; it may refer to `common.json` beside it."""
    file = importlib.resources.files("rproc_tui") / "schemas" / f"{name}.json"
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return content


def bundled(name: str) -> dict[str, Any]:
    """One with what it refers to in it."""
    content: dict[str, Any] = _within(read(name))
    shared: dict[str, Any] = _within(read(COMMON)["$defs"])
    wanted: dict[str, Any] = {}
    todo = list(_referred(content))
    while todo:
        definition = todo.pop()
        if definition not in wanted:
            wanted[definition] = shared[definition]
            todo += _referred(shared[definition])
    return {**content, "$defs": dict(sorted(wanted.items()))} if wanted else content


def _within(node: Any) -> Any:
    """The same with references to its own definitions."""
    if isinstance(node, list):
        return [_within(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        key: value.removeprefix(f"{COMMON}.json") if key == "$ref" else _within(value) for key, value in node.items()
    }


def _referred(node: Any) -> Iterator[str]:
    """The names of the definitions that it refers to."""
    if isinstance(node, dict) and "$ref" in node:
        yield node["$ref"].removeprefix("#/$defs/")
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _referred(child)
