"""Device events from a netlink socket of our own, for machines without libudev."""

from __future__ import annotations

import asyncio
import builtins
import os
import socket
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rproc_tui.hosts import netlink
from rproc_tui.hosts.local import LocalHost
from rproc_tui.hosts.netlink import parse, uevents, uevents_by_hand
from rproc_tui.model.kernel_log import Uevent

LOOPBACK = "/sys/class/net/lo/uevent"
ADD = (
    b"add@/devices/platform/10000000.m4/remoteproc/remoteproc0\0ACTION=add\0"
    b"DEVPATH=/devices/platform/10000000.m4/remoteproc/remoteproc0\0SUBSYSTEM=remoteproc\0SEQNUM=7\0"
)


def test_a_message_is_action_path_and_properties() -> None:
    event = parse(ADD)
    assert event is not None
    assert (event.action, event.subsystem, event.properties["SEQNUM"]) == ("add", "remoteproc", "7")
    assert event.devpath == "/devices/platform/10000000.m4/remoteproc/remoteproc0"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"libudev\0\xfe\xed\xca\xfe",
        b"add@/devices/x\0ACTION=remove\0DEVPATH=/devices/x\0",
        b"add@/x\0ACTION=add\0",
    ],
)
def test_what_is_no_message_of_the_kernel_is_no_event(message: bytes) -> None:
    assert parse(message) is None


@given(st.binary(max_size=60))
def test_no_bytes_make_it_fail_or_let_a_control_character_through(rest: bytes) -> None:
    event = parse(ADD + rest)
    assert event is None or all(map(str.isprintable, (event.subsystem, *event.properties.values())))


async def first(events: AsyncIterator[Uevent]) -> Uevent:
    """The first event about the loopback device, which the kernel is asked to tell of."""
    async with aclosing(events) as stream:  # type: ignore[type-var]
        event = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(0)  # it listens
        await LocalHost().write(LOOPBACK, b"change")
        return await asyncio.wait_for(event, 10)


@pytest.mark.skipif(not os.access(LOOPBACK, os.W_OK), reason="only root may ask the kernel for an event")
@pytest.mark.parametrize("source", [uevents, uevents_by_hand])
async def test_the_kernels_events_are_heard_with_libudev_and_without(source: object) -> None:
    event = await first(source())  # type: ignore[operator]
    assert (event.action, event.subsystem, event.properties["INTERFACE"]) == ("change", "net", "lo")


@pytest.mark.skipif(not os.access(LOOPBACK, os.W_OK), reason="only root may ask the kernel for an event")
async def test_without_libudev_our_own_socket_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    import_of = builtins.__import__

    def no_pyudev(
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 (as the builtin calls them)
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> object:
        if name == "pyudev":
            raise ImportError("No library named udev")
        return import_of(name, globals, locals, fromlist, level)

    monkeypatch.setattr(builtins, "__import__", no_pyudev)
    assert (await first(uevents())).action == "change"


class Letterbox:
    """A socket with one message in it."""

    def __init__(self, port: int, error: OSError | None = None) -> None:
        self._port, self._error = port, error

    def recvfrom(self, most: int) -> tuple[bytes, tuple[int, int]]:
        if self._error is not None:
            raise self._error
        return ADD[:most], (self._port, netlink.KERNEL_GROUP)


@pytest.mark.parametrize(
    ("box", "heard"),
    [
        (Letterbox(0), True),
        (Letterbox(4711), False),
        (Letterbox(0, BlockingIOError()), False),
        (Letterbox(0, OSError(105, "No buffer space available")), False),
    ],
)
def test_only_the_kernel_is_believed(box: Letterbox, heard: bool) -> None:
    """A forged message needs CAP_NET_ADMIN to send, so the socket is forged instead."""
    assert (netlink.receive(box) is not None) is heard  # type: ignore[arg-type]


async def test_where_no_socket_may_be_opened_the_error_is_the_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(socket, "socket", refuse)
    with pytest.raises(PermissionError):
        await anext(uevents_by_hand())
