"""Reports about states, permissions, crashes, traces and channels."""

from __future__ import annotations

import errno
from dataclasses import replace
from typing import Any

from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import Note, Processor, State
from rproc_tui.model.resource_table import ResourceTable, TraceEntry, VdevEntry
from rproc_tui.model.rpmsg import Rpmsg, RpmsgChannel
from tests.diagnosis.report import Report, boot, heard, processor, stands


def at(state: State, **more: Any) -> Processor:
    return processor(state=state, **more)


def did(row: str, code: str, verb: Verb, of: Processor, number: int | None = None, **more: Any) -> Report:
    return Report(row, code, verb=verb, errno=number, of=of, **more)


def rpmsg(status: int = 7, features: int = 1) -> ResourceTable:
    return ResourceTable((VdevEntry(0, None, 7, 0, 1, features, 0, status, 2, ()),), 1)


def trace(da: int, size: int = 0x1000) -> ResourceTable:
    return ResourceTable((TraceEntry(0, None, da, size, "log"),), 1)


UP, DOWN, CRASHED = State.RUNNING, State.OFFLINE, State.CRASHED
NO, FAILED = Result.REFUSED, Result.FAILED
EINVAL, EBUSY, EACCES, EPERM = errno.EINVAL, errno.EBUSY, errno.EACCES, errno.EPERM
CHANGE = "[    2.705323] stm32-rproc 5c010000.m4: can't change firmware while running"
PRU = processor("30074000.pru", id="remoteproc2", driver="pru-rproc")
NOT_OURS = at(DOWN, writable=False)

QCOM = """
[  208.222558] qcom_q6v5_pas 30000000.remoteproc: fatal error received: glink_channel_migration.c:758:Assertion open_ch_ctx->local_state == GLINK_LOCAL_CH_OPENING failed
[  208.222565] remoteproc remoteproc4: crash detected in adsp: type fatal error
[  208.240314] remoteproc remoteproc4: handling crash #1 in adsp
"""  # noqa: E501
SLPI = """
mobian kernel: qcom_q6v5_pas 2400000.remoteproc: fatal error received: err_qdi.c:964:EF:sensor_process:0x1:TMR_CLNT_1:0x80:dog_virtual_user.c:240:USER-PD DOG detects stalled initialization, triage with IMAGE OWNER
mobian kernel: remoteproc remoteproc0: crash detected in slpi: type fatal error
mobian kernel: remoteproc remoteproc0: handling crash #498 in slpi
mobian kernel: remoteproc remoteproc0: recovering slpi
"""  # noqa: E501
LOOP = """
remoteproc remoteproc0: crash detected in modem: type watchdog
remoteproc remoteproc0: handling crash #3 in modem
remoteproc remoteproc0: recovering modem
"""
CIX = """
[    0.842574] remoteproc remoteproc0: crash detected in cix-dsp-rproc: type watchdog
[    0.842750] remoteproc remoteproc0: handling crash #1 in cix-dsp-rproc
[    0.842824] remoteproc remoteproc0: recovering cix-dsp-rproc
[    0.843342] remoteproc remoteproc0: stopped remote processor cix-dsp-rproc
[    0.847901] rproc-virtio rproc-virtio.0.auto: Failed to associate buffer
[    0.847979] remoteproc remoteproc0: failed to probe subdevices for cix-dsp-rproc: -16
"""
LOST = """
remoteproc remoteproc0: recovering m4
remoteproc remoteproc0: stopped remote processor m4
remoteproc remoteproc0: Direct firmware load for fw.elf failed with error -2
remoteproc remoteproc0: request_firmware failed: -2
"""
MISFIT = """
remoteproc remoteproc0: recovering m4
remoteproc remoteproc0: stopped remote processor m4
remoteproc remoteproc0: bad phdr da 0x80000000 mem 0x800
remoteproc remoteproc0: Failed to load program segments: -22
"""
KICKLESS = """
[  627.433517] remoteproc remoteproc2: powering up 4a338000.pru
[  627.549301] remoteproc remoteproc2: Booting fw image PRU_RPMsg_Echo_Interrupt1.elf, size 32364
[  627.550624]  remoteproc2#vdev0buffer: .kick method not defined for 4a338000.pru
[  627.550669] remoteproc remoteproc2: failed to probe subdevices for 4a338000.pru: -22
[  627.551016] remoteproc remoteproc2: Boot failed: -22
"""
ORPHAN = Rpmsg(channels=(RpmsgChannel("virtio0.telemetry.-1.1024", "telemetry", None, 1024),))
LIVE = at(UP, resource_table=rpmsg(), traces=("trace0",))

STATES: tuple[Report, ...] = (
    did("D33", "firmware-while-up", Verb.FIRMWARE, at(UP), EBUSY, text=CHANGE, words=("running", "`stop`")),
    did("D33", "firmware-while-up", Verb.FIRMWARE, at(UP), result=NO),
    heard(
        "D33",
        "firmware-while-up",
        "[  980.319811] remoteproc remoteproc0: can't change firmware while running",
        of=at(UP),
    ),
    did("D34", "already-up", Verb.BOOT, at(UP), EBUSY),
    did("D34", "second-start", Verb.BOOT, at(UP), result=NO),
    did("D35", "boot-when-crashed", Verb.BOOT, at(CRASHED), result=NO),
    did("D35", "stop-when-crashed", Verb.STOP, at(CRASHED), EINVAL, words=("`recover`",)),
    did("D35", "stop-when-down", Verb.STOP, at(DOWN), EINVAL, words=("offline",)),
    did("D35", "stop-when-down", Verb.STOP, at(State.DETACHED), result=NO, words=("detached",)),
    did("D35", "detach-when-not-attached", Verb.DETACH, at(UP), result=NO),
    did("D35", "nothing-to-recover", Verb.RECOVER, at(UP), result=NO),
    did("D35", "stop-impossible", Verb.STOP, at(State.ATTACHED, driver="k3_r5_rproc"), EINVAL, words=("`detach`",)),
    did("D35", "detach-impossible", Verb.DETACH, at(State.ATTACHED), EINVAL),
    did("D36", "stuck", Verb.BOOT, at(DOWN), words=("unbind", "5c010000.m4")),
    stands("D36", "stuck", at(DOWN, notes=frozenset({Note.STUCK}))),
    did("D37", "held", Verb.STOP, at(UP)),
    stands("D37", "held", at(UP, notes=frozenset({Note.HELD}))),
    did(
        "D40", "not-permitted", Verb.BOOT, at(DOWN), EACCES, words=("sudo tee /sys/class/remoteproc/remoteproc0/state",)
    ),
    did("D40", "may-not-be-commanded", Verb.BOOT, NOT_OURS, result=NO),
    did("D40", "started-read-only", Verb.BOOT, at(DOWN), errno.EROFS, result=NO),
    did("D40", "sysfs-read-only", Verb.BOOT, at(DOWN), errno.EROFS),
    did(
        "D41",
        "read-only-processor",
        Verb.FIRMWARE,
        at(UP, notes=frozenset({Note.READ_ONLY}), writable=False),
        EPERM,
        neighbours=(PRU,),
        words=("remoteproc2 (30074000.pru)",),
    ),
    did("D41", "maybe-owned-by-kernel", Verb.STOP, at(UP, driver="wkup_m3_rproc"), EPERM),
    stands("D42", "attached-without-table", at(State.ATTACHED, firmware="unknown")),
    stands("D43", "runs-by-itself", at(State.DETACHED), words=("`boot` attaches",)),
    heard("D44", "unknown-command", "remoteproc remoteproc0: Unrecognised option: restart", words=("restart",)),
    heard("D44", "coredump-word", "remoteproc remoteproc0: Invalid coredump configuration"),
    stands("D49", "recovery-off-by-driver", at(CRASHED, recovery="disabled", driver="k3-m4-rproc")),
    stands("D49", "recovery-off", at(CRASHED, recovery="disabled")),
    stands("D49", "recovery-off-while-up", at(UP, recovery="disabled", driver="pru-rproc")),
    stands("D56", "coredump-off", at(UP, crashes=1, coredump="disabled")),
    did("D56", "coredump-empty", Verb.COREDUMP, at(CRASHED, coredump="enabled")),
    heard("D56", "coredump-class-unset", "remoteproc remoteproc0: Elf class is not set"),
    heard("D56", "coredump-mode-fixed", "remoteproc remoteproc0: can't change coredump configuration"),
    stands("D56", "dump-holds-recovery", at(DOWN, dump="devcd3", coredump="inline"), words=("devcd3",)),
    boot("D33", "processor-leaving", "remoteproc remoteproc0: can't boot deleting rproc m4", errno.ENODEV),
    boot(
        "D15",
        "oops-left-a-lock",
        "remoteproc remoteproc0: can't lock rproc imx-rproc: -4",
        errno.EINTR,
        of=at(DOWN, driver="imx-rproc"),
    ),
    boot("D15", "interrupted", "remoteproc remoteproc0: can't lock rproc m4: -4", errno.EINTR),
)

CRASHES: tuple[Report, ...] = (
    heard("D45", "reported-fatal-error", QCOM, words=("glink_channel_migration.c:758",)),
    heard("D45", "reported-fatal-error", SLPI, words=("err_qdi.c:964",)),
    heard("D45", "reported-watchdog", "qcom_q6v5_pas 4080000.remoteproc: watchdog received: lte_ml1.c:390:"),
    heard(
        "D45",
        "crash-loop",
        QCOM,
        of=at(UP, driver="qcom_q6v5_pas", notes=frozenset({Note.CRASH_LOOP}), crashes=498),
        words=("498", "glink_channel_migration"),
    ),
    stands("D45", "crash-loop", at(UP, notes=frozenset({Note.CRASH_LOOP}))),
    heard(
        "D46",
        "crash-loop-without-user-space",
        LOOP,
        of=processor("modem", state=UP, driver="qcom-q6v5-mss", notes=frozenset({Note.CRASH_LOOP})),
        words=("rmtfs",),
    ),
    heard("D45", "crash-watchdog", LOOP),
    heard("D45", "crash-fatal-error", "remoteproc remoteproc0: crash detected in m4: type fatal error"),
    heard("D45", "crash-mmu-fault", "remoteproc remoteproc0: crash detected in m4: type mmufault"),
    heard("D45", "crash-of-unknown-type", "remoteproc remoteproc0: crash detected in m4: type unknown"),
    stands("D47", "silent", at(UP, notes=frozenset({Note.SILENT}), trace_moved=3.0)),
    heard("D47", "no-crash-interrupt", "[    1.553959] stm32-rproc 5c010000.m4: error -ENXIO: IRQ index 0 not found"),
    heard("D48", "iommu-fault", "remoteproc remoteproc0: iommu fault: da 0x9f000000 flags 0x0", words=("0x9f000000",)),
    heard("D36", "recovery-without-firmware", LOST, words=("fw.elf", "unbind")),
    heard(
        "D36",
        "recovery-failed",
        MISFIT.replace("Failed to load program segments: -22", "can't start rproc m4: -5").replace(
            "bad phdr da 0x80000000 mem 0x800", "stopped"
        ),
    ),
)

TRACES: tuple[Report, ...] = (
    stands(
        "D54",
        "debugfs-missing",
        at(DOWN, unreadable=("debugfs is not mounted, so there is no trace: mount -t debugfs none /sys/kernel/debug",)),
    ),
    stands("D55", "trace-of-no-size", at(UP, traces=("trace0",), resource_table=trace(0x1000_0000, 0))),
    stands(
        "D55",
        "trace-nowhere",
        at(UP, traces=("trace0",), resource_table=trace(0x7000_0000)),
        words=("0x1000 bytes at 0x70000000",),
    ),
    heard("D55", "trace-not-available", "Trace  not available"),
    stands("D55", "trace-empty", replace(LIVE, resource_table=trace(0x1000_0000), notes=frozenset({Note.SILENT}))),
)

CHANNELS: tuple[Report, ...] = (
    boot("D25", "no-kick", KICKLESS, of=processor("4a338000.pru", driver="pru-rproc"), words=("pru-rproc",)),
    heard("D26", "vdev-buffer-busy", CIX),
    heard("D26", "vdev-buffer-mapped", "rproc-virtio rproc-virtio.2.auto: vdev 0 buffer already mapped"),
    boot(
        "D26",
        "subdevices-failed",
        "remoteproc remoteproc0: failed to probe subdevices for m4: -12\nremoteproc remoteproc0: Boot failed: -12",
        errno.ENOMEM,
    ),
    heard("D19", "vdev-lost", "rproc-virtio: probe of rproc-virtio.1.auto failed with error -22"),
    heard("D19", "vdev-lost", "rproc-virtio rproc-virtio.1.auto: probe with driver rproc-virtio failed with error -22"),
    heard("D50", "message-without-recipient", "virtio_rpmsg_bus virtio0: msg received with no recipient"),
    heard("D51", "no-transmit-buffer", "virtio_rpmsg_bus virtio0: timeout waiting for a tx buffer"),
    heard(
        "D50",
        "message-too-big-inbound",
        "virtio_rpmsg_bus virtio0: inbound msg too big: (512, 600)",
        words=("600 of 512",),
    ),
    heard("D51", "message-too-big-outbound", "virtio_rpmsg_bus virtio0: message is too big (4096)", words=("4096",)),
    heard("D52", "announcement-malformed", "virtio_rpmsg_bus virtio0: malformed ns msg (12)", words=("12",)),
    heard(
        "D52",
        "channel-announced-twice",
        "virtio_rpmsg_bus virtio0: channel rpmsg-tty:ffffffff:400 already exist",
        words=("rpmsg-tty",),
    ),
    stands(
        "D52", "no-rpmsg-driver", replace(LIVE, resource_table=rpmsg(status=1)), words=("modprobe virtio_rpmsg_bus",)
    ),
    stands("D52", "no-name-service", replace(LIVE, resource_table=rpmsg(features=0))),
    stands("D52", "no-channels", LIVE),
    stands("D52", "channel-without-driver", replace(LIVE, rpmsg=ORPHAN), words=("telemetry",)),
)

REPORTS = STATES + CRASHES + TRACES + CHANNELS
