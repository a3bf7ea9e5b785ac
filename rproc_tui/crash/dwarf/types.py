"""Types of variables: what they are called and how long they are (DWARF 5, chapter 5)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from elftools.dwarf.die import DIE

from rproc_tui.crash.dwarf.unit import name_of

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

_DEPTH = 16
"""Types of types that are followed; more is a circle."""
CHILDREN_MOST = 1024
"""Members or enumerators of a type that are looked at."""


def type_of(entry: DIE) -> DIE | None:
    """The type of a variable, or what a type is made from; None for void."""
    return entry.get_DIE_from_attribute("DW_AT_type") if "DW_AT_type" in entry.attributes else None


def strip(type_: DIE | None) -> DIE | None:
    """Without typedefs and qualifiers."""
    for _level in range(_DEPTH):
        if type_ is None or (type_.tag not in QUALIFIERS and type_.tag != "DW_TAG_typedef"):
            return type_
        type_ = type_of(type_)
    raise ValueError("a type that is made of itself")


def children(type_: DIE, tag: str) -> Iterator[DIE]:
    """The members, enumerators or dimensions of a type."""
    return (child for child in itertools.islice(type_.iter_children(), CHILDREN_MOST) if child.tag == tag)


def type_name(type_: DIE | None, depth: int = 0) -> str:
    """Its name as C writes it, sanitised. Raises ValueError for a circle."""
    if type_ is None:
        return "void"
    if depth > _DEPTH:
        raise ValueError("a type that is made of itself")
    if type_.tag in QUALIFIERS:
        return f"{QUALIFIERS[type_.tag]} {type_name(type_of(type_), depth + 1)}"
    if type_.tag in POINTERS:
        return _pointer_name(type_, depth)
    if type_.tag == "DW_TAG_array_type":
        dimensions = "".join(f"[{count if count is not None else ''}]" for count in array_counts(type_))
        return type_name(type_of(type_), depth + 1) + dimensions
    if type_.tag in AGGREGATES:
        return f"{AGGREGATES[type_.tag]} {name_of(type_) or '{…}'}"
    return name_of(type_) or "?"


def _pointer_name(type_: DIE, depth: int) -> str:
    target = type_of(type_)
    if target is not None and target.tag == "DW_TAG_subroutine_type":
        return f"{type_name(type_of(target), depth + 1)} (*)()"
    name = type_name(target, depth + 1)
    return f"{name}{'' if name.endswith('*') else ' '}{POINTERS[str(type_.tag)]}"


def array_counts(type_: DIE) -> list[int | None]:
    """Elements in each dimension; None where the type does not tell."""
    return [_count(dimension) for dimension in children(type_, "DW_TAG_subrange_type")]


def _count(dimension: DIE) -> int | None:
    for name, more in (("DW_AT_count", 0), ("DW_AT_upper_bound", 1)):
        bound = dimension.attributes.get(name)
        if bound is not None and isinstance(bound.value, int):
            return bound.value + more
    return None


def size_of(type_: DIE | None, word: int) -> int | None:
    """Bytes; None where the type does not tell."""
    type_ = strip(type_)
    if type_ is None:
        return None
    if "DW_AT_byte_size" in type_.attributes:
        return int(type_.attributes["DW_AT_byte_size"].value)
    if type_.tag in POINTERS:
        return word
    if type_.tag != "DW_TAG_array_type":
        return None
    size = size_of(type_of(type_), word)
    for count in array_counts(type_):
        size = None if size is None or count is None else size * count
    return size
