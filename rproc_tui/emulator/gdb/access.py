"""The packets that look at registers and memory and change them: g G p P m M X (GDB manual, appendix E.2).

Arguments are what stands behind the letter. ValueError for one that makes no sense, OSError from the debuggee.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping

from rproc_tui.emulator.gdb.debuggee import Debuggee
from rproc_tui.emulator.gdb.packets import MOST
from rproc_tui.emulator.gdb.registers import Architecture, Register

OK = b"OK"
_MOST_READ = MOST // 2
"""Bytes of memory in one answer, as two digits each."""


class Access:
    """To one debuggee."""

    def __init__(self, debuggee: Debuggee, architecture: Architecture) -> None:
        self._debuggee = debuggee
        self._registers = architecture.registers

    def read_registers(self, _argument: bytes) -> bytes:
        """All of them (g)."""
        values = self._values()
        return b"".join(register.pack(values) for register in self._registers).hex().encode()

    def write_registers(self, argument: bytes) -> bytes:
        """Write all (G): those that differ."""
        data = _bytes_of(argument)
        if len(data) != sum(register.bits for register in self._registers) // 8:
            raise ValueError("another number of registers")
        values = self._values()
        wanted: dict[str, int] = {}
        for register in self._registers:
            size = register.bits // 8
            wanted |= register.unpack(data[:size])
            data = data[size:]
        self._debuggee.write_registers({name: value for name, value in wanted.items() if value != values[name]})
        return OK

    def read_register(self, argument: bytes) -> bytes:
        """One (p number)."""
        return self._register(argument).pack(self._values()).hex().encode()

    def write_register(self, argument: bytes) -> bytes:
        """Write one (P number=value)."""
        number, _, value = argument.partition(b"=")
        register, data = self._register(number), _bytes_of(value)
        if len(data) != register.bits // 8:
            raise ValueError("another size")
        self._debuggee.write_registers(register.unpack(data))
        return OK

    def read_memory(self, argument: bytes) -> bytes:
        """Memory (m address,length)."""
        address, length = address_and_length(argument)
        return self._debuggee.read_memory(address, min(length, _MOST_READ)).hex().encode() if length else b""

    def write_memory(self, argument: bytes) -> bytes:
        """Write memory (M address,length:digits)."""
        place, _, digits = argument.partition(b":")
        return self._write(place, _bytes_of(digits))

    def write_bytes(self, argument: bytes) -> bytes:
        """The same in binary (X address,length:bytes)."""
        place, _, data = argument.partition(b":")
        return self._write(place, data)

    def _write(self, place: bytes, data: bytes) -> bytes:
        address, length = address_and_length(place)
        if length != len(data):
            raise ValueError("another length")
        if data:
            self._debuggee.write_memory(address, data)
        return OK

    def _register(self, number: bytes) -> Register:
        index = int(number, 16)
        if not 0 <= index < len(self._registers):
            raise ValueError("no such register")
        return self._registers[index]

    def _values(self) -> Mapping[str, int]:
        values = self._debuggee.registers()
        if not values:
            raise OSError(errno.ESRCH, "the core is over")
        return values


def address_and_length(argument: bytes) -> tuple[int, int]:
    """Two hexadecimal numbers of 32 bits."""
    address, length = (int(part, 16) for part in argument.split(b","))
    if not (0 <= address < 1 << 32 and 0 <= length < 1 << 32):
        raise ValueError("more than 32 bits")
    return address, length


def _bytes_of(digits: bytes) -> bytes:
    return bytes.fromhex(digits.decode("ascii"))
