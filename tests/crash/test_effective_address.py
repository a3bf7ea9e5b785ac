"""The address that an instruction accesses."""

from __future__ import annotations

import pytest

from rproc_tui.crash.effective_address import effective_address
from rproc_tui.crash.fault_title import Access, access_of

REGISTERS = {"r0": 0x10, "r1": 0x2000_0000, "r11": 0x100, "sp": 0x3000, "a1": 8, "s0": 0x50}


@pytest.mark.parametrize(
    ("text", "address", "access"),
    [
        ("str r0, [r1]", 0x2000_0000, Access.WRITE),
        ("ldr.w r0, [r1, #4]", 0x2000_0004, Access.READ),
        ("ldrb r0, [r1, #0xc]!", 0x2000_000C, Access.READ),
        ("str r0, [sp, #-8]!", 0x2FF8, Access.WRITE),
        ("str r0, [fp, #-0x10]", 0xF0, Access.WRITE),
        ("ldr r0, [r1, r0]", 0x2000_0010, Access.READ),
        ("ldr r0, [r1, r0, lsl #2]", 0x2000_0040, Access.READ),
        ("str r0, [r5]", None, Access.WRITE),
        ("push {r7, lr}", None, Access.WRITE),
        ("add r0, r1", None, None),
        ("c.sw a0, 0(a1)", 8, Access.WRITE),
        ("lw a0, -0x10(s0)", 0x40, Access.READ),
        ("sw a0, -9(a1)", 0xFFFF_FFFF, Access.WRITE),
    ],
)
def test_loads_and_stores_are_computed(text: str, address: int | None, access: Access | None) -> None:
    assert effective_address(text, REGISTERS) == address
    assert access_of(text) == access
