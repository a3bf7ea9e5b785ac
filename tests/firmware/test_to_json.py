"""The shape of `inspect --json`."""

from __future__ import annotations

import json

import pytest

from rproc_tui.firmware.inspect import facts
from rproc_tui.firmware.to_json import facts_json
from tests.firmware.images import brief, carveout, devmem, firmware, raw_entry, resource_table, trace, vdev, vring

TOP = [
    "schema",
    "version",
    "file",
    "size",
    "sha256",
    "container",
    "kernel_verdict",
    "elf",
    "resource_table",
    "problems",
]


@pytest.mark.parametrize("image", [firmware(), firmware(ident=b"\x7fELF\3"), b"", b"text" * 30], ids=brief)
def test_keys_never_disappear(image: bytes) -> None:
    shape = facts_json(facts("x", image, len(image)))
    assert list(shape) == TOP
    assert list(shape["kernel_verdict"]) == ["sanity", "load", "resource_table"]
    assert json.loads(json.dumps(shape)) == shape


def test_the_elf_part_has_every_program_header() -> None:
    image = firmware(header={"entry": 0x10000001})
    elf = facts_json(facts("x", image, len(image)))["elf"]
    segments = elf.pop("segments")
    assert elf == {
        "class": 32,
        "endian": "little",
        "machine": "ARM",
        "machine_number": 40,
        "type": "EXEC",
        "entry": 0x10000001,
        "has_dwarf": False,
        "has_symbols": False,
    }
    assert list(segments[0]) == ["index", "type", "offset", "vaddr", "paddr", "filesz", "memsz", "flags", "align"]
    assert len(segments) == 2


def test_each_kind_of_entry_has_its_keys() -> None:
    entries = [
        carveout("buffer", 0x1000, 0x2000),
        devmem(),
        trace("log", 0x10000000, 16),
        vdev([vring(0x5000, 16, 8, 1)], config=b"\x01\xff"),
        raw_entry(128, b"\xab\xcd"),
        raw_entry(5),
    ]
    image = firmware(resource_table(entries))
    table = facts_json(facts("x", image, len(image)))["resource_table"]
    assert list(table) == ["section", "offset", "size", "address", "ver", "num", "entries"]
    carveout_entry, devmem_entry, trace_entry, vdev_entry, vendor, unknown = table["entries"]
    assert carveout_entry == {
        "index": 0,
        "offset": 40,
        "type": "carveout",
        "type_number": 0,
        "da": 0x1000,
        "pa": 0,
        "len": 0x2000,
        "flags": 0,
        "name": "buffer",
    }
    assert (devmem_entry["type"], devmem_entry["type_number"]) == ("devmem", 1)
    assert {**trace_entry, "index": 0, "offset": 0} == {
        "index": 0,
        "offset": 0,
        "type": "trace",
        "type_number": 2,
        "da": 0x10000000,
        "len": 16,
        "name": "log",
    }
    assert vdev_entry["vrings"] == [{"da": 0x5000, "align": 16, "num": 8, "notifyid": 1, "pa": 0}]
    assert (vdev_entry["config_len"], vdev_entry["config"], vdev_entry["num_of_vrings"]) == (2, "01ff", 1)
    assert (vendor["type"], vendor["type_number"], vendor["raw"]) == ("vendor", 128, "abcd")
    assert (unknown["type"], unknown["type_number"], unknown["raw"]) == ("unknown", 5, "")


def test_problems_carry_the_kernels_words() -> None:
    image = firmware()[:-1]
    (problem, *_) = facts_json(facts("x", image, len(image)))["problems"]
    assert list(problem) == ["severity", "code", "message", "kernel"]
    assert (problem["severity"], problem["kernel"]) == ("error", "Section headers are out of bounds")
