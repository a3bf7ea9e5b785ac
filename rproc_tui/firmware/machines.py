"""Names of the numbers in an ELF header that firmware is seen to use (the ELF specification's EM_ and ET_)."""

from __future__ import annotations

EM_386 = 3
EM_ARM = 40
EM_X86_64 = 62
EM_TI_PRU = 144
EM_HEXAGON = 164
EM_RISCV = 243

MACHINES = {
    2: "SPARC",
    EM_386: "x86",
    8: "MIPS",
    20: "PowerPC",
    21: "PowerPC64",
    EM_ARM: "ARM",
    42: "SuperH",
    44: "TriCore",
    EM_X86_64: "x86-64",
    83: "AVR",
    87: "V850",
    92: "OpenRISC",
    93: "ARC",
    94: "Xtensa",
    106: "Blackfin",
    113: "Nios II",
    140: "TI C6000",
    141: "TI C2000",
    142: "TI C5500",
    EM_TI_PRU: "TI PRU",
    EM_HEXAGON: "Hexagon",
    167: "NDS32",
    173: "RX",
    183: "AArch64",
    189: "MicroBlaze",
    195: "ARCv2",
    EM_RISCV: "RISC-V",
    247: "BPF",
    252: "C-SKY",
    0x6000: "Netronome NFP",
    0xBAAB: "MicroBlaze",
}
"""e_machine to its name; what is missing is shown as its number."""

TYPES = {1: "REL", 2: "EXEC", 3: "DYN", 4: "CORE"}
"""e_type to its name."""


def machine_name(number: int) -> str:
    """The name of a machine, or its number in decimal."""
    return MACHINES.get(number, str(number))


def type_name(number: int) -> str:
    """The name of a file type, or its number in decimal."""
    return TYPES.get(number, str(number))
