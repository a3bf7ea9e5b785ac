"""Boards of Qualcomm: no ELF table, no debugfs content, and drivers that speak for their processors."""

from __future__ import annotations

from rproc_tui.linux.kernel_fact import Kind
from tests.linux.boards.known_board import Board, Remote


def hexagon(number: int, name: str, address: str, state: str = "running", **known: object) -> Remote:
    facts: dict[str, object] = {
        "device": f"soc@0/{address}.remoteproc",
        "driver": "qcom_q6v5_pas",
        "core": "Hexagon",
    }
    return Remote(number, name, state, **(facts | known))  # type: ignore[arg-type]


QRB4210 = Board(
    "QRB4210: three processors that do not answer in time",
    (
        hexagon(0, "modem", "6080000", "offline", firmware="qcom/qrb4210/modem.mbn"),
        hexagon(1, "adsp", "a400000", "offline", firmware="qcom/qrb4210/adsp.mbn"),
        hexagon(2, "cdsp", "b300000", "offline", firmware="qcom/qrb4210/cdsp.mbn"),
    ),
    (
        ("[    8.937745] remoteproc remoteproc0: modem is available", Kind.AVAILABLE, 0),
        (
            "[    9.037796] remoteproc remoteproc2: Booting fw image qcom/qrb4210/cdsp.mbn, size 3008020",
            Kind.BOOTING,
            2,
        ),
        ("[   14.508388] qcom_q6v5_pas b300000.remoteproc: start timed out", Kind.FAULT, 2),
        ("[   14.508418] qcom_q6v5_pas a400000.remoteproc: start timed out", Kind.FAULT, 1),
        ("[   14.522733] remoteproc remoteproc2: can't start rproc cdsp: -110", Kind.STEP_FAILED, 2),
        ("[   16.076600] remoteproc remoteproc0: Boot failed: -110", Kind.BOOT_FAILED, 0),
    ),
)

SA8775P = Board(
    "SA8775P: two processors crash at once, and the causes are told for their platform devices",
    (
        hexagon(0, "gpdsp0", "20c00000", "offline", crashes=1),
        hexagon(4, "adsp", "30000000", firmware="qcom/sa8775p/adsp.mbn", crashes=1),
    ),
    (
        (
            "[  208.219867] qcom_q6v5_pas 20c00000.remoteproc: fatal error received: glink_channel_migration.c:678:x",
            Kind.FAULT,
            0,
        ),
        ("[  208.220380] remoteproc remoteproc4: remote processor adsp is now up", Kind.UP, 4),
        (
            "[  208.222558] qcom_q6v5_pas 30000000.remoteproc: fatal error received: glink_channel_migration.c:758:x",
            Kind.FAULT,
            4,
        ),
        ("[  208.222565] remoteproc remoteproc4: crash detected in adsp: type fatal error", Kind.CRASH_DETECTED, 4),
        ("[  208.233350] remoteproc remoteproc0: crash detected in gpdsp0: type fatal error", Kind.CRASH_DETECTED, 0),
        ("[  208.240314] remoteproc remoteproc4: handling crash #1 in adsp", Kind.CRASH_HANDLED, 4),
        ("[  208.255400] remoteproc remoteproc0: handling crash #1 in gpdsp0", Kind.CRASH_HANDLED, 0),
        ("[  208.262281] remoteproc remoteproc4: recovering adsp", Kind.RECOVERING, 4),
        ("[  208.302514] remoteproc remoteproc0: stopped remote processor gpdsp0", Kind.STOPPED, 0),
    ),
)

QCS8300 = Board(
    "QCS8300: a kernel that tells which thread speaks, and firmware that its keeper rejects",
    (
        hexagon(0, "adsp", "3000000", firmware="qcom/qcs8300/adsp.mbn"),
        hexagon(1, "gpdsp0", "20c00000", "offline", firmware="qcom/qcs8300/gpdsp0.mbn"),
        hexagon(2, "cdsp0", "26300000", firmware="qcom/qcs8300/cdsp0.mbn"),
    ),
    (
        ("[   12.228805][  T272] remoteproc remoteproc1: gpdsp0 is available", Kind.AVAILABLE, 1),
        (
            "[   12.262627][   T71] qcom_q6v5_pas 20c00000.remoteproc: error -22 initializing firmware gpdsp0.mbn",
            Kind.OTHER,
            1,
        ),
        ("[   12.268276][   T31] remoteproc remoteproc0: remote processor adsp is now up", Kind.UP, 0),
        ("[   12.274642][   T71] remoteproc remoteproc1: can't start rproc gpdsp0: -22", Kind.STEP_FAILED, 1),
    ),
)

MSM8916 = Board(
    "MSM8916: the modem crashes now and then and recovers",
    (
        hexagon(
            0,
            "4080000.remoteproc",
            "4080000",
            firmware="mba.mbn",
            driver="qcom-q6v5-mss",
            compatible="qcom,msm8916-mss-pil",
            crashes=2,
        ),
    ),
    (
        (
            "[  914.087728] qcom-q6v5-mss 4080000.remoteproc: fatal error received: lte_ml1_common_timer.c:390:",
            Kind.FAULT,
            0,
        ),
        (
            "[  914.087935] remoteproc remoteproc0: crash detected in 4080000.remoteproc: type fatal error",
            Kind.CRASH_DETECTED,
            0,
        ),
        ("[  914.103791] remoteproc remoteproc0: recovering 4080000.remoteproc", Kind.RECOVERING, 0),
        ("[ 1816.487885] remoteproc remoteproc0: handling crash #2 in 4080000.remoteproc", Kind.CRASH_HANDLED, 0),
        ("[ 1817.150609] remoteproc remoteproc0: remote processor 4080000.remoteproc is now up", Kind.UP, 0),
    ),
)

SM8150 = Board(
    "SM8150: the 498th crash, in a journal without times",
    (hexagon(0, "slpi", "2400000", "crashed", compatible="qcom,sm8150-slpi-pas", crashes=498),),
    (
        (
            "mobian kernel: qcom_q6v5_pas 2400000.remoteproc: fatal error received: err_qdi.c:964:EF:sensor_process",
            Kind.FAULT,
            0,
        ),
        ("mobian kernel: remoteproc remoteproc0: crash detected in slpi: type fatal error", Kind.CRASH_DETECTED, 0),
        ("mobian kernel: remoteproc remoteproc0: handling crash #496 in slpi", Kind.CRASH_HANDLED, 0),
        ("mobian kernel: remoteproc remoteproc0: handling crash #497 in slpi", Kind.CRASH_HANDLED, 0),
        ("mobian kernel: remoteproc remoteproc0: handling crash #498 in slpi", Kind.CRASH_HANDLED, 0),
    ),
)

BOARDS = (QRB4210, SA8775P, QCS8300, MSM8916, SM8150)
