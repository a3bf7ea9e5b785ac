"""The log of a mounted board, read back by what reads a kernel's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.hosts.kmsg import parse_record
from rproc_tui.hosts.mount.kernel_messages import KernelMessages, dmesg_line
from rproc_tui.model.kernel_log import KernelLine

LINE = KernelLine(7, 12.345678, 3, "remoteproc remoteproc0: crash detected", "remoteproc", "+remoteproc:remoteproc0")


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"], exclude_characters="\\"), max_size=80))
def test_a_record_is_read_back_as_the_line_that_it_was(text: str) -> None:
    messages = KernelMessages()
    line = KernelLine(7, 12.345678, 3, text, "remoteproc", "+remoteproc:remoteproc0")
    messages.add(line)
    assert parse_record(messages.content()) == line


def test_a_line_end_in_a_line_makes_no_other_record() -> None:
    messages = KernelMessages()
    messages.add(KernelLine(1, 0.0, 6, "one\n6,2,0,-;two"))
    assert messages.content() == b"6,1,0,-;one\\x0a6,2,0,-;two\n"


def test_people_read_seconds_and_text_as_dmesg_prints_them() -> None:
    assert dmesg_line(LINE) == "[   12.345678] remoteproc remoteproc0: crash detected"
