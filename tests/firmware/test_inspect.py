"""The facts of a whole file: laws that hold for any bytes."""

from __future__ import annotations

import hashlib
import struct
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.firmware import inspect
from rproc_tui.firmware.facts import NOT_REACHED, OK, FirmwareFacts, Problem, Severity
from rproc_tui.firmware.inspect import facts, unreadable
from rproc_tui.firmware.report import report
from rproc_tui.firmware.to_json import facts_json
from tests.firmware.images import Image, Load, Section, carveout, firmware, resource_table, trace, vdev

SEEDS = (
    firmware(),
    firmware(bits=64),
    firmware(resource_table([carveout(), trace(), vdev(config=b"1234")])),
    firmware(endian=">"),
    Image(loads=(Load(), Load(0x3000, b"", memsz=64)), sections=(Section(".debug_info", b"x"),)).build(),
)
NASTY = st.sampled_from([0, 1, 2, 3, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF, 0xFFFF, 0x1000])


def check_laws(found: FirmwareFacts) -> None:
    """What holds for any file at all."""
    lines = report(found)
    assert all(line.isprintable() and len(line) <= 100 for line in lines)
    assert len(lines) <= 44
    assert len(facts_json(found)["problems"]) == len(found.problems)
    refused = found.verdict.sanity != OK or found.verdict.load not in (OK, NOT_REACHED)
    assert not (refused and found.boots)
    assert not refused or any(problem.fatal and problem.severity == "error" for problem in found.problems)
    assert all(problem.message.isprintable() for problem in found.problems)


@given(st.binary(max_size=300), st.sampled_from(["x.elf", "x.xz", "x.b01", "x\x1b[2J\n.elf", "\udcff"]))
def test_any_bytes_have_facts(content: bytes, name: str) -> None:
    check_laws(facts(name, content, len(content)))


@settings(max_examples=400)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.integers(0, 500), NASTY | st.integers(0, 255)), min_size=1, max_size=8),
    st.integers(0, 900),
    st.booleans(),
)
def test_damaged_elf_files_have_facts(seed: bytes, changes: list[tuple[int, int]], cut: int, is_cut: bool) -> None:
    content = bytearray(seed)
    for place, value in changes:
        at = place % (len(content) - 4)
        content[at : at + 4] = value.to_bytes(4, "little") if value > 255 else bytes([value]) + content[at + 1 : at + 4]
    content = content[:cut] if is_cut else content
    check_laws(facts("x.elf", bytes(content), len(content)))


def test_the_checksum_is_that_of_the_bytes_on_disk() -> None:
    content = firmware()
    assert facts("x", content, len(content)).sha256 == hashlib.sha256(content).hexdigest()
    assert facts("x", content, len(content), digest=False).sha256 is None
    assert inspect.sha256(b"", inspect.DIGEST_LIMIT + 1) is None


def test_a_file_that_shrinks_while_it_is_read_does_no_harm() -> None:
    content = firmware()
    found = facts("x", content[:200], len(content))
    assert found.size == len(content)
    check_laws(found)


def test_hostile_multitudes_take_bounded_time() -> None:
    many = 20000
    overlapping = Image(loads=(Load(0, b"", memsz=1 << 20),) * many).build()
    vdevs = struct.pack("<6I4B", 3, 99, 0, 1, 0, 0, 0, 255, 0, 0) + struct.pack("<5I", 0x1000, 3, 3, 0, 0) * 255
    same = resource_table([], num=4096, offsets=[16 + 4 * 4096] * 4096) + vdevs
    start = time.perf_counter()
    for content in (overlapping, firmware(same)):
        found = facts("x.elf", content, len(content), digest=False)
        check_laws(found)
        assert len(found.problems) < 200
    assert time.perf_counter() - start < 15, "seconds, on any machine; unbounded it takes minutes"


def test_what_cannot_be_read_is_refused_with_the_reason() -> None:
    problem = Problem(Severity.ERROR, "fifo", "this is a FIFO", "request_firmware failed: -22")
    found = unreadable("a\nb", "fifo", 0, problem)
    assert (found.file, found.boots, found.verdict.sanity) == (r"a\x0ab", False, "request_firmware failed: -22")
