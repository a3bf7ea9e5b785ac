import errno
from dataclasses import replace

import pytest

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.profile import PROFILES, V5_10, V5_19, V6_1, V6_12, Profile
from rproc_tui.remoteproc.subdevices import Subdevice
from tests.remoteproc.example_driver import ExampleDriver
from tests.remoteproc.images import Image, table, trace
from tests.remoteproc.rig import DEBUG, Rig, refused

WITHOUT_VDEV = Image(table=table(trace()))


class AttachableDriver(ExampleDriver):
    """A core that runs before anybody asks, with its table in DTCM."""

    def __init__(self) -> None:
        super().__init__()
        self.found = table(trace())
        self.dtcm[: len(self.found)] = self.found
        self.attached = 0

    def attach(self, _rproc: Rproc) -> None:
        self.attached += 1
        self.running = True

    def detach(self, _rproc: Rproc) -> None:
        """It runs on."""

    def get_loaded_rsc_table(self, _rproc: Rproc) -> memoryview | None:
        return self.dtcm[:0x100]


def detached(rproc: Rproc) -> None:
    rproc.state = State.DETACHED


def attachable(profile: Profile = V6_12, driver: ExampleDriver | None = None) -> Rig:
    return Rig(profile, driver=driver or AttachableDriver(), set_up=detached)


def test_a_boot_says_and_shows_what_a_kernel_does() -> None:
    rig = Rig()
    rig.start()
    assert rig.machine.take_lines() == [
        "<6> remoteproc remoteproc0: powering up m4",
        f"<6> remoteproc remoteproc0: Booting fw image good.elf, size {len(Image().build())}",
        "<6> virtio_rpmsg_bus virtio0: rpmsg host is online",
        "<6> rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)",
        "<6> remoteproc remoteproc0: remote processor m4 is now up",
    ]
    assert rig.driver.running
    assert (rig.read("state"), rig.rproc.power) == ("running\n", 1)
    rig.write("state", "stop")
    assert rig.lines() == ["<6> stopped remote processor m4"]
    assert (rig.read("state"), rig.driver.running) == ("offline\n", False)
    rig.assert_nothing_is_held()


def test_each_line_is_tagged_with_its_device() -> None:
    rig = Rig()
    rig.start()
    assert [(line.subsystem, line.device) for line in rig.machine.lines[-3:]] == [
        ("virtio", "+virtio:virtio0"),
        ("platform", "+platform:rproc-virtio.0.auto"),
        ("remoteproc", "+remoteproc:remoteproc0"),
    ]
    rig.machine.lines.clear()
    with refused(errno.EBUSY):
        rig.write("firmware", "other.elf")
    assert [(line.text, line.device) for line in rig.machine.lines] == [
        ("example-rproc 10000000.m4: can't change firmware while running", "+platform:10000000.m4")
    ]


def test_a_second_start_only_raises_the_power_count() -> None:
    rig = Rig()
    rig.start()
    rig.lines()
    rig.start()
    assert (rig.rproc.power, rig.lines()) == (2, [])
    rig.write("state", "stop")
    assert (rig.rproc.power, rig.read("state"), rig.lines()) == (1, "running\n", [])
    rig.write("state", "stop")
    assert (rig.rproc.power, rig.read("state")) == (0, "offline\n")


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_a_start_while_it_runs_is_refused_only_by_old_kernels(profile: Profile) -> None:
    rig = Rig(profile)
    rig.start()
    rig.lines()
    if profile is V5_10:
        with refused(errno.EBUSY):
            rig.start()
    else:
        rig.start()
    assert (rig.rproc.power, rig.lines()) == (1 if profile is V5_10 else 2, [])


def test_a_failed_start_gives_its_reference_back() -> None:
    rig = Rig()
    rig.write("firmware", "nothing.elf")
    for _ in range(3):
        with refused(errno.ENOENT):
            rig.start()
        assert rig.rproc.power == 0
    rig.write("firmware", "good.elf")
    rig.start()
    assert rig.rproc.power == 1


@pytest.mark.parametrize(
    ("word", "state"),
    [("stop", State.OFFLINE), ("detach", State.OFFLINE), ("detach", State.RUNNING), ("detach", State.CRASHED)],
)
def test_words_that_make_no_sense_in_a_state_are_refused_without_a_line(word: str, state: State) -> None:
    rig = Rig()
    if state is not State.OFFLINE:
        rig.write("recovery", "disabled")
        rig.start()
    if state is State.CRASHED:
        rig.crash()
    rig.lines()
    with refused(errno.EINVAL):
        rig.write("state", word)
    assert (rig.state, rig.lines()) == (state, [])


def test_a_driver_that_does_not_start_is_undone() -> None:
    class Failing(ExampleDriver):
        def start(self, _rproc: Rproc) -> None:
            raise OSError(errno.ETIMEDOUT, "no answer")

    rig = Rig(driver=Failing())
    with refused(errno.ETIMEDOUT):
        rig.start()
    assert rig.lines()[2:] == ["<3> can't start rproc m4: -110", "<3> Boot failed: -110"]
    rig.assert_nothing_is_held()


def test_a_driver_that_cannot_prepare_fails_before_anything_is_acquired() -> None:
    class Failing(ExampleDriver):
        def prepare(self, _rproc: Rproc) -> None:
            raise OSError(errno.EAGAIN, "later")

    rig = Rig(driver=Failing())
    with refused(errno.EAGAIN):
        rig.start()
    assert rig.lines()[2:] == ["<3> can't prepare rproc m4: -11", "<3> Boot failed: -11"]
    rig.assert_nothing_is_held()


def test_a_driver_that_does_not_stop_stays_running_without_its_virtio_devices() -> None:
    class Refusing(ExampleDriver):
        def stop(self, _rproc: Rproc) -> None:
            raise OSError(errno.EBUSY, "busy")

    rig = Rig(driver=Refusing())
    rig.start()
    rig.lines()
    with refused(errno.EBUSY):
        rig.write("state", "stop")
    assert rig.lines() == ["<3> can't stop rproc: -16"]
    assert (rig.read("state"), rig.rproc.power) == ("running\n", 1)
    assert rig.files.list("/sys/bus/virtio/devices") == []
    assert "trace0" in rig.files.list(DEBUG)
    rig.write("recovery", "disabled")
    rig.crash()
    rig.lines()
    rig.write("recovery", "recover")
    assert rig.lines() == ["<3> recovering m4", "<3> can't stop rproc: -16"]
    assert rig.read("state") == "crashed\n"


def test_a_driver_without_stop_gives_the_reference_back() -> None:
    driver = ExampleDriver()
    driver.stop = None  # type: ignore[method-assign, assignment]
    rig = Rig(driver=driver)
    rig.start()
    with refused(errno.EINVAL):
        rig.write("state", "stop")
    assert (rig.rproc.power, rig.read("state")) == (1, "running\n")


def test_a_driver_without_kick_has_no_virtio_devices_and_does_not_boot_with_them() -> None:
    driver = ExampleDriver()
    driver.kick = None  # type: ignore[method-assign, assignment]
    rig = Rig(driver=driver)
    with refused(errno.EINVAL):
        rig.start()
    assert rig.machine.take_lines()[2:] == [
        "<3> rproc-virtio rproc-virtio.0.auto: .kick method not defined for m4",
        "<3> remoteproc remoteproc0: failed to probe subdevices for m4: -22",
        "<3> remoteproc remoteproc0: Boot failed: -22",
    ]
    assert not driver.running
    rig.assert_nothing_is_held()
    rig.start(WITHOUT_VDEV)


def test_attaching_takes_the_running_firmwares_table() -> None:
    rig = attachable()
    assert (rig.read("state"), rig.read("firmware")) == ("detached\n", "good.elf\n")
    rig.start()
    assert rig.lines() == ["<6> attaching to m4", "<6> remote processor m4 is now attached"]
    assert (rig.read("state"), rig.read("firmware")) == ("attached\n", "unknown\n")
    assert rig.read("/resource_table").startswith("Entry 0 is of type trace")
    assert "trace0" in rig.files.list(DEBUG)


def test_detaching_puts_the_table_back_as_it_was_found() -> None:
    driver = AttachableDriver()
    rig = attachable(driver=driver)
    found = bytes(driver.dtcm[:0x100])
    rig.start()
    driver.dtcm[0x80:0x84] = b"\xff" * 4
    rig.lines()
    rig.write("state", "detach")
    assert rig.lines() == ["<6> detached remote processor m4"]
    assert bytes(driver.dtcm[:0x100]) == found
    assert (rig.read("state"), driver.running) == ("detached\n", True)
    rig.assert_nothing_is_held()
    rig.start()
    assert (rig.read("state"), driver.attached) == ("attached\n", 2)


def test_stopping_what_was_attached_leads_to_offline_and_then_to_the_firmware_file() -> None:
    rig = attachable()
    rig.start()
    rig.write("state", "stop")
    assert rig.read("state") == "offline\n"
    rig.assert_nothing_is_held()
    rig.start()
    assert (rig.read("state"), rig.read("firmware")) == ("running\n", "good.elf\n")


def test_a_detach_with_a_second_reference_only_lowers_the_count() -> None:
    rig = attachable()
    rig.start()
    rig.start()
    rig.write("state", "detach")
    assert (rig.read("state"), rig.rproc.power) == ("attached\n", 1)


def test_a_detach_that_the_driver_refuses_stays_attached() -> None:
    class Refusing(AttachableDriver):
        def detach(self, _rproc: Rproc) -> None:
            raise OSError(errno.EOPNOTSUPP, "cannot")

    rig = attachable(driver=Refusing())
    rig.start()
    rig.lines()
    with refused(errno.EOPNOTSUPP):
        rig.write("state", "detach")
    assert rig.lines() == ["<3> can't detach from rproc: -95"]
    assert (rig.read("state"), rig.rproc.power) == ("attached\n", 1)


def test_a_driver_without_detach_refuses_it() -> None:
    driver = AttachableDriver()
    driver.detach = None  # type: ignore[method-assign, assignment]
    rig = attachable(driver=driver)
    rig.start()
    with refused(errno.EINVAL):
        rig.write("state", "detach")
    assert (rig.read("state"), rig.rproc.power) == ("attached\n", 1)


@pytest.mark.parametrize(
    ("step", "lines"),
    [
        ("prepare", ["<3> can't prepare rproc m4: -5"]),
        ("get_loaded_rsc_table", ["<3> can't load resource table: -5"] * 2),
        ("attach", ["<3> can't attach to rproc m4: -5"]),
    ],
)
def test_an_attach_that_fails_stays_detached(step: str, lines: list[str]) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "broken")

    driver = AttachableDriver()
    setattr(driver, step, fail)
    rig = attachable(driver=driver)
    with refused(errno.EIO):
        rig.start()
    assert rig.lines() == ["<6> attaching to m4", *lines, "<3> Boot failed: -5"]
    assert (rig.read("state"), rig.rproc.power) == ("detached\n", 0)


def test_a_core_without_a_table_is_attached_to_all_the_same() -> None:
    driver = AttachableDriver()
    driver.get_loaded_rsc_table = lambda _rproc: None  # type: ignore[method-assign]
    rig = attachable(driver=driver)
    rig.start()
    assert (rig.read("state"), rig.read("/resource_table")) == ("attached\n", "No resource table found\n")
    rig.write("state", "detach")
    assert rig.read("state") == "detached\n"


def test_old_kernels_show_an_attached_core_as_running() -> None:
    rig = attachable(replace(V5_10, attaches_in_add=False))
    rig.start()
    assert (rig.read("state"), rig.read("firmware")) == ("running\n", "unknown\n")
    with refused(errno.EINVAL):
        rig.write("state", "detach")
    assert "<3> Unrecognised option: detach" in rig.lines()
    rig.write("state", "stop")
    assert (rig.read("state"), rig.read("firmware")) == ("offline\n", "good.elf\n")


@pytest.mark.parametrize("profile", [V5_19, V6_1, V6_12], ids=lambda profile: profile.name)
def test_a_crashed_core_can_be_stopped_only_on_newer_kernels(profile: Profile) -> None:
    rig = Rig(profile)
    rig.write("recovery", "disabled")
    rig.start()
    rig.crash()
    if profile is V5_19:
        with refused(errno.EINVAL):
            rig.write("state", "stop")
        assert rig.read("state") == "crashed\n"
    else:
        rig.write("state", "stop")
        assert rig.read("state") == "offline\n"
        rig.assert_nothing_is_held()


def test_an_old_kernels_stop_succeeds_whatever_became_of_it() -> None:
    class Refusing(ExampleDriver):
        def stop(self, _rproc: Rproc) -> None:
            raise OSError(errno.EBUSY, "busy")

    rig = Rig(V5_10, driver=Refusing())
    rig.start()
    rig.write("state", "stop")
    assert rig.read("state") == "running\n"
    assert "<3> can't stop rproc: -16" in rig.lines()


def test_subdevices_come_and_go_around_the_processor() -> None:
    seen: list[str] = []
    rig = Rig()
    rig.rproc.add_subdevice(
        Subdevice(
            start=lambda: seen.append(f"start, running {rig.driver.running}"),
            stop=lambda crashed: seen.append(f"stop, crashed {crashed}"),
            prepare=lambda: seen.append(f"prepare, running {rig.driver.running}"),
            unprepare=lambda: seen.append(f"unprepare, running {rig.driver.running}"),
        )
    )
    rig.start(WITHOUT_VDEV)
    rig.crash()
    rig.write("state", "stop")
    once = ["prepare, running False", "start, running True"]
    assert seen == [
        *once,
        "stop, crashed True",
        "unprepare, running False",
        *once,
        "stop, crashed False",
        "unprepare, running False",
    ]


@pytest.mark.parametrize(("moment", "word"), [("prepare", "prepare"), ("start", "probe")])
def test_a_subdevice_that_fails_undoes_those_before_it(moment: str, word: str) -> None:
    def fail() -> None:
        raise OSError(errno.ENXIO, "none")

    undone: list[str] = []
    rig = Rig()
    first = Subdevice(
        stop=lambda crashed: undone.append(f"stop {crashed}"), unprepare=lambda: undone.append("unprepare")
    )
    rig.rproc.add_subdevice(first)
    rig.rproc.add_subdevice(Subdevice(prepare=fail) if moment == "prepare" else Subdevice(start=fail))
    with refused(errno.ENXIO):
        rig.start(WITHOUT_VDEV)
    assert rig.lines()[2:] == [f"<3> failed to {word} subdevices for m4: -6", "<3> Boot failed: -6"]
    assert undone == (["unprepare"] if moment == "prepare" else ["stop True", "unprepare"])
    assert not rig.driver.running
    assert rig.rproc.power == 0
