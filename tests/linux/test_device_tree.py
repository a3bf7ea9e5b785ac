from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.linux.bus import Bus, Window, bus_of
from rproc_tui.linux.cells import cell, cells, groups, strings
from rproc_tui.linux.device_tree import COMMANDS_MOST, Reserved, board_model, read_node, reserved_memory
from rproc_tui.model.memory import Region, RegionKind
from tests.linux.memory_host import Entry, Link, MemoryHost

BASE = "/sys/firmware/devicetree/base"
DEVICE = "/sys/devices/platform/soc/10000000.m4"
RETRAM, VRING, BUFFER = 5, 6, 7


def be(*numbers: int) -> bytes:
    return struct.pack(f">{len(numbers)}I", *numbers)


def stm32() -> dict[str, Entry]:
    """A tree whose processor sees RAM at 0x38000000 also at 0, through the dma-ranges of its bus."""
    node, bus, reserved = f"{BASE}/soc/ahb/m4@10000000", f"{BASE}/soc/ahb", f"{BASE}/reserved-memory"
    files: dict[str, Entry] = {
        f"{DEVICE}/of_node": Link("../../../../firmware/devicetree/base/soc/ahb/m4@10000000"),
        f"{BASE}/model": b"STMicroelectronics STM32MP157C-DK2\0",
        f"{BASE}/#address-cells": be(1),
        f"{BASE}/#size-cells": be(1),
        f"{bus}/#address-cells": be(1),
        f"{bus}/#size-cells": be(1),
        f"{bus}/compatible": b"st,mlahb\0simple-bus\0",
        f"{bus}/ranges": b"",
        f"{bus}/dma-ranges": be(0, 0x38000000, 0x10000, 0x10000000, 0x10000000, 0x60000),
        f"{node}/compatible": b"st,stm32mp1-m4\0",
        f"{node}/firmware-name": b"hub.elf\0",
        f"{node}/reg": be(0x10000000, 0x40000, 0x38000000, 0x10000),
        f"{node}/reg-names": b"mcuram\0",
        f"{node}/memory-region": be(RETRAM, VRING, BUFFER, 99),
        f"{reserved}/#address-cells": be(1),
        f"{reserved}/#size-cells": be(1),
        f"{reserved}/ranges": b"",
    }
    places = (("retram@38000000", RETRAM, 0x38000000), ("vdev0vring0@10040000", VRING, 0x10040000))
    for name, phandle, address in (*places, ("vdev0buffer@10042000", BUFFER, 0x10042000)):
        files[f"{reserved}/{name}/phandle"] = be(phandle)
        files[f"{reserved}/{name}/reg"] = be(address, 0x1000)
    return files


async def test_a_node_tells_its_kind_its_firmware_and_its_memory_by_device_address() -> None:
    node = await read_node(MemoryHost(stm32()), DEVICE)
    assert node.compatible == ("st,stm32mp1-m4",)
    assert node.parent_compatible == ("st,mlahb", "simple-bus")
    assert node.firmware_name == "hub.elf"
    assert node.regions == (
        Region("mcuram", 0x10000000, 0x40000, RegionKind.INTERNAL, 0x10000000),
        Region("m4:1", 0, 0x10000, RegionKind.INTERNAL, 0x38000000),
        Region("retram", 0, 0x1000, RegionKind.RESERVED, 0x38000000),
        Region("vdev0vring0", 0x10040000, 0x1000, RegionKind.RESERVED, 0x10040000),
        Region("vdev0buffer", 0x10042000, 0x1000, RegionKind.RESERVED, 0x10042000),
    )


async def test_memory_that_linux_allocates_from_is_told_from_other_reserved_memory() -> None:
    files = stm32()
    files[f"{BASE}/reserved-memory/vdev0buffer@10042000/compatible"] = b"shared-dma-pool\0"
    node = await read_node(MemoryHost(files), DEVICE)
    assert [region.name for region in node.regions if region.is_pool] == ["vdev0buffer"]


async def test_words_at_which_firmware_dies_are_taken_where_they_are_words() -> None:
    files = stm32()
    entries = (
        "0x101 write through a NULL pointer",
        "7 seven",
        "0x1ffffffff too wide",
        "x",
        "0x5",
        "0x102 \x1b[2J",
        "1" * 99,
    )
    files[f"{BASE}/soc/ahb/m4@10000000/rproc-tui,crash-commands"] = "\0".join(entries).encode() + b"\0"
    node = await read_node(MemoryHost(files), DEVICE)
    assert node.crash_commands == ((0x101, "write through a NULL pointer"), (7, "seven"), (0x102, "\\x1b[2J"))


async def test_of_many_crash_commands_the_first_are_taken() -> None:
    files = stm32()
    many = "".join(f"{number} way {number}\0" for number in range(200))
    files[f"{BASE}/soc/ahb/m4@10000000/rproc-tui,crash-commands"] = many.encode()
    node = await read_node(MemoryHost(files), DEVICE)
    assert [word for word, _ in node.crash_commands] == list(range(COMMANDS_MOST))


async def test_reserved_memory_that_was_read_before_is_not_read_again() -> None:
    host = MemoryHost(stm32())
    reserved = await reserved_memory(host)
    for path in [path for path in host.files if "/reserved-memory/" in path]:
        del host.files[path]
    assert (await read_node(host, DEVICE, reserved)).regions == (await read_node(MemoryHost(stm32()), DEVICE)).regions


async def test_reserved_memory_without_a_fixed_place_is_left_out() -> None:
    host = MemoryHost(stm32())
    host.files[f"{BASE}/reserved-memory/linux,cma/size"] = be(0x4000000)
    host.files[f"{BASE}/reserved-memory/linux,cma/phandle"] = be(42)
    assert set(await reserved_memory(host)) == {RETRAM, VRING, BUFFER}


async def test_addresses_of_two_cells_are_one_number() -> None:
    reserved = f"{BASE}/reserved-memory"
    host = MemoryHost(
        {
            f"{reserved}/#address-cells": be(2),
            f"{reserved}/#size-cells": be(2),
            f"{reserved}/c7x@880000000/phandle": be(1),
            f"{reserved}/c7x@880000000/reg": be(8, 0x80000000, 0, 0x100000),
        }
    )
    assert await reserved_memory(host) == {1: Reserved("c7x", 0x880000000, 0x100000)}


async def test_a_device_without_a_node_has_nothing_to_say() -> None:
    node = await read_node(MemoryHost({f"{DEVICE}/uevent": b""}), DEVICE)
    assert (node.compatible, node.regions) == ((), ())


async def test_the_board_has_the_name_of_its_tree() -> None:
    assert await board_model(MemoryHost(stm32())) == "STMicroelectronics STM32MP157C-DK2"
    assert await board_model(MemoryHost({"/proc/device-tree/model": b"Old board\0"})) == "Old board"
    assert await board_model(MemoryHost({})) is None
    assert await board_model(MemoryHost({f"{BASE}/model": b""})) is None


async def test_a_board_cannot_name_itself_with_control_characters() -> None:
    assert await board_model(MemoryHost({f"{BASE}/model": b"\x1b[2Jboard\0"})) == "\\x1b[2Jboard"


async def test_cells_are_inherited_from_the_nearest_node_that_says_them() -> None:
    host = MemoryHost({f"{BASE}/#address-cells": be(2), f"{BASE}/#size-cells": be(2), f"{BASE}/a/b/m4/reg": b""})
    bus = await bus_of(host, f"{BASE}/a/b/m4")
    assert (bus.address_cells, bus.size_cells) == (2, 2)


async def test_where_nothing_is_said_addresses_have_one_cell() -> None:
    bus = await bus_of(MemoryHost({f"{BASE}/m4/reg": b""}), f"{BASE}/m4")
    assert bus == Bus(1, 1)


async def test_ranges_translate_upwards_bus_by_bus() -> None:
    host = MemoryHost(
        {
            f"{BASE}/#address-cells": be(2),
            f"{BASE}/#size-cells": be(2),
            f"{BASE}/soc/#address-cells": be(1),
            f"{BASE}/soc/#size-cells": be(1),
            f"{BASE}/soc/ranges": be(0x40000000, 1, 0x40000000, 0x1000000),
            f"{BASE}/soc/cluster/#address-cells": be(1),
            f"{BASE}/soc/cluster/#size-cells": be(1),
            f"{BASE}/soc/cluster/ranges": be(0, 0x40100000, 0x8000),
            f"{BASE}/soc/cluster/core/reg": be(0, 0x1000),
        }
    )
    bus = await bus_of(host, f"{BASE}/soc/cluster/core")
    assert bus.physical(0x100, 0x10) == 0x140100100
    assert bus.device_address(0x100, 0x10) == 0x100


def test_an_address_outside_every_window_stays() -> None:
    bus = Bus(levels=((Window(0, 0x1000, 0x100),),), dma=(Window(0, 0x1000, 0x100),))
    assert bus.physical(0xF8, 0x10) == 0xF8
    assert bus.device_address(0x10F8, 0x10) == 0x10F8
    assert bus.device_address(0x1080, 0x10) == 0x80


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\0\0"])
def test_a_cell_that_is_not_whole_is_none(data: bytes) -> None:
    assert cell(data) is None
    assert cells(data) == ()


def test_groups_need_sensible_widths() -> None:
    data = be(1, 2, 3, 4, 5)
    assert list(groups(data, 1, 1)) == [(1, 2), (3, 4)]
    assert list(groups(data, 2, 1)) == [((1 << 32) + 2, 3)]
    assert list(groups(data, 1, 0)) == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]
    assert list(groups(data, 0, 0)) == []
    assert list(groups(data, 9, 1)) == []


@given(st.binary(max_size=200))
def test_no_strings_property_raises(data: bytes) -> None:
    assert all("\0" not in text for text in strings(data))


@given(
    st.fixed_dictionaries(
        {},
        optional={
            f"{BASE}/soc/{name}": st.binary(max_size=40)
            for name in (
                "#address-cells",
                "#size-cells",
                "ranges",
                "dma-ranges",
                "m4/reg",
                "m4/reg-names",
                "m4/memory-region",
                "m4/compatible",
                "m4/firmware-name",
            )
        }
        | {
            f"{BASE}/reserved-memory/{name}": st.binary(max_size=12)
            for name in ("#address-cells", "@/reg", "@/phandle")
        },
    )
)
async def test_no_tree_raises(properties: dict[str, bytes]) -> None:
    files: dict[str, Entry] = {f"{DEVICE}/of_node": Link("../../../../firmware/devicetree/base/soc/m4"), **properties}
    node = await read_node(MemoryHost(files), DEVICE)
    assert all(region.size > 0 or region.kind is RegionKind.RESERVED for region in node.regions)


async def test_a_memory_of_no_size_is_left_out() -> None:
    host = MemoryHost(stm32())
    host.files[f"{BASE}/soc/ahb/m4@10000000/reg"] = be(0x10000000, 0, 0x20000000, 0x1000)
    internal = [one for one in (await read_node(host, DEVICE)).regions if one.kind is RegionKind.INTERNAL]
    assert [one.da for one in internal] == [0x20000000]
