"""Reads a device tree source file with Zephyr's `devicetree` package and turns its complaints into BoardErrors."""

from __future__ import annotations

import importlib
import os
import re
import stat
from typing import Any

from rproc_tui.emulator.device_tree import TreeNode
from rproc_tui.emulator.source_lines import node_lines
from rproc_tui.errors import BoardError
from rproc_tui.sanitise import sanitise

_LARGEST = 1 << 20
"""Bytes of a source file."""
_MOST_NODES = 4096
_PLACE = re.compile(r"^(?P<file>.*):(?P<line>\d+) \(column \d+\): (?:parse error: )?(?P<sentence>.*)$", re.DOTALL)
"""How the parser says where it stumbled."""


def read_source(path: str) -> TreeNode:
    """The root of the tree in a file. BoardError with file, line and sentence."""
    shown = sanitise(path, limit=200)
    text = _text(path, shown)
    library: Any = importlib.import_module("devicetree.dtlib")
    try:
        root = library.DT(path).root
    except library.DTError as error:
        raise BoardError(_parse_complaint(str(error), shown)) from error
    except RecursionError as error:
        raise BoardError(f"{shown}: nodes or expressions are nested too deeply") from error
    except (OSError, ValueError, OverflowError, MemoryError) as error:
        raise BoardError(f"{shown}: cannot be read: {sanitise(str(error), limit=200)}") from error
    lines = node_lines(text)
    if sum(1 for _ in root.node_iter()) > _MOST_NODES:
        raise BoardError(f"{shown}: more than {_MOST_NODES} nodes")
    return _node(root, shown, lines)


def _text(path: str, shown: str) -> str:
    try:
        facts = os.stat(path)
        if not stat.S_ISREG(facts.st_mode):
            raise BoardError(f"{shown}: not a file")
        if facts.st_size > _LARGEST:
            raise BoardError(f"{shown}: larger than {_LARGEST >> 20} MiB, which no board file is")
        with open(path, encoding="utf-8") as file:
            return file.read(_LARGEST + 1)
    except OSError as error:
        raise BoardError(f"{shown}: {os.strerror(error.errno or 0)}", errno=error.errno) from error
    except ValueError as error:
        raise BoardError(f"{shown}: not a text file") from error


def _parse_complaint(complaint: str, shown: str) -> str:
    found = _PLACE.match(complaint)
    if found is None:
        return f"{shown}: {sanitise(complaint, limit=300)}"
    return f"{sanitise(found['file'], limit=200)}:{found['line']}: {sanitise(found['sentence'], limit=300)}"


def _node(node: Any, shown: str, lines: dict[str, int]) -> TreeNode:
    line = lines.get(node.path)
    return TreeNode(
        name="" if node.parent is None else node.name,
        path=node.path,
        place=shown if line is None else f"{shown}:{line}",
        properties={name: bytes(found.value) for name, found in node.props.items()},
        children=tuple(_node(child, shown, lines) for child in node.nodes.values()),
    )
