"""Boards of Texas Instruments: K3, K2G, DRA7, AM335x and AM437x."""

from __future__ import annotations

from rproc_tui.linux.kernel_fact import Kind
from rproc_tui.model.processor import Note
from rproc_tui.model.resource_table import RawEntry
from tests.linux.boards.known_board import Board, Channel, Remote, carveout, reserved, table, trace, vdev

K3_BUS = "bus@f0000/bus@f0000:bus@b00000"
PRU_FILES = ("regs", "single_step")
K3: dict[str, object] = {"recovery": "disabled"}
"""What these drivers set at once."""


def m4f(number: int = 0, **known: object) -> Remote:
    facts: dict[str, object] = {"driver": "k3-m4-rproc", "compatible": "ti,am64-m4fss", "core": "Cortex-M4F"}
    return Remote(number, "5000000.m4fss", **(K3 | facts | known))  # type: ignore[arg-type]


def r5f(number: int, name: str, chip: str, **known: object) -> Remote:
    """A core of a cluster: its driver is the cluster's."""
    facts: dict[str, object] = {
        "cluster": "k3_r5_rproc",
        "compatible": f"ti,{chip}-r5f",
        "core": "Cortex-R5F",
        "device": f"{K3_BUS}/{K3_BUS.rpartition('/')[2]}:r5fss@{name[:4]}0000/{name}",
    }
    return Remote(number, name, **(K3 | facts | known))  # type: ignore[arg-type]


def dsp(number: int, name: str, compatible: str, core: str, **known: object) -> Remote:
    facts: dict[str, object] = {"driver": "k3-dsp-rproc", "compatible": compatible, "core": core}
    return Remote(number, name, **(K3 | facts | known))  # type: ignore[arg-type]


def pru(number: int, name: str, chip: str, **known: object) -> Remote:
    """A programmable real-time unit: no table, and two debugfs files of its own."""
    kind = {"pru": "PRU", "rtu": "RTU PRU", "txpru": "TX PRU"}[name.rpartition(".")[2]]
    node = {"PRU": "pru", "RTU PRU": "rtu", "TX PRU": "tx-pru"}[kind]
    facts: dict[str, object] = {
        "driver": "pru-rproc",
        "compatible": f"ti,{chip}-{node}",
        "core": kind,
        "device": f"bus@f0000/{name[:4]}0000.pruss/{name}",
        "extra": PRU_FILES,
    }
    return Remote(number, name, **(K3 | facts | known))  # type: ignore[arg-type]


AM62X = Board(
    "AM62x: a core that was booted by Linux, one that was there before, two offline",
    (
        m4f(
            device="bus@f0000/bus@f0000:bus@4000000/5000000.m4fss",
            state="running",
            firmware="am62-mcu-m4f0_0-fw",
            traces=(b"[m4f0-0]     0.001146s : ready\r\n",),
            table=table(vdev(0, 0x9CB00000, 0x9CB04000), trace(1, 0x38000, "trace:m4fss0_0")),
            carveouts=(carveout("vdev0vring0", 0x9CB00000, 0x3000), carveout("vdev0vring1", 0x9CB04000, 0x3000)),
            reserved=(reserved("m4f-dma-memory", 0x9CB00000, 0x100000), reserved("m4f-memory", 0x9CC00000, 0xE00000)),
            virtio=(("virtio0", "rproc-virtio.2.auto"),),
            channels=(
                Channel("rpmsg_chrdev", 14, driver="rpmsg_chrdev", source=0x401, node="rpmsg0"),
                Channel("ti.ipc4.ping-pong", 13, driver="rpmsg_client_sample", source=0x400),
            ),
        ),
        r5f(
            1,
            "78000000.r5f",
            "am62",
            state="attached",
            firmware="unknown",
            traces=(b"[r5f0-0]     0.000931s : ready\r\n",),
            table=table(vdev(0, 0x9DA00000, 0x9DA04000), trace(1, 0x9DCB2780, "trace:r5fss0_0")),
            carveouts=(carveout("vdev0vring0", 0x9DA00000, 0x3000), carveout("vdev0vring1", 0x9DA04000, 0x3000)),
            virtio=(("virtio1", "rproc-virtio.3.auto"),),
            channels=(Channel("ti.ipc4.ping-pong", 13, bus="virtio1", driver="rpmsg_client_sample", source=0x400),),
        ),
        pru(2, "30074000.pru", "am625", firmware="am62x-pru0-fw"),
        pru(3, "30078000.pru", "am625", firmware="am62x-pru1-fw"),
    ),
    (
        ("[  503.155709] remoteproc remoteproc1: detached remote processor 78000000.r5f", Kind.DETACHED, 1),
        ("[  538.362568] remoteproc remoteproc0: powering up 5000000.m4fss", Kind.POWERING_UP, 0),
        ("[  538.369168] remoteproc remoteproc0: Booting fw image am62-mcu-m4f0_0-fw, size 55100", Kind.BOOTING, 0),
        (
            "[  538.376500] rproc-virtio rproc-virtio.2.auto: assigned reserved memory node m4f-dma-memory@9cb00000",
            Kind.OTHER,
            0,
        ),
        ("[  538.380475] virtio_rpmsg_bus virtio0: rpmsg host is online", Kind.BUS_ONLINE, 0),
        ("[  538.380521] rproc-virtio rproc-virtio.2.auto: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
        ("[  538.380530] remoteproc remoteproc0: remote processor 5000000.m4fss is now up", Kind.UP, 0),
        (
            "[  538.382356] virtio_rpmsg_bus virtio0: creating channel ti.ipc4.ping-pong addr 0xd",
            Kind.CHANNEL_CREATED,
            0,
        ),
    ),
)

AM64X = Board(
    "AM64x: one M4F and two clusters of R5F",
    (
        m4f(),
        *(r5f(number, f"78{2 * (number - 1)}00000.r5f", "am64", state="running") for number in range(1, 5)),
    ),
    (
        ("[  778.963928] remoteproc remoteproc1: stopped remote processor 78000000.r5f", Kind.STOPPED, 1),
        ("[ 1141.491165] remoteproc remoteproc1: powering up 78000000.r5f", Kind.POWERING_UP, 1),
        (
            "[ 1141.507920]  remoteproc1#vdev0buffer: assigned reserved memory node r5f-dma-memory@a0000000",
            Kind.OTHER,
            1,
        ),
        ("[ 1141.536806]  remoteproc1#vdev0buffer: registered virtio1 (type 7)", Kind.VIRTIO_REGISTERED, 1),
        ("[ 1141.544195] remoteproc remoteproc1: remote processor 78000000.r5f is now up", Kind.UP, 1),
    ),
)

AM62A = Board(
    "AM62A: a C7x and two R5F",
    (
        dsp(0, "7e000000.dsp", "ti,am62a-c7xv-dsp", "C7x", state="running", firmware="am62a-c71_0-fw"),
        r5f(1, "79000000.r5f", "am62", state="running"),
        r5f(2, "78000000.r5f", "am62", state="running"),
    ),
    (
        (
            "[   66.785144] k3-dsp-rproc 7e000000.dsp: booting DSP core using boot addr = 0x9a000000",
            Kind.OTHER,
            0,
        ),
        ("[   66.864574] remoteproc remoteproc0: remote processor 7e000000.dsp is now up", Kind.UP, 0),
    ),
)

J721E_NAMES = """
    4d80800000.dsp 4d81800000.dsp 64800000.dsp 41000000.r5f 5c00000.r5f b034000.pru b004000.rtu b00a000.txpru
    b038000.pru b006000.rtu b00c000.txpru b134000.pru b104000.rtu 5d00000.r5f b10a000.txpru b138000.pru b106000.rtu
    b10c000.txpru 5e00000.r5f 5f00000.r5f
""".split()  # noqa: SIM905 (a list of twenty lines says no more)


def _j721e(number: int, name: str) -> Remote:
    if name.endswith(".r5f"):
        return r5f(number, name, "j721e", state="running")
    if name.endswith(".dsp"):
        core = "C66x" if name.startswith("4d8") else "C71x"
        return dsp(number, name, f"ti,j721e-{core[:3].lower()}-dsp", core, state="running")
    return pru(number, name, "j721e")


J721E = Board(
    "J721E: twenty processors",
    tuple(_j721e(number, name) for number, name in enumerate(J721E_NAMES)),
    (
        ("[  311.633427] remoteproc remoteproc4: powering up 5c00000.r5f", Kind.POWERING_UP, 4),
        ("[  311.680397] remoteproc remoteproc4: remote processor 5c00000.r5f is now up", Kind.UP, 4),
    ),
)

J721S2 = Board(
    "J721S2: a table with an entry that the kernel does not know",
    (
        dsp(
            0,
            "64800000.dsp",
            "ti,j721s2-c71-dsp",
            "C71x",
            state="running",
            firmware="j721s2-c71_0-fw",
            table=table(RawEntry(0, None, 65538, b""), vdev(1, 0xA6000000, 0xA6004000)),
        ),
        dsp(1, "65800000.dsp", "ti,j721s2-c71-dsp", "C71x"),
        *(
            r5f(number, name, "j721s2")
            for number, name in enumerate(
                ("41000000.r5f", "5c00000.r5f", "5d00000.r5f", "5e00000.r5f", "5f00000.r5f"), 2
            )
        ),
    ),
    (
        ("[ 2059.525198] remoteproc remoteproc0: unsupported resource 65538", Kind.OTHER, 0),
        ("[ 2059.554794]  remoteproc0#vdev0buffer: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
    ),
)

AM64X_PRU = Board(
    "AM64x: a PRU that the boot loader started, before Linux attaches to it",
    (pru(5, "30034000.pru", "am642", state="detached"), pru(6, "30004000.rtu", "am642")),
)

AM64X_PRU_ATTACHED = Board(
    "AM64x: a PRU that the boot loader started, after Linux attached to it",
    (
        pru(
            5,
            "30034000.pru",
            "am642",
            state="attached",
            firmware="unknown",
            virtio=(("virtio5", "rproc-virtio.7.auto"),),
            channels=(Channel("rpmsg-raw", 0x1E, bus="virtio5"),),
        ),
    ),
    (
        ("[  203.179065] remoteproc remoteproc5: attaching to 30034000.pru", Kind.ATTACHING, 5),
        ("[  203.198942] virtio_rpmsg_bus virtio5: creating channel rpmsg-raw addr 0x1e", Kind.CHANNEL_CREATED, 5),
        ("[  203.199849] remoteproc remoteproc5: remote processor 30034000.pru is now attached", Kind.ATTACHED, 5),
    ),
)

AM65X = Board(
    "AM65x: an R5F whose virtio device hangs below the processor itself",
    (
        r5f(
            8,
            "41000000.r5f",
            "am654",
            state="running",
            firmware="am65x-mcu-r5f0_0-fw",
            table=table(trace(0, 0xA0200000, "trace:r5f0")),
            traces=(b"",),
        ),
    ),
    (
        ("[ 6767.812558] platform 41000000.r5f: booting R5F core using boot addr = 0x0", Kind.OTHER, 8),
        ("[ 6767.827147] remoteproc remoteproc8: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 8),
        (
            "[   41.359868] platform 41000000.r5f: R5F core may have been powered on by a different host",
            Kind.OTHER,
            8,
        ),
    ),
)

AM65X_NO_MAILBOX = Board(
    "AM6548: a mailbox that is not there yet",
    (r5f(18, "41000000.r5f", "am654", firmware="am65x-mcu-r5f0_0-fw"),),
    (
        ("[ 41.653628] remoteproc remoteproc18: powering up 41000000.r5f", Kind.POWERING_UP, 18),
        ("[ 41.660689] platform 41000000.r5f: mbox_request_channel failed: -517", Kind.OTHER, 18),
        ("[ 41.673325] remoteproc remoteproc18: can't start rproc 41000000.r5f: -16", Kind.STEP_FAILED, 18),
    ),
)

VERDIN_AM62 = Board(
    "Verdin AM62: no firmware was installed",
    (m4f(firmware="am62-mcu-m4f0_0-fw"), pru(1, "30074000.pru", "am625"), pru(2, "30078000.pru", "am625")),
    (
        ("[   10.560055] k3-m4-rproc 5000000.m4fss: configured M4F for remoteproc mode", Kind.OTHER, 0),
        ("[   10.600283] remoteproc remoteproc0: 5000000.m4fss is available", Kind.AVAILABLE, 0),
        (
            "[   10.615269] remoteproc remoteproc0: Direct firmware load for am62-mcu-m4f0_0-fw failed with error -2",
            Kind.FIRMWARE_MISSING,
            0,
        ),
        ("[   10.696173] remoteproc remoteproc0: request_firmware failed: -2", Kind.REQUEST_FAILED, 0),
        ("[   11.953278] remoteproc remoteproc1: 30074000.pru is available", Kind.AVAILABLE, 1),
    ),
)

K2G = Board(
    "K2G: a DSP whose image was in memory before",
    (Remote(0, "10800000.dsp", "running", driver="keystone-rproc", compatible="ti,k2g-dsp", core="C66x"),),
    (
        ("[  919.637071] remoteproc remoteproc0: powering up 10800000.dsp", Kind.POWERING_UP, 0),
        ("[  919.650495] remoteproc remoteproc0: Booting unspecified pre-loaded fw image", Kind.BOOTING, 0),
        ("[  919.712755] remoteproc remoteproc0: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
    ),
)

DRA7 = Board(
    "DRA7: two image processors and a trace of SYS/BIOS",
    (
        Remote(
            0,
            "58820000.ipu",
            "running",
            "dra7-ipu1-fw.xem4",
            driver="omap-rproc",
            compatible="ti,dra7-ipu",
            core="Cortex-M4",
            traces=(b"[0][      0.000] 18 Resource entries at 0x3000\n[0][      0.000] Awaiting sync message\n",),
        ),
        Remote(1, "40800000.dsp", "suspended", driver="omap-rproc", compatible="ti,dra7-dsp", core="C66x"),
    ),
)

AM335X = Board(
    "AM335x on 4.19: no settings but firmware and state, and a processor that the kernel keeps for itself",
    (
        Remote(
            0,
            "wkup_m3",
            "running",
            "am335x-pm-firmware.elf",
            device="ocp/44d00000.wkup_m3",
            driver="wkup_m3_rproc",
            compatible="ti,am3352-wkup-m3",
            core="Cortex-M3",
            recovery=None,
            coredump=None,
            mode=0o777,
            notes=frozenset({Note.READ_ONLY}),
        ),
        pru(1, "4a334000.pru", "am3356", recovery=None, coredump=None),
        pru(2, "4a338000.pru", "am3356", recovery=None, coredump=None, firmware="am335x-pru1-fw"),
    ),
    (
        ("[   76.811666] remoteproc remoteproc1: 4a334000.pru is available", Kind.AVAILABLE, 1),
        ("[   76.811792] pru-rproc 4a334000.pru: PRU rproc node probed successfully", Kind.OTHER, 1),
        ("[ 2035.385594] remoteproc remoteproc2: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 2),
        ("[22251.654353] remoteproc remoteproc2: request_firmware failed: -2", Kind.REQUEST_FAILED, 2),
        ("[22251.665903] remoteproc remoteproc2: Boot failed: -2", Kind.BOOT_FAILED, 2),
        ("[  +0.011879] remoteproc remoteproc1: Failed to find resource table", Kind.STEP_FAILED, 1),
        ("[  +0.008770] remoteproc remoteproc1: Boot failed: -22", Kind.BOOT_FAILED, 1),
        ("[22627.550624]  remoteproc2#vdev0buffer: .kick method not defined for 4a338000.pru", Kind.OTHER, 2),
        (
            "[22627.550669] remoteproc remoteproc2: failed to probe subdevices for 4a338000.pru: -22",
            Kind.STEP_FAILED,
            2,
        ),
    ),
)

AM437X = Board(
    "AM437x: a PRU with a channel, and the firmware of another core on the next",
    (
        pru(3, "54474000.pru", "am4376", firmware="ethercat_slave_full_AM437x_arm.out"),
        pru(
            4,
            "54478000.pru",
            "am4376",
            state="running",
            firmware="am437x-pru1_1-fw",
            virtio=(("virtio0", "remoteproc4#vdev0buffer"),),
            channels=(Channel("rpmsg-pru", 0x21, driver="rpmsg_pru", source=0x400),),
        ),
    ),
    (
        ("[ 377.900464] remoteproc4#vdev0buffer: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 4),
        ("[ 377.943669] virtio_rpmsg_bus virtio0: creating channel rpmsg-pru addr 0x21", Kind.CHANNEL_CREATED, 4),
        ("[ 502.966723] remoteproc remoteproc3: bad phdr da 0x80000000 mem 0x448d0", Kind.OTHER, 3),
        ("[ 502.975808] remoteproc remoteproc3: Failed to load program segments: -22", Kind.STEP_FAILED, 3),
        ("[ 502.984443] remoteproc remoteproc3: Boot failed: -22", Kind.BOOT_FAILED, 3),
    ),
)

AM6442_HUNG = Board(
    "AM6442: running by its state, stuck after the first line by its trace",
    (
        r5f(
            0,
            "78000000.r5f",
            "am64",
            state="running",
            firmware="gptp_icssg_linux_remoteproc_r5f0_0_test.out",
            traces=(b"[RPROC_TRACE] stage=boot state=enter code=0 main start\n",),
        ),
    ),
    (("remoteproc remoteproc0: remote processor 78000000.r5f is now up", Kind.UP, 0),),
)

BOARDS = (
    AM62X,
    AM64X,
    AM62A,
    J721E,
    J721S2,
    AM64X_PRU,
    AM64X_PRU_ATTACHED,
    AM65X,
    AM65X_NO_MAILBOX,
    VERDIN_AM62,
    K2G,
    DRA7,
    AM335X,
    AM437X,
    AM6442_HUNG,
)
