"""Where the nodes of a device tree source stand: the parser does not tell, and an error needs its line."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    (?P<skip>/\*.*?\*/|//[^\n]*|"(?:[^"\\]|\\.)*")   # comments and text, in which braces mean nothing
    |(?P<open>(?P<name>&?\{?[\w,.+/@-]*\}?)\s*\{)    # a node, by name, by &label or by &{/path}
    |(?P<close>\})
    """,
    re.VERBOSE | re.DOTALL,
)
_LABELS = re.compile(r"(?:\w+\s*:\s*)+$")


def node_lines(source: str) -> dict[str, int]:
    """Path to line number (from 1) of the first place that opens each node. Included files are not looked into."""
    lines: dict[str, int] = {}
    labels: dict[str, str] = {}
    stack: list[str] = []
    for token in _TOKEN.finditer(source):
        if token["close"]:
            if stack:
                stack.pop()
        elif token["open"]:
            path = _path(token["name"], stack, labels)
            lines.setdefault(path, source.count("\n", 0, token.start()) + 1)
            label = _LABELS.search(source, max(0, token.start() - 200), token.start())
            if label is not None:
                labels |= dict.fromkeys(re.findall(r"\w+", label[0]), path)
            stack.append(path)
    return lines


def _path(name: str, stack: list[str], labels: dict[str, str]) -> str:
    if name.startswith("&{"):
        return name[2:-1]
    if name.startswith("&"):
        return labels.get(name[1:], name)
    if name == "/":
        return "/"
    parent = stack[-1] if stack else "/"
    return f"{parent.rstrip('/')}/{name}"
