"""Several threads at one processor, as sysfs has them."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.core import Rproc
from tests.remoteproc.example_driver import ExampleDriver
from tests.remoteproc.rig import CLASS, Rig, refused

PATIENCE = 10.0


class SlowDriver(ExampleDriver):
    """Starts when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.let_go = threading.Event(), threading.Event()

    def start(self, rproc: Rproc) -> None:
        self.entered.set()
        assert self.let_go.wait(PATIENCE)
        super().start(rproc)


def aside(act: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=act, daemon=True)
    thread.start()
    return thread


def ended(thread: threading.Thread) -> bool:
    thread.join(PATIENCE)
    return not thread.is_alive()


def test_during_a_slow_start_reads_answer_and_writes_that_lock_wait() -> None:
    driver = SlowDriver()
    rig = Rig(driver=driver)
    start = aside(rig.start)
    assert driver.entered.wait(PATIENCE)
    assert rig.read("state") == "offline\n"
    assert rig.read("/trace0") == ""
    assert rig.read("/resource_table").startswith("Entry 0")
    rig.write("recovery", "disabled")
    rig.write("coredump", "enabled")

    def name_firmware() -> None:
        with refused(errno.EBUSY):
            rig.write("firmware", "other.elf")

    waiting = [
        aside(name_firmware),
        aside(lambda: rig.write("state", "start")),
        aside(lambda: rig.write("recovery", "recover")),
    ]
    waiting[2].join(0.05)
    assert waiting[0].is_alive()
    assert waiting[1].is_alive()
    driver.let_go.set()
    assert all(ended(thread) for thread in (start, *waiting))
    assert (rig.read("state"), rig.rproc.power) == ("running\n", 2)


def test_a_processor_may_report_its_crash_from_the_thread_that_stopping_waits_for() -> None:
    class EngineDriver(ExampleDriver):
        """Executes on a thread of its own until it is told to end, and crashes at once."""

        def __init__(self) -> None:
            super().__init__()
            self.engine: threading.Thread | None = None
            self.end = threading.Event()
            self.starts = 0

        def start(self, rproc: Rproc) -> None:
            self.starts += 1
            self.end.clear()
            crashes = self.starts == 1

            def execute() -> None:
                if crashes:
                    rproc.report_crash(1)
                assert self.end.wait(PATIENCE)

            self.engine = aside(execute)

        def stop(self, _rproc: Rproc) -> None:
            self.end.set()
            assert self.engine is not None
            assert ended(self.engine)

    driver = EngineDriver()
    rig = Rig(driver=driver, threads=True)
    recovered = threading.Event()
    log = rig.machine.log

    def watch(level: int, text: str, *, subsystem: str | None = None, device: str | None = None) -> None:
        log(level, text, subsystem=subsystem, device=device)
        if text.endswith("is now up") and driver.starts == 2:
            recovered.set()

    rig.machine.log = watch  # type: ignore[method-assign]
    rig.start()
    assert recovered.wait(PATIENCE)
    rig.write("state", "stop")
    assert (rig.state, rig.rproc.crash_count, rig.rproc.power) == (State.OFFLINE, 1, 0)
    rig.assert_nothing_is_held()


def test_starts_and_stops_from_many_threads_balance() -> None:
    rig = Rig()

    def up_and_down() -> None:
        for _ in range(30):
            rig.start()
            rig.files.read(CLASS + "state")
            rig.write("state", "stop")

    threads = [aside(up_and_down) for _ in range(4)]
    assert all(ended(thread) for thread in threads)
    rig.assert_nothing_is_held()


def test_the_files_can_be_walked_while_processors_come_and_go() -> None:
    rig = Rig()
    done = threading.Event()
    trouble: list[Exception] = []

    def walk() -> None:
        while not done.is_set():
            for path in (
                "/sys/class/remoteproc",
                "/sys/bus/virtio/devices",
                "/sys/bus/rpmsg/devices",
                "/sys/class/rpmsg",
            ):
                try:
                    rig.files.list(path)
                    rig.files.read(CLASS + "state")
                    rig.read("/resource_table")
                    rig.read("/carveout_memories")
                except Exception as error:  # noqa: BLE001 (any is one too many)
                    trouble.append(error)

    walker = aside(walk)
    for _ in range(100):
        rig.start()
        rig.crash()
        rig.write("state", "stop")
    done.set()
    assert ended(walker)
    assert trouble == []
