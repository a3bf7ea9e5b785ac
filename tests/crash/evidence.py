"""The evidence of a crash of the demo board, as a captured crash or a bare kernel dump would have it."""

from __future__ import annotations

from rproc_tui.crash.decode import decode
from rproc_tui.crash.evidence import Evidence, FirmwareFile
from rproc_tui.firmware.inspect import facts
from tests.crash.demo_crashes import Evidence as Remains


def firmware_file(content: bytes, name: str = "firmware.elf") -> FirmwareFile:
    return FirmwareFile(facts(name, content, len(content)), content, len(content))


def everything(remains: Remains) -> Evidence:
    """With the registers that the emulator shows, and all logs."""
    return Evidence(
        dump=decode(remains.dump, len(remains.dump)),
        firmware=firmware_file(remains.firmware),
        registers=remains.registers,
        trace=remains.trace.splitlines(),
        kernel_lines=remains.lines,
        processor=remains.processor,
    )


def only_memory(remains: Remains) -> Evidence:
    """What is left on most boards: the kernel's dump and the firmware's log."""
    return Evidence(
        dump=decode(remains.dump, len(remains.dump)),
        firmware=firmware_file(remains.firmware),
        trace=remains.trace.splitlines(),
        processor=remains.processor,
    )
