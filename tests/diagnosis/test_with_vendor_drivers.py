"""What only some drivers say, said by drivers of the test's own: their words go the whole way to the answer.

The framework below is the emulated one; what it does with an errno, and every other line, is its own.
"""

from __future__ import annotations

import errno
import pathlib
import struct

import pytest

from rproc_tui.model.diagnosis import Severity
from rproc_tui.model.outcome import Result, Verb
from rproc_tui.model.processor import State
from tests.conformance.vr_board import VrBoard
from tests.diagnosis.boards import Core, Here, Says, TalkingBoard, codes, opened
from tests.plain_board import MEMORY_BASE
from tests.remoteproc.images import ANY, Image, Segment, carveout, table, vdev


def image(
    *segments: tuple[int, int], entries: tuple[bytes, ...] = (), at: int = MEMORY_BASE, machine: int = 40
) -> bytes:
    """An ELF file with these segments, and with a table at the start of a memory."""
    parts = [Segment(da, b"data"[: min(4, size)], size) for da, size in segments]
    return Image(table=table(*entries), table_address=at, segments=parts, machine=machine).build()


PLAIN = image((MEMORY_BASE + 0x1000, 0x100))


def put(here: Here, content: bytes, name: str = "m4") -> None:
    (here.folder / f"{name}.elf").write_bytes(content)


BUSY, IO, INVALID, LATE = errno.EBUSY, errno.EIO, errno.EINVAL, errno.ETIMEDOUT
NO_REGION = Says("unable to acquire memory-region", INVALID)
NO_MAILBOX = Says("mbox_request_channel failed: -517", BUSY)
REJECTED = Says("error -22 initializing firmware qcom/qcs8300/gpdsp0.mbn", INVALID)
UNSIGNED = Says("TA_RPROC_FW_CMD_LOAD_FW invoke failed TEE err: ffff0006, ret:0", IO)
WITH_VDEV = image((MEMORY_BASE + 0x1000, 0x100), entries=(vdev(),))
STARTS = {
    "D11": ("pru-high-address", Core("pru-rproc"), image((0x2000_0000, 0x8F4)), INVALID),
    "D23": ("memory-region-missing", Core("cvitek-rproc", {"prepare": NO_REGION}), PLAIN, INVALID),
    "D25": ("no-kick", Core("pru-rproc", has_kick=False), WITH_VDEV, INVALID),
    "D27": ("mailbox-deferred", Core("k3_r5_rproc", {"start": NO_MAILBOX}), PLAIN, BUSY),
    "D28": ("start-timed-out", Core("qcom_q6v5_pas", {"start": Says("start timed out", LATE)}), PLAIN, LATE),
    "D29": ("signature-rejected", Core("qcom_q6v5_pas", {"start": REJECTED}), PLAIN, INVALID),
    "D30": ("signature-rejected-by-op-tee", Core("tee_remoteproc", {"prepare": UNSIGNED}), PLAIN, IO),
    "D58": ("reset-not-asserted", Core("cvitek-rproc", {"start": Says("", IO)}), PLAIN, IO),
}


@pytest.mark.parametrize("row", STARTS)
async def test_a_start_that_a_driver_refuses_is_explained(row: str, tmp_path: pathlib.Path) -> None:
    code, core, content, number = STARTS[row]
    async with opened(TalkingBoard(m4=core), tmp_path) as here:
        put(here, content)
        outcome = await here.act("m4", Verb.BOOT)
        assert (outcome.result, outcome.errno) == (Result.FAILED, number)
        assert code in codes(outcome.diagnoses)
        assert next(d for d in outcome.diagnoses if d.code == code).cause in " ".join(outcome.advice)


ITCM, DTCM = (0x0, 0x2_0000), (0x2_0000, 0x2_0000)


async def test_a_segment_across_two_regions_is_told_both(tmp_path: pathlib.Path) -> None:
    """D9, on a driver that tells its memories and on one that tells none."""
    async with opened(TalkingBoard(m4=Core("stm32-rproc", memory=(ITCM, DTCM))), tmp_path) as here:
        put(here, image((0x1DE78, 0xD5A0), at=0))
        outcome = await here.act("m4", Verb.BOOT)
        assert codes(outcome.diagnoses)[0] == "segment-straddles"
        assert "m4-0 0x0-0x1ffff and m4-20000 0x20000-0x3ffff" in outcome.advice[0]
    words = Says("Translation failed: da = {da:#x} len = {length:#x}")
    async with opened(TalkingBoard(m4=Core("imx-rproc", {"da_to_va": words}, (ITCM, DTCM))), tmp_path) as here:
        put(here, image((0x1F48, 0x1FCB0), at=0))
        assert codes((await here.act("m4", Verb.BOOT)).diagnoses)[0] == "segment-across-itcm"


async def test_an_address_that_a_driver_cannot_translate_is_explained(tmp_path: pathlib.Path) -> None:
    """D10."""
    words = Says("Translation failed: da = {da:#x} len = {length:#x}")
    async with opened(TalkingBoard(m4=Core("imx-rproc", {"da_to_va": words})), tmp_path) as here:
        put(here, image((0x1FFF_0000, 0x8240)))
        outcome = await here.act("m4", Verb.BOOT)
        assert codes(outcome.diagnoses)[0] == "translation-failed"
        assert "segment 0" in outcome.advice[0]


async def test_an_empty_segment_fails_on_kernels_that_look_it_up(tmp_path: pathlib.Path) -> None:
    """D12."""
    async with opened(TalkingBoard(m4=Core("plain-rproc")), tmp_path, "v5.10") as here:
        put(here, image((MEMORY_BASE + 0x1000, 0x100), (0x0, 0)))
        assert codes((await here.act("m4", Verb.BOOT)).diagnoses)[0] == "empty-segment"


async def test_firmware_for_another_processor_names_the_right_one(tmp_path: pathlib.Path) -> None:
    """D8, D59."""
    m0 = Core("stm32-rproc", memory=((0x5000_0000, 0x4000),), compatible="st,stm32mp25-m0")
    m33 = Core("stm32-rproc", memory=((0x8010_0000, 0x10_0000),), compatible="st,stm32mp25-m33")
    async with opened(TalkingBoard(m0=m0, m33=m33), tmp_path) as here:
        put(here, image((0x8010_0000, 0x540), at=0x8010_1000), "m0")
        outcome = await here.act("m0", Verb.BOOT)
        assert codes(outcome.diagnoses) == ["wrong-processor", "segment-outside"]
        assert "remoteproc1 (m33)" in outcome.diagnoses[0].cause
        outside = outcome.diagnoses[1]
        assert outside.cause.startswith("segment 0 (1.3 KiB at 0x80100000) lies in no memory of m0")
        assert "the nearest is m0-50000000 0x50000000-0x50003fff: it begins 769.0 MiB behind its end" in outside.cure


async def test_firmware_for_another_kind_of_core_is_told_so(tmp_path: pathlib.Path) -> None:
    """D59."""
    core = Core("stm32-rproc", memory=((0x5000_0000, 0x4000),), compatible="st,stm32mp1-m4")
    async with opened(TalkingBoard(m4=core), tmp_path) as here:
        put(here, image((0x8000_0000, 0x100), at=0x5000_0000, machine=243))
        told = (await here.act("m4", Verb.BOOT)).diagnoses
        assert codes(told)[0] == "wrong-machine"
        assert "RISC-V" in told[0].cause
        assert "Cortex-M4" in told[0].cause


async def test_memory_that_comes_to_lie_elsewhere_is_a_warning(tmp_path: pathlib.Path) -> None:
    """D22."""
    async with opened(TalkingBoard(m4=Core()), tmp_path) as here:
        put(
            here,
            image(
                (MEMORY_BASE + 0x1000, 0x100),
                entries=(carveout("fixed", 0x6000_0000, 0x1000), carveout("any", ANY, 0x1000)),
            ),
        )
        outcome = await here.act("m4", Verb.BOOT)
        assert outcome.ok
        assert [d.severity for d in outcome.diagnoses if d.code == "dma-memory-elsewhere"] == [Severity.WARNING]
        assert any("looks in the wrong place" in sentence for sentence in outcome.advice)


async def test_an_unanswered_kick_is_a_warning_of_a_boot_that_went_well(tmp_path: pathlib.Path) -> None:
    """D31."""
    core = Core("imx-rproc", {"kick": Says("imx_rproc_kick: failed (0, err:-62)")})
    async with opened(TalkingBoard(m4=core), tmp_path) as here:
        put(here, image((MEMORY_BASE + 0x1000, 0x100), entries=(vdev(),)))
        outcome = await here.act("m4", Verb.BOOT)
        assert outcome.ok
        assert codes(outcome.diagnoses) == ["kick-unanswered"]


async def test_a_core_of_another_partition_is_no_matter_of_users(tmp_path: pathlib.Path) -> None:
    """D38."""
    core = Core("imx-rproc", {"stop": Says("Failed to stop remote core", errno.EACCES)})
    async with opened(TalkingBoard(m4=core), tmp_path) as here:
        put(here, PLAIN)
        await here.act("m4", Verb.BOOT)
        outcome = await here.act("m4", Verb.STOP)
        assert (outcome.errno, codes(outcome.diagnoses)) == (errno.EACCES, ["stop-denied"])


async def test_a_firmware_service_that_refuses_is_named_as_such(tmp_path: pathlib.Path) -> None:
    """D39."""
    async with opened(TalkingBoard(m4=Core("k3-m4-rproc", {"stop": Says("", errno.ENODEV)})), tmp_path) as here:
        put(here, PLAIN)
        assert (await here.act("m4", Verb.BOOT)).ok
        assert codes((await here.act("m4", Verb.STOP)).diagnoses) == ["stop-failed-in-service"]


async def test_a_processor_that_the_kernel_owns_says_so(tmp_path: pathlib.Path) -> None:
    """D41."""
    board = TalkingBoard(wkup_m3=Core("wkup_m3_rproc", read_only=True), pru=Core("pru-rproc"))
    async with opened(board, tmp_path) as here:
        outcome = await here.act("wkup_m3", Verb.BOOT)
        assert (outcome.result, codes(outcome.diagnoses)) == (Result.REFUSED, ["read-only-processor"])
        assert "remoteproc1 (pru)" in outcome.diagnoses[0].cure


async def test_an_attached_processor_without_a_table_is_explained(tmp_path: pathlib.Path) -> None:
    """D42."""
    async with opened(TalkingBoard(m4=Core("imx-rproc", attached=True)), tmp_path) as here:
        assert (await here.act("m4", Verb.BOOT)).ok
        assert here.processor("m4").state is State.ATTACHED
        assert "attached-without-table" in codes(here.stands("m4"))


async def test_garbage_where_a_table_should_be_fails_the_attach(tmp_path: pathlib.Path) -> None:
    """D18."""
    garbage = struct.pack("<5I", 1, 1, 0, 0, 20) + struct.pack("<6I", 0, 0, 0, 0x1000, 0, 7) + bytes(32)
    core = Core("imx-rproc", {"table": Says(garbage.hex())}, attached=True)
    async with opened(TalkingBoard(m4=core), tmp_path) as here:
        outcome = await here.act("m4", Verb.BOOT)
        assert (outcome.errno, codes(outcome.diagnoses)[0]) == (errno.EINVAL, "attach-found-garbage")


async def test_a_boot_before_its_file_is_there_is_no_error_later(tmp_path: pathlib.Path) -> None:
    """D2."""
    board = TalkingBoard(m4=Core(), early=Core(auto_boot=True))
    async with opened(board, tmp_path) as here:
        board.rebind("early")
        told = await here.hears("firmware-too-early")
        assert (told.severity, "early.elf" in told.cause) == (Severity.WARNING, True)


async def test_a_machine_without_processors_says_what_to_look_for(tmp_path: pathlib.Path) -> None:
    """D53."""
    async with opened(TalkingBoard(), tmp_path) as here:
        (machine,) = here.controller.snapshot.hosts
        assert machine.error == "no remote processor here: /sys/class/remoteproc is empty"
        assert any("device tree" in sentence for sentence in machine.advice)


async def test_a_crash_loop_without_words_points_to_user_space(tmp_path: pathlib.Path) -> None:
    """D46."""
    async with opened(TalkingBoard(modem=Core("qcom-q6v5-mss")), tmp_path) as here:
        put(here, PLAIN, "modem")
        await here.act("modem", Verb.BOOT)
        for _ in range(3):
            await here.write("modem", "/crash", "1")
            await here.becomes("modem", State.RUNNING)
        assert "rmtfs" in (await here.hears("crash-loop-without-user-space")).cure


async def test_an_oops_of_the_kernel_while_it_loads_is_told_to_all(tmp_path: pathlib.Path) -> None:
    """D60: the line has no device, so it is about the machine."""
    core = Core("imx-rproc", {"start": Says("lr : rproc_elf_load_segments+0x16c/0x23c", errno.EFAULT, bare=True)})
    async with opened(TalkingBoard(m4=core), tmp_path) as here:
        put(here, PLAIN)
        await here.act("m4", Verb.BOOT)
        assert "save the log and reboot" in (await here.hears("kernel-oops")).cure


async def test_a_driver_that_takes_no_device_is_told_to_all(tmp_path: pathlib.Path) -> None:
    """D53."""
    line = "stm32-rproc 20000000.m0: probe with driver stm32-rproc failed with error -2"
    async with opened(TalkingBoard(m4=Core(says={"start": Says(line, bare=True)})), tmp_path) as here:
        put(here, PLAIN)
        await here.act("m4", Verb.BOOT)
        assert "20000000.m0" in (await here.hears("driver-not-bound")).cause


async def test_one_who_may_not_write_is_told_how(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """D40."""
    async with opened(TalkingBoard(m4=Core()), tmp_path) as here:
        put(here, PLAIN)

        async def forbidden(_path: str, _data: bytes) -> None:
            raise PermissionError(errno.EACCES, "Permission denied")

        monkeypatch.setattr(here.host, "write", forbidden)
        outcome = await here.act("m4", Verb.BOOT)
        assert (outcome.errno, codes(outcome.diagnoses)) == (errno.EACCES, ["not-permitted"])
        assert "sudo tee" in outcome.diagnoses[0].cure


async def test_a_machine_without_debugfs_says_what_is_missing(tmp_path: pathlib.Path) -> None:
    """D54."""
    async with opened(TalkingBoard(m4=Core()), tmp_path, debugfs=False) as here:
        told, *_ = here.stands("m4")
        assert (told.code, told.severity) == ("debugfs-missing", Severity.WARNING)


async def test_a_message_that_nobody_takes_is_told(tmp_path: pathlib.Path) -> None:
    """D50: `vr-m4` answers to an address whose endpoint is closed meanwhile."""
    async with opened(VrBoard(), tmp_path) as here:
        await here.boot("vr-m4", "good.elf")
        await here.hears_channel("vr-m4", "rpmsg-raw")
        (control,) = here.processor("vr-m4").rpmsg.controls
        for number in range(200):
            endpoint = await here.host.open_endpoint(control, "gone", 2000 + number, 0x400)
            await endpoint.send(b"anybody?")
            await endpoint.close()
            if any("no recipient" in event.text for event in here.controller.events):
                break
        assert "nobody listens" in (await here.hears("message-without-recipient")).cause
