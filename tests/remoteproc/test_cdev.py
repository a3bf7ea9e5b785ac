import errno
from dataclasses import replace

import pytest

from rproc_tui.model.processor import State
from rproc_tui.remoteproc.cdev import GET_SHUTDOWN_ON_RELEASE, SET_SHUTDOWN_ON_RELEASE, ProcessorDevice
from rproc_tui.remoteproc.profile import V5_10, V6_12
from tests.remoteproc.rig import CLASS, Rig, refused
from tests.remoteproc.test_life_cycle import attachable

WITH_CDEV = replace(V6_12, character_device=True)


def opened(rig: Rig) -> ProcessorDevice:
    behind = rig.registry.dev_nodes()["remoteproc0"].behind
    assert isinstance(behind, ProcessorDevice)
    return behind


@pytest.mark.parametrize("word", [b"start", b"s", b"st", b"sta", b"star", b"start\0", b"start\0more"])
def test_the_beginning_of_a_word_starts_it(word: bytes) -> None:
    rig = Rig(WITH_CDEV)
    assert opened(rig).write(word) == len(word)
    assert rig.read("state") == "running\n"
    assert opened(rig).write(b"sto") == 3
    assert rig.read("state") == "offline\n"


@pytest.mark.parametrize("word", [b"bogus", b"start\n", b"stop\n", b"Start", b"startx", b"\n"])
def test_other_words_are_not_recognised(word: bytes) -> None:
    rig = Rig(WITH_CDEV)
    with refused(errno.EINVAL):
        opened(rig).write(word)
    assert rig.lines() == ["<3> Unrecognized option"]


@pytest.mark.parametrize("word", [b"", b"start start"])
def test_the_length_is_checked_first(word: bytes) -> None:
    rig = Rig(WITH_CDEV)
    with refused(errno.EINVAL):
        opened(rig).write(word)
    assert rig.lines() == []


def test_errors_come_without_the_line_of_sysfs() -> None:
    rig = Rig(WITH_CDEV)
    rig.machine.files.clear()
    with refused(errno.ENOENT):
        opened(rig).write(b"start")
    assert rig.lines()[-1] == "<3> request_firmware failed: -2"
    with refused(errno.EINVAL):
        opened(rig).write(b"stop")
    with refused(errno.EINVAL):
        opened(rig).write(b"detach")


def test_an_old_kernel_refuses_a_second_start_and_knows_no_detach() -> None:
    rig = Rig(replace(V5_10, character_device=True))
    opened(rig).write(b"start")
    with refused(errno.EBUSY):
        opened(rig).write(b"start")
    with refused(errno.EINVAL):
        opened(rig).write(b"detach")
    assert "<3> Unrecognized option" in rig.lines()


def test_closing_stops_or_detaches_once_it_is_asked_to() -> None:
    rig = Rig(WITH_CDEV)
    device = opened(rig)
    rig.start()
    device.release()
    assert rig.state == State.RUNNING
    assert device.ioctl(GET_SHUTDOWN_ON_RELEASE) == 0
    device.ioctl(SET_SHUTDOWN_ON_RELEASE, 5)
    assert opened(rig).ioctl(GET_SHUTDOWN_ON_RELEASE) == 1
    opened(rig).release()
    assert rig.read("state") == "offline\n"
    device.release()
    other = attachable(WITH_CDEV)
    other.start()
    opened(other).ioctl(SET_SHUTDOWN_ON_RELEASE, 1)
    opened(other).release()
    assert other.state is State.DETACHED


def test_other_ioctls_are_not_supported() -> None:
    rig = Rig(WITH_CDEV)
    with refused(errno.EINVAL):
        opened(rig).ioctl(0x1234)
    assert rig.lines() == ["<3> Unsupported ioctl"]


def test_the_node_shows_in_sysfs_events_and_log() -> None:
    rig = Rig(WITH_CDEV)
    assert rig.read("dev") == "251:0\n"
    assert rig.read("uevent") == "MAJOR=251\nMINOR=0\nDEVNAME=remoteproc0\nDEVTYPE=remoteproc\n"
    rig.start()
    assert rig.machine.lines[-1].device == "c251:0"
    plain = Rig(V6_12)
    assert "dev" not in plain.files.list(CLASS)
    assert plain.registry.dev_nodes() == {}
