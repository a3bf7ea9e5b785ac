"""The registers of a Cortex-M core by name, and the order in which the engine's banks hold them."""

from __future__ import annotations

from rproc_tui.emulator.machine.binding import arm

GENERAL = tuple(getattr(arm, f"UC_ARM_REG_R{index}") for index in range(13))
FLOATS = (*(getattr(arm, f"UC_ARM_REG_S{index}") for index in range(32)), arm.UC_ARM_REG_FPSCR)
"""S0 to S31 and FPSCR."""
FRAME_FLOATS = (*FLOATS[:16], FLOATS[32])
"""What an extended frame holds."""

CONTEXT = (*GENERAL, arm.UC_ARM_REG_SP, arm.UC_ARM_REG_LR, arm.UC_ARM_REG_XPSR)
"""What is kept at a refused access."""

CORE_NAMES = (*(f"r{index}" for index in range(13)), "sp", "lr", "pc", "xpsr")
SPECIAL = {
    "msp": arm.UC_ARM_REG_MSP,
    "psp": arm.UC_ARM_REG_PSP,
    "primask": arm.UC_ARM_REG_PRIMASK,
    "basepri": arm.UC_ARM_REG_BASEPRI,
    "faultmask": arm.UC_ARM_REG_FAULTMASK,
    "control": arm.UC_ARM_REG_CONTROL,
}
FLOAT_NAMES = (*(f"s{index}" for index in range(32)), "fpscr")
MASKS = (arm.UC_ARM_REG_PRIMASK, arm.UC_ARM_REG_BASEPRI, arm.UC_ARM_REG_FAULTMASK)
STACKED = (
    arm.UC_ARM_REG_R0,
    arm.UC_ARM_REG_R1,
    arm.UC_ARM_REG_R2,
    arm.UC_ARM_REG_R3,
    arm.UC_ARM_REG_R12,
    arm.UC_ARM_REG_LR,
)
"""The registers that the hardware pushes, in its order; the return address and xPSR follow them."""
WRITABLE = (
    {f"r{index}": number for index, number in enumerate(GENERAL)}
    | {"sp": arm.UC_ARM_REG_SP, "lr": arm.UC_ARM_REG_LR, "xpsr": arm.UC_ARM_REG_XPSR}
    | SPECIAL
    | dict(zip(FLOAT_NAMES, FLOATS, strict=True))
)
"""What a debugger may write, besides the program counter."""
