"""Reports about one maker's drivers, about starting and stopping, about the machine around, and harmless lines."""

from __future__ import annotations

import errno
from typing import Any

from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import State
from tests.diagnosis.report import Report, boot, heard, processor
from tests.diagnosis.reports_of_memory import WITHOUT_TABLE

MAILBOX = """
[ 41.653628] remoteproc remoteproc18: powering up 41000000.r5f
[ 41.659432] remoteproc remoteproc18: Booting fw image am65x-mcu-r5f0_0-fw, size 3836968
[ 41.660689] platform 41000000.r5f: mbox_request_channel failed: -517
[ 41.673325] remoteproc remoteproc18: can't start rproc 41000000.r5f: -16
"""
TIMED_OUT = """
[   10.442049] remoteproc remoteproc0: Booting fw image qcom/qrb4210/modem.mbn, size 8881672
[   16.043271] qcom_q6v5_pas 6080000.remoteproc: start timed out
[   16.058593] remoteproc remoteproc0: can't start rproc modem: -110
[   16.076600] remoteproc remoteproc0: Boot failed: -110
"""
TRUSTZONE = """
[   12.246169][   T71] remoteproc remoteproc1: Booting fw image qcom/qcs8300/gpdsp0.mbn, size 5984256
[   12.262627][   T71] qcom_q6v5_pas 20c00000.remoteproc: error -22 initializing firmware qcom/qcs8300/gpdsp0.mbn
[   12.274642][   T71] remoteproc remoteproc1: can't start rproc gpdsp0: -22
"""
OP_TEE = """
[ 1176.101390] remoteproc remoteproc0: powering up m33
[ 1176.154315] tee_remoteproc optee-ta-80a4c275-0a47-4905-8285-1486a9771a08: TA_RPROC_FW_CMD_LOAD_FW invoke failed TEE err: ffff0006, ret:0
[ 1176.161258] remoteproc remoteproc0: Boot failed: -5
"""  # noqa: E501
UNCLOCKED = """
[ 6849.243922] remoteproc remoteproc0: powering up imx-rproc
[ 6849.245325] remoteproc remoteproc0: Booting fw image firmware_imxcm7.elf, size 1251068
[ 6849.869243] imx-rproc imx8mp-cm7: imx_rproc_kick: failed (0, err:-62)
[ 6849.875703] virtio_rpmsg_bus virtio0: rpmsg host is online
[ 6849.875794] remoteproc remoteproc0: remote processor imx-rproc is now up
"""
PARTITION = """
[ 84.896858] imx-rproc imx8qm-cm4-0: Failed to stop remote core
[ 84.902759] remoteproc remoteproc0: can't stop rproc: -13
"""
STM32 = """
[  284.342266] remoteproc remoteproc0: powering up m4
[  284.346258] remoteproc remoteproc0: Booting fw image GPIO_EXTI.elf, size 197496
[  284.353331] remoteproc remoteproc0: header-less resource table
[  284.358929] remoteproc remoteproc0: no resource table found for this firmware
[  284.366048] remoteproc remoteproc0: header-less resource table
[  284.371881] remoteproc remoteproc0: remote processor m4 is now up
"""
IMX = """
[ 1.986407] imx-rproc imx8mm-cm4: mbox_request_channel_byname() could not locate channel named "txdb"
[ 1.995637] imx-rproc imx8mm-cm4: No txdb, ret 0
"""
OOPS = """
[ 113.705233] Unable to handle kernel NULL pointer dereference at virtual address 0000000000000000
[ 113.789602] pc : 0x0
[ 113.791792] lr : rproc_elf_load_segments+0x16c/0x23c
"""
ATTACH = """
[    3.016002] remoteproc remoteproc1: attaching to imx-rproc
[    3.039148] remoteproc remoteproc1: failed to attach
[    3.057878] remoteproc remoteproc1: releasing imx-rproc
"""
TABLE_IGNORED = """
remoteproc remoteproc1: powering up vr-r5
remoteproc remoteproc1: Booting fw image tablever.elf, size 3360
remoteproc remoteproc1: unsupported fw ver: 2
remoteproc remoteproc1: unsupported fw ver: 2
remoteproc remoteproc1: remote processor vr-r5 is now up
"""
J721S2 = """
[ 2059.504473] remoteproc remoteproc0: powering up 64800000.dsp
[ 2059.517464] remoteproc remoteproc0: Booting fw image j721s2-c71_0-fw, size 10488888
[ 2059.525198] remoteproc remoteproc0: unsupported resource 65538
[ 2059.561730] remoteproc remoteproc0: remote processor 64800000.dsp is now up
"""

R5F = processor("41000000.r5f", driver="k3_r5_rproc")
UP = State.RUNNING
DONE = Result.DONE


def stopped(row: str, code: str, text: str, number: int, **more: Any) -> Report:
    of = more.pop("of", None) or processor(state=UP)
    return Report(row, code, text, Verb.STOP, number, of=of, **more)


def went_well(row: str, code: str, text: str, **more: Any) -> Report:
    of = more.pop("of", None) or processor(state=UP)
    return Report(row, code, text, Verb.BOOT, of=of, result=DONE, **more)


STARTS: tuple[Report, ...] = (
    boot("D27", "mailbox-deferred", MAILBOX, errno.EBUSY, of=R5F),
    boot("D27", "start-busy", "remoteproc remoteproc18: can't start rproc 41000000.r5f: -16", errno.EBUSY),
    boot("D28", "start-timed-out", TIMED_OUT, errno.ETIMEDOUT, words=("not signed",)),
    heard("D28", "start-timed-out", "[   14.508388] qcom_q6v5_pas b300000.remoteproc: start timed out"),
    boot("D28", "start-timed-out", number=errno.ETIMEDOUT),
    boot(
        "D28",
        "start-refused",
        "remoteproc remoteproc0: can't start rproc m4: -5\nremoteproc remoteproc0: Boot failed: -5",
        errno.EIO,
        words=("EIO",),
    ),
    boot(
        "D28",
        "prepare-failed",
        "remoteproc remoteproc0: can't prepare rproc m4: -22\nremoteproc remoteproc0: Boot failed: -22",
    ),
    boot(
        "D42",
        "attach-failed",
        "remoteproc remoteproc0: can't attach to rproc m4: -5\nremoteproc remoteproc0: Boot failed: -5",
        errno.EIO,
    ),
    boot("D29", "signature-rejected", TRUSTZONE, words=("qcom/qcs8300/gpdsp0.mbn",)),
    boot("D30", "signature-rejected-by-op-tee", OP_TEE, errno.EIO),
    boot("D30", "op-tee-refused", OP_TEE.replace("ffff0006", "ffff000c"), errno.EIO, words=("ffff000c",)),
    went_well("D31", "kick-unanswered", UNCLOCKED, of=processor("imx-rproc", driver="imx-rproc", state=UP)),
    heard("D31", "mailbox-channel-type", "[  143.260802] imx_mu 30aa0000.mailbox: Send data on wrong channel type: 1"),
    boot(
        "D32",
        "core-not-prepared",
        number=None,
        of=processor(driver="imx-rproc", state=State.UNKNOWN),
        result=Result.UNKNOWN,
        words=("prepare_mcore",),
    ),
    stopped("D38", "stop-denied", PARTITION, errno.EACCES, words=("partition",)),
    stopped("D39", "stop-failed-in-service", "remoteproc remoteproc0: can't stop rproc: -19", errno.ENODEV),
    heard("D39", "stop-failed-in-service", "qcom-q6v5-mss 4080000.remoteproc: failed to shutdown: -22"),
    stopped("D39", "stop-failed", "remoteproc remoteproc2: can't stop rproc: -16", errno.EBUSY, words=("EBUSY",)),
    Report(
        "D39",
        "detach-unsupported",
        "remoteproc remoteproc0: can't detach from rproc: -95",
        Verb.DETACH,
        errno.EOPNOTSUPP,
        of=processor(state=State.ATTACHED),
    ),
    Report(
        "D39",
        "detach-failed",
        "remoteproc remoteproc0: can't detach from rproc: -5",
        Verb.DETACH,
        errno.EIO,
        of=processor(state=State.ATTACHED),
    ),
    boot(
        "D39",
        "cluster-order",
        "k3_r5_rproc 5d00000.r5f: k3_r5_rproc_start: can not start core 1 before core 0\nremoteproc remoteproc1: can't start rproc 5d00000.r5f: -1",  # noqa: E501
        errno.EPERM,
        words=("start core 0 first",),
    ),
    boot(
        "D8",
        "boot-address-unaligned",
        "keystone-rproc 10800000.dsp: invalid boot address 0x823400, must be aligned on a 1KB boundary\nremoteproc remoteproc0: can't start rproc 10800000.dsp: -22",  # noqa: E501
    ),
    boot(
        "D58",
        "reset-not-asserted",
        "remoteproc remoteproc0: Boot failed: -5",
        errno.EIO,
        of=processor("c906l", driver="cvitek-rproc"),
    ),
)

MACHINE: tuple[Report, ...] = (
    heard(
        "D53",
        "driver-not-bound",
        "stm32-rproc 10000000.m4: probe with driver stm32-rproc failed with error -2",
        words=("10000000.m4",),
    ),
    heard("D53", "driver-not-bound", "imx-rproc: probe of imx8mp-cm7 failed with error -22", words=("imx8mp-cm7",)),
    heard(
        "D53",
        "reset-missing",
        "stm32-rproc 10000000.m4: failed to set hold boot\nstm32-rproc: probe of 10000000.m4 failed with error -13",
        words=("set hold boot",),
    ),
    heard("D53", "reset-missing", "stm32-rproc 10000000.m4: failed to get mcu reset"),
    heard("D53", "deferred-probe", "platform 5000000.m4fss: deferred probe pending", words=("devices_deferred",)),
    heard("D53", "attach-gave-up", ATTACH),
    heard(
        "D57",
        "unread-mailbox",
        "omap-mailbox 29020000.mailbox: fifo 1 has unexpected unread messages",
        words=("fifo 1",),
    ),
    heard("D60", "kernel-oops", OOPS),
)

HARMLESS: tuple[Report, ...] = (
    went_well("D24", "unsupported-resource", J721S2, words=("65538",)),
    heard("D24", "unsupported-resource", "[   93.806451] remoteproc remoteproc0: unsupported resource 4"),
    heard("D24", "unsupported-vendor-resource", "remoteproc remoteproc0: unsupported vendor resource 128"),
    went_well("D15", "runs-without-table", "remoteproc remoteproc1: No resource table in elf", image=WITHOUT_TABLE),
    heard("D15", "runs-without-table", "[ 4.875213] remoteproc remoteproc0: no dtb rsrc-table"),
    heard("D14 D15", "runs-without-table", STM32),
    went_well("D14", "table-headerless-ignored", "remoteproc remoteproc0: header-less resource table"),
    went_well("D17", "table-ignored", TABLE_IGNORED),
    heard(
        "D39",
        "shutdown-without-answer",
        "[  293.167161] remoteproc remoteproc0: warning: remote FW shutdown without ack",
    ),
    heard("D39", "stopped-by-force", "[18375.572034] imx-rproc core-m7: Not in wfi, force stopped"),
    heard(
        "D39",
        "stopped-by-force",
        "[  258.594698] ADI Reset Control Unit 3108c000.rcu: Timeout waiting for remote core 1 to IDLE!",
    ),
    heard(
        "D42",
        "powered-by-another",
        "[   41.359868] platform 41000000.r5f: R5F core may have been powered on by a different host, programmed state (0) != actual state (1)",  # noqa: E501
    ),
    heard("D43", "state-register-unknown", "[    1.555737] stm32-rproc 5c010000.m4: m4 state not supported"),
    heard("D53", "no-ipi-memory", "[   13.474765] mtk-scp 10500000.scp: invalid resource"),
    heard(
        "D1", "wiki-hint", "firmware_class: See https://wiki.debian.org/Firmware for information about missing firmware"
    ),
    heard("D48", "unmap-mismatch", "remoteproc remoteproc0: failed to unmap 1000/4096"),
    heard("D31", "mailbox-no-doorbell", IMX),
    heard(
        "D25",
        "mailbox-missing",
        '[    1.556223] stm32-rproc 5c010000.m4: mbox_request_channel_byname() requires an "mbox-names" property\n[    1.556256] remoteproc remoteproc0: cannot get vq0 mbox',  # noqa: E501
        words=("vq0",),
    ),
)

REPORTS = STARTS + MACHINE + HARMLESS
