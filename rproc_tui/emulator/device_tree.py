"""A device tree as values: nodes with raw properties, and the files that Linux makes of them.

Properties are bytes as in a flattened tree: cells are big-endian, strings end with NUL (Devicetree Specification, 2.2).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rproc_tui.errors import BoardError
from rproc_tui.remoteproc.virtual_tree import Directory, Node, VirtualFile


@dataclass(frozen=True, slots=True)
class TreeNode:
    """One node. Asked for a property that is wrong, it raises BoardError with file, line and node."""

    name: str
    """With its unit address; empty for the root."""
    path: str
    place: str
    """`board.dts:12`, where it stands in the source."""
    properties: Mapping[str, bytes]
    children: tuple[TreeNode, ...]

    @property
    def base_name(self) -> str:
        """Without unit address."""
        return self.name.partition("@")[0]

    @property
    def unit_address(self) -> str:
        """Behind the `@`; empty where there is none."""
        return self.name.partition("@")[2]

    def walk(self) -> Iterator[TreeNode]:
        """This node and everything below it, in the order of the source."""
        yield self
        for child in self.children:
            yield from child.walk()

    def error(self, sentence: str) -> BoardError:
        """Something is wrong with this node."""
        return BoardError(f"{self.place}: {self.path}: {sentence}")

    def has(self, name: str) -> bool:
        """Whether a property is there, also an empty one."""
        return name in self.properties

    def cells(self, name: str) -> tuple[int, ...]:
        """32-bit numbers; none where the property is missing."""
        value = self.properties.get(name, b"")
        if len(value) % 4:
            raise self.error(f"`{name}` must be a list of cells")
        return struct.unpack(f">{len(value) // 4}I", value)

    def cell(self, name: str, default: int) -> int:
        """A single number."""
        if name not in self.properties:
            return default
        found = self.cells(name)
        if len(found) != 1:
            raise self.error(f"`{name}` must be one cell")
        return found[0]

    def strings(self, name: str) -> tuple[str, ...]:
        """Text; none where the property is missing."""
        value = self.properties.get(name, b"")
        if not value:
            return ()
        if not value.endswith(b"\0"):
            raise self.error(f"`{name}` must be text")
        try:
            return tuple(value[:-1].decode("ascii").split("\0"))
        except UnicodeDecodeError:
            raise self.error(f"`{name}` must be ASCII text") from None

    def string(self, name: str) -> str | None:
        """A single text; None where the property is missing or empty."""
        found = self.strings(name)
        if len(found) > 1:
            raise self.error(f"`{name}` must be one string")
        return found[0] if found else None

    @property
    def compatible(self) -> tuple[str, ...]:
        """The most specific first."""
        return self.strings("compatible")

    @property
    def is_enabled(self) -> bool:
        """`status` is missing, `okay` or `ok`."""
        return self.string("status") in {None, "okay", "ok"}

    @property
    def phandle(self) -> int | None:
        """By which others refer to it."""
        return self.cell("phandle", 0) or None


def as_files(node: TreeNode) -> Directory:
    """The folder that Linux shows for a node: its properties as files, its children as folders, and its name."""
    entries: dict[str, Node] = {name: _file(value) for name, value in node.properties.items()}
    entries["name"] = _file(node.base_name.encode() + b"\0")
    entries |= {child.name: as_files(child) for child in node.children}
    return Directory(lambda: entries)


def _file(value: bytes) -> VirtualFile:
    def read(offset: int, limit: int | None) -> bytes:
        return value[offset : None if limit is None else offset + limit]

    return VirtualFile(0o444, read, size=len(value))
