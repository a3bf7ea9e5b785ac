"""Boards of STMicroelectronics: STM32MP1 and STM32MP2."""

from __future__ import annotations

from rproc_tui.linux.kernel_fact import Kind
from tests.linux.boards.known_board import Board, Channel, Remote, carveout, reserved, table, trace, vdev

RINGS = (carveout("vdev0vring0", 0x10040000, 0x1000), carveout("vdev0vring1", 0x10041000, 0x1000))


def m4(**known: object) -> Remote:
    facts: dict[str, object] = {"driver": "stm32-rproc", "compatible": "st,stm32mp1-m4", "core": "Cortex-M4"}
    return Remote(0, "m4", device="mlahb:m4@10000000", **(facts | known))  # type: ignore[arg-type]


STM32MP157 = Board(
    "STM32MP157: running, the virtio device below the processor's parent, rings in place of reserved memory",
    (
        m4(
            state="running",
            firmware="stm32mp157c-cmake-template.elf",
            traces=(b"Philosopher 5 [C:-2]        STARVING\n",),
            table=table(
                vdev(0, 0x10040000, 0x10041000, align=16, num=16), trace(1, 0x100033A0, "cm4_log", length=0x400)
            ),
            carveouts=(*RINGS, carveout("vdev0buffer", 0x10042000, 0x4000)),
            reserved=(reserved("vdev0buffer", 0x10042000, 0x4000), reserved("retram", 0x38000000, 0x10000)),
            virtio=(("virtio0", "remoteproc0#vdev0buffer"),),
            channels=(
                Channel("rpmsg-tty-channel", 0, driver="rpmsg_tty", source=0x400, node="ttyRPMSG0"),
                Channel("rpmsg-tty-channel", 1, driver="rpmsg_tty", source=0x401, node="ttyRPMSG1"),
            ),
        ),
    ),
    (
        ("[  162.549297] remoteproc remoteproc0: powering up m4", Kind.POWERING_UP, 0),
        (
            "[  162.596199]  mlahb:m4@10000000#vdev0buffer: assigned reserved memory node vdev0buffer@10042000",
            Kind.OTHER,
            0,
        ),
        ("[  162.615159]  mlahb:m4@10000000#vdev0buffer: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
        (
            "[  162.622155] rpmsg_tty virtio0.rpmsg-tty-channel.-1.0: new channel: 0x400 -> 0x0 : ttyRPMSG0",
            Kind.OTHER,
            0,
        ),
        ("[  162.633298] remoteproc remoteproc0: remote processor m4 is now up", Kind.UP, 0),
    ),
)

STM32MP157_NO_TABLE = Board(
    "STM32MP157: firmware without a resource table boots; a console loses words",
    (m4(state="running", firmware="GPIO_EXTI.elf"),),
    (
        ("[  284.353331] remoteproc remoteproc0: header-less resource table", Kind.OTHER, 0),
        ("[  284.371881] remoteproc remoteproc0: remote processor m4 is now up", Kind.UP, 0),
        ("[  293.167161] remoteproc remoteproc0: warning: remote FW shutdown without ack", Kind.OTHER, 0),
        ("[  293.172769] remoteproc remoteproc0: stopped remote processor m4", Kind.STOPPED, 0),
        ("remoteprocroc remoteproc0: Booting fw image rproc-m4-fw, size 591544", Kind.BOOTING, 0),
        ("remoteproc remoteproc0: remote processor m4 is now", Kind.UP, 0),
    ),
)

STM32MP157_DETACHED = Board("STM32MP157: started by the boot loader", (m4(state="detached", firmware="rproc-m4-fw"),))

STM32MP157_ATTACHED = Board(
    "STM32MP157: started by the boot loader, then attached, without a trace or a table",
    (m4(state="attached", firmware="unknown"),),
)

STM32MP257 = Board(
    "STM32MP257: two cores, signed firmware",
    (
        Remote(
            0,
            "m33",
            "running",
            "USBPD_DRP_UCSI_CM33_NonSecure_sign.bin",
            device="soc@0/soc@0:m33@0",
            driver="stm32-rproc",
            compatible="st,stm32mp2-m33",
            core="Cortex-M33",
            virtio=(("virtio0", "rproc-virtio.1.auto"),),
            channels=(
                Channel("rpmsg-intc", 0x400),
                Channel("rpmsg_i2c", 0x401, driver="rpmsg_i2c", source=0x401),
            ),
        ),
        Remote(
            1,
            "m0",
            device="soc@0/soc@0:m0@0",
            driver="stm32-rproc",
            compatible="st,stm32mp2-m0",
            core="Cortex-M0+",
        ),
    ),
    (
        ("[   18.573088] rproc-virtio rproc-virtio.1.auto: registered virtio0 (type 7)", Kind.VIRTIO_REGISTERED, 0),
        ("[   19.277735] virtio_rpmsg_bus virtio0: creating channel rpmsg_i2c addr 0x401", Kind.CHANNEL_CREATED, 0),
        ("[ 82.378336] remoteproc remoteproc0: Image is corrupted (bad magic)", Kind.OTHER, 0),
        ("[ 1176.161258] remoteproc remoteproc0: Boot failed: -5", Kind.BOOT_FAILED, 0),
        ("[ 64.542307] remoteproc remoteproc1: powering up m0", Kind.POWERING_UP, 1),
        ("[ 64.639731] remoteproc remoteproc1: Failed to load program segments: -22", Kind.STEP_FAILED, 1),
    ),
)

BOARDS = (STM32MP157, STM32MP157_NO_TABLE, STM32MP157_DETACHED, STM32MP157_ATTACHED, STM32MP257)
