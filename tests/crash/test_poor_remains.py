"""Poor firmware beside a good dump, a good firmware beside poor dumps: a report that says what it lacks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rproc_tui.crash.decode import decode
from rproc_tui.crash.examine import examine
from rproc_tui.crash.report_text import report_lines
from tests.crash.demo_crashes import Evidence, collected, died
from tests.crash.evidence import everything, firmware_file, only_memory
from tests.crash.poor_remains import DUMPS, FIRMWARE


@pytest.fixture(name="remains")
def _remains() -> Evidence:
    return died("lab", "null")


@pytest.mark.parametrize("name", FIRMWARE)
def test_poor_firmware_is_named_for_what_it_is(name: str, remains: Evidence) -> None:
    make, said = FIRMWARE[name]
    content = make()
    firmware = None if content is None else firmware_file(content)
    for evidence in (only_memory(remains), everything(remains)):
        report = examine(replace(evidence, firmware=firmware))
        assert any(warning.startswith(said) for warning in report.warnings), report.warnings
        assert report.place is not None


def test_a_digest_that_differs_is_another_build_even_where_the_code_is_the_same(remains: Evidence) -> None:
    report = examine(replace(everything(remains), firmware_digest="0" * 64))
    assert report.warnings[0].startswith("OTHER BUILD: its digest differs from that of the file that ran")


@pytest.mark.parametrize("name", DUMPS)
def test_a_poor_dump_gives_what_logs_and_registers_tell(name: str, remains: Evidence) -> None:
    content, _size = DUMPS[name]()
    report = examine(replace(everything(remains), dump=decode(content, len(content))))
    assert report.fault.title == "write through a null pointer"
    assert report.place is not None
    assert report.place.function == "store_offset"


@pytest.fixture(scope="module")
def of_a_recovery() -> bytes:
    """The dump that the framework hands out."""
    return collected("lab", "null").dump


@settings(max_examples=60)
@given(st.floats(0, 1))
def test_a_dump_that_is_cut_anywhere_gives_the_memory_in_front_of_the_cut(of_a_recovery: bytes, part: float) -> None:
    content = of_a_recovery[: round(part * len(of_a_recovery))]
    dump = decode(content, len(content))
    whole = decode(of_a_recovery, len(of_a_recovery))
    for segment in dump.segments:
        assert dump.read(segment.address, segment.known) == whole.read(segment.address, segment.known)
    report = examine(replace(only_memory(died("lab", "null")), dump=dump))
    assert all(line.isprintable() for line in report_lines(report))
    assert report.dump.problems or content == of_a_recovery
