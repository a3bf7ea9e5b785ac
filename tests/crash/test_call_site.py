from __future__ import annotations

import pytest

from rproc_tui.crash.call_site import follows_call
from rproc_tui.crash.values import Machine

BASE = 0x1000
THUMB = [
    ("bl", b"\x00\xf0\x00\xf8", True),
    ("bl backwards", b"\xff\xf7\xfe\xff", True),
    ("blx to arm", b"\x00\xf0\x00\xe8", True),
    ("blx r3", b"\x00\xbf\x98\x47", True),
    ("bx lr", b"\x00\xbf\x70\x47", False),
    ("b.w", b"\x00\xf0\x00\xb8", False),
    ("movs, adds", b"\x01\x20\x01\x30", False),
]
ARM = [
    ("bl", 0xEB000010, True),
    ("blne", 0x1B000010, True),
    ("blx label", 0xFA000010, True),
    ("blx r3", 0xE12FFF33, True),
    ("bx lr", 0xE12FFF1E, False),
    ("b", 0xEA000010, False),
    ("mov", 0xE1A00000, False),
]
RISCV = [
    ("jal ra", b"\xef\x00\x00\x01", True),
    ("jalr ra, a0", b"\xe7\x00\x05\x00", True),
    ("c.jalr a0", b"\x01\x00\x02\x95", True),
    ("c.jal", b"\x01\x00\x05\x20", True),
    ("c.jr ra", b"\x01\x00\x82\x80", False),
    ("c.ebreak", b"\x01\x00\x02\x90", False),
    ("j", b"\x6f\x00\x00\x01", False),
    ("addi", b"\x13\x05\x15\x00", False),
]


def is_call(code: bytes, machine: Machine, bit: int) -> bool:
    def read(address: int, size: int) -> bytes | None:
        data = code[address - BASE : address - BASE + size] if address >= BASE else b""
        return data if len(data) == size else None

    return follows_call(BASE + len(code) | bit, read, machine)


@pytest.mark.parametrize(("code", "expected"), [case[1:] for case in THUMB], ids=[case[0] for case in THUMB])
def test_a_call_of_thumb_is_known(code: bytes, expected: bool) -> None:
    assert is_call(code, Machine.CORTEX_M, 1) is expected
    assert is_call(code, Machine.ARM, 1) is expected
    assert not is_call(code, Machine.CORTEX_M, 0)


@pytest.mark.parametrize(("word", "expected"), [case[1:] for case in ARM], ids=[case[0] for case in ARM])
def test_a_call_of_arm_is_known(word: int, expected: bool) -> None:
    assert is_call(word.to_bytes(4, "little"), Machine.ARM, 0) is expected


@pytest.mark.parametrize(("code", "expected"), [case[1:] for case in RISCV], ids=[case[0] for case in RISCV])
def test_a_call_of_riscv_is_known(code: bytes, expected: bool) -> None:
    assert is_call(code, Machine.RISCV32, 0) is expected


@pytest.mark.parametrize("machine", list(Machine))
def test_what_is_not_there_is_no_call(machine: Machine) -> None:
    assert not is_call(b"", machine, 1)
    assert not follows_call(0, lambda _address, _size: None, machine)
