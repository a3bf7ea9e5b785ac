from __future__ import annotations

import pytest

from rproc_tui.linux.core_kind import core_kind


@pytest.mark.parametrize(
    ("compatible", "kind"),
    [
        ("st,stm32mp1-m4", "Cortex-M4"),
        ("st,stm32mp2-m33", "Cortex-M33"),
        ("fsl,imx8mp-cm7", "Cortex-M7"),
        ("fsl,imx8mn-cm7-mmio", "Cortex-M7"),
        ("fsl,imx94-cm70", "Cortex-M7"),
        ("fsl,imx7d-cm4", "Cortex-M4"),
        ("fsl,imx93-cm33", "Cortex-M33"),
        ("fsl,imx8mp-hifi4", "HiFi4"),
        ("xlnx,zynqmp-r5f", "Cortex-R5F"),
        ("xlnx,versal-net-r52f", "Cortex-R52"),
        ("ti,am64-r5f", "Cortex-R5F"),
        ("ti,am64-m4fss", "Cortex-M4F"),
        ("ti,j721e-c66-dsp", "C66x"),
        ("ti,j721e-c71-dsp", "C71x"),
        ("ti,am62a-c7xv-dsp", "C7x"),
        ("ti,k2g-dsp", "C66x"),
        ("ti,da850-dsp", "C674x"),
        ("ti,dra7-ipu", "Cortex-M4"),
        ("ti,omap4-ipu", "Cortex-M3"),
        ("ti,am3352-wkup-m3", "Cortex-M3"),
        ("ti,am625-pru", "PRU"),
        ("ti,am642-rtu", "RTU PRU"),
        ("ti,am642-tx-pru", "TX PRU"),
        ("amlogic,meson8-ao-arc", "ARC"),
        ("mediatek,mt8186-scp", "SCP"),
        ("renesas,rcar-cr7", "Cortex-R7"),
        ("qcom,sm8150-slpi-pas", "Hexagon"),
        ("qcom,sc7180-mpss-pas", "Hexagon"),
        ("qcom,pronto-v2-pil", "WCNSS"),
        ("example,board-cortex-m33", "Cortex-M33"),
        ("example,cortex-r5f", "Cortex-R5F"),
        ("example,cortex-m0+", "Cortex-M0+"),
        ("example,rv32imac", "RV32IMAC"),
        ("example,riscv", "RISC-V"),
        ("example,nothing", None),
        ("", None),
    ],
)
def test_what_a_node_is_compatible_with_tells_the_core(compatible: str, kind: str | None) -> None:
    assert core_kind((compatible,)) == kind


def test_the_first_string_that_tells_counts() -> None:
    assert core_kind(("vendor,unheard-of", "ti,am64-r5f", "ti,am625-pru")) == "Cortex-R5F"


def test_a_driver_of_one_kind_of_core_tells_it_too() -> None:
    assert core_kind((), "pru-rproc") == "PRU"
    assert core_kind((), "stm32-rproc") is None
    assert core_kind(("st,stm32mp1-m4",), "pru-rproc") == "Cortex-M4"
