import io
import struct
import threading

import pytest
from elftools.elf.elffile import ELFFile

from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.coredump import coredump_using_sections
from rproc_tui.remoteproc.profile import V6_1, V6_12
from tests.remoteproc.example_driver import DDR, DTCM, ITCM, ExampleDriver
from tests.remoteproc.rig import CLASS, Rig

DATA = "/sys/class/devcoredump/devcd1/data"


def crashed(rig: Rig, mode: str = "enabled") -> bytes:
    """Start, crash, recover; the dump."""
    rig.write("coredump", mode)
    rig.start()
    rig.driver.ddr.view[:4] = b"DATA"
    rig.crash()
    return rig.files.read(DATA)


def test_a_dump_holds_the_drivers_segments_behind_program_headers() -> None:
    rig = Rig()
    dump = crashed(rig)
    assert len(dump) == 52 + 3 * 32 + 0x1000 + 0x2000 + 0x8000
    assert dump[:20] == b"\x7fELF\1\1\1" + bytes(9) + struct.pack("<HH", 4, 40)
    elf = ELFFile(io.BytesIO(dump))
    assert (elf.header.e_entry, elf.header.e_shnum, elf.header.e_flags) == (0x101, 0, 0)
    segments = [segment.header for segment in elf.iter_segments()]
    assert [(s.p_paddr, s.p_vaddr, s.p_filesz, s.p_memsz, s.p_flags, s.p_align) for s in segments] == [
        (ITCM, ITCM, 0x1000, 0x1000, 7, 0),
        (DTCM, DTCM, 0x2000, 0x2000, 7, 0),
        (DDR, DDR, 0x8000, 0x8000, 7, 0),
    ]
    assert [s.p_offset for s in segments] == [0x94, 0x1094, 0x3094]
    assert dump[0x3094:0x3098] == b"DATA"


def test_a_64_bit_dump_has_64_bit_headers() -> None:
    rig = Rig(set_up=lambda rproc: rproc.coredump_set_elf_info(2, 183))
    elf = ELFFile(io.BytesIO(crashed(rig)))
    assert (elf.elfclass, elf.header.e_machine, elf.num_segments()) == (64, "EM_AARCH64", 3)
    assert elf.get_segment(2).data()[:4] == b"DATA"


@pytest.mark.parametrize("elf_class", [1, 2])
def test_a_driver_can_have_its_dump_with_sections(elf_class: int) -> None:
    class Named(ExampleDriver):
        def prepare(self, rproc: Rproc) -> None:
            super().prepare(rproc)
            rproc.dump_segments.clear()
            rproc.coredump_add_segment(DDR, 0x100, "ddr")
            rproc.coredump_add_segment(DTCM, 0x10, "tcm")

        coredump = staticmethod(coredump_using_sections)

    rig = Rig(driver=Named(), set_up=lambda rproc: rproc.coredump_set_elf_info(elf_class, 0))
    dump = crashed(rig)
    elf = ELFFile(io.BytesIO(dump))
    assert [section.name for section in elf.iter_sections()] == ["", "STR_TBL", "ddr", "tcm"]
    assert elf.num_segments() == 0
    assert (elf.header.e_shstrndx, elf.header.e_phoff) == (1, 0)
    _, strings, ddr, _ = elf.iter_sections()
    assert (ddr["sh_type"], ddr["sh_flags"], ddr["sh_addr"], ddr.data()[:4]) == ("SHT_PROGBITS", 1, DDR, b"DATA")
    assert strings["sh_size"] == 9 + 4 + 4
    assert ddr["sh_offset"] + 0x110 == len(dump)


def test_memory_that_cannot_be_reached_is_dumped_as_ones() -> None:
    rig = Rig()
    rig.start()
    rig.rproc.coredump_add_segment(0x7000_0000, 0x20)
    dump = crashed(rig)
    assert dump[-0x20:] == b"\xff" * 0x20
    assert (
        "<3> invalid copy request for segment 0x0000000070000000 with offset 0 and size 32)" in rig.lines()
    )  # the parenthesis is the kernel's


def test_there_is_no_dump_by_default_or_without_segments() -> None:
    rig = Rig()
    rig.start()
    rig.crash()
    rig.write("coredump", "enabled")
    rig.rproc.dump_segments.clear()
    rig.crash()
    assert rig.files.list("/sys/class/devcoredump") == ["disabled"]


def test_without_a_class_there_is_a_complaint_instead_of_a_dump() -> None:
    for profile, word in ((V6_1, "Elf"), (V6_12, "ELF")):
        rig = Rig(profile, set_up=lambda rproc: rproc.coredump_set_elf_info(0, 0))
        rig.write("coredump", "enabled")
        rig.start()
        rig.crash()
        assert f"<3> {word} class is not set" in rig.lines()
        assert (rig.read("state"), rig.files.list("/sys/class/devcoredump")) == ("running\n", ["disabled"])


def test_a_stop_of_a_crashed_processor_makes_no_dump() -> None:
    rig = Rig()
    rig.write("coredump", "enabled")
    rig.write("recovery", "disabled")
    rig.start()
    rig.crash()
    rig.write("state", "stop")
    assert rig.files.list("/sys/class/devcoredump") == ["disabled"]


def test_an_inline_dump_holds_up_the_recovery_and_every_write_that_locks() -> None:
    rig = Rig(threads=True)
    rig.write("coredump", "inline")
    rig.start()
    rig.write("/crash", "2")
    assert rig.machine.scheduled.wait(5)
    assert rig.read("state") == "offline\n"
    rig.write("coredump", "disabled")
    blocked = threading.Thread(target=lambda: rig.write("state", "stop"))
    blocked.start()
    rig.driver.ddr.view[:4] = b"LIVE"
    assert rig.files.read(DATA, 0, 100) == rig.files.read(DATA)[:100]
    assert rig.files.read(DATA, 40, 4096) == rig.files.read(DATA)[40:][:4096]
    assert rig.files.read(DATA, 0x3094, 4) == b"LIVE"
    assert rig.files.read(DATA, 0x3094 + 0x8000, 10) == b""
    assert f"<6> Ramdump done, {0x3094 + 0x8000} bytes read" in rig.lines()
    assert blocked.is_alive()
    rig.files.write(DATA, b"1")
    rig.machine.work()
    blocked.join(5)
    assert not blocked.is_alive()
    assert rig.read("state") == "offline\n"
    assert rig.driver.running is False


def test_an_inline_dump_is_given_up_after_five_minutes() -> None:
    rig = Rig(threads=True)
    rig.write("coredump", "inline")
    rig.start()
    rig.write("/crash", "2")
    assert rig.machine.scheduled.wait(5)
    rig.machine.advance(299)
    assert rig.files.list("/sys/class/devcoredump") == ["devcd1", "disabled"]
    rig.machine.advance(1)
    with rig.rproc.lock:
        assert rig.read("state") == "running\n"
    assert rig.files.list("/sys/class/devcoredump") == ["disabled"]


def test_an_inline_dump_that_is_dropped_holds_nothing_up() -> None:
    rig = Rig()
    crashed(rig)
    rig.write("coredump", "inline")
    rig.crash()
    assert rig.read("state") == "running\n"


def test_a_dump_outlives_a_stop_and_links_to_its_processor() -> None:
    rig = Rig()
    crashed(rig)
    rig.write("state", "stop")
    assert rig.files.list("/sys/class/devcoredump") == ["devcd1", "disabled"]
    assert rig.files.link(f"{CLASS}devcoredump") == "../../../../virtual/devcoredump/devcd1"
    failing = rig.files.link("/sys/class/devcoredump/devcd1/failing_device")
    assert failing == "../../../platform/10000000.m4/remoteproc/remoteproc0"
