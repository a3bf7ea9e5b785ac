from __future__ import annotations

import errno
import threading

import pytest

from rproc_tui.rpmsg import tty_device
from rproc_tui.rpmsg.tty_device import TtyDevice
from tests.rpmsg.remote import Link


def tty_on(link: Link) -> TtyDevice:
    link.remote.announce("rpmsg-tty", 0x400)
    link.log.clear()
    return TtyDevice(link.bus.channels[-1])


@pytest.mark.parametrize("size", [1, 495, 496, 497, 992, 1000, 5000])
def test_a_write_is_cut_into_messages_of_496_bytes(size: int) -> None:
    link = Link().probed()
    data = bytes(index % 251 for index in range(size))
    assert tty_on(link).write(data) == size
    messages = [payload for _source, _destination, payload in link.remote.receive()]
    assert b"".join(messages) == data
    assert [len(message) for message in messages[:-1]] == [496] * ((size - 1) // 496)


def test_what_comes_is_a_stream_without_borders() -> None:
    link = Link().probed()
    tty = tty_on(link)
    for part in (b"hel", b"", b"lo\r\n", b"world"):
        link.remote.send(0x400, 1024, part)
    assert [tty.read(4), tty.read(100)] == [b"hell", b"o\r\nworld"]
    with pytest.raises(BlockingIOError):
        tty.read(1, nonblocking=True)


def test_a_full_ring_cuts_a_write_short_and_then_refuses_it() -> None:
    link = Link(2).probed()
    tty = tty_on(link)
    assert tty.write(bytes(2000)) == 992
    with pytest.raises(OSError, match="no free buffer") as caught:
        tty.write(b"x")
    assert caught.value.errno == errno.ENOMEM


def test_what_nobody_reads_is_cut_off_and_mentioned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tty_device, "_BUFFER_LIMIT", 10)
    link = Link().probed()
    tty = tty_on(link)
    for _ in range(30):
        link.remote.send(0x400, 1024, b"1234567")
    assert link.log == [
        (3, "Trunc buffer: available space is 3"),
        *[(3, "Trunc buffer: available space is 0")] * 9,
    ]
    assert tty.read(100) == b"1234567123"


def test_removal_hangs_the_line_up() -> None:
    link = Link().probed()
    tty = tty_on(link)
    changes: list[str] = []
    tty.on_change = lambda: changes.append("change")
    ends: list[bytes] = []
    reader = threading.Thread(target=lambda: ends.append(tty.read(10)))
    reader.start()
    link.bus.remove()
    reader.join(5)
    assert (ends, changes) == ([b""], ["change"])
    with pytest.raises(OSError, match="hung up") as caught:
        tty.write(b"x")
    assert caught.value.errno == errno.EIO


def test_a_listener_hears_of_what_comes() -> None:
    link = Link().probed()
    tty = tty_on(link)
    seen: list[bytes] = []
    tty.on_change = lambda: seen.append(tty.read(100))
    for part in (b"a", b"", b"b"):
        link.remote.send(0x400, 1024, part)
    assert seen == [b"a", b"b"]


def test_a_hang_up_forgets_what_was_not_read() -> None:
    link = Link().probed()
    tty = tty_on(link)
    link.remote.send(0x400, 1024, b"unread")
    link.bus.remove()
    assert tty.read(10) == b""
