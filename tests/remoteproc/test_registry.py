import errno
from dataclasses import replace

import pytest

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.core import Rproc
from rproc_tui.remoteproc.device import Device
from rproc_tui.remoteproc.profile import PROFILES, V5_10, V5_19, V6_1, V6_12, Profile
from rproc_tui.remoteproc.registry import Registry
from tests.remoteproc.example_driver import ExampleDriver, probe
from tests.remoteproc.images import Image, table, trace
from tests.remoteproc.machine import Files, Machine, Pool, device
from tests.remoteproc.rig import FIRMWARE, Rig, refused
from tests.remoteproc.test_life_cycle import AttachableDriver

DRIVER = "/sys/bus/platform/drivers/vrproc"


def numbered(registry: Registry, *names: str) -> list[Rproc]:
    return [probe(registry, device(f"vrproc.{number}"), name) for number, name in enumerate(names)]


def test_a_processor_without_a_firmware_name_gets_the_usual_one() -> None:
    rproc = Registry(Machine()).alloc(device(), "m4", ExampleDriver())
    assert rproc.firmware == "rproc-m4-fw"


def test_numbers_are_the_lowest_that_are_free() -> None:
    machine = Machine()
    registry = Registry(machine)
    first, second, _ = numbered(registry, "a", "b", "c")
    registry.delete(first)
    assert [rproc.id for rproc in registry.processors] == ["remoteproc1", "remoteproc2"]
    assert registry.alloc(device("x"), "x", ExampleDriver()).id == "remoteproc3", "it is not released yet"
    registry.free(first)
    assert registry.alloc(device("y"), "y", ExampleDriver()).id == "remoteproc0"
    registry.delete(second)
    registry.free(second)
    assert "<6> remoteproc remoteproc1: releasing b" in machine.take_lines()


def test_a_processor_is_to_be_seen_between_add_and_delete() -> None:
    machine = Machine()
    registry = Registry(machine)
    files = Files(registry)
    rproc = registry.alloc(device(), "m4", ExampleDriver())
    rproc.auto_boot = False
    assert files.list("/sys/class/remoteproc") == []
    registry.add(rproc)
    assert machine.take_lines() == ["<6> remoteproc remoteproc0: m4 is available"]
    assert files.list("/sys/class/remoteproc") == files.list("/sys/kernel/debug/remoteproc") == ["remoteproc0"]
    assert machine.take_events() == [("add", "remoteproc", "remoteproc0"), ("bind", "platform", "vrproc.0")]
    registry.delete(rproc)
    assert files.list("/sys/class/remoteproc") == files.list("/sys/kernel/debug/remoteproc") == []
    assert machine.take_events() == [("remove", "remoteproc", "remoteproc0"), ("unbind", "platform", "vrproc.0")]
    with refused(errno.ENODEV):
        rproc.boot()
    assert machine.take_lines() == ["<3> remoteproc remoteproc0: can't boot deleting rproc m4"]


@pytest.mark.parametrize(
    ("state", "missing", "accepted"),
    [
        (State.OFFLINE, None, True),
        (State.OFFLINE, "start", False),
        (State.OFFLINE, "attach", True),
        (State.DETACHED, None, True),
        (State.DETACHED, "attach", False),
        (State.DETACHED, "start", True),
        (State.RUNNING, None, False),
        (State.SUSPENDED, None, False),
        (State.ATTACHED, None, False),
    ],
)
def test_what_makes_no_sense_is_not_added(state: State, missing: str | None, accepted: bool) -> None:
    driver = AttachableDriver()
    if missing is not None:
        setattr(driver, missing, None)
    registry = Registry(Machine())
    rproc = registry.alloc(device(), "m4", driver)
    rproc.state, rproc.auto_boot = state, False
    if accepted:
        registry.add(rproc)
    else:
        with refused(errno.EINVAL):
            registry.add(rproc)
    assert bool(registry.processors) == accepted


def test_a_detached_processor_with_a_table_of_its_own_is_not_added() -> None:
    registry = Registry(Machine())
    rproc = registry.alloc(device(), "m4", AttachableDriver())
    rproc.state = State.DETACHED
    rproc.set_cached_table(table())
    with refused(errno.EINVAL):
        registry.add(rproc)


def automatic(rproc: Rproc) -> None:
    rproc.auto_boot = True


def test_a_processor_boots_by_itself_after_it_is_added() -> None:
    machine = Machine()
    machine.firmware(FIRMWARE, Image().build())
    registry = Registry(machine)
    rproc = registry.alloc(device(), "m4", ExampleDriver(), FIRMWARE)
    registry.add(rproc)
    states = [rproc.state]
    machine.work()
    assert [*states, rproc.state] == [State.OFFLINE, State.RUNNING]
    assert machine.reads.count(f"/lib/firmware/{FIRMWARE}") == 1, "what was found for it is not read again"
    assert [line.split(": ", 1)[1] for line in machine.take_lines()][:2] == ["m4 is available", "powering up m4"]


def test_a_file_that_is_missing_at_first_is_looked_for_twice() -> None:
    rig = Rig(set_up=automatic)
    rig.machine.files.clear()
    rig.machine.work()
    lines = rig.lines()
    assert sum("Direct firmware load for good.elf failed with error -2" in line for line in lines) == 2
    assert lines[-1] == "<3> request_firmware failed: -2"
    assert not [line for line in lines if "Boot failed" in line]
    assert (rig.state, rig.rproc.power) == (State.OFFLINE, 0)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_a_detached_processor_is_attached_by_itself(profile: Profile) -> None:
    def set_up(rproc: Rproc) -> None:
        rproc.state, rproc.auto_boot = State.DETACHED, True

    rig = Rig(profile, driver=AttachableDriver(), set_up=set_up)
    attached = State.RUNNING if profile is V5_10 else State.ATTACHED
    assert rig.state is (attached if profile.attaches_in_add else State.DETACHED)
    rig.machine.work()
    assert rig.state is attached


@pytest.mark.parametrize("profile", [V5_10, V5_19, V6_1, V6_12], ids=lambda profile: profile.name)
def test_a_failing_attach_fails_add_only_on_old_kernels(profile: Profile) -> None:
    class Failing(AttachableDriver):
        def attach(self, _rproc: Rproc) -> None:
            raise OSError(errno.EIO, "broken")

    machine = Machine(profile=profile)
    registry = Registry(machine)
    rproc = registry.alloc(device(), "m4", Failing())
    rproc.state = State.DETACHED
    if profile.attaches_in_add:
        with refused(errno.EIO):
            registry.add(rproc)
        assert registry.processors == ()
    else:
        registry.add(rproc)
        machine.work()
        assert registry.processors == (rproc,)
        assert rproc.state is State.DETACHED


def test_a_running_processor_is_stopped_when_it_is_deleted() -> None:
    rig = Rig()
    rig.start()
    rig.registry.delete(rig.rproc)
    assert not rig.driver.running
    assert rig.pool.out == {}


def test_a_processor_with_two_users_is_deleted_without_being_stopped_and_keeps_its_number() -> None:
    rig = Rig()
    rig.start()
    rig.start()
    rig.registry.delete(rig.rproc)
    rig.registry.free(rig.rproc)
    assert rig.driver.running
    assert "<6> releasing m4" not in rig.lines()


def test_an_old_kernel_has_a_state_for_what_is_deleted() -> None:
    rig = Rig(V5_19)
    rig.registry.delete(rig.rproc)
    assert rig.state is State.DELETED
    with refused(errno.ENODEV):
        rig.rproc.boot()
    assert rig.lines()[-1] == "<3> can't boot deleted rproc m4"


def test_a_processor_is_found_by_its_nodes_phandle() -> None:
    registry = Registry(Machine())
    own = replace(device(), phandle=7)
    rproc = registry.alloc(own, "m4", ExampleDriver())
    rproc.auto_boot = False
    assert registry.get_by_phandle(7) is None, "it is not added yet"
    registry.add(rproc)
    assert registry.get_by_phandle(8) is None
    assert registry.get_by_phandle(7) is rproc
    registry.delete(rproc)
    registry.free(rproc)
    assert rproc.references == 1
    registry.put(rproc)
    assert registry.alloc(own, "next", ExampleDriver()).index == 0


def test_unbinding_and_binding_gets_a_stuck_processor_going() -> None:
    machine = Machine()
    machine.firmware("rproc-m4-fw", Image(table=table(trace())).build())
    registry = Registry(machine)
    files = Files(registry)
    own = device()

    def probe_again(wanted: Device) -> None:
        probe(registry, wanted, "m4")

    registry.register_driver("vrproc", probe_again)
    rproc = probe(registry, own, "m4")
    rproc.boot()
    machine.files.clear()
    rproc.report_crash(2)
    machine.work()
    assert (rproc.state, rproc.power) == (State.OFFLINE, 1)
    machine.take_events()
    with refused(errno.EBUSY):
        files.write(f"{DRIVER}/bind", b"vrproc.0")
    files.write(f"{DRIVER}/unbind", b"vrproc.0\n")
    assert machine.take_events() == [("remove", "remoteproc", "remoteproc0"), ("unbind", "platform", "vrproc.0")]
    assert "driver" not in files.list("/sys/devices/platform/vrproc.0")
    assert files.read("/sys/devices/platform/vrproc.0/uevent") == b"MODALIAS=platform:vrproc\n"
    with refused(errno.ENODEV):
        files.write(f"{DRIVER}/unbind", b"vrproc.0")
    for name in (b"vrproc.1", b"vrproc.0x", b"\n"):
        with refused(errno.ENODEV):
            files.write(f"{DRIVER}/bind", name)
    files.write(f"{DRIVER}/bind", b"vrproc.0")
    assert [one.id for one in registry.processors] == ["remoteproc0"]
    machine.firmware("rproc-m4-fw", Image(table=table(trace())).build())
    registry.processors[0].boot()
    assert files.read("/sys/class/remoteproc/remoteproc0/state") == b"running\n"


def test_a_device_goes_only_to_the_driver_that_people_chose_for_it() -> None:
    registry = Registry(Machine())
    registry.register_driver("vrproc", lambda one: (probe(registry, one), None)[1])
    probe(registry, device())
    files, override = Files(registry), "/sys/devices/platform/vrproc.0/driver_override"
    files.write(override, b"other\nmore")
    assert files.read(override) == b"other\n"
    files.write(f"{DRIVER}/unbind", b"vrproc.0")
    with refused(errno.ENODEV):
        files.write(f"{DRIVER}/bind", b"vrproc.0")
    with refused(errno.EINVAL):
        files.write(override, b"x" * 4095)
    files.write(override, b"vrproc")
    files.write(f"{DRIVER}/bind", b"vrproc.0")
    files.write(override, b"\n")
    assert files.read(override) == b"(null)\n"


def test_a_driver_that_did_not_register_cannot_be_unbound() -> None:
    registry = Registry(Machine())
    probe(registry, device())
    assert Files(registry).list(DRIVER) == ["uevent", "vrproc.0"]


def test_a_device_of_the_device_tree_says_so() -> None:
    registry = Registry(Machine())
    own = Device("10000000.m4", "stm32-rproc", Pool(), "/soc/m4@10000000", ("st,stm32mp1-m4", "arm,m4"))
    probe(registry, own, "m4")
    files = Files(registry)
    at = "/sys/devices/platform/10000000.m4"
    assert files.link(f"{at}/of_node") == "../../../firmware/devicetree/base/soc/m4@10000000"
    assert files.read(f"{at}/modalias") == b"of:Nm4T(null)Cst,stm32mp1-m4Carm,m4\n"
    assert files.read(f"{at}/uevent").decode().splitlines() == [
        "DRIVER=stm32-rproc",
        "OF_NAME=m4",
        "OF_FULLNAME=/soc/m4@10000000",
        "OF_COMPATIBLE_0=st,stm32mp1-m4",
        "OF_COMPATIBLE_1=arm,m4",
        "OF_COMPATIBLE_N=2",
        "MODALIAS=of:Nm4T(null)Cst,stm32mp1-m4Carm,m4",
    ]


def test_several_processors_can_hang_from_one_device() -> None:
    machine = Machine()
    registry = Registry(machine)
    shared = device("ff9a0000.r5fss")
    first, second = probe(registry, shared, "r5-0"), probe(registry, shared, "r5-1")
    assert [event for event in machine.take_events() if event[0] == "bind"] == [("bind", "platform", "ff9a0000.r5fss")]
    assert Files(registry).list("/sys/devices/platform/ff9a0000.r5fss/remoteproc") == ["remoteproc0", "remoteproc1"]
    registry.delete(first)
    assert not [event for event in machine.take_events() if event[0] == "unbind"]
    registry.delete(second)
    assert [event for event in machine.take_events() if event[0] == "unbind"]


def test_a_driver_without_load_gets_the_elf_loader_whole() -> None:
    class Trap(ExampleDriver):
        load = None

        @staticmethod
        def parse_fw(_rproc: Rproc, _image: bytes) -> None:
            """Would be content without a table; it is not asked."""

    rig = Rig(driver=Trap())
    with refused(errno.EINVAL):
        rig.start(Image(table=None))
    assert rig.lines()[2:] == ["<3> Boot failed: -22"]


def test_a_driver_with_load_goes_without_the_steps_that_it_lacks() -> None:
    class Raw(ExampleDriver):
        sanity_check = parse_fw = find_loaded_rsc_table = get_boot_addr = None
        loaded = b""

        def load(self, _rproc: Rproc, image: bytes) -> None:
            self.loaded = image

    driver = Raw()
    rig = Rig(driver=driver)
    rig.install(b"raw image")
    rig.start()
    assert (driver.loaded, rig.rproc.bootaddr, rig.rproc.table) == (b"raw image", 0, None)
    assert rig.lines()[1:] == ["<6> Booting fw image good.elf, size 9", "<6> remote processor m4 is now up"]
