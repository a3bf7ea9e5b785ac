"""The resource table in aligned columns: as the kernel shows it live, or as the file has it."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from rproc_tui.firmware.units import address_text, size_text
from rproc_tui.model.resource_table import (
    ADDRESS_ANY,
    STATUS_ACKNOWLEDGE,
    STATUS_DRIVER,
    STATUS_DRIVER_OK,
    STATUS_FAILED,
    STATUS_FEATURES_OK,
    STATUS_NEEDS_RESET,
    VIRTIO_ID_NAMES,
    CarveoutEntry,
    DevmemEntry,
    Entry,
    RawEntry,
    ResourceTable,
    TraceEntry,
    VdevEntry,
    Vring,
    entry_type,
)
from rproc_tui.tui.panels.advice import without_debugfs
from rproc_tui.tui.panels.columns import fit, indented
from rproc_tui.tui.view import View

_STATUS_WORDS = (
    (STATUS_FAILED, "FAILED"),
    (STATUS_NEEDS_RESET, "NEEDS_RESET"),
    (STATUS_DRIVER_OK, "DRIVER_OK"),
    (STATUS_FEATURES_OK, "FEATURES_OK"),
    (STATUS_DRIVER, "DRIVER"),
    (STATUS_ACKNOWLEDGE, "ACKNOWLEDGE"),
)
"""Bits of a virtio status, the furthest first: that one tells the rest."""
_RPMSG = 7
_FEATURE_NS = 1
"""VIRTIO_RPMSG_F_NS: names are announced."""
_TYPE_WIDTH = 9
_NAME_WIDTHS = (8, 14)
_DA_WIDTH = 11
_BESIDE = 33
"""Cells beside the names, with those of the longest last column."""
_HEADINGS = ("name", "da", "len")


def table_of(view: View) -> tuple[ResourceTable | None, str]:
    """The table to show and where it is from: `live`, or `in file` where it is what would be loaded."""
    if view.processor is not None and view.processor.resource_table is not None:
        return view.processor.resource_table, "live"
    if view.facts is not None and view.facts.resource_table is not None:
        return view.facts.resource_table, "in file"
    return None, ""


def resources_title(view: View) -> str:
    """`live · 3 entries`: where the table is from, its version where that is not 1, its entries."""
    table, source = table_of(view)
    if table is None:
        return ""
    version = f"ver {table.ver} · " if table.ver not in (None, 1) else ""
    return f"{source} · {version}{table.num} entr{'y' if table.num == 1 else 'ies'}"


def resource_lines(view: View, width: int) -> list[Content]:
    """What the resource table panel says."""
    if view.processor is None:
        return []
    table, _ = table_of(view)
    if table is None:
        return indented("", _why_none(view), width, "$label")
    least, most = _NAME_WIDTHS
    names = [len(entry.name) for entry in table.entries if not isinstance(entry, VdevEntry | RawEntry)]
    name_width = max(least, min(most, max([least, *names]), width - _BESIDE))
    name, da, size = _HEADINGS
    heading = f"{'#':<2} {'type':<{_TYPE_WIDTH}}{name:<{name_width}}  {da:<{_DA_WIDTH}}{size}"
    lines = [Content.assemble((heading, "$label"))]
    for entry in table.entries:
        lines += _entry_lines(entry, name_width)
    if len(table.entries) < table.num:
        lines.append(Content.assemble((f"{table.num - len(table.entries)} more cannot be read", "$warning")))
    return [line.truncate(width, ellipsis=True) for line in lines]


def _why_none(view: View) -> str:
    if view.facts is None:
        hidden = None if view.processor is None else without_debugfs(view.processor)
        return hidden or (
            "no resource table to be seen: debugfs shows one while it runs, and there is no firmware file to look into"
        )
    if view.facts.elf is None:
        return "no resource table to be seen: the firmware file is no ELF file that can be read"
    return "no resource table: the firmware asks nothing of the kernel"


def _entry_lines(entry: Entry, name_width: int) -> Iterator[Content]:
    start = Content.assemble((f"{entry.index:<2} ", "$label"), (fit(entry_type(entry), _TYPE_WIDTH), "$primary"))
    match entry:
        case CarveoutEntry() | DevmemEntry() | TraceEntry():
            yield Content.assemble(
                start, fit(entry.name, name_width), f"  {_da_text(entry.da):<{_DA_WIDTH}}{size_text(entry.len)}"
            )
        case VdevEntry():
            yield Content.assemble(start, fit(_vdev_name(entry), name_width), "  ", _status(entry))
            for number, vring in enumerate(entry.vrings):
                yield _vring_line(number, vring, name_width)
        case RawEntry():
            kept = f"  {len(entry.raw)} bytes" if entry.raw else ""
            yield Content.assemble(start, fit(f"type {entry.type_number}", name_width), kept)


def _vdev_name(entry: VdevEntry) -> str:
    return VIRTIO_ID_NAMES.get(entry.id, f"id {entry.id}")


def _status(entry: VdevEntry) -> Content:
    word = next((word for bit, word in _STATUS_WORDS if entry.status & bit), "no driver")
    style = "$state-running" if word == "DRIVER_OK" else "$state-crashed" if word == "FAILED" else "$label"
    names = "  NS" if entry.id == _RPMSG and entry.dfeatures & _FEATURE_NS else ""
    config = f"  config {entry.config_len} B" if entry.config_len else ""
    return Content.assemble((word, style), names, (config, "$label"))


def _vring_line(number: int, vring: Vring, name_width: int) -> Content:
    size = f"{vring.num} × {vring.align}"  # noqa: RUF001 (times)
    return Content.assemble(
        (" " * 5 + f"vring{number} ", "$label"),
        fit(size, name_width),
        f"  {_da_text(vring.da):<{_DA_WIDTH}}",
        (f"notify {vring.notifyid}", "$label"),
    )


def _da_text(address: int) -> str:
    return "any" if address == ADDRESS_ANY else address_text(address)
