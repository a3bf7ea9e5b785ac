"""What is known about the kernel's drivers before they load anything: drivers/remoteproc, one entry a driver.

Which of them want a resource table, whose memory the device tree tells whole, and which load by rules of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rproc_tui.model.memory import Region, RegionKind

BUNDLED = "emulated-rproc"
"""The driver of this program's own board: nothing about it is a guess."""


@dataclass(frozen=True, slots=True)
class DriverRules:
    """How one driver loads firmware."""

    wants_table: bool | None = None
    """The boot fails without a usable resource table; None where nobody knows."""
    own_loader: bool | None = None
    """It takes files by rules of its own, so that the ELF checks of the core say nothing; None where nobody knows."""
    complete: bool = False
    """The device tree tells all memory that it loads into."""
    reg_is_memory: bool = True
    """It loads into what `reg` names, by the address that stands there."""
    separate_code: bool = False
    """Executable segments go to a memory of their own; of their addresses 20 bits count (pru_rproc.c)."""
    names_regions: bool = False
    """It registers each `memory-region` as a carveout by the name of its node."""
    iommu: bool | None = None
    """Whether there is one; without one a devmem entry ends the boot."""


UNKNOWN = DriverRules()

_STRICT = DriverRules(wants_table=True, own_loader=False, iommu=False)
"""What the core does for a driver that leaves `load` to it."""
_LENIENT = DriverRules(wants_table=False, own_loader=False, iommu=False)
_NAMING = DriverRules(wants_table=False, own_loader=False, iommu=False, names_regions=True)
_OWN = DriverRules(wants_table=False, own_loader=True)

_DRIVERS = {
    BUNDLED: DriverRules(
        wants_table=False, own_loader=False, complete=True, reg_is_memory=True, names_regions=True, iommu=False
    ),
    "stm32-rproc": DriverRules(
        wants_table=False, own_loader=False, complete=True, reg_is_memory=False, names_regions=True, iommu=False
    ),
    "imx-rproc": _NAMING,
    "imx-dsp-rproc": _NAMING,
    "rcar-rproc": _NAMING,
    "zynqmp_r5_remoteproc": _NAMING,
    "xlnx_r5_rproc": _NAMING,
    "mtk-scp": _LENIENT,
    "meson-mx-ao-arc": _LENIENT,
    "meson-mx-ao-arc-rproc": _LENIENT,
    "pru-rproc": DriverRules(wants_table=False, own_loader=False, reg_is_memory=False, separate_code=True, iommu=False),
    "st-rproc": DriverRules(wants_table=True, own_loader=False, names_regions=True, iommu=False),
    "st-slim-rproc": _LENIENT,
    "da8xx-rproc": _STRICT,
    "keystone-rproc": _STRICT,
    "omap-rproc": DriverRules(wants_table=True, own_loader=False, iommu=True),
    "k3_r5_rproc": _STRICT,
    "k3-r5-rproc": _STRICT,
    "k3-dsp-rproc": _STRICT,
    "k3-m4-rproc": _STRICT,
    "wkup_m3_rproc": _STRICT,
    "ingenic-vpu": _STRICT,
}
_OWN_LOADER = re.compile(r"qcom|tee", re.ASCII)
"""Drivers, and what nodes are compatible with, whose files are authenticated by somebody else than Linux."""


def rules_of(driver: str | None, compatible: tuple[str, ...] = ()) -> DriverRules:
    """What is known of a driver; `UNKNOWN` where nothing is."""
    if any(_OWN_LOADER.search(word) for word in (driver or "", *compatible)):
        return _OWN
    return _DRIVERS.get(driver or "", UNKNOWN)


_K = 1024
_MEMORIES: tuple[tuple[str, tuple[tuple[str, int, int], ...]], ...] = (
    (r"^fsl,imx8m[np]-cm7", (("itcm", 0x0, 128 * _K), ("dtcm", 0x2000_0000, 128 * _K))),
    (r"^fsl,imx8m[mq]-cm4", (("tcml", 0x1FFE_0000, 128 * _K), ("tcmu", 0x2000_0000, 128 * _K))),
    (r"^fsl,imx8q(?:xp|m)-cm4", (("tcml", 0x1FFE_0000, 128 * _K), ("tcmu", 0x2000_0000, 128 * _K))),
    (r"^fsl,imx7d-cm4", (("tcml", 0x1FFF_8000, 32 * _K), ("tcmu", 0x2000_0000, 32 * _K))),
    (r"^ti,am3356-pru", (("dram0", 0x0, 8 * _K), ("dram1", 0x2000, 8 * _K), ("shared", 0x1_0000, 12 * _K))),
    (r"^ti,.*-(?:pru|rtu)\b", (("dram0", 0x0, 8 * _K), ("dram1", 0x2000, 8 * _K), ("shared", 0x1_0000, 64 * _K))),
    (r"^xlnx,zynqmp-r5f", (("atcm", 0x0, 64 * _K), ("btcm", 0x2_0000, 64 * _K))),
)
"""Memory that a driver has in a table of its own (imx_rproc.c, pru_rproc.c, xlnx_r5_remoteproc.c): name, da, size.

Such drivers reach other memory besides; what lies outside of these is not wrong for that reason alone.
"""


def own_memory(compatible: tuple[str, ...]) -> tuple[Region, ...]:
    """The memory that the driver of a node knows by heart, by device address."""
    for pattern, memories in _MEMORIES:
        if any(re.match(pattern, word) for word in compatible):
            return tuple(Region(name, da, size, RegionKind.INTERNAL) for name, da, size in memories)
    return ()
