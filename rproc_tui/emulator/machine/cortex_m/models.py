"""The Cortex-M cores that can be had, and in what they differ."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CortexM:
    """One core kind. Figures are those of its technical reference manual."""

    name: str
    engine_model: str
    """The engine's constant, without `UC_CPU_ARM_`."""
    cpuid: int
    baseline: bool = False
    """Armv6-M: no BASEPRI, no configurable fault handlers, two bits of priority."""
    mainline_v8: bool = False
    """Armv8-M: another EXC_RETURN, stack limits."""
    has_fpu: bool = False

    @property
    def interrupt_lines(self) -> int:
        """As many as the architecture allows, or enough."""
        return 32 if self.baseline else 240

    @property
    def priority_bits(self) -> int:
        """How many of a priority's upper bits exist."""
        return 2 if self.baseline else 4


MODELS = {
    "rproc-tui,cortex-m0": CortexM("Cortex-M0", "CORTEX_M0", 0x410CC200, baseline=True),
    "rproc-tui,cortex-m0+": CortexM("Cortex-M0+", "CORTEX_M0", 0x410CC601, baseline=True),
    "rproc-tui,cortex-m3": CortexM("Cortex-M3", "CORTEX_M3", 0x412FC231),
    "rproc-tui,cortex-m4": CortexM("Cortex-M4", "CORTEX_M4", 0x410FC241, has_fpu=True),
    "rproc-tui,cortex-m7": CortexM("Cortex-M7", "CORTEX_M7", 0x411FC272, has_fpu=True),
    "rproc-tui,cortex-m33": CortexM("Cortex-M33", "CORTEX_M33", 0x410FD214, mainline_v8=True, has_fpu=True),
}
"""By the word that a device tree uses for them."""
