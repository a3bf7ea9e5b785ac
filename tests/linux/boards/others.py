"""Boards of AMD/Xilinx, MediaTek, Renesas, Analog Devices, Allwinner, CIX and Sophgo."""

from __future__ import annotations

from rproc_tui.linux.kernel_fact import Kind
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.model.processor import Note
from tests.linux.boards.known_board import Board, Channel, Remote, carveout, table, vdev

ZYNQMP_PETALINUX = Board(
    "ZynqMP on 5.4: a carveout without a bus address",
    (
        Remote(
            0,
            "r5@0",
            "running",
            "r5app.elf",
            device="ff9a0100.zynqmp_r5_rproc/r5@0",
            cluster="zynqmp_r5_remoteproc",
            core="Cortex-R5F",
            recovery=None,
            coredump=None,
            table=table(vdev(0, 0x3FD00000, 0x3FD04000)),
            carveouts=(
                Region("rproc", 0x3ED00000, 0x1000000, RegionKind.CARVEOUT),
                carveout("vdev0vring0", 0x3FD00000, 0x4000),
                carveout("vdev0vring1", 0x3FD04000, 0x4000),
                carveout("vdev0buffer", 0x3FD08000, 0x100000),
            ),
        ),
    ),
    (
        ("[  314.416684]  r5@0: RPU boot from TCM.", Kind.OTHER, 0),
        ("[  314.432245]  r5@0#vdev0buffer: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
        ("[  980.319811] remoteproc remoteproc0: can't change firmware while running", Kind.OTHER, 0),
        ("[   33.258786] remoteproc remoteproc0: bad phdr da 0x0 mem 0x558", Kind.OTHER, 0),
        ("[   33.271471] remoteproc remoteproc0: Boot failed: -22", Kind.BOOT_FAILED, 0),
    ),
)

_TWIN = "zynqmp-r5-remoteproc@0"


def _twin(number: int) -> Remote:
    return Remote(
        number,
        _TWIN,
        firmware=f"rproc-{_TWIN}-fw",
        device=f"ff9a0{number + 1}00.r5f",
        driver="zynqmp_r5_remoteproc",
        compatible="xlnx,zynqmp-r5f",
        core="Cortex-R5F",
    )


ZYNQMP = Board(
    "ZynqMP: two processors of one name, and no firmware",
    (_twin(0), _twin(1)),
    (
        ("remoteproc remoteproc0: zynqmp-r5-remoteproc@0 is available", Kind.AVAILABLE, 0),
        ("remoteproc remoteproc0: request_firmware failed: -2", Kind.REQUEST_FAILED, 0),
        (
            "remoteproc remoteproc1: Direct firmware load for rproc-zynqmp-r5-remoteproc@0-fw failed with error -2",
            Kind.FIRMWARE_MISSING,
            1,
        ),
        ("remoteproc remoteproc1: powering up zynqmp-r5-remoteproc@0", Kind.POWERING_UP, 1),
    ),
)


def scp(chip: str, **known: object) -> Remote:
    facts: dict[str, object] = {"driver": "mtk-scp", "compatible": f"mediatek,{chip}-scp", "core": "SCP"}
    return Remote(0, "scp", device="soc/10500000.scp", **(facts | known))  # type: ignore[arg-type]


MT8186 = Board(
    "MT8186: a system companion processor, firmware in folders",
    (scp("mt8186", state="running", firmware="mediatek/mt8186/scp.img"),),
    (
        ("[   15.166664] mtk-scp 10500000.scp: assigned reserved memory node memory@50000000", Kind.OTHER, 0),
        (
            "[   15.231899] remoteproc remoteproc0: Booting fw image mediatek/mt8186/scp.img, size 419488",
            Kind.BOOTING,
            0,
        ),
        ("[   15.326877] mtk-scp 10500000.scp: SCP is ready. FW version corsola_scp_v2.0.18944", Kind.OTHER, 0),
    ),
)

MT8183 = Board(
    "MT8183: the loader speaks for the processor without its class",
    (scp("mt8183", firmware="scp.img"),),
    (
        ("[   13.474765] mtk-scp 10500000.scp: invalid resource", Kind.OTHER, 0),
        ("remoteproc0: Direct firmware load for scp.img failed with error -2", Kind.FIRMWARE_MISSING, 0),
    ),
)

RZG2L = Board(
    "RZ/G2L: an unknown entry in the table, which the kernel passes over",
    (
        Remote(
            0,
            "cm33",
            "running",
            "rzg2l_cm33_rpmsg_linux-rtos_example.elf",
            device="10010000.cm33",
            driver="rz-rproc",
            compatible="renesas,rz-cm33",
            core="Cortex-M33",
            virtio=(("virtio0", "rproc-virtio.1.auto"),),
        ),
    ),
    (
        ("[   93.806451] remoteproc remoteproc0: unsupported resource 4", Kind.OTHER, 0),
        ("[   93.825650] rproc-virtio rproc-virtio.1.auto: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
        ("[   93.832603] remoteproc remoteproc0: remote processor cm33 is now up", Kind.UP, 0),
    ),
)

SC598 = Board(
    "SC598: firmware that is no ELF file",
    (
        Remote(
            0,
            "core1-rproc",
            "running",
            "adi_adsp_core1_fw.ldr",
            device="core1-rproc",
            driver="adi_remoteproc",
            compatible="adi,remoteproc",
            core="SHARC",
            virtio=(("virtio0", "remoteproc0#vdev0buffer"),),
            channels=(Channel("sharc-echo", 0x120), Channel("sharc-echo-cap", 0x160)),
        ),
    ),
    (
        ("[  258.603149] remoteproc remoteproc0: stopped remote processor core1-rproc", Kind.STOPPED, 0),
        (
            "[  309.744737] remoteproc remoteproc0: Booting fw image adi_adsp_core1_fw.ldr, size 52944",
            Kind.BOOTING,
            0,
        ),
        ("[  309.794974] virtio_rpmsg_bus virtio0: creating channel sharc-echo addr 0x120", Kind.CHANNEL_CREATED, 0),
    ),
)

CIX = Board(
    "CIX: a recovery that fails leaves the processor stuck",
    (
        Remote(
            0,
            "cix-dsp-rproc",
            device="7000000.dsp",
            driver="cix-dsp-rproc",
            crashes=1,
            notes=frozenset({Note.STUCK}),
        ),
    ),
    (
        (
            "[    0.842574] remoteproc remoteproc0: crash detected in cix-dsp-rproc: type watchdog",
            Kind.CRASH_DETECTED,
            0,
        ),
        ("[    0.842750] remoteproc remoteproc0: handling crash #1 in cix-dsp-rproc", Kind.CRASH_HANDLED, 0),
        ("[    0.842824] remoteproc remoteproc0: recovering cix-dsp-rproc", Kind.RECOVERING, 0),
        ("[    0.843342] remoteproc remoteproc0: stopped remote processor cix-dsp-rproc", Kind.STOPPED, 0),
        (
            "[    0.847979] remoteproc remoteproc0: failed to probe subdevices for cix-dsp-rproc: -16",
            Kind.STEP_FAILED,
            0,
        ),
    ),
)

CV1800B = Board(
    "CV1800B: no memory was reserved",
    (
        Remote(
            0,
            "c906l_rproc@0",
            device="c906l_rproc@0",
            driver="cvitek-rproc",
            compatible="cvitek,c906l-rproc",
            core="C906L",
        ),
    ),
    (
        ("[    8.120000] cvitek-rproc c906l_rproc@0: unable to acquire memory-region", Kind.OTHER, 0),
        ("[    8.130000] remoteproc remoteproc0: Boot failed: -22", Kind.BOOT_FAILED, 0),
    ),
)

V851S_DEBUG = "/sys/kernel/debug/remoteproc/remoteproc0"
V851S = Board(
    "V851s on 4.9: everything is in debugfs",
    (),
    (("[  272.781123]  remoteproc0: powering up e907_rproc", Kind.POWERING_UP, 0),),
    more={
        f"{V851S_DEBUG}/name": b"e907_rproc\n",
        f"{V851S_DEBUG}/state": b"offline (0)\n",
        f"{V851S_DEBUG}/firmware": b"e907.elf\n",
    },
)

BOARDS = (ZYNQMP_PETALINUX, ZYNQMP, MT8186, MT8183, RZG2L, SC598, CIX, CV1800B)
