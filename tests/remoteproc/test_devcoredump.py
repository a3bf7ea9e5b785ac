import errno

import pytest

from tests.remoteproc.rig import CLASS, Rig, refused

FOLDER = "/sys/class/devcoredump"


def dumping() -> Rig:
    rig = Rig()
    rig.write("coredump", "enabled")
    rig.start()
    return rig


def test_a_processor_has_one_dump_and_numbers_never_go_back() -> None:
    rig = dumping()
    rig.crash()
    rig.crash()
    assert rig.files.list(FOLDER) == ["devcd1", "disabled"]
    rig.files.write(f"{FOLDER}/devcd1/data", b"anything")
    assert rig.files.list(FOLDER) == ["devcd1", "disabled"], "it goes on another thread"
    rig.machine.work()
    assert rig.files.list(FOLDER) == ["disabled"]
    rig.crash()
    assert rig.files.list(FOLDER) == ["devcd2", "disabled"]


def test_events_tell_of_a_dump_coming_and_going() -> None:
    rig = dumping()
    rig.crash()
    rig.files.write(f"{FOLDER}/devcd1/data", b"1")
    rig.files.write(f"{FOLDER}/devcd1/data", b"1")
    rig.machine.work()
    seen = [event for event in rig.machine.take_events() if event[1] == "devcoredump"]
    assert seen == [("add", "devcoredump", "devcd1"), ("remove", "devcoredump", "devcd1")]


def test_a_dump_is_read_again_and_again() -> None:
    rig = dumping()
    rig.crash()
    whole = rig.files.read(f"{FOLDER}/devcd1/data")
    assert rig.files.read(f"{FOLDER}/devcd1/data") == whole
    assert rig.files.read(f"{FOLDER}/devcd1/data", 10, 20) == whole[10:30]


def test_a_dump_goes_five_minutes_after_it_was_made() -> None:
    rig = dumping()
    rig.crash()
    rig.machine.advance(299)
    rig.files.read(f"{FOLDER}/devcd1/data")
    assert rig.files.list(FOLDER) == ["devcd1", "disabled"]
    rig.machine.advance(1)
    assert rig.files.list(FOLDER) == ["disabled"]
    assert "devcoredump" not in rig.files.list(CLASS)


def test_writing_nothing_keeps_a_dump() -> None:
    rig = dumping()
    rig.crash()
    rig.files.write(f"{FOLDER}/devcd1/data", b"")
    rig.machine.work()
    assert rig.files.list(FOLDER) == ["devcd1", "disabled"]


@pytest.mark.parametrize("written", [b"0", b"2", b"x", b"", b"-1", b"\n"])
def test_the_switch_takes_only_a_one(written: bytes) -> None:
    rig = dumping()
    if written:
        with refused(errno.EINVAL):
            rig.files.write(f"{FOLDER}/disabled", written)
    else:
        rig.files.write(f"{FOLDER}/disabled", written)
    assert rig.files.read(f"{FOLDER}/disabled") == b"0\n"


@pytest.mark.parametrize("written", [b"1", b"1\n", b"1abc", b"01"])
def test_switched_off_there_are_no_dumps_for_good(written: bytes) -> None:
    rig = dumping()
    rig.crash()
    rig.files.write(f"{FOLDER}/disabled", written)
    assert (rig.files.list(FOLDER), rig.files.read(f"{FOLDER}/disabled")) == (["disabled"], b"1\n")
    rig.crash()
    assert (rig.files.list(FOLDER), rig.read("state")) == (["disabled"], "running\n")
    with refused(errno.EINVAL):
        rig.files.write(f"{FOLDER}/disabled", b"0")


def test_a_waiting_dump_keeps_its_processors_number() -> None:
    rig = dumping()
    rig.crash()
    rig.lines()
    rig.registry.delete(rig.rproc)
    rig.registry.free(rig.rproc)
    assert "<6> releasing m4" not in rig.lines()
    rig.machine.advance(300)
    assert rig.lines() == ["<6> releasing m4"]
