"""From the evidence of a crash to its report."""

from __future__ import annotations

from collections.abc import Sequence

from rproc_tui.crash.address_meaning import AddressSpace
from rproc_tui.crash.backtrace import backtrace
from rproc_tui.crash.disassembly import disassemble
from rproc_tui.crash.effective_address import effective_address
from rproc_tui.crash.evidence import Evidence, FirmwareFile
from rproc_tui.crash.extents import extents_of
from rproc_tui.crash.fatal_text import alarming_lines, failed_assertion
from rproc_tui.crash.fault import Symptoms, explain
from rproc_tui.crash.fault_title import access_of
from rproc_tui.crash.firmware_match import ABSENT, FirmwareMatch, match_firmware
from rproc_tui.crash.found_registers import FoundRegisters, RegisterSearch, Told
from rproc_tui.crash.frame_at_fault import frame_at_fault
from rproc_tui.crash.kernel_words import kernel_words
from rproc_tui.crash.machine import machine_of
from rproc_tui.crash.program import Layered
from rproc_tui.crash.registers_text import parse_registers
from rproc_tui.crash.report import CrashReport, DumpFacts, ReportedFrame
from rproc_tui.crash.stack_top import stack_top
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Frame, Instruction
from rproc_tui.firmware.facts import Elf
from rproc_tui.model.memory import Region, RegionKind
from rproc_tui.sanitise import sanitise

VARIABLES_OF_FRAMES = 8
"""Frames from the fault on whose variables are read."""
LINES_TOLD = 40
"""Lines of each log that go into the report."""
LINE_MOST = 1000
"""Characters of a line."""


def examine(evidence: Evidence, symbols: Symbols | None = None) -> CrashReport:
    """The report. Never raises for what is in the evidence; what is missing or wrong stands in its `warnings`.

    `symbols` are those of the evidence's firmware, where somebody has them: large ones are slow to read.
    """
    return _Examination(evidence, symbols or symbols_of(evidence.firmware)).report()


def symbols_of(firmware: FirmwareFile | None) -> Symbols:
    """What a firmware file says about its addresses; nothing without one."""
    return Symbols(b"") if firmware is None else Symbols(firmware.image, firmware.size)


class _Examination:
    """One crash, while it is looked at."""

    def __init__(self, evidence: Evidence, symbols: Symbols) -> None:
        self._evidence = evidence
        self._symbols = symbols
        self._words = kernel_words(evidence.kernel_lines, evidence.processor)
        live = parse_registers(evidence.registers)
        known = [one for one in (live, *evidence.dump.registers) if one is not None]
        first = known[0] if known else None
        self._machine = machine_of(evidence.dump, self._elf, core=evidence.core, registers=first)
        self._told = Told(tuple(known), tuple(evidence.trace), self._words.registers)
        self._memory = Layered(evidence.dump, self._symbols.program)
        self._extents = extents_of(evidence.dump, self._elf)

    @property
    def _elf(self) -> Elf | None:
        return None if self._evidence.firmware is None else self._evidence.firmware.facts.elf

    def report(self) -> CrashReport:
        """All of it."""
        evidence, dump = self._evidence, self._evidence.dump
        found = self._registers()
        frames = () if found.best is None else backtrace(found.best, self._memory, self._symbols, self._machine)
        at_fault = frame_at_fault(frames, failed_assertion(evidence.trace))
        instructions = self._instructions(frames, at_fault)
        symptoms = self._symptoms(found, frames[at_fault] if at_fault is not None else None, instructions)
        return CrashReport(
            processor=None if evidence.processor is None else sanitise(evidence.processor),
            machine=self._machine,
            fault=explain(self._machine, symptoms, self._space()),
            frames=tuple(self._with_variables(frames, at_fault or 0)),
            at_fault=at_fault,
            registers=found.sets,
            thread=found.thread,
            instructions=instructions,
            dump=DumpFacts(dump.layout, dump.size, dump.memory_size, dump.segments, dump.problems),
            firmware=self._match(),
            crash_type=self._words.crash_type,
            reason=self._words.reason,
            trace=_end_of(evidence.trace),
            kernel_lines=_end_of(evidence.kernel_lines),
        )

    def _registers(self) -> FoundRegisters:
        return RegisterSearch(self._evidence.dump, self._extents, self._symbols, self._machine, self._told).run()

    def _instructions(self, frames: Sequence[Frame], at_fault: int | None) -> tuple[Instruction, ...] | None:
        if at_fault is None:
            return ()
        pc = frames[at_fault].registers.pc
        return () if pc is None else disassemble(self._symbols, pc, self._machine)

    def _symptoms(
        self, found: FoundRegisters, frame: Frame | None, instructions: tuple[Instruction, ...] | None
    ) -> Symptoms:
        trace, words = self._evidence.trace, self._words
        current = next((one.text for one in instructions or () if one.is_current), "")
        return Symptoms(
            status=found.status,
            assertion=failed_assertion(trace),
            crash_type=words.crash_type,
            words=[*alarming_lines(trace), *([] if words.reason is None else [words.reason])],
            access=access_of(current),
            computed=None if frame is None else effective_address(current, frame.registers.values),
            said=words.address,
        )

    def _space(self) -> AddressSpace:
        regions = self._evidence.regions or tuple(
            Region(one.name, one.address, one.size, RegionKind.INTERNAL) for one in self._evidence.dump.segments
        )
        sections = () if self._elf is None else self._elf.sections
        top = stack_top(self._memory, self._extents, self._symbols, self._machine)
        return AddressSpace(regions, sections, self._symbols.symbol_at, self._machine, top)

    def _with_variables(self, frames: Sequence[Frame], first: int) -> list[ReportedFrame]:
        wanted = range(first, first + VARIABLES_OF_FRAMES)
        return [
            ReportedFrame(frame, self._symbols.locals_at(frame, self._evidence.dump) if number in wanted else ())
            for number, frame in enumerate(frames)
        ]

    def _match(self) -> FirmwareMatch:
        firmware = self._evidence.firmware
        if firmware is None:
            return ABSENT
        return match_firmware(firmware.facts, firmware.image, self._evidence.dump, self._evidence.firmware_digest)


def _end_of(lines: Sequence[str]) -> tuple[str, ...]:
    return tuple(sanitise(line, limit=LINE_MOST) for line in lines[-LINES_TOLD:])
