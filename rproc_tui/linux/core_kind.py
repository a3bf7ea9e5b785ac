"""Which kind of core a processor is, in its maker's words, from what its node is compatible with and from its driver.

The names are those of the kernel's device tree bindings (Documentation/devicetree/bindings/remoteproc) and of drivers
outside it; the most specific come first.
"""

from __future__ import annotations

import functools
import re

_NAMED = re.compile(r"\bcortex-[amr][0-9]+(?:f\b|\+)?|\brv(?:32|64)[a-z]*", re.ASCII)
"""The core itself, whoever makes the chip."""

_COMPATIBLE = (
    # STMicroelectronics
    (r"^st,stm32mp1-m4", "Cortex-M4"),
    (r"^st,stm32mp2.*m33", "Cortex-M33"),
    (r"^st,stm32mp2.*m0", "Cortex-M0+"),
    (r"^st,st231", "ST231"),
    (r"^st,st40", "ST40"),
    # NXP
    (r"^fsl,.*-hifi4", "HiFi4"),
    (r"^fsl,.*-cm7[0-9]?\b", "Cortex-M7"),
    (r"^fsl,.*-cm33", "Cortex-M33"),
    (r"^fsl,.*-cm4", "Cortex-M4"),
    # Xilinx
    (r"^xlnx,.*r52f", "Cortex-R52"),
    (r"^xlnx,.*r5", "Cortex-R5F"),
    # Texas Instruments
    (r"^ti,.*r5f", "Cortex-R5F"),
    (r"^ti,.*m4f", "Cortex-M4F"),
    (r"^ti,.*-hsm", "Cortex-M4F"),
    (r"^ti,.*wkup-m3", "Cortex-M3"),
    (r"^ti,.*c66-dsp|^ti,(?:k2\w*|dra7)-dsp", "C66x"),
    (r"^ti,.*c71-dsp", "C71x"),
    (r"^ti,.*c7xv-dsp", "C7x"),
    (r"^ti,da850-dsp", "C674x"),
    (r"^ti,omap[45]-dsp", "C64x+"),
    (r"^ti,omap4-ipu", "Cortex-M3"),
    (r"^ti,(?:omap5|dra7)-ipu", "Cortex-M4"),
    (r"^ti,.*-tx-pru", "TX PRU"),
    (r"^ti,.*-rtu", "RTU PRU"),
    (r"^ti,.*-pru", "PRU"),
    # Others
    (r"^amlogic,.*-ao-arc", "ARC"),
    (r"^mediatek,.*scp", "SCP"),
    (r"^renesas,.*-cr7", "Cortex-R7"),
    (r"^renesas,.*cm33", "Cortex-M33"),
    (r"^ingenic,.*-vpu", "VPU"),
    (r"^qcom,(?:riva|pronto)", "WCNSS"),
    (r"^qcom,.*-(?:adsp|cdsp|slpi|mss|mpss|gpdsp|wpss|wcss)", "Hexagon"),
    (r"^adi,.*sharc|^adi,remoteproc", "SHARC"),
    (r"^allwinner,.*e907", "E907"),
    (r"\briscv\b", "RISC-V"),
    (r"^(?:sophgo|cvitek|milkv),.*c906l", "C906L"),
)
"""Pattern of one compatible string, and the name."""

_DRIVERS = {
    "pru-rproc": "PRU",
    "k3-m4-rproc": "Cortex-M4F",
    "k3_r5_rproc": "Cortex-R5F",
    "k3-r5-rproc": "Cortex-R5F",
    "zynqmp_r5_remoteproc": "Cortex-R5F",
    "xlnx_r5_rproc": "Cortex-R5F",
    "wkup_m3_rproc": "Cortex-M3",
    "da8xx-rproc": "C674x",
    "keystone-rproc": "C66x",
    "imx-dsp-rproc": "HiFi4",
    "rcar-rproc": "Cortex-R7",
    "mtk-scp": "SCP",
    "meson-mx-ao-arc": "ARC",
    "meson-mx-ao-arc-rproc": "ARC",
    "ingenic-vpu": "VPU",
    "qcom_q6v5_pas": "Hexagon",
    "qcom_q6v5_adsp": "Hexagon",
    "qcom-q6v5-adsp": "Hexagon",
    "qcom-q6v5-mss": "Hexagon",
    "qcom-q6v5-wcss-pil": "Hexagon",
    "qcom-wcnss-pil": "WCNSS",
}
"""Drivers of one kind of core only."""


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compiled when first needed."""
    return tuple((re.compile(pattern, re.ASCII), kind) for pattern, kind in _COMPATIBLE)


def core_kind(compatible: tuple[str, ...], driver: str | None = None) -> str | None:
    """`Cortex-M4`, `PRU`, `Hexagon` …; None where nothing tells."""
    for name in compatible:
        found = _of_compatible(name)
        if found is not None:
            return found
    return None if driver is None else _DRIVERS.get(driver)


@functools.lru_cache(maxsize=128)
def _of_compatible(name: str) -> str | None:
    named = _NAMED.search(name)
    if named is not None:
        core = named.group()
        return core.title() if core.startswith("cortex") else core.upper()
    return next((kind for pattern, kind in _patterns() if pattern.search(name)), None)
