"""Which registers each architecture shows to GDB, in its features' names and order (GDB manual, appendix G.5)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Register:
    """One register as GDB sees it."""

    name: str
    parts: tuple[str, ...]
    """The machine's registers that it is made of, the lowest first; none: it is always zero."""
    kind: str = "int"
    """Its type: `int`, `data_ptr`, `code_ptr`, `ieee_double`, …"""
    group: str | None = None

    @property
    def bits(self) -> int:
        """Its width."""
        return 32 * max(1, len(self.parts))

    def pack(self, values: Mapping[str, int]) -> bytes:
        """Its bytes, little-endian."""
        return b"".join(values[part].to_bytes(4, "little") for part in self.parts) if self.parts else bytes(4)

    def unpack(self, data: bytes) -> dict[str, int]:
        """The machine's values from so many bytes."""
        return {part: int.from_bytes(data[4 * n : 4 * n + 4], "little") for n, part in enumerate(self.parts)}


@dataclass(frozen=True, slots=True)
class Feature:
    """A set of registers that GDB knows by name, or shows as it is."""

    name: str
    registers: tuple[Register, ...]


@dataclass(frozen=True, slots=True)
class Architecture:
    """What GDB calls it, and its registers. They are numbered in order."""

    name: str
    features: tuple[Feature, ...]

    @property
    def registers(self) -> tuple[Register, ...]:
        """All of them, by number."""
        return tuple(register for feature in self.features for register in feature.registers)


_POINTERS = {"sp": "data_ptr", "pc": "code_ptr", "ra": "code_ptr", "msp": "data_ptr", "psp": "data_ptr"}
_ARM = (*(f"r{index}" for index in range(13)), "sp", "lr", "pc")
_M_SYSTEM = ("msp", "psp", "primask", "basepri", "faultmask", "control")
_M_FAULT = ("cfsr", "hfsr", "mmfar", "bfar")
_R_SYSTEM = ("spsr", "dfsr", "dfar", "ifsr", "ifar")
_RISCV = (
    *("ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1"),
    *(f"a{index}" for index in range(8)),
    *(f"s{index}" for index in range(2, 12)),
    *(f"t{index}" for index in range(3, 7)),
    "pc",
)
_RISCV_CONTROL = ("mstatus", "mie", "mtvec", "mscratch", "mepc", "mcause", "mtval")


def architecture_of(names: Collection[str]) -> Architecture:
    """The architecture of a machine whose registers have these names."""
    if "xpsr" in names:
        features = [
            _feature("org.gnu.gdb.arm.m-profile", (*_ARM, "xpsr")),
            _feature("org.gnu.gdb.arm.m-system", _M_SYSTEM, "system"),
            _feature("rproc-tui.arm.fault", _M_FAULT, "system"),
        ]
    elif "cpsr" in names:
        features = [
            _feature("org.gnu.gdb.arm.core", (*_ARM, "cpsr")),
            _feature("rproc-tui.arm.system", _R_SYSTEM, "system"),
        ]
    else:
        zero = Register("zero", ())
        general = _feature("org.gnu.gdb.riscv.cpu", _RISCV)
        control = _feature("org.gnu.gdb.riscv.csr", _RISCV_CONTROL, "csr")
        return Architecture("riscv:rv32", (Feature(general.name, (zero, *general.registers)), control))
    if "fpscr" in names:
        features.append(_FLOATS)
    return Architecture("arm", tuple(features))


def _feature(name: str, registers: tuple[str, ...], group: str | None = None) -> Feature:
    return Feature(
        name, tuple(Register(register, (register,), _POINTERS.get(register, "int"), group) for register in registers)
    )


_FLOATS = Feature(
    "org.gnu.gdb.arm.vfp",
    (
        *(Register(f"d{index}", (f"s{2 * index}", f"s{2 * index + 1}"), "ieee_double", "float") for index in range(16)),
        Register("fpscr", ("fpscr",), "int", "float"),
    ),
)
