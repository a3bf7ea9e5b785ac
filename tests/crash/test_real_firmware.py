"""Firmware that other people built with GCC, kept beside the project: the same lines as gdb finds."""

from __future__ import annotations

import io
import os
import pathlib
import random

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from rproc_tui.crash.symbols import Symbols
from tests.crash.gdb_backtrace import GDB, gdb_lines

CORPUS = pathlib.Path(__file__).parents[3] / "shared" / "firmware"
NAMES = [
    "st-stm32mp157-zephyr-hello-symbols.elf",
    "nxp-imx8mp-rpmsg_lite_pingpong.elf",
    "ti-am335x-pm-firmware-trace.elf",
    "xilinx-microblazev-zephyr-openamp.elf",
    "xilinx-zynqmp-app_rtos_echo_test_r5_0.elf",
]
"""GCC 5, 12 and 13, Cortex-M, Cortex-R and RISC-V, DWARF 4 and 5."""
ADDRESSES = 100
DROPPED_FUNCTIONS_END = 0x2000
"""Below it gdb answers with the lines of functions that the linker dropped and left at address 0."""

pytestmark = pytest.mark.skipif(not (CORPUS / NAMES[0]).exists(), reason="no collection of real firmware beside it")


def code_addresses(content: bytes, symbols: Symbols) -> list[int]:
    """Addresses in functions that have a size, the same ones each time."""
    table = ELFFile(io.BytesIO(content)).get_section_by_name(".symtab")
    assert isinstance(table, SymbolTableSection)
    functions = [
        (one["st_value"], one["st_size"]) for one in table.iter_symbols() if one["st_info"]["type"] == "STT_FUNC"
    ]
    kept = [one for one in functions if one[0] >= DROPPED_FUNCTIONS_END and one[1] > 4 and symbols.is_code(one[0])]
    chance = random.Random(len(content))  # noqa: S311 (no secret)
    return [start + chance.randrange(size) & ~1 for start, size in chance.sample(kept, min(ADDRESSES, len(kept)))]


@pytest.mark.skipif(GDB is None, reason="needs gdb-multiarch")
@pytest.mark.parametrize("name", NAMES)
def test_an_address_of_real_firmware_is_in_the_line_that_gdb_names(name: str) -> None:
    path = CORPUS / name
    content = path.read_bytes()
    symbols = Symbols(content)
    addresses = code_addresses(content, symbols)
    for address, line in zip(addresses, gdb_lines(os.fspath(path), addresses), strict=True):
        place = symbols.place(address)
        ours = None if place.file is None else (os.path.basename(place.file.replace("\\", "/")), place.line)
        assert ours == line, hex(address)
