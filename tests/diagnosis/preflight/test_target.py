"""What a snapshot of a processor tells the check, by driver."""

from __future__ import annotations

import pytest

from rproc_tui.diagnosis.preflight.target import target_of
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.processor import Processor, ProcessorKey, State
from rproc_tui.model.resource_table import CarveoutEntry, ResourceTable

INTERNAL = Region("mcuram", 0x1000_0000, 0x4_0000, RegionKind.INTERNAL)
RESERVED = Region("retram", 0x0, 0x1_0000, RegionKind.RESERVED, 0x3800_0000)
POOL = Region("pool", 0x8000_0000, 0x4000, RegionKind.RESERVED, 0x8000_0000, is_pool=True)
BUFFER = Region("vdev0buffer", 0x1004_2000, 0x4000, RegionKind.RESERVED, is_pool=True)
RING = Region("vdev0vring0", 0x8000_0000, 0x1000, RegionKind.CARVEOUT)
HEAP = Region("heap", 0x8000_1000, 0x1000, RegionKind.CARVEOUT)
TCM = Region("atcm", 0x0, 0x1_0000, RegionKind.CARVEOUT)


def processor(driver: str | None, *regions: Region, compatible: tuple[str, ...] = (), heap: bool = False) -> Processor:
    table = ResourceTable((CarveoutEntry(0, None, 0, 0, 0x1000, 0, "heap"),), 1, 1, None, None, None, None)
    return Processor(
        ProcessorKey("host", "/sys/devices/x"),
        "remoteproc0",
        "m4",
        State.OFFLINE,
        driver=driver,
        compatible=compatible,
        core="Cortex-M4",
        regions=regions,
        resource_table=table if heap else None,
    )


def names(driver: str | None, *regions: Region, heap: bool = False) -> list[str]:
    return [region.name for region in target_of(processor(driver, *regions, heap=heap)).regions]


def test_of_our_own_board_everything_is_known() -> None:
    target = target_of(processor("emulated-rproc", INTERNAL, RESERVED, POOL))
    assert (target.name, target.id, target.core) == ("m4", "remoteproc0", "Cortex-M4")
    assert [region.name for region in target.regions] == ["mcuram", "retram"]
    assert (target.complete, target.certain, target.pool) == (True, True, 0x4000)
    assert target_of(processor("emulated-rproc", INTERNAL)).pool == 0


def test_what_a_running_firmware_asked_for_is_not_there_for_the_next() -> None:
    assert names("emulated-rproc", INTERNAL, RING, HEAP, TCM, heap=True) == ["mcuram", "atcm"]
    assert names("emulated-rproc", INTERNAL, HEAP) == ["mcuram", "heap"]


def test_stm32_loads_into_reserved_memory_only() -> None:
    target = target_of(processor("stm32-rproc", INTERNAL, RESERVED, POOL, BUFFER))
    assert [region.name for region in target.regions] == ["retram", "pool"]
    assert (target.complete, target.certain, target.pool) == (True, False, None)
    assert not target_of(processor("stm32-rproc")).complete


def test_memory_that_a_driver_has_in_a_table_of_its_own_is_known_and_not_all() -> None:
    imx = target_of(processor("imx-rproc", RESERVED, compatible=("fsl,imx8mp-cm7",)))
    assert [(region.name, region.da) for region in imx.regions] == [
        ("itcm", 0x0),
        ("dtcm", 0x2000_0000),
        ("retram", 0x0),
    ]
    assert not imx.complete
    xilinx = target_of(processor("zynqmp_r5_remoteproc", TCM, compatible=("xlnx,zynqmp-r5f",)))
    assert [region.name for region in xilinx.regions] == ["btcm", "atcm"]


def test_a_pru_has_its_code_in_a_memory_of_its_own() -> None:
    iram = Region("iram", 0x4A33_4000, 0x2000, RegionKind.INTERNAL)
    control = Region("control", 0x4A32_2000, 0x400, RegionKind.INTERNAL)
    pru = target_of(processor("pru-rproc", iram, control, compatible=("ti,am3356-pru",)))
    assert pru.code == Region("iram", 0, 0x2000, RegionKind.INTERNAL)
    assert [region.name for region in pru.regions] == ["dram0", "dram1", "shared"]
    assert target_of(processor("stm32-rproc", iram)).code is None


@pytest.mark.parametrize(
    ("driver", "compatible", "wants_table", "own_loader"),
    [
        ("k3-dsp-rproc", (), True, False),
        ("imx-rproc", (), False, False),
        ("qcom_q6v5_pas", (), False, True),
        ("stm32-rproc", ("st,stm32mp1-m4-tee",), False, True),
        ("some-rproc", (), None, None),
        (None, (), None, None),
    ],
)
def test_drivers_differ(
    driver: str | None, compatible: tuple[str, ...], wants_table: bool | None, own_loader: bool | None
) -> None:
    rules = target_of(processor(driver, compatible=compatible)).rules
    assert (rules.wants_table, rules.own_loader) == (wants_table, own_loader)


def test_a_target_is_called_by_all_that_is_known_of_it() -> None:
    assert target_of(processor(None)).title == "m4 (remoteproc0, Cortex-M4)"
