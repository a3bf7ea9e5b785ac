"""Board files: what they may say, and the sentence for each thing that they may not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("devicetree", reason="needs the emulator extra")

from rproc_tui.emulator.machine.memory import Access
from rproc_tui.emulator.plan import BoardPlan
from rproc_tui.emulator.planner import plan_board
from rproc_tui.emulator.source import read_source
from rproc_tui.errors import BoardError

HEAD = '/dts-v1/; / { model = "mine"; compatible = "me,board"; #address-cells = <1>; #size-cells = <1>;\n'
CORE = 'compatible = "rproc-tui,cortex-m4"; #address-cells = <1>; #size-cells = <1>;'
MINIMAL = f"m4@10000000 {{ {CORE} reg = <0x10000000 0x1000>; }};"


def read(tmp_path: Path, body: str) -> BoardPlan:
    path = tmp_path / "board.dts"
    path.write_text(HEAD + body + "\n};\n")
    return plan_board(read_source(os.fspath(path)))


def test_a_minimal_board_is_one_core_with_memory(tmp_path: Path) -> None:
    plan = read(tmp_path, MINIMAL)
    (core,) = plan.processors
    assert (plan.model, plan.compatible) == ("mine", ("me,board",))
    assert (core.name, core.device_name, core.path) == ("m4", "10000000.m4", "/m4@10000000")
    assert [(one.name, one.address, one.size) for one in core.internal] == [("memory0", 0x10000000, 0x1000)]
    assert core.internal[0].access == Access.READ | Access.WRITE | Access.EXECUTE
    assert core.vector_table == 0x10000000
    assert (core.firmware, core.auto_boot, core.pool, core.devices) == (None, False, None, ())


def test_a_full_board_says_everything(tmp_path: Path) -> None:
    plan = read(
        tmp_path,
        f"""
        reserved-memory {{ #address-cells = <2>; #size-cells = <2>;
            pool: pool@80000000 {{ compatible = "shared-dma-pool"; reg = <0 0x80000000 0 0x10000>; }};
            log: sensor-log@80100000 {{ reg = <0 0x80100000 0 0x1000>; rproc-tui,access = "rw"; }}; }};
        m7: m7@0 {{ compatible = "rproc-tui,cortex-m7", "arm,cortex-m7"; #address-cells = <1>; #size-cells = <1>;
            reg = <0x0 0x1000>, <0x20000000 0x2000>; reg-names = "itcm", "dtcm"; rproc-tui,access = "rx", "rw";
            memory-region = <&pool>, <&log>; firmware-name = "a.elf"; rproc-tui,auto-boot; clock-frequency = <1000000>;
            rproc-tui,vector-table = <0x20000000>; mboxes = <&box 0>;
            box: mailbox@40000000 {{ compatible = "rproc-tui,mailbox"; reg = <0x40000000 0x1000>; interrupts = <9>; }};
            watchdog@40001000 {{ compatible = "rproc-tui,watchdog"; reg = <0x40001000 0x1000>; }};
            timer@40002000 {{ compatible = "rproc-tui,timer"; reg = <0x40002000 0x1000>; interrupts = <3>;
                status = "disabled"; }}; }};
        {MINIMAL.replace("m4@10000000 {", 'm4@10000000 { status = "disabled";')}
        serial@50000000 {{ compatible = "ns16550a"; reg = <0x50000000 0x100>; }};
        """,
    )
    (core,) = plan.processors
    assert core.core == "rproc-tui,cortex-m7"
    assert [(one.name, one.access) for one in core.internal] == [
        ("itcm", Access.READ | Access.EXECUTE),
        ("dtcm", Access.READ | Access.WRITE),
    ]
    assert [(one.name, one.address, one.size, one.is_pool) for one in core.reserved] == [
        ("pool", 0x80000000, 0x10000, True),
        ("sensor-log", 0x80100000, 0x1000, False),
    ]
    assert core.pool is core.reserved[0]
    assert [(one.kind, one.interrupt) for one in core.devices] == [("mailbox", 9), ("watchdog", None)]
    assert (core.firmware, core.auto_boot, core.frequency, core.vector_table) == ("a.elf", True, 1_000_000, 0x20000000)


def core_with(properties: str, *, reg: str = "reg = <0x10000000 0x1000>;", name: str = "m4@10000000") -> str:
    return f"{name} {{\n{CORE}\n{reg} {properties} }};"


MAILBOX = 'box@40000000 { compatible = "rproc-tui,mailbox"; reg = <0x40000000 0x1000>; interrupts = <0>; };'
TOO_BIG = " ".join(f"m4@{index:x} {{ {CORE} reg = <{index << 28:#x} 0x10000000>; }};" for index in range(1, 6))

WRONG = [
    ("", "board.dts:1: /: no processor: no enabled node is compatible with `rproc-tui,cortex-m0`, "),
    (MINIMAL.replace("cortex-m4", "cortex-m5"), "board.dts:2: /m4@10000000: unknown compatible `rproc-tui,cortex-m5`"),
    (core_with("", reg=""), "no `reg`: a processor needs memory of its own"),
    (core_with("", reg="reg = <1 2 3>;"), "`reg` must be pairs"),
    (core_with("", reg="reg = [01 02];"), "`reg` must be a list of cells"),
    (core_with("", reg="reg = <0x10000001 0x1000>;"), "both must be multiples of 0x1000"),
    (core_with("", reg="reg = <0x10000000 0>;"), "both must be multiples of 0x1000"),
    (core_with("", reg="reg = <0x10000000 0x20000000>;"), "larger than 256 MiB"),
    (core_with("", reg="reg = <0xE0000000 0x1000>;"), "where a core has its own registers"),
    (core_with("", reg="reg = <0xFFFFF000 0x2000>;"), "is beyond 32 bits"),
    (
        core_with("", reg="reg = <0x1000 0x2000>, <0x2000 0x1000>;"),
        "memory1 at 0x00002000 overlaps memory0 (0x00001000",
    ),
    (core_with('reg-names = "a", "b";'), "`reg-names` must have one string for each of the 1 ranges"),
    (core_with('rproc-tui,access = "rwz";'), "must be made of the letters r, w and x, not `rwz`"),
    (core_with("firmware-name = <1>;"), "`firmware-name` must be text"),
    (core_with('firmware-name = "a", "b";'), "`firmware-name` must be one string"),
    (core_with('firmware-name = "\\xc3\\xa4";'), "`firmware-name` must be ASCII text"),
    (core_with("clock-frequency = <1>;"), "`clock-frequency` must be between 1000 and"),
    (core_with("clock-frequency = <1 2>;"), "`clock-frequency` must be one cell"),
    (core_with("memory-region = <99>;"), "`memory-region` refers to no node (0x63)"),
    (core_with("memory-region = <&r>;") + " r: r@1 { };", "/r@1: a memory region needs a `reg` with one range"),
    (core_with("mboxes = <0>;"), "`mboxes` must refer to a mailbox that is a child"),
    (core_with("", name="m4"), "needs a name and a unit address"),
    (core_with(MINIMAL), "a processor cannot be inside of another one"),
    (MINIMAL + MAILBOX, "belongs to no processor"),
    (core_with(MAILBOX.replace("interrupts = <0>;", "")), "`interrupts` must be one line, 0 to 239"),
    (core_with(MAILBOX.replace("<0>", "<240>")), "`interrupts` must be one line, 0 to 239"),
    (core_with(MAILBOX.replace("0x1000>", "0x800>")), "a device occupies one page"),
    (core_with(MAILBOX.replace("reg = <0x40000000 0x1000>;", "")), "a device needs a `reg` with one range"),
    (core_with(MAILBOX.replace("<0x4000", "<0xF000")), "a device must be below 0xe0000000"),
    (core_with(MAILBOX.replace("<0x4000", "<0x1000")), "overlaps"),
    (MINIMAL + "x { #address-cells = <1>; #size-cells = <1>;" + MINIMAL + "};", "would both be the device 10000000.m4"),
    (" ".join(f"m4@{index:x} {{ {CORE} reg = <0 0x1000>; }};" for index in range(1, 40)), "more than 32 processors"),
    (TOO_BIG, "more than 1024 MiB of memory"),
]


@pytest.mark.parametrize(("body", "sentence"), WRONG, ids=[sentence[:40] for _, sentence in WRONG])
def test_what_is_wrong_is_said_with_file_line_and_node(tmp_path: Path, body: str, sentence: str) -> None:
    with pytest.raises(BoardError) as refused:
        read(tmp_path, body)
    message = str(refused.value)
    assert sentence in message
    assert message.startswith(os.fspath(tmp_path / "board.dts") + ":")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "1: expected '/dts-v1/;' at start of file"),
        ("/dts-v1/;\n/ { a = ; };", "2: malformed value"),
        ("/dts-v1/;\n/ { a = <&nowhere>; };", "undefined node label 'nowhere'"),
        ('/dts-v1/; /include/ "absent.dtsi"', "'absent.dtsi' could not be found"),
        ("/dts-v1/; / { " + "a { " * 2000 + "}; " * 2000 + "};", "nested too deeply"),
        ("/dts-v1/; / { " + "".join(f"n{index} {{ }}; " for index in range(5000)) + "};", "more than 4096 nodes"),
    ],
)
def test_a_file_that_does_not_parse_says_where(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "board.dts"
    path.write_text(text)
    with pytest.raises(BoardError) as refused:
        read_source(os.fspath(path))
    assert sentence in str(refused.value)
    assert str(refused.value).startswith(os.fspath(path))


def test_a_file_that_cannot_be_read_is_refused_with_its_errno(tmp_path: Path) -> None:
    with pytest.raises(BoardError, match="No such file or directory \\(ENOENT\\)"):
        read_source(os.fspath(tmp_path / "absent.dts"))
    with pytest.raises(BoardError, match="not a file"):
        read_source(os.fspath(tmp_path))
    (tmp_path / "binary.dts").write_bytes(b"\xd0\x0d\xfe\xed\xff")
    with pytest.raises(BoardError, match="not a text file"):
        read_source(os.fspath(tmp_path / "binary.dts"))
    (tmp_path / "large.dts").write_text(" " * ((1 << 20) + 1))
    with pytest.raises(BoardError, match="larger than 1 MiB"):
        read_source(os.fspath(tmp_path / "large.dts"))
    os.mkfifo(tmp_path / "fifo.dts")
    with pytest.raises(BoardError, match="not a file"):
        read_source(os.fspath(tmp_path / "fifo.dts"))


def test_two_processors_may_use_the_same_addresses_and_share_a_region(tmp_path: Path) -> None:
    plan = read(
        tmp_path,
        f"r: shared@80000000 {{ reg = <0x80000000 0x1000>; }};"
        f"m4@10000000 {{ {CORE} reg = <0x10000000 0x1000>; memory-region = <&r>; }};"
        f"m33@10000000 {{ {CORE} reg = <0x10000000 0x1000>; memory-region = <&r>; }};",
    )
    first, second = plan.processors
    assert first.reserved == second.reserved
    assert first.internal[0].path != second.internal[0].path
