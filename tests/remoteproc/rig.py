"""One processor of the example driver on a machine that does nothing by itself."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.profile import DEFAULT_PROFILE, Profile
from rproc_tui.remoteproc.registry import Registry
from tests.remoteproc.example_driver import EM_ARM, ExampleDriver
from tests.remoteproc.images import Image
from tests.remoteproc.machine import Files, Machine, Pool, device

CLASS = "/sys/class/remoteproc/remoteproc0/"
DEBUG = "/sys/kernel/debug/remoteproc/remoteproc0/"
FIRMWARE = "good.elf"


class Rig:
    """Machine, registry, driver and processor, and the ways to them that tests need most."""

    def __init__(
        self,
        profile: Profile = DEFAULT_PROFILE,
        *,
        driver: ExampleDriver | None = None,
        set_up: Callable[[Rproc], None] = lambda _rproc: None,
        threads: bool = False,
    ) -> None:
        self.machine = Machine(profile=profile, threads=threads)
        self.registry = Registry(self.machine)
        self.pool = Pool()
        self.driver = driver if driver is not None else ExampleDriver()
        self.rproc = self.registry.alloc(device("10000000.m4", "example-rproc", self.pool), "m4", self.driver, FIRMWARE)
        self.rproc.auto_boot = False
        self.rproc.coredump_set_elf_info(1, EM_ARM)
        set_up(self.rproc)
        self.registry.add(self.rproc)
        self.files = Files(self.registry)
        self.install(Image().build())
        self.machine.take_lines()
        self.machine.take_events()

    @property
    def state(self) -> State:
        return self.rproc.state

    def install(self, content: bytes, name: str = FIRMWARE) -> None:
        self.machine.firmware(name, content)

    def write(self, name: str, text: str | bytes) -> None:
        """Write a file of the processor: `state`, or with a slash in front one of debugfs: `/crash`."""
        data = text.encode() if isinstance(text, str) else text
        self.files.write(DEBUG + name[1:] if name.startswith("/") else CLASS + name, data)

    def read(self, name: str) -> str:
        return self.files.read(DEBUG + name[1:] if name.startswith("/") else CLASS + name).decode(errors="replace")

    def start(self, image: Image | None = None) -> None:
        if image is not None:
            self.install(image.build())
        self.write("state", "start")

    def crash(self) -> None:
        self.write("/crash", "2")
        self.machine.work()

    def lines(self) -> list[str]:
        """The log since the last look, without the name of the processor's device."""
        return [line.replace("remoteproc remoteproc0: ", "") for line in self.machine.take_lines()]

    def assert_nothing_is_held(self) -> None:
        """What a failed start or a stop has to leave behind: nothing."""
        rproc = self.rproc
        assert self.pool.out == {}
        assert (rproc.table, rproc.cached_table, rproc.carveouts, rproc.traces) == (None, None, [], [])
        assert (rproc.vdevs, rproc.children, rproc.subdevices, rproc.notify_ids) == ([], [], [], {})
        assert (rproc.dump_segments, rproc.mappings, rproc.domain) == ([], [], None)
        assert rproc.power == 0
        assert self.files.list("/sys/bus/virtio/devices") == []
        assert self.files.list("/sys/bus/rpmsg/devices") == []
        assert not [name for name in self.files.list(DEBUG) if name.startswith("trace")]


@contextmanager
def refused(number: int) -> Iterator[None]:
    """The block fails with this errno."""
    with pytest.raises(OSError, match=r".*") as caught:
        yield
    assert errno.errorcode.get(caught.value.errno or 0) == errno.errorcode[number]
