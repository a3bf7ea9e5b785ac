"""What differs between two builds, and what does not."""

from __future__ import annotations

import json

from rproc_tui.firmware.diff import Difference, MemoryUse, difference
from rproc_tui.firmware.diff_json import difference_json
from rproc_tui.firmware.diff_report import diff_report, grown
from rproc_tui.firmware.facts import FirmwareFacts
from rproc_tui.firmware.inspect import facts
from rproc_tui.firmware.symbols import Symbol
from tests.firmware.images import Image, Load, Section
from tests.plain_board import firmware

DATA_AT = 0x20000000


def build(text: int = 64, data: int = 16, bss: int = 100, extra: tuple[Section, ...] = ()) -> FirmwareFacts:
    code, variables = b"\x70\x47" * (text // 2), b"\x01" * data
    image = Image(
        loads=(Load(data=code), Load(DATA_AT, variables, memsz=data + bss, flags=6)),
        sections=(
            Section(".text", code, 0x10000000, load=0, flags=6),
            Section(".data", variables, DATA_AT, load=1, flags=3),
            *extra,
        ),
    ).build()
    return facts("build/fw.elf", image, len(image))


def symbol(name: str, address: int, size: int, file: str = "") -> Symbol:
    return Symbol(name, file, address, size, is_code=True)


def test_the_same_file_differs_in_nothing() -> None:
    found = difference(build(), build(), [symbol("a", 0, 4)], [symbol("a", 0, 4)])
    assert found.same
    assert (found.sections, found.segments, found.table, found.symbols.resized, found.symbols.moved) == ((),) * 5
    assert diff_report(found)[0] == "fw.elf → fw.elf: the same, byte for byte"


def test_what_grew_is_listed_and_what_did_not_is_not() -> None:
    found = difference(build(), build(text=80))
    assert [change.new.name for change in found.sections if change.new is not None] == [".text"]
    assert [(change.old.memsz, change.new.memsz) for change in found.segments if change.old and change.new] == [
        (64, 80)
    ]
    assert found.summary == "text +16 B, table unchanged"


def test_a_section_that_came_and_one_that_went_are_told_apart() -> None:
    found = difference(build(extra=(Section(".old"),)), build(extra=(Section(".fresh"),)))
    names = [(c.old and c.old.name, c.new and c.new.name) for c in found.sections]
    assert names == [(None, ".fresh"), (".shstrtab", ".shstrtab"), (".old", None)]


def test_symbols_are_ordered_by_how_much_they_changed_and_by_size_where_they_only_moved() -> None:
    old = [
        symbol("grew", 0, 10),
        symbol("gone", 16, 40),
        symbol("small", 60, 4),
        symbol("large", 80, 400),
        symbol("same", 0, 9),
    ]
    new = [
        symbol("grew", 0, 15),
        symbol("small", 70, 4),
        symbol("large", 90, 400),
        symbol("same", 0, 9),
        symbol("new", 2, 30),
    ]
    changes = difference(build(), build(), old, new).symbols
    resized = [(change.new or change.old) for change in changes.resized]
    assert [one.name for one in resized if one is not None] == ["gone", "new", "grew"]
    assert [change.new.name for change in changes.moved if change.new is not None] == ["large", "small"]


def test_two_variables_of_one_name_in_two_files_are_two() -> None:
    old = [symbol("buffer", 0, 4, "a.c"), symbol("buffer", 8, 4, "b.c")]
    new = [symbol("buffer", 8, 4, "b.c"), symbol("buffer", 0, 8, "a.c")]
    (change,) = difference(build(), build(), old, new).symbols.resized
    assert change.new is not None
    assert (change.new.file, change.new.size) == ("a.c", 8)


def test_an_entry_of_the_table_that_moved_is_shown_with_what_changed_of_it() -> None:
    before, after = (facts("fw.elf", image, len(image)) for image in (firmware(), firmware(logs=("log", "more"))))
    found = difference(before, after)
    assert [change.old for change in found.table] == [None]
    assert diff_report(found)[-1] == "  new: trace more"


def test_memory_is_counted_once_where_segments_overlap() -> None:
    image = Image(loads=(Load(0x1000, b"a" * 100), Load(0x1032, b"b" * 100))).build()
    before = facts("fw.elf", image, len(image))
    assert difference(before, before).memory == (MemoryUse(0x1000, 0x1096, 150, 150),)


def test_files_that_are_no_elf_files_are_compared_as_files() -> None:
    one, other = facts("a.bin", b"x" * 300, 300), facts("b.bin", b"y" * 400, 400)
    found = difference(one, other)
    assert (found.same, found.memory, found.sections) == (False, (), ())
    assert "not both files have a symbol table" in "\n".join(diff_report(found))


def test_the_object_for_programs_has_every_key_and_ten_symbols_at_most() -> None:
    old = [symbol(f"s{number}", number * 16, 4) for number in range(30)]
    new = [symbol(f"s{number}", number * 16, 8) for number in range(30)]
    shown = json.loads(json.dumps(difference_json(difference(build(), build(bss=200), old, new))))
    assert (shown["schema"], shown["version"], shown["same"]) == ("rproc-tui/diff", 1, False)
    assert (shown["symbols"]["resized_count"], len(shown["symbols"]["resized"])) == (30, 10)
    assert shown["segments"][0]["new"]["memsz"] == 216
    assert set(shown) == {
        "schema", "version", "old", "new", "same", "summary", "memory", "segments", "sections", "symbols",
        "resource_table",
    }  # fmt: skip


def test_a_difference_of_nothing_is_an_equals_sign() -> None:
    assert (grown(0), grown(1024), grown(-3)) == ("=", "+1 KiB", "\u22123 B")


def test_a_long_list_is_cut_and_says_so() -> None:
    sections = tuple(Section(f".s{number}", b"x" * number, flags=0) for number in range(1, 40))
    found: Difference = difference(build(), build(extra=sections))
    assert any("20 more; --json has everything" in line for line in diff_report(found))
