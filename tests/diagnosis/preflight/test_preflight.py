"""What a check says beyond the kernel's own answer, how sure it is, and in which order."""

from __future__ import annotations

import dataclasses
import errno
import lzma

import pytest

from rproc_tui.diagnosis.preflight.drivers import DriverRules, rules_of
from rproc_tui.diagnosis.preflight.preflight import check, elsewhere
from rproc_tui.diagnosis.preflight.target import Target
from rproc_tui.diagnosis.preflight.verdict import Finding, Verdict, kernel_line
from rproc_tui.firmware.facts import Severity
from rproc_tui.model.memory import Region, RegionKind
from tests.diagnosis.preflight.looking import look
from tests.remoteproc.images import ANY, Image, Segment, carveout, devmem, table, trace, vdev

ITCM = Region("itcm", 0x0, 0x1_0000, RegionKind.INTERNAL)
DTCM = Region("dtcm", 0x1_0000, 0x1_0000, RegionKind.INTERNAL)
SHARED = Region("shared", 0x8000_0000, 0x1_0000, RegionKind.RESERVED)
KNOWN = DriverRules(wants_table=False, own_loader=False, names_regions=True, iommu=False)
M4 = Target("m4", "remoteproc0", "Cortex-M4", regions=(ITCM, DTCM, SHARED), complete=True, certain=True, rules=KNOWN)
GUESSED = dataclasses.replace(M4, certain=False)
PARTLY_KNOWN = dataclasses.replace(M4, complete=False, certain=False)


def verdict_on(image: Image, target: Target | None = M4, present: Image | None = None) -> Verdict:
    before = None if present is None else look("before.elf", present.build())
    return check(look("x.elf", image.build()), target, before)


def image(*segments: Segment, entries: tuple[bytes, ...] | None = None, machine: int = 40, at: int = 0x1_0000) -> Image:
    content = None if entries is None else table(*entries)
    loads = list(segments) or [Segment(0x0, b"code")]
    return Image(table=content, segments=loads, table_address=at, machine=machine)


def found(verdict: Verdict, code: str) -> Finding:
    return next(finding for finding in verdict.findings if finding.code == code)


def test_firmware_that_fits_has_nothing_against_it() -> None:
    verdict = verdict_on(image(entries=(trace(0x1_8000, 0x100),)))
    assert (verdict.findings, verdict.would_boot, verdict.fits, verdict.refused) == ((), True, True, False)
    assert [step.result for step in verdict.checks] == ["ok"] * 6 + ["unknown"]


@pytest.mark.parametrize(
    ("da", "size", "misses", "words"),
    [
        (0x1_F000, 0x2000, 0x1000, "the nearest is dtcm 0x10000-0x1ffff: 4 KiB reach behind its end"),
        (0x3_0000, 0x100, 0x1_0000, "the nearest is dtcm 0x10000-0x1ffff: it begins 64 KiB behind its end"),
        (0x7FFF_F000, 0x800, 0x800, "the nearest is shared 0x80000000-0x8000ffff: it ends 2 KiB before its start"),
        (0x0_FF00, 0x200, 0x100, "itcm 0x0-0xffff and dtcm 0x10000-0x1ffff hold it together, and a segment needs one"),
    ],
)
def test_a_segment_outside_is_told_with_the_nearest_region_and_the_bytes_that_it_misses(
    da: int, size: int, misses: int, words: str
) -> None:
    verdict = verdict_on(image(Segment(da, b"code", size)))
    (finding,) = verdict.errors
    assert (finding.code, finding.errno, finding.certain) == ("segment-outside", errno.EINVAL, True)
    assert finding.kernel == f"bad phdr da {da:#x} mem {size:#x}"
    assert words in finding.message
    (placement,) = verdict.placements
    assert (placement.region, placement.misses) == (None, misses)


def test_where_memory_is_concluded_from_the_tree_the_answer_is_no_and_the_kernel_is_still_asked() -> None:
    verdict = verdict_on(image(Segment(0x5000_0000, b"code")), GUESSED)
    assert (verdict.would_boot, verdict.refused) == (False, False)


def test_where_memory_is_partly_known_a_segment_outside_is_a_doubt() -> None:
    verdict = verdict_on(image(Segment(0x5000_0000, b"code")), PARTLY_KNOWN)
    assert verdict.would_boot
    assert found(verdict, "segment-outside").severity is Severity.WARNING
    assert [step.result for step in verdict.checks if step.stage == "segments"] == ["perhaps"]


def test_the_code_of_a_pru_goes_to_its_instruction_memory_whatever_marks_are_in_its_address() -> None:
    data = Region("dram0", 0x0, 0x2000, RegionKind.INTERNAL)
    iram = Region("iram", 0x0, 0x2000, RegionKind.INTERNAL)
    pru = Target("pru0", regions=(data,), code=iram, rules=rules_of("pru-rproc"))
    fits = verdict_on(image(Segment(0x2000_0000, b"code", 0x2000)), pru)
    assert (fits.would_boot, fits.placements[0].region) == (True, iram)
    (finding,) = verdict_on(image(Segment(0x2000_0000, b"code", 0x2400)), pru).errors
    assert finding.kernel == "bad phdr da 0x20000000 mem 0x2400"
    assert "is code, and the iram of pru0 has 8 KiB: 1 KiB reach behind its end" in finding.message


def test_where_no_memory_is_known_that_is_said() -> None:
    verdict = verdict_on(image(Segment(0x5000_0000, b"code")), Target("dsp"))
    assert verdict.would_boot
    assert found(verdict, "memory-unknown").severity is Severity.NOTE


def test_regions_that_hold_what_runs_now_are_believed() -> None:
    outside = image(Segment(0x5000_0000, b"code"))
    assert not verdict_on(outside, PARTLY_KNOWN, present=image()).would_boot
    assert verdict_on(outside, PARTLY_KNOWN, present=outside).would_boot


def test_without_a_processor_only_the_file_counts() -> None:
    assert verdict_on(image(Segment(0x5000_0000, b"code")), None).findings[0].code == "no-table"
    broken = verdict_on(image(Segment(0x0, b"code", filesz=0x10, memsz=0x4)), None)
    assert broken.first is not None
    assert broken.first.kernel == "bad phdr filesz 0x10 memsz 0x4"


def test_errors_come_in_the_order_in_which_the_kernel_meets_them() -> None:
    bad = image(Segment(0x5000_0000, b"code"), entries=(carveout("a", ANY, 0), carveout(reserved=1)))
    verdict = verdict_on(bad)
    assert [finding.code for finding in verdict.errors] == ["entry-reserved", "no-memory", "segment-outside"]
    assert [step.result for step in verdict.checks][2:] == ["ok", "refused", *["not reached"] * 3]


def test_of_several_bad_segments_the_first_header_counts() -> None:
    bad = image(Segment(0x5000_0000, b"code"), Segment(0x0, b"code", filesz=0x10, memsz=0x4))
    assert [finding.code for finding in verdict_on(bad).errors] == ["segment-outside", "bad-phdr"]


@pytest.mark.parametrize(
    ("core", "machine", "code"),
    [
        ("Cortex-M4", 243, "wrong-machine"),
        ("RV32IMAC", 40, "wrong-machine"),
        ("PRU", 40, "wrong-machine"),
        ("Cortex-M4", 40, None),
        ("RV32IMAC", 243, None),
        (None, 3, "foreign-machine"),
    ],
)
def test_firmware_for_another_kind_of_machine_boots_and_does_not_fit(
    core: str | None, machine: int, code: str | None
) -> None:
    verdict = verdict_on(image(entries=(), machine=machine), dataclasses.replace(M4, core=core))
    assert verdict.would_boot
    assert verdict.fits is (code != "wrong-machine")
    assert [finding.code for finding in verdict.findings] == ([] if code is None else [code])


def test_firmware_for_another_machine_than_what_runs_is_told() -> None:
    verdict = verdict_on(image(machine=243), dataclasses.replace(M4, core=None), present=image())
    assert "what runs on m4 is for ARM" in found(verdict, "wrong-machine").message


@pytest.mark.parametrize(
    ("driver", "would_boot", "severity"),
    [
        ("k3_r5_rproc", False, Severity.ERROR),
        ("stm32-rproc", True, Severity.NOTE),
        ("a-vendor-s-rproc", True, Severity.WARNING),
    ],
)
def test_a_missing_table_matters_to_some_drivers(driver: str, would_boot: bool, severity: Severity) -> None:
    target = Target("core", driver=driver, rules=rules_of(driver))
    verdict = verdict_on(image(), target)
    assert (verdict.would_boot, verdict.refused) == (would_boot, not would_boot)
    assert found(verdict, "no-table").severity is severity


def test_the_kernel_has_no_word_for_a_missing_table_that_a_driver_wants() -> None:
    verdict = verdict_on(image(), dataclasses.replace(M4, rules=rules_of("da8xx-rproc")))
    assert verdict.first is not None
    assert (verdict.first.errno, kernel_line(verdict.first)) == (errno.EINVAL, None)


@pytest.mark.parametrize(("iommu", "severity"), [(False, Severity.ERROR), (True, None), (None, Severity.WARNING)])
def test_device_memory_needs_an_iommu(iommu: bool | None, severity: Severity | None) -> None:
    target = dataclasses.replace(M4, rules=dataclasses.replace(KNOWN, iommu=iommu))
    verdict = verdict_on(image(entries=(devmem(),)), target)
    assert [one.severity for one in verdict.findings if one.code == "devmem-iommu"] == [severity] * (
        severity is not None
    )


def test_a_driver_with_rules_of_its_own_takes_what_the_core_would_refuse() -> None:
    target = Target("adsp", driver="qcom_q6v5_pas", rules=rules_of("qcom_q6v5_pas"))
    assert check(look("adsp.mbn", b"signed" * 40), target).would_boot
    assert [finding.code for finding in verdict_on(image(), target).findings] == ["own-loader"]


def test_what_is_no_elf_file_is_refused_for_certain_only_where_the_driver_is_known() -> None:
    raw = look("x.bin", b"raw" * 40)
    assert check(raw, M4).refused
    unknown = check(raw, Target("m4", driver="a-vendor-s-rproc"))
    assert (unknown.would_boot, unknown.refused) == (False, False)


def test_a_header_that_only_new_kernels_refuse_is_no_certain_refusal() -> None:
    cut = look("x.elf", Image(shoff=0x10_0000).build())
    verdict = check(cut, GUESSED)
    assert (verdict.would_boot, verdict.refused) == (False, False)


def test_a_packed_file_is_judged_by_what_is_in_it() -> None:
    packed = lzma.compress(image(Segment(0x5000_0000, b"code")).build(), check=lzma.CHECK_CRC32)
    verdict = check(look("x.elf.xz", packed), M4)
    assert [finding.code for finding in verdict.errors] == ["segment-outside"]
    crc64 = check(look("x.elf.xz", lzma.compress(image().build(), check=lzma.CHECK_CRC64)), M4)
    assert crc64.first is not None
    assert (crc64.first.stage, crc64.first.errno) == ("request", errno.EINVAL)


def test_a_table_that_nobody_can_reach_and_a_trace_without_memory_are_told() -> None:
    lost = image(entries=(trace(0x7000_0000, 0x100),))
    assert "there will be no log" in found(verdict_on(lost), "trace-outside").message
    elf = look("x.elf", lost.build())
    assert elf.resource_table is not None
    moved = dataclasses.replace(elf.resource_table, address=0x6000_0000)
    verdict = check(dataclasses.replace(elf, resource_table=moved), M4)
    assert "0x60000000 (sh_addr of .resource_table)" in found(verdict, "table-unreachable").message


def test_what_is_in_a_segment_without_memory_is_told_once() -> None:
    verdict = verdict_on(image(entries=(trace(0x5000_0000, 4),), at=0x5000_0000))
    assert [finding.code for finding in verdict.findings] == ["segment-outside"]


def test_rings_are_compared_with_the_regions_of_their_names() -> None:
    ring = Region("vdev0vring0", 0x9000_0000, 0x1000, RegionKind.RESERVED)
    target = dataclasses.replace(M4, regions=(*M4.regions, ring))
    verdict = verdict_on(image(entries=(vdev(num=256),)), target)
    assert verdict.would_boot
    assert found(verdict, "vring-misfit").kernel == "Registered carveout doesn't fit len request"


def test_a_ring_that_is_not_aligned_as_it_says_is_told() -> None:
    at = bytearray(vdev(align=0x1000))
    at[28:32] = (0x8000_0100).to_bytes(4, "little")
    verdict = verdict_on(image(entries=(bytes(at),)))
    assert found(verdict, "vring-align").message == "ring 0 of entry 0 is at 0x80000100, not aligned to 4096"


def test_carveouts_at_an_address_that_is_not_reserved_are_told() -> None:
    verdict = verdict_on(image(entries=(carveout("heap", 0x9000_0000, 0x1000),)))
    assert verdict.would_boot
    assert found(verdict, "carveout-elsewhere").kernel == "Allocated carveout doesn't fit device address request"


def test_code_in_memory_that_linux_takes_elsewhere_loads_and_is_not_found() -> None:
    verdict = verdict_on(image(Segment(0x9000_0000, b"code"), entries=(carveout("heap", 0x9000_0000, 0x1000),)))
    assert verdict.would_boot
    assert "m4 will not find it" in found(verdict, "segment-in-carveout").message


def test_a_pool_that_is_too_small_ends_the_boot() -> None:
    target = dataclasses.replace(M4, pool=0x2000)
    assert verdict_on(image(entries=(carveout("a", ANY, 0x1000), carveout("b", ANY, 0x1000))), target).would_boot
    verdict = verdict_on(image(entries=(carveout("a", ANY, 0x1000), carveout("b", ANY, 0x1001))), target)
    assert verdict.first is not None
    assert (verdict.first.errno, verdict.first.kernel) == (errno.ENOMEM, "failed to allocate dma memory: len 0x1001")


def test_a_processor_that_holds_it_all_is_named_where_this_one_does_not() -> None:
    m33 = Target(
        "m33", "remoteproc2", "Cortex-M33", regions=(Region("itcm", 0x5000_0000, 0x1000, RegionKind.INTERNAL),)
    )
    r5 = dataclasses.replace(m33, name="rv32", core="RV32IMAC")
    outside = verdict_on(image(Segment(0x5000_0000, b"code")))
    assert elsewhere(outside, [r5, Target("dsp"), m33]) == (m33,)
    assert elsewhere(verdict_on(image()), [m33, M4]) == ()
