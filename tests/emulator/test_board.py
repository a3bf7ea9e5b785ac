"""The demo board with its real firmware on the real framework."""

from __future__ import annotations

import errno
import importlib.util
import os
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("unicorn", reason="needs the emulator extra")

from rproc_tui.emulator.board import Board, load_board
from rproc_tui.emulator.machine import assembly
from rproc_tui.emulator.machine.virtual_time import VirtualClock
from rproc_tui.errors import BoardError, EmulatorMissing
from rproc_tui.model.processor import State
from rproc_tui.remoteproc.virtual_tree import Directory, VirtualFile
from rproc_tui.rpmsg.endpoint import Endpoint
from tests.emulator.kernel import PATIENCE, Powered


@pytest.fixture
def powered() -> Iterator[Powered]:
    with Powered(load_board()) as board:
        yield board


def boot(powered: Powered, name: str) -> None:
    processor = powered.processor(name)
    processor.recovery_disabled = True
    processor.boot()


def tree_file(board: Board, path: str) -> bytes:
    node: object = board.device_tree
    for part in path.split("/"):
        assert isinstance(node, Directory)
        node = node.entries()[part]
    assert isinstance(node, VirtualFile)
    assert node.read is not None
    return node.read(0, None)


def test_the_demo_board_has_six_processors_of_five_kinds() -> None:
    board = load_board()
    assert board.model == "rproc-tui demo board"
    assert board.compatible == ("rproc-tui,demo",)
    assert [processor.name for processor in board.plan.processors] == ["m4", "m0", "m33", "lab", "r5f", "rv32"]
    assert len({processor.core for processor in board.plan.processors}) == 5


def test_two_processors_boot_by_themselves_and_the_others_wait(powered: Powered) -> None:
    powered.wait(lambda: powered.logged("remote processor m0 is now up") and powered.logged("processor m4 is now up"))
    states = {rproc.name: rproc.state for rproc in powered.registry.processors}
    assert {name for name, state in states.items() if state is State.RUNNING} == {"m4", "m0"}
    assert {name for name, state in states.items() if state is State.OFFLINE} == {"m33", "lab", "r5f", "rv32"}


def test_every_firmware_says_something_that_a_person_understands(powered: Powered) -> None:
    for name in ("m33", "lab", "r5f", "rv32"):
        boot(powered, name)
    powered.wait(lambda: "sensor hub 1.0.0 starting" in powered.trace("m4"))
    powered.wait(lambda: "guard 1.0.0: watching 3 supplies" in powered.trace("m0"))
    powered.wait(lambda: "motor control 1.0.0" in powered.trace("m33"))
    powered.wait(lambda: "endless loop, until the watchdog bites\n" in powered.trace("lab"))
    powered.wait(lambda: "battery manager 1.0.0, 4 cells" in powered.trace("r5f"))
    powered.wait(lambda: "cars green, walkers red, for 8 s" in powered.trace("rv32"))


def test_the_hub_announces_two_channels_and_echoes(powered: Powered) -> None:
    powered.wait(lambda: powered.logged("creating channel rpmsg-tty addr 0x401"))
    assert powered.logged("creating channel rpmsg-raw addr 0x400")
    with Talk(powered) as talk:
        for number in range(50):
            assert talk.ask(f"message {number}".encode() * 10, 0x400) == f"message {number}".encode() * 10
        assert talk.ask(bytes(range(256)) + bytes(240), 0x400) == bytes(range(256)) + bytes(240)


def test_the_hub_answers_on_its_tty(powered: Powered) -> None:
    powered.wait(lambda: powered.logged("creating channel rpmsg-tty addr 0x401"))
    with Talk(powered) as talk:
        answer = talk.ask(b"temp\n", 0x401)
        assert answer.endswith(b" C\n")
        assert talk.ask(b"hello\r\n", 0x401) == b"hello"


class Talk:
    """An endpoint on the hub's bus."""

    def __init__(self, powered: Powered) -> None:
        self._bus = powered.processor("m4").vdevs[0].virtio.driver.bus  # type: ignore[union-attr]
        self._answers: list[bytes] = []
        self._arrived = threading.Condition()

    def __enter__(self) -> Talk:  # noqa: PYI034 (reads better)
        self._endpoint: Endpoint = self._bus.create_endpoint(self._receive)
        return self

    def __exit__(self, *_: object) -> None:
        self._endpoint.close()

    def _receive(self, data: bytes, *_: object) -> None:
        with self._arrived:
            self._answers.append(bytes(data))
            self._arrived.notify()

    def ask(self, data: bytes, address: int) -> bytes:
        self._answers.clear()
        self._endpoint.send(data, address)
        with self._arrived:
            assert self._arrived.wait_for(lambda: bool(self._answers), PATIENCE)
            return self._answers[0]


CRASHES = [
    (1, "mmufault", "write to unmapped memory at 0x00000000"),
    (2, "fatal error", "undefined instruction"),
    (3, "fatal error", "the firmware aborted with code 0xdead"),
    (4, "mmufault", "read of unmapped memory at 0x60000010"),
    (5, "mmufault", "write to unmapped memory at 0x60000020"),
    (6, "mmufault", "fetch from unmapped memory at 0x70000000"),
    (7, "fatal error", "division by zero"),
    (8, "mmufault", "lockup: write to unmapped memory at 0x22ff"),
    (9, "mmufault", "write to unmapped memory at 0x00000000"),
    (11, "mmufault", "write to unmapped memory at 0x00000000"),
    (12, "mmufault", "write to unmapped memory at 0x00000000"),
]


@pytest.mark.parametrize(("number", "kind", "reason"), CRASHES, ids=[str(case[0]) for case in CRASHES])
def test_the_laboratory_dies_in_the_way_it_is_told(powered: Powered, number: int, kind: str, reason: str) -> None:
    boot(powered, "lab")
    powered.wait(lambda: "until the watchdog bites\n" in powered.trace("lab"))
    powered.write(powered.debug("lab", "mailbox"), f"{0x100 + number:#x}\n".encode())
    powered.wait(lambda: powered.processor("lab").state is State.CRASHED)
    assert powered.logged(f"crash detected in lab: type {kind}")
    assert any(line.startswith("emulated-rproc 13000000.lab: ") and reason in line for line in powered.kernel.lines)
    assert "<wrn> lab: on purpose: " in powered.trace("lab")
    registers = powered.registers("lab")
    assert 0x13000000 <= registers["pc"] < 0x13010000 or registers["pc"] == 0x70000000
    assert 0x13000000 <= registers["lr"] < 0x13010000


OTHER_CRASHES = [
    ("r5f", 1, "mmufault", "write to unmapped memory at 0x00000000", "DATA ABORT: pc 14"),
    ("r5f", 2, "fatal error", "undefined instruction", "UNDEFINED INSTRUCTION: pc 14"),
    ("r5f", 6, "mmufault", "fetch from unmapped memory at 0x70000000", "PREFETCH ABORT: pc 70000000"),
    ("r5f", 8, "mmufault", "write to unmapped memory at 0x23ff", "DATA ABORT: pc 14"),
    ("r5f", 9, "mmufault", "write to unmapped memory at 0x00000000", "DATA ABORT: pc 14"),
    ("rv32", 1, "mmufault", "write to unmapped memory at 0x00000000", "TRAP: cause 7 pc 15"),
    ("rv32", 2, "fatal error", "undefined instruction", "TRAP: cause 2 pc 15"),
    ("rv32", 6, "mmufault", "fetch from unmapped memory at 0x70000000", "TRAP: cause 1 pc 70000000"),
    ("rv32", 8, "mmufault", "inside of the trap handler", "stack overflow"),
    ("rv32", 9, "mmufault", "write to unmapped memory at 0x00000000", "TRAP: cause 7 pc 15"),
]


@pytest.mark.parametrize("case", OTHER_CRASHES, ids=[f"{case[0]} {case[1]}" for case in OTHER_CRASHES])
def test_other_kinds_of_cores_die_in_the_same_ways(powered: Powered, case: tuple[str, int, str, str, str]) -> None:
    name, number, kind, reason, trace = case
    boot(powered, name)
    powered.wait(lambda: bool(powered.trace(name)))
    powered.write(powered.debug(name, "mailbox"), f"{0x100 + number:#x}".encode())
    powered.wait(lambda: powered.processor(name).state is State.CRASHED)
    assert powered.logged(f"crash detected in {name}: type {kind}")
    assert powered.logged(reason)
    assert trace in powered.trace(name)


def test_a_crashed_processor_recovers_and_begins_anew(powered: Powered) -> None:
    processor = powered.processor("lab")
    processor.boot()
    powered.wait(lambda: "until the watchdog bites\n" in powered.trace("lab"))
    powered.write(powered.debug("lab", "mailbox"), b"0x101")
    powered.wait(lambda: processor.crash_count == 1 and processor.state is State.RUNNING)
    powered.wait(lambda: "until the watchdog bites\n" in powered.trace("lab"))
    assert "on purpose" not in powered.trace("lab")


def test_the_last_words_of_a_crashed_processor_can_be_read_before_it_recovers(powered: Powered) -> None:
    lab = powered.processor("lab")
    lab.boot()
    powered.wait(lambda: "until the watchdog bites\n" in powered.trace("lab"))
    powered.write(powered.debug("lab", "mailbox"), b"0x103")
    powered.wait(lambda: powered.logged("handling crash #1 in lab"))
    assert "ASSERTION FAILED" in powered.trace("lab")
    powered.wait(lambda: lab.state is State.RUNNING)


def test_the_hub_is_online_again_after_a_crash(powered: Powered) -> None:
    powered.wait(lambda: powered.logged("creating channel rpmsg-tty"))
    powered.kernel.lines.clear()
    powered.write(powered.debug("m4", "mailbox"), b"0x102")
    powered.wait(lambda: powered.processor("m4").crash_count == 1 and powered.logged("creating channel rpmsg-tty"))
    with Talk(powered) as talk:
        assert talk.ask(b"again", 0x400) == b"again"


def test_a_crash_command_over_rpmsg_crashes_the_hub(powered: Powered) -> None:
    powered.wait(lambda: powered.logged("creating channel rpmsg-tty"))
    powered.processor("m4").recovery_disabled = True
    with Talk(powered) as talk:
        assert talk.ask(b"crash null\n", 0x401) == b"crash null"
    powered.wait(lambda: powered.processor("m4").state is State.CRASHED)
    assert powered.logged("type mmufault")


def test_processors_stop_and_start_again(powered: Powered) -> None:
    processor = powered.processor("m33")
    for _ in range(5):
        processor.boot()
        powered.wait(lambda: "motor control" in powered.trace("m33"))
        processor.shutdown()
        assert processor.state is State.OFFLINE
    assert powered.registers("m33")["pc"] >= 0x12000000


def test_the_next_hub_can_be_loaded_in_place_of_the_hub(powered: Powered) -> None:
    processor = powered.processor("m4")
    powered.wait(lambda: powered.logged("processor m4 is now up"))
    processor.shutdown()
    processor.set_firmware(b"hub-next.elf")
    processor.boot()
    powered.wait(lambda: "sensor hub 1.1.0 starting" in powered.trace("m4"))


def test_memory_can_be_read_by_device_address_while_running_and_when_stopped(powered: Powered) -> None:
    boot(powered, "lab")
    powered.wait(lambda: "until the watchdog bites\n" in powered.trace("lab"))
    path = powered.debug("lab", "mem")
    stack, reset = struct.unpack("<2I", powered.read(path, 0x13000000, 8))
    assert (stack, reset & 1) == (0x23001000, 1)
    powered.processor("lab").shutdown()
    assert powered.read(path, 0x13000000, 4) == stack.to_bytes(4, "little")
    assert len(powered.read(path, 0x2300FFF0 - 0x8000)) == 16


@pytest.mark.parametrize(
    ("address", "number"), [(0, errno.EFAULT), (0x60000000, errno.EFAULT), (0x40000000, errno.EIO)]
)
def test_memory_that_is_not_there_is_an_error(powered: Powered, address: int, number: int) -> None:
    with pytest.raises(OSError) as refused:  # noqa: PT011 (its errno is what matters)
        powered.read(powered.debug("lab", "mem"), address, 4)
    assert refused.value.errno == number


def test_registers_of_a_running_processor_are_those_of_now(powered: Powered) -> None:
    powered.wait(lambda: powered.logged("processor m4 is now up"))
    registers = powered.registers("m4")
    assert 0x10000000 <= registers["pc"] < 0x10040000
    assert 0x20000000 <= registers["sp"] <= 0x20002000
    assert {"r0", "r12", "lr", "xpsr", "msp", "control", "cfsr", "s0", "fpscr"} <= set(registers)


def test_there_are_no_registers_before_the_first_start(powered: Powered) -> None:
    assert powered.read(powered.debug("lab", "regs")) == b""


@pytest.mark.parametrize("data", [b"", b"x", b"-1", b"0x100000000", b"1 2"])
def test_a_word_that_is_no_number_is_refused(powered: Powered, data: bytes) -> None:
    with pytest.raises(OSError) as refused:  # noqa: PT011
        powered.write(powered.debug("m4", "mailbox"), data)
    assert refused.value.errno == errno.EINVAL


def test_a_word_for_a_processor_that_is_off_is_refused(powered: Powered) -> None:
    with pytest.raises(OSError) as refused:  # noqa: PT011
        powered.write(powered.debug("lab", "mailbox"), b"1")
    assert refused.value.errno == errno.ENODEV


def test_the_history_of_the_hub_lies_in_its_carveout_and_survives_a_restart() -> None:
    clock = VirtualClock()
    with Powered(load_board(clock=clock)) as powered:
        powered.wait(lambda: powered.logged("processor m4 is now up"))
        clock.advance(1.5)
        assert {one.name: one.da for one in powered.processor("m4").carveouts}["sensor-log"] == 0x80100000
        path = powered.debug("m4", "mem")
        kept = powered.read(path, 0x80100000, 0x4000)
        assert any(kept)
        powered.processor("m4").shutdown()
        assert powered.read(path, 0x80100000, 0x4000) == kept


def test_a_dump_holds_the_memory_of_the_processor(powered: Powered) -> None:
    boot(powered, "lab")
    segments = {(segment.da, segment.size) for segment in powered.processor("lab").dump_segments}
    assert segments == {(0x13000000, 0x10000), (0x23000000, 0x8000)}
    assert (powered.processor("lab").elf_class, powered.processor("lab").elf_machine) == (1, 40)


def test_a_firmware_without_a_table_runs_all_the_same() -> None:
    from tests.emulator.elf import image  # noqa: PLC0415
    from tests.emulator.thumb import WFI, Program  # noqa: PLC0415

    program = Program(0x13000000, 0x23001000)
    program.label("start").store_word(0x40000004, 0x5A5A).label("loop").emit(WFI).branch("loop")
    with Powered(load_board(), {"fault.elf": image(0x13000000, program.image())}) as powered:
        boot(powered, "lab")
        powered.wait(lambda: powered.logged("message 0x5a5a from the firmware"))
        assert powered.logged("no resource table found for this firmware")


def test_everything_has_ended_when_the_board_is_removed() -> None:
    def cores() -> set[str]:
        return {thread.name for thread in threading.enumerate() if thread.name.startswith("emulated ")}

    with Powered(load_board()) as powered:
        powered.wait(lambda: powered.logged("processor m4 is now up"))
        assert "emulated m4" in cores()
    assert cores() == set()
    assert powered.registry.processors == ()


def test_the_device_tree_is_shown_as_linux_shows_it() -> None:
    board = load_board()
    assert tree_file(board, "model") == b"rproc-tui demo board\0"
    assert tree_file(board, "m4@10000000/compatible") == b"rproc-tui,cortex-m4\0arm,cortex-m4\0"
    assert tree_file(board, "m4@10000000/reg") == struct.pack(">4I", 0x10000000, 0x40000, 0x20000000, 0x40000)
    assert tree_file(board, "m4@10000000/name") == b"m4\0"
    assert tree_file(board, "m4@10000000/rproc-tui,auto-boot") == b""
    phandle = tree_file(board, "reserved-memory/sensor-log@80100000/phandle")
    assert phandle in tree_file(board, "m4@10000000/memory-region")


def test_every_processor_is_a_platform_device_with_its_node(powered: Powered) -> None:
    device = powered.processor("m4").device
    assert (device.name, device.driver, device.of_node) == ("10000000.m4", "emulated-rproc", "/m4@10000000")


def test_a_board_of_ones_own_works_the_same(tmp_path: Path) -> None:
    from tests.emulator.elf import image  # noqa: PLC0415
    from tests.emulator.thumb import WFI, Program  # noqa: PLC0415

    path = tmp_path / "mine.dts"
    path.write_text(
        """/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; model = "mine";
        core@20000000 { compatible = "rproc-tui,cortex-m7"; reg = <0x20000000 0x10000>; firmware-name = "mine.elf";
            rproc-tui,auto-boot; #address-cells = <1>; #size-cells = <1>;
            box@50000000 { compatible = "rproc-tui,mailbox"; reg = <0x50000000 0x1000>; interrupts = <7>; }; }; };"""
    )
    program = Program(0x20000000, 0x20010000)
    program.label("start").store_word(0x50000004, 0x600D).label("loop").emit(WFI).branch("loop")
    board = load_board(os.fspath(path))
    assert board.firmware_folder is None
    with Powered(board, {"mine.elf": image(0x20000000, program.image())}) as powered:
        powered.wait(lambda: powered.logged("emulated-rproc 20000000.core: message 0x600d from the firmware"))


def test_a_board_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    with pytest.raises(BoardError, match="No such file"):
        load_board(os.fspath(tmp_path / "none.dts"))


@pytest.mark.parametrize("trouble", [ImportError("no library"), RuntimeError("no memory")])
def test_an_engine_that_cannot_be_made_fails_the_boot(
    powered: Powered, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    def refuse(*_arguments: object, **_options: object) -> None:
        raise trouble

    monkeypatch.setattr(assembly, "assemble", refuse)
    with pytest.raises(OSError) as refused:  # noqa: PT011
        powered.processor("lab").boot()
    assert refused.value.errno == errno.ENODEV
    assert powered.logged(f"emulated-rproc 13000000.lab: no engine: {trouble}")
    assert powered.processor("lab").state is State.OFFLINE


def test_without_the_extra_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "unicorn" else object())
    with pytest.raises(EmulatorMissing) as missing:
        load_board()
    assert str(missing.value) == "the emulator needs unicorn; install it with: pip install 'rproc-tui[emulator]'"
