from __future__ import annotations

import errno
from collections.abc import Awaitable, Callable

import pytest

from rproc_tui.errors import ActionRefused
from rproc_tui.hosts.base import Host
from rproc_tui.linux import verbs
from rproc_tui.linux.verbs import Seen
from rproc_tui.model.processor import Note, State
from tests.linux.board import processor
from tests.linux.kernel_processor import DEBUG, OWN, STATE, KernelProcessor
from tests.linux.memory_host import File, Link, MemoryHost, failure

ID = "remoteproc0"


class Pauses:
    """Time that passes at once; what happens meanwhile can be told."""

    def __init__(self, *then: Callable[[], None]) -> None:
        self.taken: list[float] = []
        self._then = list(then)

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        if self._then:
            self._then.pop(0)()


Act = Callable[[Host], Awaitable[Seen]]
ACTS: dict[str, Act] = {
    "boot": lambda host: verbs.boot(host, ID, pause=Pauses()),
    "stop": lambda host: verbs.stop(host, ID),
    "detach": lambda host: verbs.detach(host, ID),
    "recover": lambda host: verbs.recover(host, ID, pause=Pauses()),
    "firmware": lambda host: verbs.set_firmware(host, ID, "new.elf"),
    "crash": lambda host: verbs.crash(host, ID, 2),
    "kick": lambda host: verbs.kick(host, ID, 7),
}


@pytest.mark.parametrize(
    ("verb", "state", "word", "then"),
    [
        ("boot", "offline", b"start", State.RUNNING),
        ("boot", "detached", b"start", State.ATTACHED),
        ("stop", "running", b"stop", State.OFFLINE),
        ("stop", "attached", b"stop", State.OFFLINE),
        ("stop", "crashed", b"stop", State.OFFLINE),
        ("detach", "attached", b"detach", State.DETACHED),
        ("recover", "crashed", b"recover", State.RUNNING),
        ("firmware", "offline", b"new.elf", State.OFFLINE),
        ("crash", "running", b"2", State.RUNNING),
        ("kick", "running", b"7", State.RUNNING),
        ("kick", "attached", b"7", State.ATTACHED),
    ],
)
async def test_a_verb_that_makes_sense_writes_once_and_tells_what_it_saw(
    verb: str, state: str, word: bytes, then: State
) -> None:
    kernel = KernelProcessor(state)
    seen = await ACTS[verb](kernel.host)
    assert kernel.words == [word]
    assert (seen.state, seen.note, seen.errno) == (then, None, None)


REFUSED = [
    ("boot", ("running", "attached", "crashed", "suspended", "deleted", "invalid", "resume")),
    ("stop", ("offline", "detached", "suspended", "deleted", "invalid", "resume")),
    ("detach", ("offline", "running", "detached", "crashed", "suspended", "deleted")),
    ("recover", ("offline", "running", "attached", "detached", "suspended", "deleted")),
    ("firmware", ("running", "attached", "detached", "crashed", "suspended", "deleted")),
    ("crash", ("offline", "detached", "crashed", "suspended", "deleted")),
    ("kick", ("offline", "detached", "crashed", "suspended", "deleted")),
]


@pytest.mark.parametrize(("verb", "state"), [(verb, state) for verb, states in REFUSED for state in states])
async def test_a_verb_that_makes_no_sense_is_refused_before_anything_is_written(verb: str, state: str) -> None:
    kernel = KernelProcessor(state)
    with pytest.raises(ActionRefused) as refusal:
        await ACTS[verb](kernel.host)
    assert kernel.words == []
    assert refusal.value.message.startswith(ID)
    assert refusal.value.hint


async def test_a_second_start_is_refused_since_it_would_only_raise_the_power_count() -> None:
    kernel = KernelProcessor()
    await verbs.boot(kernel.host, ID)
    with pytest.raises(ActionRefused, match="only raise the power count"):
        await verbs.boot(kernel.host, ID)
    assert (await verbs.stop(kernel.host, ID)).state is State.OFFLINE


async def test_a_stop_that_does_not_stop_is_held() -> None:
    kernel = KernelProcessor("running")
    kernel.power = 2
    assert await verbs.stop(kernel.host, ID) == Seen(State.RUNNING, note=Note.HELD)
    assert await verbs.stop(kernel.host, ID) == Seen(State.OFFLINE)


async def test_a_detach_that_does_not_detach_is_held() -> None:
    kernel = KernelProcessor("attached")
    kernel.power = 2
    assert await verbs.detach(kernel.host, ID) == Seen(State.ATTACHED, note=Note.HELD)


async def test_a_start_that_does_nothing_is_stuck() -> None:
    kernel = KernelProcessor("offline")
    kernel.power = 1
    pauses = Pauses()
    assert await verbs.boot(kernel.host, ID, pause=pauses) == Seen(State.OFFLINE, note=Note.STUCK)
    assert sum(pauses.taken) == pytest.approx(verbs.SETTLE)


async def test_a_recovery_that_failed_is_stuck_although_the_write_succeeded() -> None:
    kernel = KernelProcessor("crashed")
    kernel.missing = True
    seen = await verbs.recover(kernel.host, ID, pause=Pauses())
    assert seen == Seen(State.OFFLINE, note=Note.STUCK)


async def test_a_processor_that_crashed_and_recovers_right_after_its_start_is_not_stuck() -> None:
    kernel = KernelProcessor("offline")
    kernel.power = 1  # in the middle of a recovery

    def recovered() -> None:
        kernel.state = "running"
        kernel._show()

    assert await verbs.boot(kernel.host, ID, pause=Pauses(lambda: None, recovered)) == Seen(State.RUNNING)


async def test_a_recovery_that_waits_for_its_inline_dump_is_not_stuck() -> None:
    kernel = KernelProcessor("offline")
    kernel.power = 1
    kernel.host.files[f"{OWN}/devcoredump"] = Link("../../../../virtual/devcoredump/devcd3")
    assert await verbs.boot(kernel.host, ID, pause=Pauses()) == Seen(State.OFFLINE)


async def test_a_recovery_that_leaves_it_crashed_says_so() -> None:
    kernel = KernelProcessor("crashed")
    kernel.host.writers[f"{OWN}/recovery"] = lambda _: None  # the driver's stop failed; the kernel tells nobody
    assert await verbs.recover(kernel.host, ID, pause=Pauses()) == Seen(State.CRASHED)


async def test_the_kernels_error_is_raised_as_it_is() -> None:
    kernel = KernelProcessor()
    kernel.missing = True
    with pytest.raises(FileNotFoundError):
        await verbs.boot(kernel.host, ID)


async def test_an_older_kernel_that_does_not_stop_a_crashed_processor_answers_for_itself() -> None:
    kernel = KernelProcessor("crashed")
    kernel.stops_crashed = False
    with pytest.raises(OSError, match="Invalid argument") as error:
        await verbs.stop(kernel.host, ID)
    assert error.value.errno == errno.EINVAL


async def test_a_processor_that_vanishes_after_the_write_is_unknown_with_the_errno() -> None:
    kernel = KernelProcessor("running")

    def vanish(_: bytes) -> None:
        kernel.host.files[f"{OWN}/state"] = File(error=errno.ENODEV)

    kernel.host.writers[f"{OWN}/state"] = vanish
    assert await verbs.stop(kernel.host, ID) == Seen(State.UNKNOWN, errno=errno.ENODEV)


async def test_a_processor_that_is_not_there_is_the_readers_error() -> None:
    with pytest.raises(FileNotFoundError):
        await verbs.boot(MemoryHost({}), ID)


@pytest.mark.parametrize("name", ["new.elf", "qcom/sm8150/adsp.mbn", " blanks count ", "unknown", "/lib/firmware/a"])
async def test_a_firmware_name_is_written_and_read_back_as_it_is(name: str) -> None:
    kernel = KernelProcessor()
    assert (await verbs.set_firmware(kernel.host, ID, name)).value == name


@pytest.mark.parametrize("name", ["", "a\nb", "a\0", "../up.elf", "x" * 256, "y/" * 2500])
async def test_a_firmware_name_that_cannot_be_loaded_is_refused(name: str) -> None:
    kernel = KernelProcessor()
    with pytest.raises(ActionRefused):
        await verbs.set_firmware(kernel.host, ID, name)
    assert kernel.words == []


async def test_recovery_is_switched_and_read_back() -> None:
    kernel = KernelProcessor("running")
    assert await verbs.set_recovery(kernel.host, ID, enabled=False) == Seen(State.RUNNING, value="disabled")
    assert await verbs.set_recovery(kernel.host, ID, enabled=True) == Seen(State.RUNNING, value="enabled")
    assert kernel.words == [b"disabled", b"enabled"]


async def test_a_setting_that_is_so_already_is_not_written_again() -> None:
    kernel = KernelProcessor("crashed")
    assert await verbs.set_recovery(kernel.host, ID, enabled=True) == Seen(State.CRASHED, value="enabled")
    assert kernel.words == []


async def test_enabling_recovery_of_a_crashed_processor_recovers_it() -> None:
    kernel = KernelProcessor("crashed")
    kernel.recovery = "disabled"
    kernel._show()
    assert await verbs.set_recovery(kernel.host, ID, enabled=True) == Seen(State.RUNNING, value="enabled")


async def test_a_coredump_mode_is_chosen_unless_it_crashed() -> None:
    kernel = KernelProcessor("running")
    assert await verbs.set_coredump(kernel.host, ID, "inline") == Seen(State.RUNNING, value="inline")
    crashed = KernelProcessor("crashed")
    with pytest.raises(ActionRefused, match="crashed"):
        await verbs.set_coredump(crashed.host, ID, "inline")
    with pytest.raises(ActionRefused, match="disabled, enabled, inline"):
        await verbs.set_coredump(kernel.host, ID, "default")
    assert crashed.words == []


async def test_a_crash_without_recovery_stays() -> None:
    kernel = KernelProcessor("running")
    kernel.recovery = "disabled"
    assert (await verbs.crash(kernel.host, ID, 1)).state is State.CRASHED
    assert kernel.host.writes == [(f"{DEBUG}/crash", b"1")]


async def test_without_debugfs_nothing_can_be_crashed_or_kicked() -> None:
    host = MemoryHost(processor(0, "m4", state="running"))
    for act in (ACTS["crash"], ACTS["kick"]):
        with pytest.raises(ActionRefused):
            await act(host)
    assert host.writes == []


async def test_debugfs_that_is_forbidden_is_the_kernels_error() -> None:
    host = MemoryHost(processor(0, "m4", state="running") | {"/sys/kernel/debug": errno.EACCES})
    with pytest.raises(PermissionError):
        await ACTS["crash"](host)


async def test_a_vendors_kick_file_is_used_where_there_is_no_mailbox() -> None:
    host = MemoryHost(processor(0, "r5", state="running", kick=""))
    await verbs.kick(host, ID, 1)
    assert host.writes == [("/sys/class/remoteproc/remoteproc0/kick", b"1")]


async def test_a_read_only_sysfs_is_passed_by_through_the_character_device() -> None:
    kernel = KernelProcessor()
    commands = kernel.host.writers[f"{OWN}/state"]

    def read_only(_: bytes) -> None:
        raise failure(errno.EROFS, STATE)

    kernel.host.writers[f"{OWN}/state"] = read_only
    with pytest.raises(OSError, match="Read-only"):
        await verbs.boot(kernel.host, ID)
    kernel.host.files["/dev/remoteproc0"] = b""
    kernel.host.writers["/dev/remoteproc0"] = commands
    assert (await verbs.boot(kernel.host, ID)).state is State.RUNNING
    assert kernel.host.writes[-1] == ("/dev/remoteproc0", b"start")


async def test_a_processor_that_its_driver_keeps_for_itself_is_not_passed_by() -> None:
    kernel = KernelProcessor()
    kernel.host.files["/dev/remoteproc0"] = b""

    def forbidden(_: bytes) -> None:
        raise failure(errno.EACCES, STATE)

    kernel.host.writers[f"{OWN}/state"] = forbidden
    with pytest.raises(PermissionError):
        await verbs.boot(kernel.host, ID)
    assert len(kernel.host.writes) == 1


async def test_a_kernel_that_has_its_files_in_debugfs_is_commanded_there() -> None:
    folder = "/sys/kernel/debug/remoteproc/remoteproc0"
    host = MemoryHost({f"{folder}/state": b"offline\n", f"{folder}/firmware": b"e907.elf\n"})
    host.writers[f"{folder}/state"] = lambda _: host.files.update({f"{folder}/state": b"running\n"})
    assert (await verbs.boot(host, ID)).state is State.RUNNING
    assert host.writes == [(f"{folder}/state", b"start")]


async def test_a_value_that_cannot_be_read_back_is_unknown_with_the_errno() -> None:
    kernel = KernelProcessor()

    def vanish(_: bytes) -> None:
        kernel.host.files[f"{OWN}/firmware"] = File(error=errno.ENODEV)

    kernel.host.writers[f"{OWN}/firmware"] = vanish
    assert await verbs.set_firmware(kernel.host, ID, "a") == Seen(State.OFFLINE, errno=errno.ENODEV)
