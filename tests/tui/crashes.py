"""Hand-made crashes: a NULL write that was called through an inlined function and an interrupt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from rproc_tui.crash.dump import Dump, DumpSegment, Layout
from rproc_tui.crash.evidence import Evidence
from rproc_tui.crash.examine import examine
from rproc_tui.crash.fault import Fault
from rproc_tui.crash.fault_title import Access
from rproc_tui.crash.report import CrashReport, DumpFacts, ReportedFrame
from rproc_tui.crash.status_bits import StatusBit
from rproc_tui.crash.symbols import Symbols
from rproc_tui.crash.values import Certainty, Frame, How, Instruction, Local, Machine, Place, Registers
from rproc_tui.model.crash import CrashRecord, CrashStage
from rproc_tui.tui.examined_crash import ExaminedCrash

WHEN = 1_700_000_000.0
"""14 November 2023, 22:13:20 UTC."""
NOTHING = examine(Evidence())


class Names:
    """Stands in for a symbol table."""

    KNOWN = (("counter", 0x2000_0004, 4), ("stack", 0x2000_0020, 16), ("store", 0x1000_0000, 64))

    def symbol_at(self, address: int) -> tuple[str, int] | None:
        found = [(name, address - start) for name, start, size in self.KNOWN if start <= address < start + size]
        return found[0] if found else None

    def symbol_named(self, name: str) -> tuple[int, int] | None:
        found = [(start, size) for known, start, size in self.KNOWN if known == name]
        return found[0] if found else None

    def name_at(self, address: int) -> str | None:
        found = self.symbol_at(address)
        return None if found is None else f"{found[0]}+{found[1]}" if found[1] else found[0]


def record(number: int = 1, **changes: Any) -> CrashRecord:
    """One of several crashes, a minute after the other."""
    made = CrashRecord(
        id=f"demo-m4-{number}",
        host="demo",
        device="/sys/devices/platform/m4",
        processor="m4",
        when=WHEN + 60 * number,
        folder=f"/nowhere/crashes/demo-m4-{number}",
        processor_id="remoteproc0",
        type="mmufault",
        number=number,
        stage=CrashStage.READY,
        title="write through a null pointer",
        place="store (src/crash.c:21)",
        firmware="hub.elf",
        has_dump=True,
    )
    return replace(made, **changes)


def registers(**values: int) -> Registers:
    known = {"r0": 0, "r1": 7, "sp": 0x2000_0020, "lr": 0x1000_0011, "pc": 0x1000_0008}
    return Registers({**known, **values}, "note of the core, thread 1", Certainty.KNOWN)


def frames() -> tuple[ReportedFrame, ...]:
    variable = Local("sensor", "struct sensor *", "0x00000000", "r0", is_parameter=True)
    store = Place(0x1000_0008, "store", 8, "src/crash.c", 21, inlined=True)
    calibrate = Place(0x1000_0008, "calibrate", 24, "src/crash.c", 26)
    main = Place(0x1000_0200, "main", 16, "src/main.c", 5)
    return (
        ReportedFrame(Frame((store, calibrate), registers(), 0x2000_0040, How.REGISTERS), (variable,)),
        ReportedFrame(Frame((main,), registers(pc=0x1000_0200), 0x2000_0060, How.FRAME_INFORMATION)),
        ReportedFrame(Frame((Place(0x1000_0400),), registers(pc=0x1000_0400), None, How.STACK_SCAN)),
    )


def report(**changes: Any) -> CrashReport:
    fault = Fault(
        "bus-fault",
        "write through a null pointer",
        "BusFault: the bus refused a write, at 0x00000000 (a null pointer)",
        (StatusBit("CFSR", "PRECISERR", "the bus refused a read or write"),),
        Access.WRITE,
        0,
        "a null pointer",
    )
    made = replace(
        NOTHING,
        processor="m4",
        machine=Machine.CORTEX_M,
        fault=fault,
        frames=frames(),
        at_fault=0,
        registers=(registers(),),
        instructions=(
            Instruction(0x1000_0006, b"\x01\x20", "movs r0, #1"),
            Instruction(0x1000_0008, b"\x08\x60", "str r0, [r1]", is_current=True),
        ),
        dump=DumpFacts(Layout.CORE, 128, 48, dump().segments, ()),
        crash_type="mmufault",
        trace=("hub: alive", "hub: 0x101"),
    )
    return replace(made, **changes)


def dump(layout: Layout = Layout.CORE) -> Dump:
    segments = (DumpSegment(0x2000_0004, 64, 0, 64, 48), DumpSegment(0x3000_0000, 16, 64, 16, 16, "carveout"))
    return Dump(layout, 128, segments=segments, image=b"hello, crash\x00\x1b[31m" + bytes(range(100)))


def evidence(**changes: Any) -> Evidence:
    made = Evidence(
        dump=dump(),
        trace=("hub: alive", "E: hub: 0x101 [bold red]NULL[/]"),
        kernel_lines=("remoteproc remoteproc0: crash detected in m4: type mmufault",),
    )
    return replace(made, **changes)


def examined(number: int = 1, *, of: CrashReport | None = None, **changes: Any) -> ExaminedCrash:
    symbols = cast("Symbols", Names())
    return ExaminedCrash(record(number, **changes), evidence(), report() if of is None else of, symbols)
