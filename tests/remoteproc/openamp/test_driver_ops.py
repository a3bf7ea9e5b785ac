"""OpenAMP on a processor of the kernel's framework, with the example's driver."""

from __future__ import annotations

import errno
import runpy
from contextlib import suppress
from pathlib import Path

import pytest

from rproc_tui.model.processor import State
from rproc_tui.remoteproc import openamp
from rproc_tui.remoteproc.carveout import Carveout
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.openamp import (
    DriverOps,
    OpenampError,
    OpenampState,
    Remoteproc,
    ReturnCode,
    Role,
    config,
    create_virtio,
    get_io_with_da,
    get_io_with_name,
    get_io_with_pa,
    init,
    load,
    mmap,
    shutdown,
    start,
    stop,
)
from tests.remoteproc.example_driver import DDR, DTCM, ITCM, ExampleDriver
from tests.remoteproc.images import GOOD_TABLE, Image, Segment, carveout, table
from tests.remoteproc.machine import device
from tests.remoteproc.openamp.remote import fails, seekable, vdev, word
from tests.remoteproc.rig import Rig

DDR_PA = 0x9000_0000
RINGS = ((DDR + 0x8000, 4096, 16, 0), (DDR + 0xA000, 4096, 16, 1))
IMAGE = Image(
    table=table(carveout(length=0x1000), vdev(5, RINGS)),
    segments=[Segment(ITCM, b"text" * 64), Segment(DDR, b"data", 0x100)],
).build()


class Both(Rig):
    """One processor with both life cycles."""

    def __init__(self, driver: ExampleDriver | None = None) -> None:
        super().__init__(driver=driver)
        made = init(Remoteproc(), DriverOps(self.rproc))
        assert made is not None
        self.remoteproc = made

    def up_to(self, state: OpenampState) -> Both:
        if state is not OpenampState.OFFLINE:
            config(self.remoteproc)
            load(self.remoteproc, "m4.elf", seekable(IMAGE))
        if state in (OpenampState.RUNNING, OpenampState.STOPPED):
            start(self.remoteproc)
        if state is OpenampState.STOPPED:
            stop(self.remoteproc)
        assert self.remoteproc.state is state
        return self


@pytest.mark.parametrize(
    ("state", "kernels", "runs"),
    [
        (OpenampState.OFFLINE, State.OFFLINE, False),
        (OpenampState.READY, State.OFFLINE, False),
        (OpenampState.RUNNING, State.RUNNING, True),
        (OpenampState.STOPPED, State.OFFLINE, False),
    ],
)
def test_each_state_shows_as_the_kernels_and_shutdown_leaves_nothing(
    state: OpenampState, kernels: State, runs: bool
) -> None:
    both = Both().up_to(state)
    assert (both.state, both.driver.running) == (kernels, runs)
    assert both.read("state") == f"{kernels.value}\n"
    shutdown(both.remoteproc)
    assert (both.state, both.driver.running, both.rproc.recovery_disabled) == (State.OFFLINE, False, False)
    assert (both.remoteproc.mems, both.remoteproc.rsc_table, both.remoteproc.rsc_io) == ([], None, None)
    both.assert_nothing_is_held()


@pytest.mark.parametrize("state", [OpenampState.READY, OpenampState.RUNNING, OpenampState.STOPPED])
def test_one_memory_is_seen_by_both_from_loading_to_shutdown(state: OpenampState) -> None:
    both = Both().up_to(state)
    assert bytes(both.driver.itcm[:256]) == b"text" * 64
    assert bytes(both.driver.ddr.view[:8]) == b"data\0\0\0\0"
    ours, kernels = mmap(both.remoteproc, None, DDR, 4), both.rproc.da_to_va(DDR, 4)
    assert ours is not None
    assert kernels is not None
    kernels[0] = 0x55
    assert ours.view[0] == 0x55
    assert "ddr" in both.read("/carveout_memories")


def test_carveouts_have_two_addresses_and_a_name_and_the_drivers_own_memory_one() -> None:
    both = Both().up_to(OpenampState.READY)
    remoteproc = both.remoteproc
    ddr = get_io_with_name(remoteproc, "ddr")
    assert ddr is not None
    assert get_io_with_pa(remoteproc, DDR_PA + 4) is ddr
    assert get_io_with_da(remoteproc, DDR + 4) == (ddr, 4)
    found = get_io_with_da(remoteproc, DTCM + 4)
    assert found is not None
    assert found[1] == 0
    found[0].view[0] = 0x77
    assert both.driver.dtcm[4] == 0x77
    assert get_io_with_pa(remoteproc, DTCM) is None
    assert get_io_with_name(remoteproc, "itcm") is None
    assert get_io_with_da(remoteproc, 0x6000_0000) is None


def test_the_entry_and_the_table_go_to_the_kernels_object() -> None:
    both = Both().up_to(OpenampState.RUNNING)
    assert both.rproc.bootaddr == 0x101
    assert both.rproc.table is both.remoteproc.rsc_table
    assert word(both.driver.dtcm, 24 + 56 + 8) == 5
    assert "Entry 1 is of type vdev" in both.read("/resource_table")


def test_the_kernels_start_does_nothing_meanwhile_and_its_dump_has_the_memory() -> None:
    both = Both().up_to(OpenampState.READY)
    both.write("state", "start")
    assert (both.state, both.driver.running) == (State.OFFLINE, False)
    start(both.remoteproc)
    both.write("state", "start")
    assert both.rproc.power == 3
    assert both.rproc.dump_segments != []
    shutdown(both.remoteproc)
    both.assert_nothing_is_held()
    both.start()
    assert both.state is State.RUNNING


def test_a_processor_that_the_kernel_has_is_not_taken() -> None:
    both = Both()
    both.start()
    with fails(ReturnCode.EAGAIN):
        config(both.remoteproc)
    assert both.remoteproc.state is OpenampState.READY
    with fails(ReturnCode.EINVAL):
        load(both.remoteproc, "m4.elf", seekable(Image(table=None, segments=[Segment(0x6000_0000, b"x")]).build()))
    with fails(ReturnCode.ENODEV):
        start(both.remoteproc)
    shutdown(both.remoteproc)
    assert (both.state, both.driver.running, both.rproc.power) == (State.RUNNING, True, 1)


def test_who_stops_it_through_the_kernel_takes_it_away() -> None:
    both = Both().up_to(OpenampState.RUNNING)
    both.write("state", "stop")
    assert (both.state, both.driver.running) == (State.OFFLINE, False)
    both.assert_nothing_is_held()
    both.start()
    stop(both.remoteproc)
    shutdown(both.remoteproc)
    assert both.remoteproc.state is OpenampState.OFFLINE
    assert (both.state, both.driver.running, both.rproc.power) == (State.RUNNING, True, 1)
    both.write("state", "stop")
    both.assert_nothing_is_held()


def test_a_crash_is_left_to_the_application() -> None:
    both = Both().up_to(OpenampState.RUNNING)
    both.crash()
    assert both.state is State.CRASHED
    assert both.remoteproc.state is OpenampState.RUNNING
    shutdown(both.remoteproc)
    assert (both.state, both.driver.running) == (State.OFFLINE, False)
    both.assert_nothing_is_held()
    both.up_to(OpenampState.RUNNING)


def test_the_kernels_recovery_takes_a_crashed_processor_over() -> None:
    both = Both().up_to(OpenampState.RUNNING)
    both.crash()
    both.write("recovery", "recover")
    assert (both.state, both.driver.running) == (State.RUNNING, True)
    shutdown(both.remoteproc)
    assert (both.state, both.rproc.power) == (State.RUNNING, 1)
    both.write("state", "stop")
    assert both.state is State.OFFLINE


def test_notifications_come_through_the_kernels_interrupt_and_go_through_its_kick() -> None:
    both = Both().up_to(OpenampState.RUNNING)
    device = create_virtio(both.remoteproc, 0, Role.DRIVER)
    assert device is not None
    seen: list[str] = []
    device.create_virtqueues([lambda: seen.append("rx"), lambda: seen.append("tx")])
    assert both.driver.kicks == [5]
    device.kick(1)
    both.rproc.vq_interrupt(0)
    both.rproc.vq_interrupt(1)
    both.rproc.vq_interrupt(5)
    both.rproc.vq_interrupt(99)
    assert both.driver.kicks == [5, 1]
    assert seen == ["rx", "tx"]
    shutdown(both.remoteproc)
    both.rproc.vq_interrupt(0)
    assert seen == ["rx", "tx"]


class Failing(ExampleDriver):
    """Fails where it is told to."""

    def __init__(self, *places: str) -> None:
        super().__init__()
        self.places = set(places)

    def _maybe(self, place: str, number: int) -> None:
        if place in self.places:
            raise OSError(number, "no")

    def prepare(self, rproc: Rproc) -> None:
        super().prepare(rproc)
        self._maybe("prepare", errno.ENOMEM)
        if "alloc" in self.places:
            rproc.register_carveout(Carveout("late", 0, 4096, alloc=self._refuse))

    def _refuse(self, _rproc: Rproc, _carveout: Carveout) -> None:
        raise OSError(errno.EINVAL, "no")

    def start(self, rproc: Rproc) -> None:
        self._maybe("start", errno.ENODEV)
        super().start(rproc)

    def stop(self, rproc: Rproc) -> None:
        self._maybe("stop", errno.EBUSY)
        super().stop(rproc)


@pytest.mark.parametrize(("place", "code"), [("prepare", ReturnCode.ENOMEM), ("alloc", ReturnCode.ENOMEM)])
def test_a_driver_that_cannot_prepare_fails_the_configuration(place: str, code: ReturnCode) -> None:
    driver = Failing(place)
    both = Both(driver)
    with fails(code):
        config(both.remoteproc)
    both.assert_nothing_is_held()
    shutdown(both.remoteproc)
    driver.places.clear()
    both.up_to(OpenampState.RUNNING)


def test_a_driver_that_cannot_start_fails_the_start() -> None:
    both = Both(Failing("start")).up_to(OpenampState.READY)
    with fails(ReturnCode.ENODEV):
        start(both.remoteproc)
    assert (both.state, both.remoteproc.state) == (State.OFFLINE, OpenampState.RUNNING)
    shutdown(both.remoteproc)
    both.assert_nothing_is_held()


def test_a_driver_that_cannot_stop_is_asked_again_by_shutdown() -> None:
    driver = Failing("stop")
    both = Both(driver).up_to(OpenampState.RUNNING)
    with fails(ReturnCode.EAGAIN):
        stop(both.remoteproc)
    assert (both.state, both.remoteproc.state) == (State.RUNNING, OpenampState.STOPPED)
    with fails(ReturnCode.EAGAIN):
        shutdown(both.remoteproc)
    assert both.remoteproc.state is OpenampState.STOPPED
    assert both.rproc.power == 1
    driver.places.clear()
    shutdown(both.remoteproc)
    assert (both.state, driver.running) == (State.OFFLINE, False)
    both.assert_nothing_is_held()


def test_stopping_what_never_ran_does_not_bother_the_driver() -> None:
    both = Both(Failing("stop")).up_to(OpenampState.READY)
    stop(both.remoteproc)
    shutdown(both.remoteproc)
    both.assert_nothing_is_held()


@pytest.mark.parametrize("state", [OpenampState.READY, OpenampState.RUNNING, OpenampState.STOPPED])
def test_deleting_the_processor_meanwhile_does_not_upset_anybody(state: OpenampState) -> None:
    both = Both().up_to(state)
    with suppress(OSError):
        both.registry.delete(both.rproc)
    with suppress(OpenampError):
        shutdown(both.remoteproc)
    assert both.driver.running is False
    assert both.rproc.carveouts == []


def test_kernel_tables_with_equal_notify_ids_are_dropped_and_the_rest_runs() -> None:
    both = Both()
    config(both.remoteproc)
    load(both.remoteproc, "m4.elf", seekable(Image(table=table(*GOOD_TABLE)).build()))
    assert both.remoteproc.rsc_table is None
    start(both.remoteproc)
    assert "No resource table found" in both.read("/resource_table")
    shutdown(both.remoteproc)
    both.assert_nothing_is_held()


class Unstoppable:
    """A driver that can only start."""

    def start(self, _rproc: Rproc) -> None:
        """Nothing."""


def test_a_driver_without_a_stop_is_no_device() -> None:
    rig = Rig()
    rproc = rig.registry.alloc(device("20000000.m4"), "m4", Unstoppable())
    remoteproc = init(Remoteproc(), DriverOps(rproc))
    config(remoteproc)
    load(remoteproc, "m4.elf", seekable(Image(table=None, segments=[]).build()))
    start(remoteproc)
    with fails(ReturnCode.ENODEV):
        stop(remoteproc)


def test_the_example_of_the_readme_runs(tmp_path: Path) -> None:
    readme = Path(openamp.__file__).with_name("README.md").read_text()
    example = tmp_path / "example.py"
    example.write_text(readme.split("```python\n")[1].split("```")[0])
    both = Both()
    names = runpy.run_path(str(example), {"rproc": both.rproc, "files": {"m4.elf": IMAGE}, "DDR": DDR})
    assert names["before"] == names["after"] == b"data".ljust(16, b"\0")
    assert names["device"].notifyid == 5
    both.assert_nothing_is_held()
