"""This machine's rpmsg devices: the request's bytes, finding what the kernel made, and a line by a pseudo terminal."""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import pathlib
import pty
import socket
import tty

import pytest

from rproc_tui.hosts import local_endpoint
from rproc_tui.hosts.local import LocalHost
from rproc_tui.hosts.local_endpoint import LocalEndpoint, endpoint_info, endpoint_made
from rproc_tui.rpmsg.addresses import ADDRESS_ANY
from tests.remoteproc.rig import refused


def test_a_request_is_a_name_of_at_most_31_bytes_and_two_addresses() -> None:
    assert endpoint_info("echo", ADDRESS_ANY, 0x400) == b"echo".ljust(32, b"\0") + b"\xff\xff\xff\xff\x00\x04\x00\x00"
    long = endpoint_info("n" * 40, -1, 0)
    assert (len(long), long[:32]) == (40, b"n" * 31 + b"\0")


def device(folder: pathlib.Path, name: str, *texts: str) -> None:
    (folder / name).mkdir()
    for attribute, text in zip(("name", "src", "dst"), texts, strict=True):
        (folder / name / attribute).write_text(f"{text}\n")


def test_the_device_that_was_made_is_the_new_one_with_what_was_asked_for(tmp_path: pathlib.Path) -> None:
    device(tmp_path, "rpmsg1", "echo", "-1", "1024")
    before = frozenset(os.listdir(tmp_path))
    device(tmp_path, "rpmsg2", "other", "-1", "1024")
    device(tmp_path, "rpmsg3", "echo", "-1", "1025")
    (tmp_path / "power").mkdir()
    with pytest.raises(FileNotFoundError):
        endpoint_made(str(tmp_path), before, endpoint_info("echo", ADDRESS_ANY, 1024))
    device(tmp_path, "rpmsg4", "echo", "-1", "1024")
    assert endpoint_made(str(tmp_path), before, endpoint_info("echo", ADDRESS_ANY, 1024)) == "rpmsg4"


async def test_a_line_is_written_and_heard_until_it_hangs_up() -> None:
    far, near = pty.openpty()
    tty.setraw(near)
    line = await LocalHost().open_endpoint(os.ttyname(near), "", ADDRESS_ANY, ADDRESS_ANY)
    await line.send(b"ping")
    assert os.read(far, 16) == b"ping"
    waiting = asyncio.create_task(line.receive())
    os.write(far, b"pong")
    assert await waiting == b"pong"
    os.close(near)
    os.close(far)
    with refused(errno.EIO):
        await line.receive()
    await line.close()


async def test_an_empty_message_is_a_message() -> None:
    far, near = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)  # keeps the borders of messages, as rpmsg does
    endpoint = LocalEndpoint(near.detach(), made=False)
    with far:
        far.send(b"")
        far.send(b"next")
        assert [await endpoint.receive(), await endpoint.receive()] == [b"", b"next"]
    await endpoint.close()


@pytest.mark.parametrize("gone", [False, True], ids=["there", "gone"])
async def test_only_a_device_that_is_still_there_is_destroyed(gone: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    far, near = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    asked: list[int] = []
    monkeypatch.setattr(fcntl, "ioctl", lambda _descriptor, request: asked.append(request))
    with far:
        endpoint = LocalEndpoint(near.detach(), made=True)
        if gone:
            far.close()
        await endpoint.close()
    assert asked == ([] if gone else [local_endpoint.DESTROY_ENDPOINT])


async def test_what_is_not_there_and_what_cannot_be_are_told_apart(tmp_path: pathlib.Path) -> None:
    with pytest.raises(FileNotFoundError):
        await LocalHost().open_endpoint("/dev/rpmsg_ctrl999", "", ADDRESS_ANY, 0)
    with refused(errno.EOPNOTSUPP):
        await LocalHost(str(tmp_path)).open_endpoint("/dev/rpmsg_ctrl0", "", ADDRESS_ANY, 0)
