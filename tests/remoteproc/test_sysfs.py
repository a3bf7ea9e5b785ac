import errno

import pytest

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.profile import V5_10, V6_12
from rproc_tui.remoteproc.virtual_tree import VirtualFile
from tests.remoteproc.rig import CLASS, Rig, refused

MODES = {"coredump": 0o644, "firmware": 0o644, "name": 0o444, "recovery": 0o644, "state": 0o644, "uevent": 0o644}


def modes(rig: Rig) -> dict[str, int]:
    nodes = {name: rig.files.node(CLASS + name) for name in rig.files.list(CLASS)}
    return {name: node.mode for name, node in nodes.items() if isinstance(node, VirtualFile)}


def test_the_attributes_have_the_kernels_modes_and_sizes() -> None:
    rig = Rig()
    assert modes(rig) == MODES
    sizes = [
        node.size for node in map(rig.files.node, (CLASS + name for name in MODES)) if isinstance(node, VirtualFile)
    ]
    assert sizes == [4096] * len(MODES)


def test_the_texts_at_rest() -> None:
    rig = Rig()
    texts = {name: rig.read(name) for name in MODES}
    assert texts == {
        "coredump": "disabled\n",
        "firmware": "good.elf\n",
        "name": "m4\n",
        "recovery": "enabled\n",
        "state": "offline\n",
        "uevent": "DEVTYPE=remoteproc\n",
    }


def test_links_lead_where_a_kernels_do() -> None:
    rig = Rig()
    assert rig.files.link(CLASS + "device") == "../../../10000000.m4"
    assert rig.files.link(CLASS + "subsystem") == "../../../../../class/remoteproc"
    assert rig.files.link(CLASS.rstrip("/")) == "../../devices/platform/10000000.m4/remoteproc/remoteproc0"
    assert rig.files.link("/sys/devices/platform/10000000.m4/driver") == "../../../bus/platform/drivers/example-rproc"


def test_a_processor_that_its_driver_keeps_is_read_only() -> None:
    def keep(rproc: object) -> None:
        rproc.sysfs_read_only = True  # type: ignore[attr-defined]

    rig = Rig(V6_12, set_up=keep)
    assert set(modes(rig).values()) - {0o644} == {0o444}
    assert modes(rig)["state"] == 0o444
    with refused(errno.EACCES):
        rig.write("state", "start")
    rig.write("/recovery", "disabled")
    assert rig.read("recovery") == "disabled\n"
    assert modes(Rig(V5_10, set_up=keep)) == MODES


@pytest.mark.parametrize("name", ["state", "firmware", "recovery", "coredump", "uevent"])
def test_writing_nothing_succeeds_and_does_nothing(name: str) -> None:
    rig = Rig()
    before = rig.read(name)
    rig.write(name, "")
    assert (rig.read(name), rig.lines()) == (before, [])


@pytest.mark.parametrize("written", ["START", "start ", " start", "startx", "start\n\n", "\n", "offline", "running"])
def test_only_the_exact_words_are_options(written: str) -> None:
    rig = Rig()
    with refused(errno.EINVAL):
        rig.write("state", written)
    assert rig.lines() == [f"<3> Unrecognised option: {written}"]


@pytest.mark.parametrize("written", [b"start", b"start\n", b"start\0junk"])
def test_one_newline_or_a_nul_may_end_a_word(written: bytes) -> None:
    rig = Rig()
    rig.write("state", written)
    assert rig.read("state") == "running\n"


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (b"a.elf", b"a.elf"),
        (b"a.elf\n", b"a.elf"),
        (b"a\nb", b"a"),
        (b"a\0b", b"a"),
        (b" two words ", b" two words "),
        (b"/abs", b"/abs"),
        (b"\xff", b"\xff"),
        (b"x" * 4094, b"x" * 4094),
    ],
)
def test_a_firmware_name_goes_to_the_first_newline_or_nul(written: bytes, name: bytes) -> None:
    rig = Rig()
    rig.write("firmware", written)
    assert rig.files.read(CLASS + "firmware") == name + b"\n"


@pytest.mark.parametrize("written", [b"\n", b"\0", b"\nname", b"\0name"])
def test_an_empty_firmware_name_is_refused(written: bytes) -> None:
    rig = Rig()
    with refused(errno.EINVAL):
        rig.write("firmware", written)
    assert rig.lines() == ["<3> example-rproc 10000000.m4: can't provide empty string for firmware name"]
    old = Rig(V5_10)
    with refused(errno.EINVAL):
        old.write("firmware", written)
    assert old.lines() == ["<3> can't provide a NULL firmware"]


@pytest.mark.parametrize("length", [4095, 4096, 5000])
def test_a_name_that_fills_the_page_loses_its_newline(length: int) -> None:
    rig = Rig()
    rig.write("firmware", b"x" * length)
    assert rig.files.read(CLASS + "firmware") == b"x" * 4095
    assert rig.lines() == ["<4> fill_read_buffer: dev_attr_show+0x0/0x40 returned bad count"]


@pytest.mark.parametrize("state", [State.RUNNING, State.CRASHED, State.ATTACHED, State.DETACHED, State.SUSPENDED])
def test_the_firmware_can_be_changed_only_when_it_is_offline(state: State) -> None:
    rig = Rig()
    rig.rproc.state = state
    for written in ("other.elf", "\n"):
        with refused(errno.EBUSY):
            rig.write("firmware", written)
        assert rig.lines() == ["<3> example-rproc 10000000.m4: can't change firmware while running"]


@pytest.mark.parametrize("written", ["Enabled", "enabledx", "1", "recover ", "\n", "e", "enabled\n\n"])
def test_recovery_refuses_other_words_without_a_line(written: str) -> None:
    rig = Rig()
    with refused(errno.EINVAL):
        rig.write("recovery", written)
    assert (rig.read("recovery"), rig.lines()) == ("enabled\n", [])


@pytest.mark.parametrize("word", ["enabled", "disabled", "inline"])
def test_coredump_takes_its_three_words(word: str) -> None:
    rig = Rig()
    rig.write("coredump", word + "\n")
    assert rig.read("coredump") == rig.read("/coredump") == word + "\n"


@pytest.mark.parametrize("written", ["default", "Inline", "bogus", "\n", "d"])
def test_coredump_refuses_other_words_with_a_line(written: str) -> None:
    rig = Rig()
    with refused(errno.EINVAL):
        rig.write("coredump", written)
    assert rig.lines() == ["<3> Invalid coredump configuration"]


@pytest.mark.parametrize("name", ["coredump", "/coredump"])
def test_a_crashed_processor_refuses_before_it_looks_at_the_word(name: str) -> None:
    rig = Rig()
    rig.rproc.state = State.CRASHED
    for written in ("enabled", "bogus"):
        with refused(errno.EBUSY):
            rig.write(name, written)
        assert rig.lines() == ["<3> can't change coredump configuration"]


@pytest.mark.parametrize("state", State)
def test_every_state_reads_as_its_word(state: State) -> None:
    rig = Rig()
    rig.rproc.state = state
    assert rig.read("state") == f"{state.value}\n"


def test_reading_a_piece_gives_a_piece() -> None:
    rig = Rig()
    assert rig.files.read(CLASS + "state", 3, 2) == b"li"
    assert rig.files.read(CLASS + "state", 100) == b""


def test_a_synthetic_event_can_be_asked_for() -> None:
    rig = Rig()
    rig.write("uevent", "change\n")
    assert rig.machine.events[-1][:2] == ("change", "remoteproc")
    assert rig.machine.events[-1][3] == {"SYNTH_UUID": "0", "DEVTYPE": "remoteproc"}
    with refused(errno.EINVAL):
        rig.write("uevent", "explode")
