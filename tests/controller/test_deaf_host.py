"""A machine that tells nothing of itself: what comes and goes is seen all the same, by looking."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator

import pytest

from rproc_tui.clock import SystemClock
from rproc_tui.controller.controller import Controller
from rproc_tui.controller.settings import Settings
from rproc_tui.model.kernel_log import KernelLine, Uevent
from tests.controller.conftest import until
from tests.linux.board import processor
from tests.linux.memory_host import Link, MemoryHost, failure

VIRTIO = "/sys/devices/platform/soc/10000000.m4/remoteproc/remoteproc0/rproc-virtio.0.auto/virtio0"


class DeafHost(MemoryHost):
    """Without a log and without events."""

    async def kernel_log(self) -> AsyncIterator[KernelLine]:
        raise failure(errno.EPERM, "/dev/kmsg")
        yield  # makes it an iterator

    async def uevents(self) -> AsyncIterator[Uevent]:
        raise failure(errno.EPERM, "netlink")
        yield

    async def follow(self, path: str, every: float) -> AsyncIterator[bytes]:
        """State files that never change, so that no change of theirs makes anybody look."""
        yield await self.read(path)
        await asyncio.Event().wait()


@pytest.fixture
def deaf() -> DeafHost:
    return DeafHost(processor(0, "soc/10000000.m4", state="running") | {"/sys/bus/rpmsg/devices/x": b""})


@pytest.fixture
async def controller(deaf: DeafHost) -> AsyncIterator[Controller]:
    controller = Controller([deaf], clock=SystemClock(), settings=Settings(rescan_every=0.01, conditions_every=0.01))
    await controller.start()
    yield controller
    await controller.close()


async def test_a_processor_that_comes_and_goes_is_seen(controller: Controller, deaf: DeafHost) -> None:
    before = dict(deaf.files)
    deaf.files |= processor(1, "soc/20000000.dsp", name="dsp")
    await until(controller, lambda: [one.name for one in controller.snapshot.processors] == ["m4", "dsp"])
    deaf.files = before
    await until(controller, lambda: [one.name for one in controller.snapshot.processors] == ["m4"])


async def test_a_channel_that_comes_and_goes_is_seen(controller: Controller, deaf: DeafHost) -> None:
    before = dict(deaf.files)
    device = f"{VIRTIO}/virtio0.rpmsg-raw.-1.1024"
    deaf.files |= {
        "/sys/bus/rpmsg/devices/virtio0.rpmsg-raw.-1.1024": Link(f"../../..{device.removeprefix('/sys')}"),
        f"{device}/name": b"rpmsg-raw\n",
        f"{device}/src": b"0x400\n",
        f"{device}/dst": b"0x400\n",
    }
    await until(controller, lambda: [one.name for one in controller.snapshot.processors[0].rpmsg.channels] != [])
    deaf.files = before
    await until(controller, lambda: controller.snapshot.processors[0].rpmsg.channels == ())


async def test_in_a_user_namespace_it_is_looked_for_though_listening_is_allowed(deaf: DeafHost) -> None:
    class SilentHost(DeafHost):
        async def uevents(self) -> AsyncIterator[Uevent]:
            await asyncio.Event().wait()
            yield Uevent("add", "/devices/x", "net")

    host = SilentHost(deaf.files | {"/proc/self/uid_map": b"0 1000 1\n"})
    controller = Controller([host], clock=SystemClock(), settings=Settings(rescan_every=0.01))
    await controller.start()
    host.files |= processor(1, "soc/20000000.dsp", name="dsp")
    await until(controller, lambda: len(controller.snapshot.processors) == 2)
    await controller.close()


async def test_both_are_told_once_each(controller: Controller) -> None:
    await until(controller, lambda: len(controller.snapshot.hosts[0].advice) >= 2)
    advice = controller.snapshot.hosts[0].advice
    assert len([sentence for sentence in advice if "log" in sentence]) == 1
    assert controller.snapshot.processors[0].crashes is None
