"""Whether a firmware file is the one that a dump is of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rproc_tui.crash.decode import decode
from rproc_tui.crash.dump import Dump
from rproc_tui.crash.evidence import Evidence
from rproc_tui.crash.examine import examine
from rproc_tui.crash.firmware_match import FirmwareMatch, Match, match_firmware
from rproc_tui.crash.registers_text import parse_registers
from rproc_tui.firmware.facts import PF_W
from tests.crash.demo_crashes import died, firmware_of
from tests.crash.dumps import Stretch, with_segments
from tests.crash.evidence import everything, firmware_file, only_memory
from tests.crash.poor_remains import stripped


def loaded(content: bytes, *, damage: int = 0) -> Dump:
    """A dump of memory right after a firmware was loaded, with some bytes of its code changed."""
    facts = firmware_file(content).facts
    assert facts.elf is not None
    stretches = []
    for segment in facts.elf.segments:
        memory = bytearray(content[segment.offset : segment.offset + segment.filesz])
        if not segment.flags & PF_W:
            memory[8 : 8 + damage] = bytes(byte ^ 0xFF for byte in memory[8 : 8 + damage])
        stretches.append(Stretch(segment.paddr, bytes(memory)))
    dump = with_segments(stretches)
    return decode(dump, len(dump))


def match(content: bytes, dump: Dump, digest: str | None = None) -> FirmwareMatch:
    file = firmware_file(content)
    return match_firmware(file.facts, file.image, dump, digest)


LAB = firmware_of("lab")


def test_code_that_is_in_the_dump_byte_for_byte_is_the_same_build() -> None:
    found = match(LAB, loaded(LAB))
    assert (found.match, found.warnings) == (Match.SAME, ())
    assert found.reason.endswith("bytes of its code are in the dump")


def test_a_single_byte_of_code_that_differs_is_another_build() -> None:
    found = match(LAB, loaded(LAB, damage=1))
    assert found.match is Match.OTHER
    assert found.reason.startswith("1 of ")
    assert found.warnings[0].startswith("OTHER BUILD: 1 of ")


def test_another_digest_than_that_of_the_file_that_ran_is_another_build() -> None:
    found = match(LAB, loaded(LAB), "0" * 64)
    assert found.match is Match.OTHER
    assert found.reason.startswith("its digest differs from that of the file that ran; 0 of ")


def test_the_same_digest_needs_no_memory() -> None:
    file = firmware_file(LAB)
    assert match(LAB, decode(b"", 0), file.facts.sha256).match is Match.SAME


def test_without_code_in_the_dump_nobody_knows() -> None:
    dump = with_segments([Stretch(0x2300_0000, bytes(64))])
    found = match(LAB, decode(dump, len(dump)))
    assert (found.match, found.reason) == (Match.UNKNOWN, "the dump holds no code to compare it with")


def test_what_is_no_elf_file_cannot_be_compared() -> None:
    assert match(b"\x01\x02\x03\x04" * 64, loaded(LAB)).match is Match.UNKNOWN


def test_firmware_of_another_processor_proves_nothing_and_says_so_first() -> None:
    report = examine(replace(everything(died("lab", "null")), firmware=firmware_file(firmware_of("m4"))))
    assert report.warnings[0].startswith("nothing proves that this firmware is the one that ran")
    assert report.place is not None
    assert report.place.function is None


def pc_of(text: str) -> int | None:
    registers = parse_registers(text)
    assert registers is not None
    return registers.pc


def test_stripped_firmware_still_gives_registers_and_fault() -> None:
    remains = died("lab", "null")
    report = examine(replace(everything(remains), firmware=firmware_file(stripped(remains.firmware))))
    assert "the firmware is stripped: it has neither symbols nor lines" in report.warnings
    assert report.fault.title == "write through a null pointer"
    assert report.frames[0].frame.place.address == pc_of(remains.registers)
    assert len(report.frames) > 1


def test_without_firmware_the_frame_of_the_fault_is_found_all_the_same() -> None:
    remains = died("lab", "null")
    report = examine(replace(only_memory(remains), firmware=None))
    assert report.warnings == ("no firmware file: addresses have no names",)
    assert report.registers[0].pc == pc_of(remains.registers)


@pytest.mark.parametrize("dump", [b"", b"\x7fELF", b"garbage" * 100])
def test_without_a_dump_the_trace_is_what_there_is(dump: bytes) -> None:
    remains = died("lab", "null")
    evidence = Evidence(decode(dump, len(dump)), firmware_file(remains.firmware), trace=remains.trace.splitlines())
    report = examine(evidence)
    assert report.place is not None
    assert report.place.function == "store_offset"
    assert report.dump.problems
