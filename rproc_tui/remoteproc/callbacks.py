"""A driver's callbacks with the kernel's defaults filled in (`rproc_alloc_ops`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from rproc_tui.remoteproc import coredump, elf_loader

if TYPE_CHECKING:
    from rproc_tui.remoteproc.core import Rproc


@dataclass(frozen=True, slots=True)
class Callbacks:
    """What a driver offers; None is a NULL callback. The meaning of each stands in `ops.RprocOps`."""

    start: Callable[[Rproc], None] | None
    stop: Callable[[Rproc], None] | None
    prepare: Callable[[Rproc], None] | None
    unprepare: Callable[[Rproc], None] | None
    attach: Callable[[Rproc], None] | None
    detach: Callable[[Rproc], None] | None
    kick: Callable[[Rproc, int], None] | None
    da_to_va: Callable[[Rproc, int, int], memoryview | None] | None
    get_loaded_rsc_table: Callable[[Rproc], memoryview | None] | None
    handle_rsc: Callable[[Rproc, int, memoryview, int], bool] | None
    load: Callable[[Rproc, bytes], None]
    parse_fw: Callable[[Rproc, bytes], None] | None
    find_loaded_rsc_table: Callable[[Rproc, bytes], memoryview | None] | None
    sanity_check: Callable[[Rproc, bytes], None] | None
    get_boot_addr: Callable[[Rproc, bytes], int] | None
    coredump: Callable[[Rproc], None]


class _ElfLoader:
    """The five that a driver without `load` gets, whatever it has of its own."""

    load = staticmethod(elf_loader.load_segments)
    parse_fw = staticmethod(elf_loader.load_rsc_table)
    find_loaded_rsc_table = staticmethod(elf_loader.find_loaded_rsc_table)
    sanity_check = staticmethod(elf_loader.sanity_check)
    get_boot_addr = staticmethod(elf_loader.get_boot_addr)


_LOADER = frozenset({"load", "parse_fw", "find_loaded_rsc_table", "sanity_check", "get_boot_addr"})


def resolve(ops: object) -> Callbacks:
    """The callbacks of a driver's object, with the kernel's defaults."""
    loader = ops if getattr(ops, "load", None) is not None else _ElfLoader
    found: dict[str, Any] = {
        field.name: getattr(loader if field.name in _LOADER else ops, field.name, None) for field in fields(Callbacks)
    }
    found["coredump"] = found["coredump"] or coredump.coredump
    return Callbacks(**found)
