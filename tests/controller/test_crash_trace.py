"""The last lines of a firmware: from what was followed, and from the buffer that a dump holds."""

from __future__ import annotations

import pytest

from rproc_tui.controller.crash_trace import buffer_lines, dumped_lines, joined, run_lines
from rproc_tui.controller.kernel_log_file import as_text, texts_of
from rproc_tui.crash.dump import Dump, DumpSegment, Layout
from rproc_tui.model.kernel_log import KernelLine
from rproc_tui.model.resource_table import ResourceTable, TraceEntry
from rproc_tui.model.trace_line import LineKind, TraceLine
from rproc_tui.trace.ring import TraceRing


def ring_of(*texts: str | None) -> TraceRing:
    """None is a restart."""
    ring = TraceRing()
    ring.append(TraceLine(text or "restart", 0.0, LineKind.TEXT if text else LineKind.RESTART) for text in texts)
    return ring


@pytest.mark.parametrize(
    ("texts", "mark", "expected"),
    [
        (["a", "b"], 2, ["a", "b"]),
        (["old", None, "a", "b"], 4, ["a", "b"]),
        (["a", "b", None, "new"], 2, ["a", "b"]),
        (["a", "late", None, "new"], 1, ["a", "late"]),
        (["old", None, "a", None, "new"], 3, ["a"]),
        ([], 0, []),
    ],
)
def test_the_lines_of_one_run_stand_between_two_restarts(
    texts: list[str | None], mark: int, expected: list[str]
) -> None:
    assert run_lines(ring_of(*texts), mark) == expected


@pytest.mark.parametrize(
    ("followed", "last_look", "expected"),
    [
        (["a", "b"], ["a", "b", "c"], ["a", "b", "c"]),
        (["a", "b"], ["b", "c", "d"], ["a", "b", "c", "d"]),
        (["a", "b"], ["a", "b"], ["a", "b"]),
        (["a", "FAU"], ["a", "FAULT at 0", "end"], ["a", "FAULT at 0", "end"]),
        ([], ["a"], ["a"]),
        (["a"], [], ["a"]),
        (["a", "b"], ["x", "y"], ["a", "b"]),
        (["tick", "tick"], ["tick", "tick", "dead"], ["tick", "tick", "dead"]),
    ],
)
def test_a_last_look_goes_on_where_following_ended(
    followed: list[str], last_look: list[str], expected: list[str]
) -> None:
    assert joined(followed, last_look) == expected


def dump_with(content: bytes, address: int = 0x1000) -> Dump:
    segment = DumpSegment(address, len(content), 0, len(content), len(content))
    return Dump(Layout.SEGMENTS, len(content), segments=(segment,), image=content)


def table(*lengths: int) -> ResourceTable:
    entries = tuple(TraceEntry(at, None, 0x1000, length, "log") for at, length in enumerate(lengths))
    return ResourceTable(entries=entries, num=len(entries), ver=None)


def test_the_buffer_in_a_dump_has_the_last_words() -> None:
    assert dumped_lines(dump_with(b"one\ntwo\n" + bytes(56)), table(64)) == ["one", "two"]


@pytest.mark.parametrize("lengths", [(), (64, 64), (0,), (1 << 31,), (128,)])
def test_a_table_that_names_no_one_buffer_in_the_dump_gives_nothing(lengths: tuple[int, ...]) -> None:
    assert dumped_lines(dump_with(b"one\n" + bytes(60)), table(*lengths)) == []


def test_text_of_firmware_is_safe() -> None:
    assert buffer_lines(b"\x1b[2Jgone\n") == ["\\x1b[2Jgone"]


def test_kernel_lines_are_kept_with_level_and_time_and_read_without() -> None:
    text = as_text([KernelLine(0, 12.345678, 3, "crash detected in m4: type watchdog"), KernelLine(1, 13.0, 6, "x")])
    assert text == "<3>[   12.345678] crash detected in m4: type watchdog\n<6>[   13.000000] x\n"
    assert texts_of(text.splitlines()) == ["crash detected in m4: type watchdog", "x"]
    assert texts_of(["<3> no time", ""]) == ["<3> no time", ""]
