"""Boards of NXP: i.MX7, 8 and 9."""

from __future__ import annotations

from rproc_tui.linux.kernel_fact import Kind
from tests.linux.boards.known_board import Board, Channel, Remote, carveout, reserved, table, vdev


def imx(device: str, compatible: str, core: str, number: int = 0, **known: object) -> Remote:
    """Every one of them is called `imx-rproc`, whatever it is."""
    facts: dict[str, object] = {"driver": "imx-rproc", "compatible": f"fsl,{compatible}", "core": core}
    return Remote(number, "imx-rproc", device=device, **(facts | known))  # type: ignore[arg-type]


IMX8MP = Board(
    "i.MX8MP phyBOARD-Pollux: Zephyr, small rings, firmware by an absolute path, channels of three kinds",
    (
        imx(
            "core-m7",
            "imx8mp-cm7",
            "Cortex-M7",
            state="running",
            firmware="/lib/firmware/zephyr.elf",
            table=table(vdev(0, 0x55000000, 0x55008000, align=16, num=8)),
            reserved=(reserved("vdev0vring0", 0x55000000, 0x8000), reserved("vdevbuffer", 0x55400000, 0x100000)),
            virtio=(("virtio0", "rproc-virtio.3.auto"),),
            channels=(
                Channel("rpmsg-client-sample", 0x401, driver="rpmsg_client_sample", source=0x401),
                Channel("rpmsg-tty", 0x400, driver="rpmsg_tty", source=0x400, node="ttyRPMSG0"),
                Channel("rpmsg-tty", 0x402, driver="rpmsg_tty", source=0x402, node="ttyRPMSG1"),
            ),
        ),
    ),
    (
        ("[18375.572034] imx-rproc core-m7: Not in wfi, force stopped", Kind.OTHER, 0),
        ("[18375.577423] remoteproc remoteproc0: stopped remote processor imx-rproc", Kind.STOPPED, 0),
        (
            "[18402.230900] remoteproc remoteproc0: Falling back to sysfs fallback for: /lib/firmware/zephyr.elf",
            Kind.FIRMWARE_FALLBACK,
            0,
        ),
        (
            "[18402.243066] remoteproc remoteproc0: Booting fw image /lib/firmware/zephyr.elf, size 1402364",
            Kind.BOOTING,
            0,
        ),
        ("[18402.276433] remoteproc remoteproc0: remote processor imx-rproc is now up", Kind.UP, 0),
    ),
)

IMX8MP_VERDIN = Board(
    "i.MX8MP Verdin: a segment across the border of ITCM and DTCM, and a core without a clock",
    (imx("imx8mp-cm7", "imx8mp-cm7", "Cortex-M7", firmware="rproc-imx-rproc-fw"),),
    (
        ("[    7.153579] imx-rproc imx8mp-cm7: Translation failed: da = 0x1f48 len = 0x1fcb0", Kind.OTHER, 0),
        ("[    7.253579] remoteproc remoteproc0: bad phdr da 0x1de78 mem 0xd5a0", Kind.OTHER, 0),
        ("[    7.259905] remoteproc remoteproc0: Failed to load program segments: -22", Kind.STEP_FAILED, 0),
        ("[ 6849.758963] remoteproc0#vdev0buffer: assigned reserved memory node vdevbuffer@55400000", Kind.OTHER, 0),
        ("[ 6849.869243] imx-rproc imx8mp-cm7: imx_rproc_kick: failed (0, err:-62)", Kind.OTHER, 0),
        ("[ 6849.875794] remoteproc remoteproc0: remote processor imx-rproc is now up", Kind.UP, 0),
    ),
)

IMX8MP_EVK = Board(
    "i.MX8MP EVK: the DSP of the same chip",
    (
        Remote(
            0,
            "imx-dsp-rproc",
            "running",
            "rpmsg_multi_services.elf",
            device="3b6e8000.dsp",
            driver="imx-dsp-rproc",
            compatible="fsl,imx8mp-hifi4",
            core="HiFi4",
            virtio=(("virtio0", "rproc-virtio.2.auto"),),
            channels=(Channel("rpmsg-raw", 0x402), Channel("rpmsg-tty", 0x401)),
        ),
    ),
    (("[  199.756764] remoteproc remoteproc0: remote processor imx-dsp-rproc is now up", Kind.UP, 0),),
)

IMX8MM = Board(
    "i.MX8MM: the virtio device is below the platform device, and the core does not answer",
    (imx("imx8mm-cm4", "imx8mm-cm4", "Cortex-M4", state="running", firmware="imx8mm_m4_TCM_rpmsg.elf"),),
    (
        ("[ 1.995637] imx-rproc imx8mm-cm4: No txdb, ret 0", Kind.OTHER, 0),
        ("[ 1.995817] remoteproc remoteproc0: imx-rproc is available", Kind.AVAILABLE, 0),
        ("[ 4.872634] remoteproc remoteproc0: powering up imx-rproc", Kind.POWERING_UP, 0),
        ("[ 4.875213] remoteproc remoteproc0: no dtb rsrc-table", Kind.OTHER, 0),
        ("[ 5.007869] imx-rproc imx8mm-cm4: imx_rproc_kick: failed (0, err:-62)", Kind.OTHER, 0),
        ("[ 5.014436] imx8mm-cm4#vdev0buffer: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
        ("[ 5.014441] remoteproc remoteproc0: remote processor imx-rproc is now up", Kind.UP, 0),
    ),
)

IMX7D = Board(
    "i.MX7D: a kernel of 32 bits, once with every message switched on",
    (
        imx(
            "imx7d-cm4",
            "imx7d-cm4",
            "Cortex-M4",
            state="running",
            firmware="huginn.elf",
            table=table(vdev(0, 0x90000000, 0x90008000, align=16, num=8)),
            carveouts=(carveout("vdev0vring0", 0x90000000, 0x8000), carveout("vdev0vring1", 0x90008000, 0x8000)),
            virtio=(("virtio0", "remoteproc0#vdev0buffer"),),
            channels=(Channel("rpmsg-tty-raw", 0, driver="rpmsg_tty", source=0x400, node="ttyRPMSG0"),),
        ),
    ),
    (
        ("[  143.240616] remoteproc remoteproc0: powering up imx-rproc", Kind.POWERING_UP, 0),
        ("[  143.251768] remoteproc remoteproc0: Booting fw image huginn.elf, size 466876", Kind.BOOTING, 0),
        ("[  143.251786] imx-rproc imx7d-cm4: iommu not present", Kind.OTHER, 0),
        ("[  143.252032] remoteproc remoteproc0: da = 0x20200000 len = 0x240 va = 0x(ptrval)", Kind.OTHER, 0),
        ("[  143.252232] virtio virtio0: reset !", Kind.OTHER, 0),
        ("[  143.260810] virtio_rpmsg_bus virtio0: rpmsg host is online", Kind.BUS_ONLINE, 0),
        ("[  143.261680]  imx7d-cm4#vdev0buffer: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
        ("[  143.354980] virtio_rpmsg_bus virtio0: creating channel rpmsg-tty-raw addr 0x0", Kind.CHANNEL_CREATED, 0),
        ("[ 231.323573] remoteproc remoteproc0: No resource table in elf", Kind.OTHER, 0),
    ),
    wide=False,
)

IMX93 = Board(
    "i.MX93: two virtio devices on one core, booted by a driver",
    (
        imx(
            "imx93-cm33",
            "imx93-cm33",
            "Cortex-M33",
            state="running",
            firmware="ethosu_firmware",
            table=table(vdev(0, 0xA4000000, 0xA4008000), vdev(1, 0xA4010000, 0xA4018000)),
            virtio=(("virtio0", "rproc-virtio.1.auto"), ("virtio1", "rproc-virtio.2.auto")),
            channels=(Channel("rpmsg-ethosu-channel", 0x1E, bus="virtio1"),),
        ),
    ),
    (
        ("remoteproc remoteproc0: Booting fw image ethosu_firmware, size 242844", Kind.BOOTING, 0),
        ("rproc-virtio rproc-virtio.1.auto: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
        ("virtio_rpmsg_bus virtio1: creating channel rpmsg-ethosu-channel addr 0x1e", Kind.CHANNEL_CREATED, 0),
        ("rproc-virtio rproc-virtio.2.auto: registered virtio1 (type 7)", Kind.VIRTIO_REGISTERED, 0),
        (
            "[ 84.721926] remoteproc remoteproc0: Direct firmware load for str_echo_rtos.bin failed with error -2",
            Kind.FIRMWARE_MISSING,
            0,
        ),
    ),
)

IMX8QM = Board(
    "i.MX8QM: a core of another partition, which may not be stopped",
    (imx("imx8qm-cm4-0", "imx8qm-cm4", "Cortex-M4", state="attached", firmware="unknown"),),
    (
        ("[ 3.022630] remoteproc remoteproc0: imx-rproc is available", Kind.AVAILABLE, 0),
        ("[ 3.031813] remoteproc remoteproc0: attaching to imx-rproc", Kind.ATTACHING, 0),
        ("[ 84.896858] imx-rproc imx8qm-cm4-0: Failed to stop remote core", Kind.OTHER, 0),
        ("[ 84.902759] remoteproc remoteproc0: can't stop rproc: -13", Kind.STOP_FAILED, 0),
    ),
)

IMX8QXP = Board(
    "i.MX8QXP: the kernel stumbles while it loads; of two cores of one name the second is meant",
    (
        imx("imx8x-cm4-0", "imx8qxp-cm4", "Cortex-M4", state="detached"),
        imx("imx8x-cm4-1", "imx8qxp-cm4", "Cortex-M4", 1, firmware="imx8qx_m4_TCM_rpmsg_lite_str_echo_rtos.elf"),
    ),
    (
        ("[ 113.686559] remoteproc remoteproc1: powering up imx-rproc", Kind.POWERING_UP, 1),
        ("[    3.026761] remoteproc remoteproc1: carveout rsc has non zero reserved bytes", Kind.OTHER, 1),
        ("[    3.039148] remoteproc remoteproc1: Failed to process resources: -22", Kind.STEP_FAILED, 1),
        ("[    3.057878] remoteproc remoteproc1: releasing imx-rproc", Kind.RELEASED, 1),
    ),
)

BOARDS = (IMX8MP, IMX8MP_VERDIN, IMX8MP_EVK, IMX8MM, IMX7D, IMX93, IMX8QM, IMX8QXP)
