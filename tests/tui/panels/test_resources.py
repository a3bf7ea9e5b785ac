from __future__ import annotations

from dataclasses import replace

from rproc_tui.firmware.inspect import facts
from rproc_tui.model.processor import Snapshot
from rproc_tui.model.resource_table import ADDRESS_ANY, CarveoutEntry, RawEntry, ResourceTable, VdevEntry
from rproc_tui.tui.panels.resources import resource_lines, resources_title
from tests.tui.scripted import host, plain, processors, table, view


def shown(shown_table: ResourceTable | None, width: int = 60) -> list[str]:
    first, *rest = processors()
    board = Snapshot((host((replace(first, resource_table=shown_table), *rest)),))
    return plain(resource_lines(view(board), width))


def test_entries_stand_in_aligned_columns_with_their_vrings() -> None:
    assert shown(table()) == [
        "#  type     name      da         len",
        "0  carveout vdev0buf  0x10042000 16 KiB",
        "1  vdev     rpmsg     DRIVER_OK  NS",
        "     vring0 16 × 16   0x10040000 notify 0",  # noqa: RUF001 (times)
        "     vring1 16 × 16   0x10041000 notify 1",  # noqa: RUF001
        "2  trace    log       0x10049120 4 KiB",
    ]
    assert resources_title(view()) == "live · 3 entries"


def test_vendor_and_unknown_entries_are_kept_as_they_are() -> None:
    odd = ResourceTable((RawEntry(0, None, 129, b"\1\2"), RawEntry(1, None, 77, b"")), num=4)
    assert shown(odd)[1:] == ["0  vendor   type 129  2 bytes", "1  unknown  type 77", "2 more cannot be read"]


def test_addresses_left_to_the_kernel_and_failed_devices_are_words() -> None:
    odd = ResourceTable(
        (
            CarveoutEntry(0, None, ADDRESS_ANY, 0, 4096, 0, "heap"),
            VdevEntry(1, None, 99, 0, 0, 0, 12, 0x83, 0, ()),
            VdevEntry(2, None, 3, 0, 0, 0, 0, 0, 0, ()),
        ),
        num=3,
    )
    assert shown(odd)[1:] == [
        "0  carveout heap      any        4 KiB",
        "1  vdev     id 99     FAILED  config 12 B",
        "2  vdev     console   no driver",
    ]


def test_without_a_live_table_the_one_in_the_file_is_shown_and_named_so() -> None:
    first, *rest = processors()
    offline = view(Snapshot((host((replace(first, resource_table=None), *rest)),)))
    assert resources_title(offline) == "in file · 3 entries"
    assert len(resource_lines(offline, 60)) == 6


def test_no_table_at_all_is_a_sentence() -> None:
    assert "no resource table to be seen" in " ".join(plain(resource_lines(view(name="pru0"), 40)))


def test_without_debugfs_the_reason_stands_where_the_table_would() -> None:
    closed = "debugfs may be read by root only, so no resource table, carveouts or trace"
    board = tuple(replace(one, resource_table=None, unreadable=("x", closed)) for one in processors())
    shown = view(Snapshot((host(board),)), name="pru0")
    assert " ".join(plain(resource_lines(shown, 200))) == closed


def test_hostile_names_are_cut_and_never_markup() -> None:
    hostile = ResourceTable((CarveoutEntry(0, None, 0, 0, 1, 0, "[bold red]" + "x" * 200),), num=1)
    assert shown(hostile)[1] == "0  carveout [bold red]xxx…  0x00000000 1 B"


def test_a_file_that_is_no_elf_file_is_not_said_to_ask_for_nothing() -> None:
    text = b"garbage\n"
    first, *rest = processors()
    board = Snapshot((host((replace(first, resource_table=None), *rest)),))
    without = replace(view(board), facts=facts("bad.elf", text, len(text)))
    assert plain(resource_lines(without, 90)) == [
        "no resource table to be seen: the firmware file is no ELF file that can be read"
    ]
