"""Types of variables: what they are called and how long they are (DWARF 5, chapter 5)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from elftools.dwarf.die import DIE

from rproc_tui.crash.dwarf.units import Units

QUALIFIERS = {
    "DW_TAG_const_type": "const",
    "DW_TAG_volatile_type": "volatile",
    "DW_TAG_restrict_type": "restrict",
    "DW_TAG_atomic_type": "_Atomic",
}
AGGREGATES = {
    "DW_TAG_structure_type": "struct",
    "DW_TAG_union_type": "union",
    "DW_TAG_class_type": "class",
    "DW_TAG_enumeration_type": "enum",
}
POINTERS = {"DW_TAG_pointer_type": "*", "DW_TAG_reference_type": "&", "DW_TAG_rvalue_reference_type": "&&"}

DW_TAG_MEMBER = 0x0D
DW_TAG_SUBRANGE_TYPE = 0x21
DW_TAG_ENUMERATOR = 0x28
BOOLEAN, FLOAT, SIGNED, SIGNED_CHAR, UNSIGNED_CHAR = 2, 4, 5, 6, 8
"""DW_ATE_."""

_DEPTH = 16
"""Types of types that are followed; more is a circle."""
CHILDREN_MOST = 1024
"""Members or enumerators of a type that are looked at."""


class Types:
    """The types of one file. Whatever is malformed raises MALFORMED."""

    def __init__(self, units: Units, word: int) -> None:
        self._units = units
        self._word = word

    def of(self, entry: DIE) -> DIE | None:
        """The type of a variable, or what a type is made from; None for void."""
        return self._units.referred(entry, "DW_AT_type")

    def own_name(self, entry: DIE) -> str | None:
        """The name of a type, member or enumerator, sanitised."""
        return self._units.name(entry)

    def strip(self, type_: DIE | None) -> DIE | None:
        """Without typedefs and qualifiers."""
        for _level in range(_DEPTH):
            if type_ is None or (type_.tag not in QUALIFIERS and type_.tag != "DW_TAG_typedef"):
                return type_
            type_ = self.of(type_)
        raise ValueError("a type that is made of itself")

    def children(self, type_: DIE, tag: int) -> Iterator[DIE]:
        """The members, enumerators or dimensions of a type."""
        unit = self._units.of(type_)
        offsets = (offset for offset, depth in unit.below(type_.offset, frozenset((tag,))) if depth == 1)
        return (unit.entry(offset) for offset in itertools.islice(offsets, CHILDREN_MOST))

    def name(self, type_: DIE | None, depth: int = 0) -> str:
        """Its name as C writes it, sanitised."""
        if type_ is None:
            return "void"
        if depth > _DEPTH:
            raise ValueError("a type that is made of itself")
        if type_.tag in QUALIFIERS:
            return f"{QUALIFIERS[type_.tag]} {self.name(self.of(type_), depth + 1)}"
        if type_.tag in POINTERS:
            return self._pointer_name(type_, depth)
        if type_.tag == "DW_TAG_array_type":
            dimensions = "".join(f"[{'' if count is None else count}]" for count in self.counts(type_))
            return self.name(self.of(type_), depth + 1) + dimensions
        if type_.tag in AGGREGATES:
            return f"{AGGREGATES[type_.tag]} {self.own_name(type_) or '{…}'}"
        return self.own_name(type_) or "?"

    def counts(self, type_: DIE) -> list[int | None]:
        """Elements in each dimension of an array; None where the type does not tell."""
        return [_count(dimension) for dimension in self.children(type_, DW_TAG_SUBRANGE_TYPE)]

    def size(self, type_: DIE | None, depth: int = 0) -> int | None:
        """Bytes; None where the type does not tell."""
        type_ = self.strip(type_)
        if type_ is None or depth > _DEPTH:
            return None
        if "DW_AT_byte_size" in type_.attributes:
            return int(type_.attributes["DW_AT_byte_size"].value)
        if type_.tag in POINTERS:
            return self._word
        if type_.tag != "DW_TAG_array_type":
            return None
        size = self.size(self.of(type_), depth + 1)
        for count in self.counts(type_):
            size = None if size is None or count is None else size * count
        return size

    def _pointer_name(self, type_: DIE, depth: int) -> str:
        target = self.of(type_)
        if target is not None and target.tag == "DW_TAG_subroutine_type":
            return f"{self.name(self.of(target), depth + 1)} (*)()"
        name = self.name(target, depth + 1)
        return f"{name}{'' if name.endswith('*') else ' '}{POINTERS[str(type_.tag)]}"


def is_character(type_: DIE) -> bool:
    """Whether it is C's char: bytes of another name are numbers."""
    encoding, size = (type_.attributes.get(f"DW_AT_{name}") for name in ("encoding", "byte_size"))
    if encoding is None or size is None or size.value != 1 or encoding.value not in {SIGNED_CHAR, UNSIGNED_CHAR}:
        return False
    name = type_.attributes.get("DW_AT_name")
    return name is not None and name.value == b"char"


def _count(dimension: DIE) -> int | None:
    for name, more in (("DW_AT_count", 0), ("DW_AT_upper_bound", 1)):
        bound = dimension.attributes.get(name)
        if bound is not None and isinstance(bound.value, int):
            return bound.value + more
    return None
