import errno

import pytest

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.profile import V5_19, V6_1, V6_12, Profile
from tests.remoteproc.example_driver import ExampleDriver
from tests.remoteproc.images import DDR, ITCM, Image, Segment, table, trace
from tests.remoteproc.rig import DEBUG, Rig, refused
from tests.remoteproc.test_life_cycle import AttachableDriver


@pytest.mark.parametrize(
    ("written", "word"),
    [("0", "mmufault"), ("1\n", "watchdog"), ("2", "fatal error"), ("0x2", "fatal error"), ("3", "unknown")],
)
def test_a_crash_is_reported_dealt_with_and_recovered(written: str, word: str) -> None:
    rig = Rig()
    rig.start()
    rig.machine.take_lines()
    rig.write("/crash", written)
    assert rig.state is State.RUNNING
    rig.machine.work()
    assert rig.machine.take_lines() == [
        f"<3> remoteproc remoteproc0: crash detected in m4: type {word}",
        "<3> remoteproc remoteproc0: handling crash #1 in m4",
        "<3> remoteproc remoteproc0: recovering m4",
        "<6> remoteproc remoteproc0: stopped remote processor m4",
        "<6> virtio_rpmsg_bus virtio0: rpmsg host is online",
        "<6> rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)",
        "<6> remoteproc remoteproc0: remote processor m4 is now up",
    ]
    assert (rig.read("state"), rig.rproc.power) == ("running\n", 1)


def test_a_report_of_an_offline_processor_is_only_logged() -> None:
    rig = Rig()
    rig.crash()
    assert rig.lines() == ["<3> crash detected in m4: type fatal error"]
    assert (rig.read("state"), rig.rproc.crash_count) == ("offline\n", 0)


def test_only_the_first_crash_counts_and_the_count_is_never_reset() -> None:
    rig = Rig()
    rig.write("recovery", "disabled")
    rig.start()
    for _ in range(3):
        rig.write("/crash", "2")
    rig.machine.work()
    assert [line for line in rig.lines() if "crash" in line] == [
        "<3> crash detected in m4: type fatal error",
        "<3> crash detected in m4: type fatal error",
        "<3> crash detected in m4: type fatal error",
        "<3> handling crash #1 in m4",
    ]
    rig.write("state", "stop")
    rig.start()
    rig.crash()
    assert "<3> handling crash #2 in m4" in rig.lines()


def test_without_recovery_it_stays_crashed_with_everything_it_holds() -> None:
    rig = Rig()
    rig.write("recovery", "disabled")
    rig.start()
    files = rig.files.list(DEBUG)
    rig.crash()
    assert rig.read("state") == "crashed\n"
    assert rig.files.list(DEBUG) == files
    assert rig.files.list("/sys/bus/virtio/devices") == ["virtio0"]
    rig.start()
    assert (rig.read("state"), rig.rproc.power) == ("crashed\n", 2)
    rig.write("state", "stop")
    assert rig.read("state") == "crashed\n"
    rig.write("state", "stop")
    assert rig.read("state") == "offline\n"
    rig.assert_nothing_is_held()


@pytest.mark.parametrize("name", ["recovery", "/recovery"])
@pytest.mark.parametrize(("word", "after"), [("recover", "disabled\n"), ("enabled", "enabled\n")])
def test_a_crashed_processor_recovers_when_it_is_asked_to(name: str, word: str, after: str) -> None:
    rig = Rig()
    rig.write(name, "disabled")
    rig.start()
    rig.crash()
    rig.write(name, word)
    assert (rig.read("state"), rig.read("recovery"), rig.read("/recovery")) == ("running\n", after, after)


def test_recover_without_a_crash_does_nothing() -> None:
    rig = Rig()
    for _ in range(2):
        rig.write("recovery", "recover")
        assert rig.lines() == []
        rig.start()
        rig.lines()


def test_recovery_loads_the_new_file_into_the_old_table_and_memory() -> None:
    rig = Rig()
    rig.start(Image(table=table(trace())))
    carveouts, entry = list(rig.rproc.carveouts), rig.rproc.bootaddr
    new = Image(table=None, entry=0x201, segments=[Segment(ITCM, b"new!")], machine=3, phnum=1)
    rig.install(new.build())
    rig.lines()
    rig.crash()
    assert bytes(rig.driver.itcm[:4]) == b"new!"
    assert (rig.rproc.carveouts, rig.rproc.bootaddr) == (carveouts, entry)
    assert rig.read("/resource_table").startswith("Entry 0 is of type trace")
    assert not [line for line in rig.lines() if "Booting" in line or "powering" in line]


def test_recovery_does_not_check_the_file() -> None:
    rig = Rig()
    rig.start(Image(table=table(trace())))
    rig.install(b"no firmware at all " * 8)
    rig.crash()
    assert rig.read("state") == "running\n"


def test_a_larger_table_of_the_new_file_is_cut_to_the_old_one() -> None:
    rig = Rig()
    rig.start(Image(table=table(trace())))
    rig.install(Image(table=table(trace(), trace())).build())
    rig.crash()
    assert rig.read("/resource_table").count("Entry") == 1
    assert rig.read("state") == "running\n"


def test_a_recovery_that_fails_is_stuck_until_the_driver_is_unbound() -> None:
    rig = Rig()
    rig.start()
    del rig.machine.files["/lib/firmware/good.elf"]
    rig.crash()
    assert rig.lines()[-3:] == [
        "<6> firmware: failed to load good.elf (-2)",
        "<4> Direct firmware load for good.elf failed with error -2",
        "<3> request_firmware failed: -2",
    ]
    assert (rig.read("state"), rig.rproc.power) == ("offline\n", 1)
    assert "trace0" in rig.files.list(DEBUG)
    assert rig.read("/carveout_memories") != ""
    for _ in range(2):
        rig.start()
        assert (rig.read("state"), rig.lines()) == ("offline\n", [])
        with refused(errno.EINVAL):
            rig.write("state", "stop")
    rig.write("firmware", "other.elf")
    rig.registry.delete(rig.rproc)
    rig.registry.free(rig.rproc)
    assert "<6> releasing m4" not in rig.lines()
    assert rig.registry.alloc(rig.rproc.device, "next", ExampleDriver()).index == 1


def test_a_recovery_whose_segments_do_not_fit_is_stuck_as_well() -> None:
    rig = Rig()
    rig.start(Image(table=table(trace())))
    rig.install(Image(table=table(trace()), segments=[Segment(0x1000_0000, b"1234")]).build())
    rig.crash()
    assert rig.lines()[-1] == "<3> Failed to load program segments: -22"
    assert (rig.read("state"), rig.rproc.power) == ("offline\n", 1)


def test_a_smaller_table_of_the_new_file_is_written_over_as_far_as_the_old_one_goes() -> None:
    rig = Rig()
    old = table(trace(), trace())
    rig.start(Image(table=old))
    rig.install(Image(table=table(trace())).build())
    rig.crash()
    assert bytes(rig.driver.dtcm[: len(old)]) == old
    assert rig.read("/resource_table").count("Entry") == 2


def test_old_content_of_memory_survives_a_recovery() -> None:
    rig = Rig()
    rig.start(Image(table=table(trace()), segments=[Segment(ITCM, b"code")]))
    rig.driver.ddr.view[0x1000:0x1005] = b"last\n"
    rig.crash()
    assert rig.read("/trace0") == "last\n"
    assert rig.rproc.da_to_va(DDR, 4) is not None


def test_an_attached_processor_that_crashes_is_booted_from_its_file() -> None:
    def detached(rproc: Rproc) -> None:
        rproc.state = State.DETACHED

    rig = Rig(driver=AttachableDriver(), set_up=detached)
    rig.start()
    rig.lines()
    rig.crash()
    assert rig.lines()[2:] == [
        "<3> recovering m4",
        "<6> stopped remote processor m4",
        "<6> remote processor m4 is now up",
    ]
    assert rig.read("state") == "running\n"


@pytest.mark.parametrize("profile", [V5_19, V6_1, V6_12], ids=lambda profile: profile.name)
def test_a_driver_can_ask_for_recovery_by_attaching(profile: Profile) -> None:
    def detached(rproc: Rproc) -> None:
        rproc.state = State.DETACHED
        rproc.attach_on_recovery = True
        rproc.auto_boot = False

    prepared: list[str] = []

    class Counting(AttachableDriver):
        def prepare(self, rproc: Rproc) -> None:
            prepared.append("prepare")
            super().prepare(rproc)

    rig = Rig(profile, driver=Counting(), set_up=detached)
    rig.start()
    rig.lines()
    rig.crash()
    said = [line for line in rig.lines() if "direct-loading" not in line][3:]
    if profile is V5_19:
        assert said == ["<6> stopped remote processor m4", "<6> remote processor m4 is now up"]
        assert rig.read("state") == "running\n"
        return
    assert said == ["<6> detached remote processor m4", "<6> remote processor m4 is now attached"]
    assert (rig.read("state"), rig.rproc.power) == ("attached\n", 1)
    assert len(prepared) == (2 if profile is V6_12 else 1)
    rig.write("state", "stop")
    rig.assert_nothing_is_held()


def test_a_detached_processor_can_crash_too() -> None:
    def detached(rproc: Rproc) -> None:
        rproc.state = State.DETACHED
        rproc.recovery_disabled = True

    rig = Rig(driver=AttachableDriver(), set_up=detached)
    rig.crash()
    assert rig.read("state") == "crashed\n"


def test_a_crash_while_it_is_deleted_is_ignored() -> None:
    class CrashingDriver(ExampleDriver):
        def stop(self, rproc: Rproc) -> None:
            rproc.report_crash(1)

    rig = Rig(driver=CrashingDriver())
    rig.start()
    rig.lines()
    rig.registry.delete(rig.rproc)
    assert rig.lines() == ["<6> stopped remote processor m4"]
