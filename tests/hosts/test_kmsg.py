"""Records of /dev/kmsg become lines; what is no record becomes nothing."""

from __future__ import annotations

import asyncio
import os
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.hosts.kmsg import escaped, parse_record, records
from rproc_tui.model.kernel_log import KernelLine


def test_a_record_with_its_device_is_read_whole() -> None:
    text = b"6,1042,5140123,-;remoteproc remoteproc0: powering up m4\n"
    record = text + b" SUBSYSTEM=remoteproc\n DEVICE=+remoteproc:remoteproc0\n"
    assert parse_record(record) == KernelLine(
        1042, 5.140123, 6, "remoteproc remoteproc0: powering up m4", "remoteproc", "+remoteproc:remoteproc0"
    )


@pytest.mark.parametrize(("record", "level"), [(b"3,1,2,-;x", 3), (b"30,1,2,-,caller=T1;x", 6), (b"191,1,2,c;x", 7)])
def test_the_facility_is_no_part_of_the_level(record: bytes, level: int) -> None:
    line = parse_record(record)
    assert line is not None
    assert line.level == level


@pytest.mark.parametrize("record", [b"", b"hello", b"x,y,z;t", b"6,1;t", b"6,1,-2,-;t"])
def test_what_is_no_record_is_no_line(record: bytes) -> None:
    assert parse_record(record) is None


ESCAPED = {"plain": "plain", "two\nlines": r"two\x0alines", "ö": r"\xc3\xb6", r"\x41": r"\x5cx41", "\udcff": r"\xff"}


@pytest.mark.parametrize("text", ESCAPED)
def test_a_text_is_escaped_as_the_kernel_does_and_stays_as_it_is_then(text: str) -> None:
    assert escaped(text) == ESCAPED[text]
    line = parse_record(b"6,1,2,-;" + escaped(text).encode())
    assert line is not None
    assert line.text == escaped(text)


@given(st.binary(max_size=200))
def test_no_bytes_make_it_fail_or_let_a_control_character_through(body: bytes) -> None:
    line = parse_record(b"6,1,2,-;" + body)
    assert line is not None
    assert line.text.isprintable()


async def test_records_are_read_one_by_one_from_a_pipe_that_stands_for_the_device(tmp_path: pathlib.Path) -> None:
    path = str(tmp_path / "kmsg")
    os.mkfifo(path)
    reader = records(path)
    first = anext(reader)
    keep = os.open(path, os.O_RDWR)
    os.write(keep, b"6,7,1000000,-;hello")
    assert (await first).text == "hello"
    await reader.aclose()  # type: ignore[attr-defined]
    os.close(keep)


async def test_a_log_that_grows_faster_than_it_is_read_leaves_turns_to_others(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "kmsg").touch()
    monkeypatch.setattr("rproc_tui.hosts.kmsg.os.read", lambda *_: b"6,1,2,-;again")
    read = 0

    async def follow() -> None:
        nonlocal read
        async for _ in records(str(tmp_path / "kmsg")):
            read += 1
            if read == 1000:
                return

    following = asyncio.create_task(follow())
    await asyncio.sleep(0)
    assert 0 < read < 1000
    await following
