"""From a device tree to a plan: what a board file may say, its limits, and what is wrong with one that breaks them.

Nodes of the vendor `rproc-tui` are ours: processors (`rproc-tui,cortex-m4`) and, as their children, devices. Everything
else is left alone, so that the source of a real board can be extended. A processor's children have addresses of their
own: what one processor sees at 0x40000000 is not what another one sees there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Protocol

from rproc_tui.emulator.device_tree import TreeNode
from rproc_tui.emulator.machine.memory import PAGE, Access
from rproc_tui.emulator.plan import RISCV, BoardPlan, DevicePlan, MemoryPlan, ProcessorPlan

VENDOR = "rproc-tui,"
CORES = (
    "cortex-m0",
    "cortex-m0+",
    "cortex-m3",
    "cortex-m4",
    "cortex-m7",
    "cortex-m33",
    "cortex-r5f",
    "rv32imac",
)
DEVICES = ("mailbox", "watchdog", "timer", "abort")
_WITH_INTERRUPT = frozenset(("mailbox", "timer"))

MOST_PROCESSORS = 32
MOST_REGIONS = 32
LARGEST_REGION = 256 << 20
LARGEST_BOARD = 1 << 30
_ADDRESS_SPACE = 1 << 32
_SYSTEM_SPACE = 0xE0000000
"""From here on a core has its own registers."""
_DEFAULT_FREQUENCY = 64_000_000
_MOST_LINES = 240
_TIMER = DevicePlan("timer", "the core's own timer", 0x02000000, 0x10000, None)
"""What an RV32 core brings below the system space."""
_LETTERS = {"r": Access.READ, "w": Access.WRITE, "x": Access.EXECUTE}
_ALL = Access.READ | Access.WRITE | Access.EXECUTE


def plan_board(root: TreeNode) -> BoardPlan:
    """The plan of a whole tree. BoardError names file, line and node."""
    nodes = tuple(root.walk())
    phandles = {node.phandle: node for node in nodes if node.phandle is not None}
    processors: list[ProcessorPlan] = []
    parents = {child.path: node for node in nodes for child in node.children}
    for node in nodes:
        kind = _kind(node)
        if kind is None or node.path == "/":
            continue
        if kind in DEVICES:
            if _kind(parents[node.path]) not in CORES:
                raise node.error("this device belongs to no processor: its node must be a processor's child")
            continue
        if node.is_enabled:
            processors.append(_processor(node, parents[node.path], phandles, parents))
    if not processors:
        raise root.error(f"no processor: no enabled node is compatible with {_listed(CORES)}")
    if len(processors) > MOST_PROCESSORS:
        raise root.error(f"more than {MOST_PROCESSORS} processors")
    _check_total(root, processors)
    _check_names(root, processors)
    return BoardPlan(root.string("model") or "unnamed board", root.compatible, tuple(processors))


def _kind(node: TreeNode) -> str | None:
    """The word of the first compatible of ours; an unknown one is an error, except on the root."""
    for word in node.compatible:
        if word.startswith(VENDOR):
            kind = word.removeprefix(VENDOR)
            if kind not in CORES and kind not in DEVICES and node.path != "/":
                raise node.error(
                    f"unknown compatible `{word}`; processors are {_listed(CORES)}, devices are {_listed(DEVICES)}"
                )
            return kind
    return None


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(f"`{VENDOR}{kind}`" for kind in kinds)


def _processor(
    node: TreeNode, parent: TreeNode, phandles: dict[int, TreeNode], parents: dict[str, TreeNode]
) -> ProcessorPlan:
    if not node.base_name.isprintable() or not node.unit_address:
        raise node.error("a processor's node needs a name and a unit address (`m4@10000000`)")
    internal = _internal(node, parent)
    reserved = tuple(_reserved(node, phandle, phandles, parents) for phandle in node.cells("memory-region"))
    devices = tuple(_devices(node))
    if len(internal) + len(reserved) > MOST_REGIONS:
        raise node.error(f"more than {MOST_REGIONS} memories")
    own = (_TIMER,) if _kind(node) == RISCV.removeprefix(VENDOR) else ()
    _check_overlaps(node, (*internal, *reserved, *devices, *own))
    _check_mailbox(node, phandles, parents)
    return ProcessorPlan(
        name=node.base_name,
        device_name=f"{node.unit_address}.{node.base_name}",
        path=node.path,
        compatible=node.compatible,
        core=VENDOR + (_kind(node) or ""),
        internal=internal,
        reserved=reserved,
        devices=devices,
        firmware=node.string("firmware-name"),
        auto_boot=node.has("rproc-tui,auto-boot"),
        frequency=_between(node, "clock-frequency", _DEFAULT_FREQUENCY, 1_000, 4_000_000_000),
        vector_table=node.cell("rproc-tui,vector-table", internal[0].address),
        phandle=node.phandle,
    )


def _between(node: TreeNode, name: str, default: int, least: int, most: int) -> int:
    value = node.cell(name, default)
    if not least <= value <= most:
        raise node.error(f"`{name}` must be between {least} and {most}")
    return value


def _internal(node: TreeNode, parent: TreeNode) -> tuple[MemoryPlan, ...]:
    ranges = _reg(node, parent)
    if not ranges:
        raise node.error("no `reg`: a processor needs memory of its own")
    names = node.strings("reg-names") or tuple(f"memory{index}" for index in range(len(ranges)))
    accesses = node.strings("rproc-tui,access") or ("rwx",) * len(ranges)
    for name, found in (("reg-names", names), ("rproc-tui,access", accesses)):
        if len(found) != len(ranges):
            raise node.error(f"`{name}` must have one string for each of the {len(ranges)} ranges of `reg`")
    return tuple(
        _memory(node, name, place, _access(node, letters))
        for name, place, letters in zip(names, ranges, accesses, strict=True)
    )


def _reserved(node: TreeNode, phandle: int, phandles: dict[int, TreeNode], parents: dict[str, TreeNode]) -> MemoryPlan:
    region = phandles.get(phandle)
    if region is None:
        raise node.error(f"`memory-region` refers to no node ({phandle:#x})")
    ranges = _reg(region, parents[region.path]) if region.path in parents else ()
    if len(ranges) != 1:
        raise region.error("a memory region needs a `reg` with one range")
    access = _access(region, region.string("rproc-tui,access") or "rwx")
    return _memory(region, region.base_name, ranges[0], access, is_pool="shared-dma-pool" in region.compatible)


def _memory(node: TreeNode, name: str, place: tuple[int, int], access: Access, *, is_pool: bool = False) -> MemoryPlan:
    address, size = place
    if address % PAGE or size % PAGE or not size:
        raise node.error(f"memory {name} at {address:#010x}, {size:#x} bytes: both must be multiples of {PAGE:#x}")
    if size > LARGEST_REGION:
        raise node.error(f"memory {name} is larger than {LARGEST_REGION >> 20} MiB")
    if address + size > _SYSTEM_SPACE:
        raise node.error(f"memory {name} reaches above {_SYSTEM_SPACE:#010x}, where a core has its own registers")
    return MemoryPlan(name, address, size, access, node.path, is_pool)


def _access(node: TreeNode, letters: str) -> Access:
    if not letters or set(letters) - set(_LETTERS):
        raise node.error(f"`rproc-tui,access` must be made of the letters r, w and x, not `{letters}`")
    access = Access(0)
    for letter in letters:
        access |= _LETTERS[letter]
    return access


def _devices(node: TreeNode) -> Iterable[DevicePlan]:
    for child in node.children:
        kind = _kind(child)
        if kind is None or not child.is_enabled:
            continue
        if kind not in DEVICES:
            raise child.error("a processor cannot be inside of another one")
        ranges = _reg(child, node)
        if len(ranges) != 1:
            raise child.error("a device needs a `reg` with one range")
        address, size = ranges[0]
        if address % PAGE or size != PAGE:
            raise child.error(f"a device occupies one page: `reg` must be a multiple of {PAGE:#x}, then {PAGE:#x}")
        if address + size > _SYSTEM_SPACE:
            raise child.error(f"a device must be below {_SYSTEM_SPACE:#010x}")
        yield DevicePlan(kind, child.name, address, size, _interrupt(child, kind))


def _interrupt(node: TreeNode, kind: str) -> int | None:
    if kind not in _WITH_INTERRUPT:
        return None
    lines = node.cells("interrupts")
    if len(lines) != 1 or lines[0] >= _MOST_LINES:
        raise node.error(f"`interrupts` must be one line, 0 to {_MOST_LINES - 1}")
    return lines[0]


class _Placed(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def address(self) -> int: ...
    @property
    def end(self) -> int: ...


def _check_overlaps(node: TreeNode, placed: Iterable[_Placed]) -> None:
    ordered = sorted(placed, key=lambda one: one.address)
    for before, behind in itertools.pairwise(ordered):
        if behind.address < before.end:
            raise node.error(
                f"{behind.name} at {behind.address:#010x} overlaps {before.name} "
                f"({before.address:#010x} to {before.end - 1:#010x})"
            )


def _check_mailbox(node: TreeNode, phandles: dict[int, TreeNode], parents: dict[str, TreeNode]) -> None:
    if not node.has("mboxes"):
        return
    target = phandles.get((node.cells("mboxes") or (0,))[0])
    if target is None or target.path == "/" or parents[target.path].path != node.path or _kind(target) != "mailbox":
        raise node.error("`mboxes` must refer to a mailbox that is a child of the processor")


def _check_total(root: TreeNode, processors: Iterable[ProcessorPlan]) -> None:
    regions = {
        (region.path, region.address): region.size
        for processor in processors
        for region in (*processor.internal, *processor.reserved)
    }
    if sum(regions.values()) > LARGEST_BOARD:
        raise root.error(f"the board has more than {LARGEST_BOARD >> 20} MiB of memory")


def _check_names(root: TreeNode, processors: Iterable[ProcessorPlan]) -> None:
    seen: dict[str, str] = {}
    for processor in processors:
        other = seen.setdefault(processor.device_name, processor.path)
        if other != processor.path:
            raise root.error(f"{processor.path} and {other} would both be the device {processor.device_name}")


def _reg(node: TreeNode, parent: TreeNode) -> tuple[tuple[int, int], ...]:
    """Pairs of address and size, as many cells each as the parent says."""
    address_cells, size_cells = (_between(parent, name, default, 1, 2) for name, default in _CELLS)
    cells = node.cells("reg")
    step = address_cells + size_cells
    if len(cells) % step:
        raise node.error(f"`reg` must be pairs of {address_cells} cell(s) of address and {size_cells} cell(s) of size")
    pairs = []
    for start in range(0, len(cells), step):
        address = _join(cells[start : start + address_cells])
        size = _join(cells[start + address_cells : start + step])
        if address + size > _ADDRESS_SPACE:
            raise node.error(f"`reg` {address:#x} + {size:#x} is beyond 32 bits")
        pairs.append((address, size))
    return tuple(pairs)


_CELLS = (("#address-cells", 2), ("#size-cells", 1))
"""And their defaults."""


def _join(cells: Iterable[int]) -> int:
    value = 0
    for cell in cells:
        value = value << 32 | cell
    return value
