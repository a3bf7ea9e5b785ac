"""A fault in a few words, for lists and headlines."""

from __future__ import annotations

from enum import StrEnum


class Access(StrEnum):
    """What an instruction did to memory when it failed."""

    READ = "read"
    WRITE = "write"
    FETCH = "fetch"


_READS = ("ldr", "ldm", "ldrd", "pop", "vldr", "vldm", "lw", "lh", "lb", "ld", "c.lw", "c.ld", "flw")
_WRITES = ("str", "stm", "push", "vstr", "vstm", "sw", "sh", "sb", "sd", "c.sw", "c.sd", "fsw")


def access_of(instruction: str) -> Access | None:
    """What a disassembled instruction does to memory; None where it does nothing, or both."""
    mnemonic = instruction.split(" ", 1)[0].lower()
    if mnemonic.startswith(_WRITES):
        return Access.WRITE
    return Access.READ if mnemonic.startswith(_READS) else None


_THROUGH = {Access.FETCH: "branch to", Access.READ: "read through", Access.WRITE: "write through"}
_TO = {Access.FETCH: "branch to", Access.READ: "read of", Access.WRITE: "write to"}


def title_of(cause: str, access: Access | None, address: int | None, place: str | None) -> str:
    """`cause` is the meaning of the status register, `place` what the address is."""
    if address is None or place is None:
        return cause.split(":", maxsplit=1)[0]
    if "the stack has overflowed" in place:
        return "stack overflow"
    if "it has overflowed, as it seems" in place:
        return "stack overflow, as it seems"
    if place.startswith("a null pointer"):
        return f"{'access through' if access is None else _THROUGH[access]} {place}"
    return f"{'access to' if access is None else _TO[access]} {address:#010x}, {place}"
